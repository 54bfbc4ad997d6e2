"""Files that go to and come from pods, and what is left of copies that were broken off."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import Call, CallFailed, Service

SIZE = 150_000_000


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file that takes a while."""
    path = tmp_path / "big"
    path.write_bytes(os.urandom(SIZE))
    path.chmod(0o640)
    os.utime(path, (1_234_567_890, 1_234_567_890))
    return path


def wait_until_under_way(call: Call) -> None:
    """Returns when a third of a copy has passed."""
    with call.changed:
        assert call.changed.wait_for(
            lambda: call.outcome.done() or any(value.get("percentage", 0) > 33 for value in call.progress), 60
        )


def said(call: Call) -> list[str]:
    """All that a call has said of how far it is."""
    return [value["message"] for value in call.progress if "message" in value]


def test_a_copy_that_was_cancelled_goes_on(service: Service, pod: str, big: Path) -> None:
    wish = {"podId": pod, "direction": "upload", "source": str(big), "destination": "/root/there/", "resume": True}
    first = service.begin("ssh/copy", **wish)
    wait_until_under_way(first)
    first.cancel()
    with pytest.raises(CallFailed) as failed:
        first.result()
    assert failed.value.code == -32800
    assert service.call("ssh/exec", podId=pod, command="ls /root/there")["stdout"] == ""

    second = service.begin("ssh/copy", **wish)
    assert second.result() == {"files": 1, "bytes": SIZE}
    assert any(message.endswith("are there already") for message in said(second))
    look = service.call("ssh/exec", podId=pod, command="cd /root/there && stat -c '%a %Y %s' big && ls -A && sha256sum big")
    here = hashlib.sha256(big.read_bytes()).hexdigest()
    assert look["stdout"].split() == ["640", "1234567890", str(SIZE), "big", here, "big"]


def test_a_copy_whose_service_was_killed_goes_on(
    product: str, service: Service, shared_sandbox: Sandbox, home: dict[str, str], pod: str, big: Path, tmp_path: Path
) -> None:
    service.call("ssh/copy", podId=pod, direction="upload", source=str(big), destination="/root/")
    back = tmp_path / "back"
    wish = {"podId": pod, "direction": "download", "source": "big", "destination": f"{back}/", "resume": True}
    with Service(product, {**home, **shared_sandbox.environment}) as doomed:
        call = doomed.begin("ssh/copy", **wish)
        wait_until_under_way(call)
        doomed.process.kill()
        doomed.process.wait()
    assert [path.name for path in back.iterdir() if not path.name.startswith(".runpod-rpc-")] == []
    again = service.begin("ssh/copy", **wish)
    assert again.result() == {"files": 1, "bytes": SIZE}
    assert any(message.endswith("are there already") for message in said(again))
    assert [path.name for path in back.iterdir()] == ["big"]
    assert (back / "big").read_bytes() == big.read_bytes()


def test_progress_is_in_bytes_and_never_goes_back(service: Service, pod: str, big: Path) -> None:
    call = service.begin("ssh/copy", podId=pod, direction="upload", source=str(big), destination="/root/")
    call.result()
    assert any("MB of 150.0 MB" in message for message in said(call))
    percentages = [value["percentage"] for value in call.progress if "percentage" in value]
    assert percentages == sorted(percentages)
