"""Pods, from renting to ending, in the sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sandbox import Sandbox
from service import CallFailed, Service

GPU = "NVIDIA GeForce RTX 4090"


def create(service: Service, **params: Any) -> dict[str, Any]:
    """A rented pod."""
    return service.call("pods/create", **{"imageName": "runpod/base:1.0", "gpuTypeId": GPU, **params})["pod"]


def test_a_pod_is_rented_reached_stopped_resumed_and_ended(service: Service) -> None:
    pod = create(service, name="trainer", env={"COLOUR": "red"})
    assert pod["name"].startswith("trainer-")
    assert (pod["status"], pod["interruptible"], pod["gpuCount"]) == ("starting", True, 1)
    waiting = service.begin("pods/wait", podId=pod["id"], timeoutSeconds=60)
    ready = waiting.result()["pod"]
    assert ready["status"] == "running"
    assert ready["created"] <= ready["updated"]
    percentages = [value["percentage"] for value in waiting.progress if "percentage" in value]
    assert percentages == sorted(percentages)
    assert service.call("pods/get", podId=pod["id"])["pod"]["sshPort"] == ready["sshPort"]
    both = service.call("pods/status", podId=pod["id"])
    assert both["agrees"] and both["remote"]["desiredStatus"] == "RUNNING"

    assert service.call("pods/stop", podId=pod["id"])["pod"]["status"] == "stopped"
    assert service.call("pods/resume", podId=pod["id"])["pod"]["status"] == "starting"
    again = service.call("pods/wait", podId=pod["id"], timeoutSeconds=60)["pod"]
    assert again["sshPort"] != ready["sshPort"]

    assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    with pytest.raises(CallFailed) as failed:
        service.call("pods/resume", podId=pod["id"])
    assert failed.value.kind == "notFound"


def test_pods_are_listed_by_status_and_in_pages(service: Service) -> None:
    ids = [create(service)["id"] for _ in range(3)]
    service.call("pods/terminate", podId=ids[0])
    first = service.call("pods/list", limit=2)
    assert [pod["id"] for pod in first["pods"]] == [ids[2], ids[1]]
    second = service.call("pods/list", limit=2, cursor=first["nextCursor"])
    assert [pod["id"] for pod in second["pods"]] == [ids[0]]
    assert "nextCursor" not in second
    terminated = service.call("pods/list", status="terminated")["pods"]
    assert [pod["id"] for pod in terminated] == [ids[0]]
    for id in ids:
        service.call("pods/terminate", podId=id)


def test_the_books_survive_the_service(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as service:
        pod = create(service)
    with Service(product, environment) as service:
        assert [known["id"] for known in service.call("pods/list")["pods"]] == [pod["id"]]
        service.call("pods/terminate", podId=pod["id"])


def test_a_deadline_is_sent_to_runpod(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    deadline = (datetime.now(timezone.utc) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = create(service, terminateAfter=deadline)
        assert pod["terminateAfter"] == deadline
    sent = [entry for entry in sandbox.admin("GET", "/requests") if "podRentInterruptable" in str(entry)]
    assert len(sent) == 1
    assert deadline in str(sent[0])


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"capacity": 0}, "noCapacity", "instances"),
        ({"balance": 0}, "insufficientBalance", "balance"),
    ],
)
def test_refusals_have_their_kind_and_rent_nothing(
    product: str, sandbox: Sandbox, home: dict[str, str], settings: dict[str, Any], kind: str, words: str
) -> None:
    sandbox.admin("POST", "/settings", settings)
    with Service(product, {**home, **sandbox.environment}) as service:
        with pytest.raises(CallFailed) as failed:
            create(service)
        assert failed.value.kind == kind
        assert words in failed.value.message
        assert failed.value.data["hint"]
        assert [pod["status"] for pod in service.call("pods/list")["pods"]] == ["failed"]


def test_a_pod_that_never_gets_ready_times_out_with_its_id(service: Service) -> None:
    pod = create(service, imageName="debian-no-sshd")
    with pytest.raises(CallFailed) as failed:
        service.call("pods/wait", podId=pod["id"], timeoutSeconds=3)
    assert failed.value.kind == "timeout"
    assert failed.value.data["resources"] == {"podId": pod["id"]}
    assert "sshd" in failed.value.data["hint"]
    assert service.call("pods/get", podId=pod["id"])["pod"]["status"] == "running"
    service.call("pods/terminate", podId=pod["id"])


def test_waiting_for_many_pods_costs_one_call_a_look(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **sandbox.environment}) as service:
        ids = [create(service)["id"] for _ in range(8)]
        sandbox.admin("DELETE", "/requests")
        for call in [service.begin("pods/wait", podId=id, timeoutSeconds=60) for id in ids]:
            assert call.result()["pod"]["status"] == "running"
        assert len(sandbox.admin("GET", "/requests")) <= 8
