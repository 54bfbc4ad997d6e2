"""Creations whose answer is lost, wherever: one pod, in the books, or none."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service


def alive(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The pods of the account."""
    return [pod for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"]]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502, "after": True},
        {"kind": "drop", "after": True},
        {"kind": "garbage"},
        {"kind": "html", "after": True},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_pod_whose_answer_was_lost_is_adopted(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], fault: dict[str, Any]
) -> None:
    with Service(product, own) as service:
        # A connection that was used before: libcurl would repeat what gets no answer on it.
        service.call("pods/list")
        face.break_next(sandbox, face.create, **fault)
        pod = face.rent(service)
        assert [found["id"] for found in alive(sandbox)] == [pod["id"]]
        assert len(face.calls(sandbox, face.create)) == 1
        assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"


def test_a_creation_is_not_repeated_when_calls_are_limited(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        face.break_next(sandbox, face.create, kind="limit", seconds=7)
        with pytest.raises(CallFailed) as failed:
            face.rent(service)
        assert failed.value.kind == "rateLimited"
        assert failed.value.data["details"]["retryAfterSeconds"] == "7"
        assert len(face.calls(sandbox, face.create)) == 1


def test_a_read_waits_as_long_as_it_is_told_to(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        face.break_next(sandbox, face.list, kind="limit", seconds=2)
        face.break_next(sandbox, face.list, kind="status", status=503)
        begin = time.monotonic()
        assert service.call("pods/list")["pods"] == []
        assert time.monotonic() - begin >= 2
        assert len(face.calls(sandbox, face.list)) == 3


def test_what_a_killed_service_has_rented_is_found_by_the_next(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        # It never hears of its pod.
        face.break_next(sandbox, face.create, kind="hang", after=True)
        service.begin("pods/create", **face.rental)
        deadline = time.monotonic() + 20
        while not alive(sandbox):
            assert time.monotonic() < deadline, "no pod was rented"
            time.sleep(0.05)
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    [left] = alive(sandbox)
    with Service(product, own) as service:
        [known] = service.call("pods/list")["pods"]
        assert known["id"] == left["id"]
        assert service.call("pods/terminate", podId=known["id"])["pod"]["status"] == "terminated"
    assert alive(sandbox) == []
