"""Pods that cost money unseen: found, told, ended."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import Service


def change(service: Service, watch: int, status: str, seconds: float = 30) -> dict[str, Any]:
    """The change of a watch that says that a pod has this status."""

    def fits(message: dict[str, Any]) -> bool:
        params = message.get("params", {})
        is_ours = message.get("method") == "pods/didChange" and params["watchId"] == watch
        return is_ours and params["pod"]["status"] == status

    return service.notification(fits, seconds)["params"]


def test_pods_of_a_lost_state_file_name_their_owner_and_are_dealt_with_by_the_owners_id(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service, name="ci")
    shutil.rmtree(Path(own["XDG_STATE_HOME"]))
    with Service(product, own) as service:
        [finding] = service.call("pods/reconcile")["findings"]
        assert (finding["kind"], finding["podId"]) == ("foreign", pod["id"])
        assert finding["owner"] == f"{pwd.getpwuid(os.geteuid()).pw_name}@{socket.gethostname()}"
        assert finding["costPerHour"] > 0
        assert service.call("pods/list")["pods"] == []
        [finding] = service.call("pods/reconcile", apply=True, orphans="end")["findings"]
        assert "action" not in finding
        [finding] = service.call("pods/reconcile", apply=True, owner=finding["ownerId"])["findings"]
        assert finding["action"] == "adopted"
        assert [known["id"] for known in service.call("pods/list")["pods"]] == [pod["id"]]
        service.call("pods/terminate", podId=pod["id"])


@pytest.mark.one_face("REST has no spot pods")
def test_a_spot_pod_that_is_lost_is_told_to_its_watchers(
    product: str, sandbox: Sandbox, home: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"outbidGrace": 0.2})
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4")["pod"]
        watch = service.call("pods/watch", podId=pod["id"])
        assert [known["id"] for known in watch["pods"]] == [pod["id"]]
        assert change(service, watch["watchId"], "running")["previous"] == "starting"
        sandbox.admin("POST", f"/pods/{pod['id']}/outbid")
        lost = change(service, watch["watchId"], "stopped")
        assert lost["outbid"] is True
        assert service.call("pods/reconcile")["findings"][0]["kind"] == "outbid"
        resumed = service.call("pods/resume", podId=pod["id"])["pod"]
        assert resumed["status"] == "starting"
        assert change(service, watch["watchId"], "running")["outbid"] is False
        service.call("pods/unwatch", watchId=watch["watchId"])
        service.call("pods/terminate", podId=pod["id"])


def test_watches_tell_every_change_and_end(face: Face, service: Service) -> None:
    watch = service.call("pods/watch")["watchId"]
    pod = face.rent(service)
    assert change(service, watch, "running")["pod"]["id"] == pod["id"]
    service.call("pods/terminate", podId=pod["id"])
    assert change(service, watch, "terminated")["pod"]["id"] == pod["id"]
    service.call("pods/unwatch", watchId=watch)
    count = len(service.received)
    other = face.rent(service)
    service.call("pods/terminate", podId=other["id"])
    assert all(message.get("method") != "pods/didChange" for message in service.received[count:])
