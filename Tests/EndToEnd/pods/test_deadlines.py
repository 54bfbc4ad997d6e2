"""Deadlines when nobody is left to keep them."""

from __future__ import annotations

import signal
import time

from pods.conftest import Face
from sandbox import Sandbox
from service import Service


def is_gone(sandbox: Sandbox, id: str, seconds: float) -> bool:
    """Whether the pod ends within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(pod["gone"] for pod in sandbox.admin("GET", "/state")["pods"] if pod["id"] == id):
            return True
        time.sleep(0.2)
    return False


def test_a_pod_ends_although_the_service_was_killed(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service, maxLifetimeSeconds=15)
        ready = service.call("pods/wait", podId=pod["id"])["pod"]
        assert ready["deadlineKeeper"] == ("runpod" if face.name == "graphql" else "pod")
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    assert is_gone(sandbox, pod["id"], 40)


def test_a_pod_without_jobs_ends_by_itself(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        pod = face.rent(service, idleTimeoutSeconds=3)
        assert service.call("pods/wait", podId=pod["id"])["pod"]["deadlineKeeper"] == "pod"
        assert is_gone(sandbox, pod["id"], 30)


def test_a_service_that_lives_stops_a_pod_at_its_time(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
        pod = face.rent(service, stopAfter=at)
        deadline = time.monotonic() + 40
        while service.call("pods/get", podId=pod["id"])["pod"]["status"] != "stopped":
            assert time.monotonic() < deadline
            time.sleep(0.3)
