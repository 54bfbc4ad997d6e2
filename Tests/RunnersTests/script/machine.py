"""Where the script runs, and what it answers."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "Sandbox"))

from sandbox_server.real_archive import lay_over, real_archive  # noqa: E402

SOURCES = HERE.parents[2] / "Sources" / "Runners" / "Script"
SUPERVISOR = SOURCES / "supervise.sh"
CONTAINER = SOURCES.parents[1] / "SSH" / "Exec" / "container.sh"


def script() -> str:
    """All that a pod's shell gets after the parameters, as the service puts it together."""
    last = SOURCES / "runner.sh"
    parts = sorted(path for path in SOURCES.glob("*.sh") if path not in (last, SUPERVISOR))
    return "".join(path.read_text() for path in [*parts, last])


def make_archive(path: Path, *marks: str) -> str:
    """Packs the small runner that obeys, with empty files that tell it how, and returns the archive's SHA-256."""
    with tarfile.open(path, "w:gz") as tar:
        real = real_archive()
        if real:
            files = [file for file in (HERE / "archive").rglob("*") if file.is_file()]
            ours = {str(file.relative_to(HERE / "archive")): (file.read_bytes(), file.stat().st_mode & 0o777) for file in files}
            lay_over(real, ours, tar)
        else:
            tar.add(HERE / "archive", ".")
        for mark in marks:
            tar.addfile(tarfile.TarInfo(f"./{mark}"))
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Answer:
    """What the script said."""

    def __init__(self, code: int, output: str, errors: str) -> None:
        self.code, self.output, self.errors = code, output, errors
        lines = output.splitlines()
        self.last = lines[-1] if lines else ""
        facts = [line.removeprefix("@fact ") for line in lines if line.startswith("@fact ")]
        self.facts = dict(fact.split("=", 1) for fact in facts)
        self.failure = self.last.split(" ", 2)[1] if self.last.startswith("@failure ") else None
        self.warnings = [line.removeprefix("@warning ") for line in lines if line.startswith("@warning ")]

    @property
    def all(self) -> str:
        """For a failed assertion to show."""
        return self.output + self.errors


class Machine:
    """This machine; subclasses are others."""

    def __init__(self, folder: Path, *marks: str) -> None:
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.base = self.inside = folder / "opt" / "runner"
        self.archive = folder / "runner.tar.gz"
        self.parameters: dict[str, Any] = {
            "base": self.inside,
            "url": "https://github.com/octo/demo",
            "name": "r1",
            "token": "good-token",
            "as_root": "yes",
            "version": "2.1.0",
            "archive_url": self.archive.as_uri(),
            "sha256": make_archive(self.archive, *marks),
            "supervisor": SUPERVISOR.read_text(),
            "container": CONTAINER.read_text(),
            "free_megabytes": 1,
            "start_seconds": 60,
            "stop_seconds": 60,
            "term_seconds": 1,
            "restart_seconds": 1,
            "lock_seconds": 60,
            "retry_seconds": 0,
            "unit_dir": folder / "units",
        }

    def command(self) -> list[str]:
        """The shell."""
        return ["sh", "-s"]

    def text(self, command: str, **parameters: Any) -> str:
        """What goes to the shell's standard input."""
        values = {**self.parameters, **parameters, "command": command}
        lines = [f"param_{name}={shlex.quote(str(value))}\n" for name, value in values.items() if value is not None]
        return "".join(lines) + script()

    def begin(
        self, command: str, environment: Mapping[str, str] | None = None, **parameters: Any
    ) -> subprocess.Popen[str]:
        """Starts one command of the script, in a process group of its own; a parameter that is None is left out."""
        process = subprocess.Popen(
            self.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment(environment or {}),
            start_new_session=True,
        )
        process.stdin.write(self.text(command, **parameters))
        process.stdin.close()
        process.stdin = None
        return process

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}", **more}

    def fake(self, program: str, text: str) -> None:
        """Puts a shell script in a program's place; the program itself is `NAME.real`."""
        name = Path(program).name
        (self.programs / f"{name}.real").symlink_to(shutil.which(name) or "/bin/false")
        (self.programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.programs / name).chmod(0o755)

    def run(self, command: str, environment: Mapping[str, str] | None = None, **parameters: Any) -> Answer:
        """Runs one command of the script."""
        process = self.begin(command, environment, **parameters)
        # Pipes, and read to their end: whatever the script starts must not keep the SSH channel open.
        output, errors = process.communicate(timeout=600)
        return Answer(process.returncode, output, errors)

    def spawn(self, *command: str, folder: Path) -> subprocess.Popen[bytes]:
        """Starts a process somewhere on the machine."""
        return subprocess.Popen(command, cwd=folder)

    def ready(self, *commands: str, **parameters: Any) -> Answer:
        """Runs commands that must succeed, and returns the last one's answer."""
        for command in commands:
            answer = self.run(command, **parameters)
            assert answer.last == "@done", answer.all
        return answer

    def end(self) -> None:
        """Ends what is still running."""
        while pids := [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._has(pid)]:
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def _has(self, pid: int) -> bool:
        """Whether a process is at work in the folder."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(self.folder)
        except OSError:
            return False
