"""A client whose master greets in a version of the protocol that nobody knows yet."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import CallFailed, Service
from terminal import Terminal

# The real client, whose master is only reached by itself: at its socket's path there is somebody from the future.
CLIENT = """#!{python}
import ctypes, os, socket, struct, sys, time

arguments = sys.argv[1:]
(place,) = [index for index, word in enumerate(arguments) if word.startswith("ControlPath=")]
path = arguments[place].removeprefix("ControlPath=")
arguments[place] += ".real"
if "ControlMaster=yes" in arguments and os.fork() == 0:
    ctypes.CDLL(None).prctl(1, 9)
    while not os.path.exists(path + ".real"):
        time.sleep(0.01)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(16)
        os.write(2, b"debug1: it listens\\r\\n")
        while True:
            connection, _ = listener.accept()
            connection.sendall(struct.pack(">III", 8, 1, 5))
            connection.close()
os.execv("{ssh}", ["ssh", *arguments])
"""


@pytest.fixture
def service(product: str, shared_sandbox: Sandbox, home: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    """A service that finds that client."""
    client = tmp_path / "bin" / "ssh"
    client.parent.mkdir()
    client.write_text(CLIENT.format(python=sys.executable, ssh=shutil.which("ssh")))
    client.chmod(0o755)
    path = f"{client.parent}:{os.environ['PATH']}"
    with Service(product, {**home, **shared_sandbox.environment, "PATH": path}) as service:
        yield service


def test_commands_files_terminals_and_ports_work_all_the_same(service: Service, pod: str, tmp_path: Path) -> None:
    result = service.call("ssh/exec", podId=pod, command="echo out; echo err >&2; exit 255")
    assert result == {"exitCode": 255, "stdout": "out\n", "stderr": "err\n", "truncated": False}
    text = "".join(f"{number}\n" for number in range(40_000))
    result = service.call("ssh/exec", podId=pod, command="cat", stdin=text, captureLimit=1_000_000)
    assert result["stdout"] == text

    calls = [service.begin("ssh/exec", podId=pod, command=f"sleep 0.2; echo {number}") for number in range(12)]
    assert [call.result()["stdout"] for call in calls] == [f"{number}\n" for number in range(12)]

    source = tmp_path / "source"
    source.write_text(text)
    service.call("ssh/copy", podId=pod, direction="upload", source=str(source), destination="there")
    service.call("ssh/copy", podId=pod, direction="download", source="there", destination=str(tmp_path / "back"))
    assert (tmp_path / "back").read_text() == text

    terminal = Terminal(service, pod, columns=90, rows=30, command="stty size; read x; stty size; exit 7")
    terminal.wait_for("30 90")
    service.call("ssh/session/resize", sessionId=terminal.id, columns=61, rows=19)
    terminal.type("\r")
    assert terminal.ending() == {"exitCode": 7}
    assert "19 61" in terminal.text

    forward = service.call("ssh/forward/open", podId=pod, port=service.call("ssh/resolve", podId=pod)["port"])["forward"]
    with socket.create_connection(("127.0.0.1", forward["listenPort"]), 10) as connection:
        assert connection.recv(4) == b"SSH-"
    service.call("ssh/forward/close", forwardId=forward["forwardId"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", forward["listenPort"]), 10)
    assert service.call("ssh/forward/open", podId=pod, direction="remote", port=9)["forward"]["listenPort"] > 0


def test_few_sessions_are_shared_out(
    service: Service, product: str, home: dict[str, str], shared_sandbox: Sandbox, pod: str
) -> None:
    command = "echo MaxSessions 2 >>/etc/ssh/sshd_config; kill -HUP $(cat /run/sshd.pid)"
    with Service(product, {**home, **shared_sandbox.environment}) as other:
        assert other.call("ssh/exec", podId=pod, command=command)["exitCode"] == 0
    calls = [service.begin("ssh/exec", podId=pod, command=f"sleep 0.2; echo {number}") for number in range(9)]
    assert [call.result()["stdout"] for call in calls] == [f"{number}\n" for number in range(9)]


def test_cancelling_ends_the_command_on_the_pod(service: Service, pod: str) -> None:
    for extra in ({}, {"openStdin": True}):
        call = service.begin("ssh/exec", podId=pod, command="echo begun; sleep 602", **extra)
        with call.changed:
            assert call.changed.wait_for(lambda call=call: bool(call.notifications), 30)
        call.cancel()
        with pytest.raises(CallFailed):
            call.result()
        gone = "for i in $(seq 200); do pgrep -f '[s]leep 602' >/dev/null || exit 0; sleep 0.05; done; exit 1"
        assert service.call("ssh/exec", podId=pod, command=gone)["exitCode"] == 0
