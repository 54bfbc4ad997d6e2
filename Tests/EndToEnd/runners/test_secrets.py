"""Tokens, keys and registrations on all their ways. Where they were seen is judged when all tests are over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runners.steps import ask_github, install
from sandbox import Sandbox
from service import CallFailed, Service
from witness import Witness


@pytest.mark.parametrize("way", [{"jit": True}, {"ephemeral": True, "labels": ["gpu"]}, {"runAsRoot": True}])
def test_nothing_that_lets_one_register_stays_on_the_pod(
    shared_sandbox: Sandbox,
    service: Service,
    pod: str,
    repository: str,
    way: dict[str, Any],
    no_secret_leaves_its_place: Witness,
) -> None:
    before = shared_sandbox.admin("GET", "/state")["github"]
    install(service, pod, repository, **way)
    after = shared_sandbox.admin("GET", "/state")["github"]
    blobs = [text for text in after["credentials"] if text not in before["credentials"] and len(text) > 200]
    assert bool(blobs) == way.get("jit", False) and (blobs or len(after["tokens"]) > len(before["tokens"]))
    shared_sandbox.tell()
    assert no_secret_leaves_its_place.findings == []
    service.call("runners/logs", podId=pod, lines=10_000)
    service.call("runners/remove", podId=pod, seconds=180)


def test_tokens_that_a_user_brings(shared_sandbox: Sandbox, service: Service, pod: str, repository: str) -> None:
    wrong = ask_github(shared_sandbox, repository, "remove-token")["token"]
    with pytest.raises(CallFailed) as failed:
        service.call("runners/install", podId=pod, repoUrl=repository, token=wrong, seconds=180)
    assert failed.value.kind == "unauthorized" and wrong not in json.dumps(service.received)
    token = ask_github(shared_sandbox, repository, "registration-token")["token"]
    install(service, pod, repository, token=token)
    removal = service.call(
        "runners/remove", podId=pod, token=ask_github(shared_sandbox, repository, "remove-token")["token"], seconds=180
    )["removal"]
    assert removal["deregistered"] and not removal["warnings"]
