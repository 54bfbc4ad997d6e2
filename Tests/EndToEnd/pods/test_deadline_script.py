"""The process that keeps a pod's deadlines, by itself: which calls it makes, when, and with whose key."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.one_face("the script is told the API: each test says which")

worker_is_this_tests = pytest.mark.xdist_group("Runner.Worker")
"""The script sees the jobs of everyone on this machine."""

SCRIPT = Path(__file__).resolve().parents[3] / "Sources" / "Pods" / "Deadlines" / "deadline.sh"


class API:
    """Notes every call, with what was on the argument lists of all processes meanwhile."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str, str | None]] = []
        self.checks = 0
        self.refusal: tuple[int, bytes] | None = None
        self.arguments = b""
        api = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                for line in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        api.arguments += line.read_bytes()
                    except OSError:
                        continue
                status, said = 204, b""
                if self.command == "GET" or '"query { pod(' in body:
                    api.checks += 1
                    status, said = api.refusal or (200, b"{}")
                else:
                    api.calls.append((self.command, self.path, body, self.headers["Authorization"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_DELETE = do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v2"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, seconds: float = 10) -> tuple[str, str, str, str | None]:
        """The first call."""
        deadline = time.monotonic() + seconds
        while not self.calls:
            assert time.monotonic() < deadline, "no call was made"
            time.sleep(0.05)
        return self.calls[0]


class Machine:
    """Where the script runs."""

    def __init__(self, folder: Path, api: API) -> None:
        self.folder = folder
        self.api = api
        self.path = os.environ["PATH"]
        self.key = {"RUNPOD_API_KEY": "rpa_of_the_pod"}

    def run(self, face: str = "rest", **limits: int) -> int:
        """Runs the script as a pod's shell would; its exit code."""
        parameters = {"face": face, "url": self.api.url, "pod": "abc123", "directory": self.folder, **limits}
        lines = "".join(f"param_{name}='{value}'\n" for name, value in parameters.items())
        command = [shutil.which("sh"), "-s"]
        environment = {"PATH": self.path, **self.key}
        return subprocess.run(command, input=(lines + SCRIPT.read_text()).encode(), env=environment, check=False).returncode

    @property
    def pid(self) -> int:
        """Of the process, once it is there."""
        deadline = time.monotonic() + 5
        while not (file := self.folder / "pid").exists() or not file.read_text().strip():
            assert time.monotonic() < deadline, "no process was started"
            time.sleep(0.02)
        return int(file.read_text())


def without_curl(folder: Path) -> str:
    """A PATH with what an image has that has Python and no curl."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ["sh", "python3", "mkdir", "date", "mv", "cat", "tr", "sed", "grep", "env", "sleep", "setsid", "id"]:
        (tools / name).symlink_to(shutil.which(name, path="/usr/bin:/bin"))
    return str(tools)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "run", API())
    yield machine
    if (machine.folder / "pid").exists():
        os.kill(machine.pid, signal.SIGKILL)
    machine.api.server.shutdown()


@pytest.mark.parametrize(
    ("face", "limit", "method", "words"),
    [
        ("rest", "terminate", "DELETE", "/v2/pods/abc123"),
        ("rest", "stop", "POST", '{"action":"stop"}'),
        ("graphql", "terminate", "POST", 'podTerminate(input: {podId: "abc123"})'),
        ("graphql", "stop", "POST", 'podStop(input: {podId: "abc123"}) { id }'),
    ],
)
def test_the_pod_ends_itself_by_its_own_key(machine: Machine, face: str, limit: str, method: str, words: str) -> None:
    assert machine.run(face, **{limit: 1}) == 0
    verb, path, body, key = machine.api.wait()
    assert verb == method
    assert words in path or words in (json.loads(body)["query"] if face == "graphql" else body)
    assert key == "Bearer rpa_of_the_pod"
    assert b"rpa_of_the_pod" not in machine.api.arguments


def test_python_does_where_there_is_no_curl(machine: Machine, tmp_path: Path) -> None:
    machine.path = without_curl(tmp_path)
    assert machine.run(terminate=1) == 0
    assert machine.api.wait()[0] == "DELETE"
    assert b"rpa_of_the_pod" not in machine.api.arguments
    Path(machine.path, "python3").unlink()
    assert machine.run(terminate=1) == 3


@pytest.mark.skipif("RUNPOD_API_KEY" in os.environ, reason="this machine has a key of its own")
def test_without_a_key_it_says_so(machine: Machine) -> None:
    machine.key = {}
    assert machine.run(terminate=1) == 4


@pytest.mark.parametrize("has_curl", [True, False])
@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_a_key_that_runpod_does_not_know_is_told_beforehand(
    machine: Machine, tmp_path: Path, face: str, has_curl: bool
) -> None:
    if not has_curl:
        machine.path = without_curl(tmp_path)
    machine.api.refusal = (401, b"")
    assert machine.run(face, terminate=3600) == 5
    assert machine.api.checks == 1
    assert not (machine.folder / "pid").exists()


@pytest.mark.parametrize(
    ("face", "status", "said"),
    [
        ("rest", 403, b"{}"),
        ("rest", 503, b""),
        ("graphql", 403, b"{}"),
        ("graphql", 200, b'{"errors":[{"message":"Unauthorized"}]}'),
    ],
)
def test_a_refusal_to_look_says_nothing_about_ending(machine: Machine, face: str, status: int, said: bytes) -> None:
    machine.api.refusal = (status, said)
    assert machine.run(face, terminate=1) == 0
    assert machine.pid
    machine.api.wait()


def test_running_it_again_changes_the_times_of_the_same_process(machine: Machine) -> None:
    assert machine.run(terminate=3600) == 0
    first = machine.pid
    assert machine.run(terminate=0) == 0
    assert machine.pid == first
    assert machine.api.wait()[0] == "DELETE"


def test_it_outlives_the_shell_that_started_it(machine: Machine) -> None:
    assert machine.run(terminate=3600) == 0
    assert os.getpgid(machine.pid) == machine.pid
    assert os.getsid(machine.pid) == machine.pid


@worker_is_this_tests
def test_a_runner_without_a_job_is_idle_and_one_with_a_job_is_not(machine: Machine, tmp_path: Path) -> None:
    worker = tmp_path / "Runner.Worker"
    worker.symlink_to(shutil.which("sleep"))
    with subprocess.Popen([worker, "30"]) as job:
        assert machine.run(idle=2) == 0
        time.sleep(3)
        assert not machine.api.calls
        job.kill()
    assert machine.api.wait(240)[0] == "DELETE"


@worker_is_this_tests
def test_a_job_goes_on_for_its_grace_and_no_longer(machine: Machine, tmp_path: Path) -> None:
    worker = tmp_path / "Runner.Worker"
    worker.symlink_to(shutil.which("sleep"))
    with subprocess.Popen([worker, "60"]) as job:
        begun = time.monotonic()
        assert machine.run(terminate=1, grace=8) == 0
        assert machine.api.wait(240)[0] == "DELETE"
        assert time.monotonic() - begun >= 8
        job.kill()


@worker_is_this_tests
def test_a_job_that_ends_within_its_grace_ends_the_pod(machine: Machine, tmp_path: Path) -> None:
    worker = tmp_path / "Runner.Worker"
    worker.symlink_to(shutil.which("sleep"))
    with subprocess.Popen([worker, "60"]) as job:
        assert machine.run(terminate=1, grace=3600) == 0
        time.sleep(3)
        assert not machine.api.calls
        job.kill()
    assert machine.api.wait(240)[0] == "DELETE"
