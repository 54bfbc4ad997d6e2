"""A directory for a runner of its own, an archive to install and the script, run as a pod's shell runs it."""

import hashlib
import os
import pathlib
import shlex
import shutil
import subprocess
import tarfile

import pytest

HERE = pathlib.Path(__file__).parent
SCRIPT = HERE.parents[2] / "Sources" / "Runners" / "runner.sh"


class Answer:
    def __init__(self, process, output, errors):
        self.code, self.output, self.errors = process.returncode, output, errors
        lines = output.splitlines()
        self.last = lines[-1] if lines else ""
        pairs = [line[len("@fact "):].split("=", 1) for line in lines if line.startswith("@fact ")]
        self.facts = dict(pairs)
        self.failure = self.last.split(" ", 2)[1] if self.last.startswith("@failure ") else None


class Machine:
    shell = "sh"

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "opt" / "runner"
        self.archive = folder / "runner.tar.gz"
        with tarfile.open(self.archive, "w:gz") as tar:
            tar.add(HERE / "archive", ".")
        self.sha256 = hashlib.sha256(self.archive.read_bytes()).hexdigest()
        self.parameters = {
            "work_dir": self.root, "url": "https://github.com/octo/demo", "name": "r1", "token": "good-token",
            "as_root": "yes", "version": "2.1.0", "archive_url": self.archive.as_uri(), "sha256": self.sha256,
            "free_megabytes": 1, "start_seconds": 5, "stop_seconds": 3, "term_seconds": 1, "restart_seconds": 1, "lock_seconds": 1,
            "unit_dir": folder / "units",
        }

    def text(self, command, **parameters):
        values = {**self.parameters, **parameters, "command": command}
        lines = [f"param_{name}={shlex.quote(str(value))}\n" for name, value in values.items()]
        return "".join(lines) + SCRIPT.read_text()

    def run(self, command, environment=None, **parameters):
        # Pipes, and read to their end: whatever the script starts must not keep the SSH channel open.
        process = subprocess.Popen(
            [self.shell, "-s"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, **(environment or {})}, start_new_session=True,
        )
        output, errors = process.communicate(self.text(command, **parameters), timeout=60)
        return Answer(process, output, errors)

    def ready(self, *commands):
        for command in commands:
            answer = self.run(command)
            assert answer.last == "@done", answer.output + answer.errors
        return answer


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.run("stop", stop_seconds=0)
    shutil.rmtree(tmp_path, ignore_errors=True)
