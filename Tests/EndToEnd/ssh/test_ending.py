"""What becomes of commands on pods when nobody is left to hear of them."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from service import Service
from session import Session


@pytest.mark.parametrize("end", ["its reader is gone", "a second signal"])
def test_a_command_ends_with_its_service(
    product: str, service: Service, pod: str, home: dict[str, str], shared_sandbox: Any, end: str
) -> None:
    with Session(product, environment={**home, **shared_sandbox.environment}) as session:
        session.request(1, "ssh/exec", {"podId": pod, "command": "echo $$; exec sleep 600"})
        number = session.receive(60)["params"]["data"].strip()
        assert service.call("ssh/exec", podId=pod, command=f"kill -0 {number}")["exitCode"] == 0
        if end == "its reader is gone":
            session.process.stdout.close()
            session.request(2, "service/status")
            assert session.process.wait(60) == 74
        else:
            session.process.send_signal(signal.SIGTERM)
            session.process.send_signal(signal.SIGINT)
            assert session.process.wait(60) != 0
        waiting = f"for n in $(seq 600); do kill -0 {number} 2>/dev/null || exit 0; sleep 0.1; done; exit 1"
        assert service.call("ssh/exec", 90, podId=pod, command=waiting)["exitCode"] == 0
