"""Nothing is waited for without an end or a word."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import CallFailed, Service


def test_an_agent_that_never_answers_is_named(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], pod: str, tmp_path: Path
) -> None:
    path = tmp_path / "agent"
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(path))
        agent.listen(16)
        environment = {**home, **shared_sandbox.environment, "SSH_AUTH_SOCK": str(path)}
        with Service(product, environment) as waiting:
            call = waiting.begin("ssh/connect", podId=pod)
            with pytest.raises(CallFailed) as failed:
                call.result(60)
    assert failed.value.kind == "environmentIncomplete"
    assert failed.value.data["details"] == {"reason": "hungAgent", "path": str(path)}
    assert "SSH_AUTH_SOCK" in failed.value.data["hint"]
    assert any("Connecting to" in value.get("message", "") for value in call.progress)
