"""Pods, from renting to ending."""

from __future__ import annotations

import os
import pwd
import socket
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service


def test_a_pod_is_rented_reached_stopped_resumed_and_ended(face: Face, service: Service) -> None:
    pod = face.rent(service, name="trainer", env={"COLOUR": "red"})
    assert pod["name"].startswith("trainer-")
    assert (pod["status"], pod["interruptible"], pod["gpuCount"]) == ("starting", face.name == "graphql", 1)
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
    assert service.call("pods/stop", podId=pod["id"])["pod"]["status"] == "stopped"
    assert service.call("pods/resume", podId=pod["id"])["pod"]["status"] == "starting"
    again = service.call("pods/wait", podId=pod["id"], timeoutSeconds=60)["pod"]
    assert again["sshPort"] != ready["sshPort"]

    assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    assert service.call("pods/terminate", podId=pod["id"])["pod"]["status"] == "terminated"
    with pytest.raises(CallFailed) as failed:
        service.call("pods/resume", podId=pod["id"])
    assert failed.value.kind == "notFound"


def test_pods_are_listed_by_status_and_in_pages(face: Face, service: Service) -> None:
    ids = [face.rent(service)["id"] for _ in range(3)]
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


def test_the_books_survive_the_service(product: str, face: Face, shared: dict[str, str]) -> None:
    with Service(product, shared) as service:
        pod = face.rent(service)
    with Service(product, shared) as service:
        assert [known["id"] for known in service.call("pods/list")["pods"]] == [pod["id"]]
        service.call("pods/terminate", podId=pod["id"])


def test_a_pod_carries_its_deadline_and_its_owner_and_runpod_is_told_of_none(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    deadline = (datetime.now(timezone.utc) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Service(product, own) as service:
        pod = face.rent(service, terminateAfter=deadline)
        assert pod["terminateAfter"] == deadline
        assert pod["deadlineKeeper"] == "service"
        tag = service.call("pods/status", podId=pod["id"])["remote"]["tag"]
    assert tag["terminateAfter"] == deadline
    assert tag["owner"] == f"{pwd.getpwuid(os.geteuid()).pw_name}@{socket.gethostname()}"
    assert tag["ownerId"]
    [sent] = face.calls(sandbox, face.create)
    assert "terminateAfter" not in sent["body"]
    assert "RUNPOD_RPC_TERMINATE_AFTER" in sent["body"]
    assert deadline in sent["body"]


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"capacity": 0}, "noCapacity", "instances"),
        ({"balance": 0}, "insufficientBalance", "balance"),
    ],
)
def test_refusals_have_their_kind_and_rent_nothing(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], settings: dict[str, Any], kind: str, words: str
) -> None:
    sandbox.admin("POST", "/settings", settings)
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            face.rent(service)
        assert failed.value.kind == kind
        assert words in failed.value.message
        assert failed.value.data["hint"]
        assert [pod["status"] for pod in service.call("pods/list")["pods"]] == ["failed"]


@pytest.mark.parametrize(("image", "words"), [("debian-no-sshd", "sshd"), ("base-crash-loop", "started anew")])
def test_a_pod_that_never_gets_ready_times_out_with_its_id(
    face: Face, service: Service, image: str, words: str
) -> None:
    pod = face.rent(service, imageName=image)
    with pytest.raises(CallFailed) as failed:
        service.call("pods/wait", podId=pod["id"], timeoutSeconds=8)
    assert failed.value.kind == "timeout"
    assert failed.value.data["resources"] == {"podId": pod["id"]}
    assert words in failed.value.data["hint"]
    assert service.call("pods/get", podId=pod["id"])["pod"]["status"] == "running"
    service.call("pods/terminate", podId=pod["id"])


def test_an_image_that_cannot_be_pulled_is_told_at_once(face: Face, service: Service) -> None:
    pod = face.rent(service, imageName="bad-image:1")
    with pytest.raises(CallFailed) as failed:
        service.call("pods/wait", podId=pod["id"], timeoutSeconds=60)
    assert "image" in failed.value.message
    assert failed.value.data["retryable"] is False
    service.call("pods/terminate", podId=pod["id"])


def test_a_full_host_is_told_and_the_pod_stays_stopped(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)
        service.call("pods/stop", podId=pod["id"])
        sandbox.admin("POST", "/settings", {"hostFull": True})
        with pytest.raises(CallFailed) as failed:
            service.call("pods/resume", podId=pod["id"])
        assert failed.value.kind == "noCapacity"
        assert "host" in failed.value.data["hint"]
        assert service.call("pods/get", podId=pod["id"])["pod"]["status"] == "stopped"


def test_waiting_for_many_pods_costs_one_call_a_look(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        ids = [face.rent(service)["id"] for _ in range(8)]
        sandbox.admin("DELETE", "/requests")
        for call in [service.begin("pods/wait", podId=id, timeoutSeconds=60) for id in ids]:
            assert call.result()["pod"]["status"] == "running"
        assert len(face.calls(sandbox)) <= 8
