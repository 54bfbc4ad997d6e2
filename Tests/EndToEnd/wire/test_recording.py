"""`--record`: both directions as they were, but for secrets."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from framing import frame
from messages import lines, request
from session import Session, run

SECRET = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"


def recorded(directory: Path) -> tuple[bytes, bytes]:
    """What came in and what went out."""
    (received,) = directory.glob("*.in")
    (sent,) = directory.glob("*.out")
    for path in (received, sent):
        assert path.stat().st_mode & 0o077 == 0
    return received.read_bytes(), sent.read_bytes()


@pytest.mark.parametrize("framing", ["lines", "headers"])
def test_a_recording_can_be_played_again(conformance_server: str, tmp_path: Path, framing: str) -> None:
    bodies = [lines(request(id, "test.echo", ["é" * id])).strip() for id in range(20)] + [b"{broken", b'"text']
    data = b"".join(frame(body, framing) for body in bodies)
    output, _ = run(conformance_server, data, "--record", str(tmp_path / "session"))
    received, sent = recorded(tmp_path / "session")
    assert (received, sent) == (data, output)
    assert run(conformance_server, received)[0] == output


def test_no_secret_is_recorded(conformance_server: str, tmp_path: Path) -> None:
    environment = {"RUNPOD_API_KEY": "rpa_key_of_the_environment"}
    with Session(conformance_server, "--record", str(tmp_path), environment=environment) as session:
        session.request(1, "test.echo", {"token": SECRET, "text": f"with {SECRET} in it"})
        assert session.receive()["result"]["token"] == SECRET
        session.request(2, "test.echo", {"env": {"HF_TOKEN": "hf_abcdefgh"}, "note": environment["RUNPOD_API_KEY"]})
        session.receive()
        session.request(3, "test.progress", {"reports": 1, "workDoneToken": "a-progress-token"})
        session.answer()
        session.end()
    received, sent = recorded(tmp_path)
    for text in (received, sent):
        for secret in (SECRET, "hf_abcdefgh", environment["RUNPOD_API_KEY"]):
            assert secret.encode() not in text
        assert b"a-progress-token" in text
    assert b"with " + b"*" * len(SECRET) + b" in it" in received


def test_a_place_that_cannot_be_used_is_named(product: str) -> None:
    result = subprocess.run(
        [product, "--record", "/proc/nowhere"], input=lines(request(1, "service/ping")), capture_output=True, check=True
    )
    assert b'"id":1' in result.stdout
    assert b"/proc/nowhere" in result.stderr
