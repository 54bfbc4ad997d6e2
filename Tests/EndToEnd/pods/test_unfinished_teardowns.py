"""A termination that RunPod answered with nothing but errors."""

from __future__ import annotations

import json
import subprocess

from pods.conftest import Face
from sandbox import Sandbox
from service import Service


def live(sandbox: Sandbox) -> list[str]:
    """The ids of the pods that run."""
    return [pod["id"] for pod in sandbox.admin("GET", "/state")["pods"] if pod["status"] == "RUNNING"]


def test_a_teardown_that_could_not_finish_is_finished_by_the_next_command(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service)["id"]
    everything = {"face": face.name, "operation": "*", "kind": "status", "status": 503, "times": -1}
    sandbox.admin("POST", "/faults", everything)
    request = {"jsonrpc": "2.0", "id": 1, "method": "pods/terminate", "params": {"podId": pod}}
    one_shot = subprocess.run([product], input=json.dumps(request).encode() + b"\n", env=own, capture_output=True, timeout=90)
    assert b'"error"' in one_shot.stdout
    assert live(sandbox) == [pod]
    sandbox.admin("DELETE", "/faults")
    request = {"jsonrpc": "2.0", "id": 1, "method": "pods/list"}
    done = subprocess.run([product], input=json.dumps(request).encode() + b"\n", env=own, capture_output=True, timeout=90)
    assert f"pods/terminate podId={pod}".encode() in done.stderr
    assert live(sandbox) == []
