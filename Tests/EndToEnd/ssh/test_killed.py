"""What is left, here and on the pod, of a service that was killed: nothing."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import Call, Service
from terminal import Terminal


def wait_for_output(call: Call) -> None:
    """Returns when a command has printed something."""
    with call.changed:
        assert call.changed.wait_for(lambda: bool(call.notifications), 30)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def sockets() -> Iterator[Path]:
    """Where control sockets are, in a place with a short name."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="r") as folder:
        yield Path(folder) / "runpod-rpc"


def test_nothing_outlives_a_killed_service(
    product: str, service: Service, shared_sandbox: Sandbox, home: dict[str, str], pod: str, sockets: Path
) -> None:
    environment = {**home, **shared_sandbox.environment, "XDG_RUNTIME_DIR": str(sockets.parent)}
    with Service(product, environment) as doomed:
        plain = doomed.begin("ssh/exec", podId=pod, command="echo begun; sleep 603")
        fed = doomed.begin("ssh/exec", podId=pod, command="echo begun; sleep 603", openStdin=True)
        for call in (plain, fed):
            wait_for_output(call)
        Terminal(doomed, pod, command="echo shown; sleep 603").wait_for("shown")
        forward = doomed.call("ssh/forward/open", podId=pod, port=22)["forward"]
        tasks = Path(f"/proc/{doomed.process.pid}/task")
        masters = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
        (own,) = [path for path in sockets.iterdir() if path.is_dir()]
        assert own.stat().st_mode & 0o777 == 0o700
        assert masters
        doomed.process.kill()
        doomed.process.wait()
    gone = "for i in $(seq 400); do pgrep -f '[s]leep 603' >/dev/null || exit 0; sleep 0.05; done; exit 1"
    assert service.call("ssh/exec", podId=pod, command=gone)["exitCode"] == 0
    while not all(map(has_ended, masters)):
        time.sleep(0.01)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", forward["listenPort"]), 10)
    with Service(product, environment) as following:
        assert following.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
        assert not own.exists()
    assert [path.name for path in sockets.iterdir()] == ["lock"]
