"""Creations whose answer is lost, wherever: one pod, in the books, or none."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pods.conftest import GPU, Face
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


def test_a_limit_that_outlasts_the_creation_is_told(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        face.break_next(sandbox, face.create, kind="limit", seconds=70)
        with pytest.raises(CallFailed) as failed:
            face.rent(service)
        assert failed.value.kind == "rateLimited"
        assert failed.value.data["details"]["retryAfterSeconds"] == "70"
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


OFFERS = {"graphql": "gpuTypes", "rest": "GET /catalog/gpus"}
TERMINATE = {"graphql": "podTerminate", "rest": "DELETE /pods/*"}


@dataclass(frozen=True)
class Moment:
    """Where a service is killed: in a call that does not come to its end, after what else goes wrong."""

    operation: str
    has_effect: bool = False
    pods: int = 0
    """How many there are then."""
    creation: str | None = None
    """What is wrong with the creation that it follows on."""

    def hits(self, face: Face) -> str:
        """The call's name in the sandbox."""
        names = {"offers": OFFERS[face.name], "create": face.create, "list": face.list, "terminate": TERMINATE[face.name]}
        return names[self.operation]


MOMENTS = {
    "before anything is asked for": Moment("offers"),
    "before the creation has its effect": Moment("create"),
    "after the creation has had its effect": Moment("create", has_effect=True, pods=1),
    "while it looks for what a creation has made": Moment("list", pods=1, creation="effective"),
    "while it looks for what a creation has not made": Moment("list", creation="vain"),
    "before the termination has its effect": Moment("terminate", pods=1),
    "after the termination has had its effect": Moment("terminate", has_effect=True),
}


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_wherever_a_service_is_killed_the_next_knows_every_pod(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], moment: Moment
) -> None:
    operation = moment.hits(face)
    rental = {**face.rental, "gpuTypeId": [GPU, "NVIDIA L4"]}
    with Service(product, own) as service:
        begun = service.call("pods/create", **rental)["pod"]["id"] if moment.operation == "terminate" else None
        if moment.creation:
            face.break_next(sandbox, face.create, kind="status", status=502, after=moment.creation == "effective")
        sandbox.admin("DELETE", "/requests")
        face.break_next(sandbox, operation, kind="hang", after=moment.has_effect)
        if begun:
            service.begin("pods/terminate", podId=begun)
        else:
            service.begin("pods/create", **rental)
        wait_until(lambda: not sandbox.admin("GET", "/faults") and len(alive(sandbox)) == moment.pods)
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    left = {pod["id"] for pod in alive(sandbox)}
    sandbox.admin("DELETE", "/requests")
    with Service(product, own) as service:
        if begun:
            wait_until(lambda: not alive(sandbox))
        known = [pod for pod in service.call("pods/list")["pods"] if pod["status"] in ("starting", "running")]
        assert {pod["id"] for pod in known} == (set() if begun else left)
        for pod in known:
            assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    assert alive(sandbox) == []
    assert face.calls(sandbox, face.create) == []
