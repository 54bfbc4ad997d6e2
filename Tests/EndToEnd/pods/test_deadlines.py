"""Deadlines when nobody is left to keep them."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import Service


SECONDS = 20
"""Long enough for pods to come up before their time."""


def time_from_now(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def limits(service: Service, face: Face, seconds: float) -> list[dict[str, Any]]:
    """Each way to say when a pod has to end, or to stop."""
    [offer] = service.call("pods/offers", gpuTypeId="NVIDIA L4", cloudType="SECURE")["offers"]
    price = 0.5 if face.name == "graphql" else offer["pricePerHour"]
    return [
        {"terminateAfter": time_from_now(seconds)},
        {"maxLifetimeSeconds": seconds},
        {"maxCost": price * seconds / 3600},
        {"idleTimeoutSeconds": 3},
        {"stopAfter": time_from_now(seconds)},
    ]


def rent(service: Service, face: Face, limit: dict[str, Any]) -> str:
    return face.rent(service, gpuTypeId="NVIDIA L4", cloudType="SECURE", bidPerGpu=0.5, **limit)["id"]


def ended(sandbox: Sandbox) -> dict[str, str]:
    """What has become of pods that do not run any more."""
    pods = sandbox.admin("GET", "/state")["pods"]
    return {pod["id"]: "gone" if pod["gone"] else "stopped" for pod in pods if pod["status"] != "RUNNING"}


def wait_for_ends(sandbox: Sandbox, ids: list[str], seconds: float = 150) -> None:
    """All of them end; the last one is stopped only."""
    expected = {id: "gone" for id in ids[:-1]} | {ids[-1]: "stopped"}
    deadline = time.monotonic() + seconds
    while ended(sandbox) != expected:
        assert time.monotonic() < deadline, (expected, ended(sandbox))
        time.sleep(0.3)


def kill(service: Service) -> None:
    service.process.send_signal(signal.SIGKILL)
    service.process.wait()


def test_every_limit_is_kept_when_no_service_is_alive(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        ways = limits(service, face, SECONDS)
        ids = [rent(service, face, limit) for limit in ways]
        calls = [service.begin("pods/wait", podId=id) for id in ids]
        keepers = [call.result()["pod"]["deadlineKeeper"] for call in calls]
        assert keepers == ["pod"] * 5
        kill(service)
    wait_for_ends(sandbox, ids)


def test_every_limit_is_kept_by_the_next_service(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    with Service(product, own) as service:
        ways = limits(service, face, 5)
        # Nothing is started on pods that do not come up, and nobody but a service ends them then.
        sandbox.admin("POST", "/settings", {"sshdDelay": None})
        ids = [rent(service, face, limit) for limit in ways]
        kill(service)
    with Service(product, own) as service:
        service.call("service/ping")
        sandbox.admin("POST", "/settings", {"sshdDelay": 0})
        wait_for_ends(sandbox, ids)
        statuses = {pod["id"]: pod["status"] for pod in service.call("pods/list")["pods"]}
        assert [statuses[id] for id in ids] == ["terminated"] * 4 + ["stopped"]


def test_a_container_that_restarts_gets_what_keeps_its_deadlines_again(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = rent(service, face, {"idleTimeoutSeconds": 3600})
        service.call("pods/wait", podId=pod)
        look = "cat /run/runpod-rpc/pid 2>/dev/null && kill -0 $(cat /run/runpod-rpc/pid)"
        before = service.call("ssh/exec", podId=pod, command=look)
        assert before["exitCode"] == 0
        watch = service.call("pods/watch", podId=pod)["watchId"]
        sandbox.admin("POST", f"/pods/{pod}/crash")
        keepers = (
            service.notification(lambda message: message["method"] == "pods/didChange", 60)["params"]["pod"]
            for _ in range(10)
        )
        assert any(change["deadlineKeeper"] == "service" for change in keepers)
        assert any(change["deadlineKeeper"] == "pod" for change in keepers)
        service.call("pods/unwatch", watchId=watch)
        assert service.call("ssh/exec", podId=pod, command=look)["exitCode"] == 0


@pytest.mark.one_face("only of REST is it unknown whether pods' keys may look at their pods")
def test_a_key_that_may_not_look_at_its_pod_ends_it(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"restPodReads": False})
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "rest"}) as service:
        params = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "interruptible": False}
        pod = service.call("pods/create", **params, maxLifetimeSeconds=SECONDS)["pod"]["id"]
        assert service.call("pods/wait", podId=pod)["pod"]["deadlineKeeper"] == "pod"
        kill(service)
    deadline = time.monotonic() + 120
    while pod not in ended(sandbox):
        assert time.monotonic() < deadline
        time.sleep(0.3)


@pytest.mark.one_face("only REST may refuse the keys of pods; GraphQL takes them")
def test_a_key_that_rest_does_not_take_is_told_and_the_service_keeps_the_deadline(
    product: str, sandbox: Sandbox, home: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"restPodKeys": False})
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "rest"}) as service:
        service.call("initialize", capabilities={})
        params = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "interruptible": False}
        pod = service.call("pods/create", **params, maxLifetimeSeconds=SECONDS)["pod"]["id"]
        assert service.call("pods/wait", podId=pod)["pod"]["deadlineKeeper"] == "service"
        told = service.notification(lambda message: message["method"] == "window/logMessage")
        assert "does not accept the key" in told["params"]["message"]
        deadline = time.monotonic() + 60
        while pod not in ended(sandbox):
            assert time.monotonic() < deadline
            time.sleep(0.3)
