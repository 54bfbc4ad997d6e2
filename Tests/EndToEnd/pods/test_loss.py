"""Pods that are taken away while a workflow is at work on them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service


def downloads(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [entry for entry in sandbox.admin("GET", "/requests") if entry["path"].endswith(".tar.gz")]


@pytest.mark.parametrize(
    ("deed", "kind", "words"),
    [("outbid", "noCapacity", "outbid"), ("stop", "conflict", "is stopped"), ("terminate", "notFound", "no longer in the account")],
)
def test_a_workflow_ends_at_once_when_its_pod_is_taken_away(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], deed: str, kind: str, words: str
) -> None:
    if deed == "outbid" and face.name == "rest":
        pytest.skip("REST has no spot pods")
    # Its SSH server answers for longer than the test lasts, and the step would not end by itself.
    sandbox.admin("POST", "/settings", {"outbidGrace": 600})
    sandbox.admin("POST", "/faults", {"face": "github", "operation": "GET *.tar.gz", "kind": "hang", "times": -1})
    setup = {"repoUrl": "https://github.com/octo/lost", "runnerName": "lost"}
    with Service(product, own) as service:
        call = service.begin("workflows/setupRunner", **face.rental, **setup)
        deadline = time.monotonic() + 60
        while not downloads(sandbox):
            assert time.monotonic() < deadline, "the runner is not downloaded"
            time.sleep(0.1)
        [pod] = [pod for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"]]
        sandbox.admin("POST", f"/pods/{pod['id']}/{deed}")
        with pytest.raises(CallFailed) as failed:
            call.result(120)
        assert failed.value.kind == kind
        assert words in failed.value.message
        assert failed.value.data["details"]["step"] == "installRunner"
        assert all(pod["gone"] for pod in sandbox.admin("GET", "/state")["pods"])
        assert service.call("runners/list", repoUrl=setup["repoUrl"])["runners"] == []
