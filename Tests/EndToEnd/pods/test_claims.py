"""Pods whose client, or whose service, died before the answer was delivered."""

from __future__ import annotations

import json
import subprocess
import time

from pods.conftest import Face
from sandbox import Sandbox
from service import Service


def begin_and_die(product: str, face: Face, sandbox: Sandbox, own: dict[str, str], how: str) -> None:
    """A creation whose answer nobody gets: RunPod has done it and answers late."""
    sandbox.admin("POST", "/faults", {"face": face.name, "operation": face.create, "kind": "slow", "seconds": 2})
    pipe = subprocess.PIPE
    process = subprocess.Popen([product], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=own)
    request = {"jsonrpc": "2.0", "id": 1, "method": "pods/create", "params": {**face.rental, "clientToken": "t1"}}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    if how == "client":
        process.stdin.close()
        process.stdout.close()
    else:
        while not sandbox.admin("GET", "/state")["pods"]:
            time.sleep(0.02)
        process.kill()
    process.wait(60)


def live(sandbox: Sandbox) -> list[str]:
    return [pod["id"] for pod in sandbox.admin("GET", "/state")["pods"] if pod["status"] == "RUNNING"]


def test_a_pod_whose_client_is_gone_is_told_and_found_again(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    begin_and_die(product, face, sandbox, own, "client")
    if not live(sandbox):
        # The service ended it: its creation was called off with its client.
        return
    [pod] = live(sandbox)
    with Service(product, own) as service:
        findings = service.call("pods/reconcile")["findings"]
        assert [(finding["kind"], finding["podId"]) for finding in findings] == [("unclaimed", pod)]
        again = face.rent(service, clientToken="t1")
        assert again["id"] == pod
        service.call("service/ping")
        assert service.call("pods/reconcile")["findings"] == []
    assert live(sandbox) == [pod]


def test_a_pod_that_nobody_claims_is_ended_after_a_quarter_of_an_hour(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    begin_and_die(product, face, sandbox, own, "client")
    sandbox.admin("POST", "/clock", {"advance": 1000})
    with Service(product, own) as service:
        service.call("pods/list")
        deadline = time.monotonic() + 60
        while live(sandbox):
            assert time.monotonic() < deadline
            time.sleep(0.3)
