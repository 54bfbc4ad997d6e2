"""Ports that lead through the connection to a pod."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import CallFailed, Service


@pytest.fixture
def greeter() -> Iterator[int]:
    """The port of a server here that says hello."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"hello from here\n")

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_a_port_here_leads_to_the_pod(service: Service, pod: str) -> None:
    server = "import http.server as h; h.test(h.SimpleHTTPRequestHandler, port=8765, bind='127.0.0.1')"
    running = service.begin("ssh/exec", podId=pod, command=["python3", "-uc", server], cwd="/etc")
    with running.changed:
        assert running.changed.wait_for(lambda: bool(running.notifications), 30)
    forward = service.call("ssh/forward/open", podId=pod, port=8765)["forward"]
    assert forward["state"] == "open"
    with socket.create_connection(("127.0.0.1", forward["listenPort"]), 10) as connection:
        connection.sendall(b"GET /hostname HTTP/1.0\r\n\r\n")
        assert connection.makefile("rb").read().endswith(f"\r\n\r\n{pod}\n".encode())
    running.cancel()


def test_a_port_on_the_pod_leads_here_and_comes_back(service: Service, pod: str, greeter: int) -> None:
    forward = service.call("ssh/forward/open", podId=pod, direction="remote", port=greeter)["forward"]
    port = forward["listenPort"]
    assert port > 0
    hear = f"read line </dev/tcp/127.0.0.1/{port} && echo $line"
    assert service.call("ssh/exec", podId=pod, command=["bash", "-c", hear])["stdout"] == "hello from here\n"
    killed = masters(service)
    assert killed
    for process in map(os.pidfd_open, killed):
        signal.pidfd_send_signal(process, signal.SIGKILL)
        # One that is about to die may still begin a command, which then fails with it.
        assert select.select([process], [], [], 30)[0]
        os.close(process)
    again = f"for i in $(seq 300); do ({hear}) 2>/dev/null && exit; sleep 0.1; done; exit 1"
    assert service.call("ssh/exec", podId=pod, command=["bash", "-c", again])["stdout"] == "hello from here\n"
    (listed,) = service.call("ssh/forward/list")["forwards"]
    assert (listed["forwardId"], listed["listenPort"]) == (forward["forwardId"], port)
    service.call("ssh/forward/close", forwardId=forward["forwardId"])
    assert service.call("ssh/exec", podId=pod, command=["bash", "-c", hear])["exitCode"] != 0
    assert service.call("ssh/forward/list")["forwards"] == []


def test_a_forward_ends_with_the_session(
    product: str, service: Service, shared_sandbox: Sandbox, home: dict[str, str], pod: str
) -> None:
    with Service(product, {**home, **shared_sandbox.environment}) as other:
        forward = other.call("ssh/forward/open", podId=pod, port=22)["forward"]
        socket.create_connection(("127.0.0.1", forward["listenPort"]), 10).close()
    assert other.process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", forward["listenPort"]), 10)


def test_a_port_that_is_taken(service: Service, pod: str, greeter: int) -> None:
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/forward/open", podId=pod, port=22, listenPort=greeter)
    assert failed.value.kind == "conflict"


def test_what_the_server_does_not_permit_is_told_as_that(service: Service, greeter: int) -> None:
    """Case 30: "Port 0 cannot be listened on", and local forwards whose every connection died."""
    pod = service.call("pods/create", imageName="no-forwarding", gpuTypeId="NVIDIA L4")["pod"]["id"]
    service.call("pods/wait", podId=pod)
    for params in (
        {"port": 22},
        {"port": 22, "listenPort": 0, "listenHost": "0.0.0.0"},
        {"port": greeter, "direction": "remote"},
        {"port": greeter, "direction": "remote", "listenPort": 40123},
    ):
        with pytest.raises(CallFailed) as failed:
            service.call("ssh/forward/open", podId=pod, **params)
        assert failed.value.kind == "forbidden"
        assert "not permitted" in failed.value.message
        assert "AllowTcpForwarding" in failed.value.data["hint"]
    assert service.call("ssh/forward/list")["forwards"] == []
    service.call("pods/terminate", podId=pod)


def test_the_address_that_is_told_is_the_address_that_is_bound(service: Service, pod: str, greeter: int) -> None:
    """Case 30: sshd opens ports on the loopback address alone unless it has GatewayPorts, and does not say so."""
    asked = {"podId": pod, "port": greeter, "direction": "remote", "listenHost": "0.0.0.0"}
    forward = service.call("ssh/forward/open", **asked)["forward"]
    assert (forward["listenHost"], forward["state"]) == ("127.0.0.1", "open")
    assert "GatewayPorts" in forward["reason"]
    assert service.call("ssh/forward/list")["forwards"] == [forward]
    port = service.call("ssh/resolve", podId=pod)["port"]
    here = service.call("ssh/forward/open", podId=pod, port=port, listenHost="0.0.0.0")["forward"]
    assert (here["listenHost"], "reason" in here) == ("0.0.0.0", False)
    with socket.create_connection(("127.0.0.2", here["listenPort"]), 10) as connection:
        assert connection.recv(4) == b"SSH-"


def test_a_service_that_takes_one_connection_only_keeps_it(service: Service, pod: str) -> None:
    """Whether the server permits forwards is tried elsewhere."""
    once = "import socket; s = socket.create_server(('127.0.0.1', 8766)); print('up', flush=True); c, _ = s.accept(); c.sendall(b'once')"
    running = service.begin("ssh/exec", podId=pod, command=["python3", "-uc", once])
    with running.changed:
        assert running.changed.wait_for(lambda: bool(running.notifications), 30)
    forward = service.call("ssh/forward/open", podId=pod, port=8766)["forward"]
    with socket.create_connection(("127.0.0.1", forward["listenPort"]), 10) as connection:
        assert connection.makefile("rb").read() == b"once"
    running.result()


def masters(service: Service) -> list[int]:
    """The clients that hold a service's connections."""
    tasks = Path(f"/proc/{service.process.pid}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
