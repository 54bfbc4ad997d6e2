"""Pods: containers with a file system, processes and a first process of their own."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from machine import Machine
from tree import Tree
from wait import until

NUMBERS = itertools.count(1)
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


class Pod(Machine):
    """A container. Its first process is systemd, or one that does nothing and buries nobody, as on RunPod."""

    def __init__(self, folder: Path, tree: Tree, *options: str, boots: bool = False) -> None:
        super().__init__(folder, "needs-icu")
        self.user = "root"
        folder.chmod(0o755)
        name = f"pod-{os.getpid()}-{next(NUMBERS)}"
        command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--volatile=overlay", "--link-journal=no"]
        command += [f"--machine={name}", f"--directory={tree.make()}", f"--bind-ro={folder}:/srv/files", *options]
        command += ["--boot"] if boots else ["/bin/sleep", "infinity"]
        self.log = (folder / "pod.log").open("wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        self.first = until(self._first_process)
        self.inside = Path("/opt/runner")
        self.base = self.path("/opt/runner")
        self.parameters |= {
            "base": self.inside,
            "archive_url": "file:///srv/files/runner.tar.gz",
            "unit_dir": None,
            "as_root": None,
        }
        if boots:
            until(lambda: self.execute("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"))

    def path(self, inside: str) -> Path:
        """A path of the pod, seen from here."""
        return Path(f"/proc/{self.first}/root{inside}")

    def command(self) -> list[str]:
        shell = ["sh", "-s"] if self.user == "root" else ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups", "sh", "-s"]
        return [*self._enter(), *shell]

    def execute(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Runs a command in the pod."""
        whole = [*self._enter(), *command]
        return subprocess.run(whole, env=ENVIRONMENT, capture_output=True, text=True, check=False, **options)

    def fake(self, program: str, text: str) -> None:
        """Puts a shell script in a program's place; the program itself is `PATH.real`."""
        path = self.path(program)
        path.rename(path.with_name(f"{path.name}.real"))
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def lose(self, *programs: str) -> None:
        """Takes programs away."""
        for program in programs:
            self.path(program).unlink()

    def kill(self, pid: str) -> None:
        """Kills a process of the pod."""
        killed = self.execute("sh", "-c", f"kill -KILL {pid}")
        assert killed.returncode == 0, killed.stderr

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**ENVIRONMENT, **more}

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def _enter(self) -> list[str]:
        return ["nsenter", f"--target={self.first}", "--all", f"--wd=/proc/{self.first}/root"]

    def _first_process(self) -> int | None:
        assert self.process.poll() is None, (self.folder / "pod.log").read_text()
        for pid in _descendants(self.process.pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                name = Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                continue
            if "\nNSpid:\t" in status and status.split("\nNSpid:")[1].split("\n")[0].split()[-1] == "1":
                if name in ("sleep", "systemd"):
                    return pid
        return None


def _descendants(pid: int) -> Iterator[int]:
    try:
        texts = [children.read_text() for children in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        # It has ended in the meantime.
        return
    for child in " ".join(texts).split():
        yield int(child)
        yield from _descendants(int(child))
