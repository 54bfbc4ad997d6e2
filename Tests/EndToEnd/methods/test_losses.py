"""A pod is lost, or its SSH server, in each step of a workflow: the workflow gets over it, or all of it is undone and the
error says what happened.

RUNPOD_RPC_MATRIX=full tries all steps, otherwise a few are drawn by RUNPOD_RPC_SEED, which a failure names."""

from __future__ import annotations

import random
import socket
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from methods.matrix import FULL, QUICK, SCENARIOS, SEED, Trial, try_all
from sandbox import Sandbox
from service import CallFailed, Service

FEW = 3
SETUP, TEARDOWN = [scenario for scenario in SCENARIOS if scenario.name in ("setup", "teardown")]
LOSSES = {
    "SSH is cut": (["kill-sshd", "start-sshd"], {"networkFailure"}),
    "SSH is gone": (["kill-sshd"], {"networkFailure", "sshUnreachable"}),
    "outbid": (["outbid"], {"noCapacity"}),
    "terminated": (["terminate"], {"notFound"}),
}
"""What is done to the pod, and what a setup may fail with."""


class Losing:
    """A trial in a sandbox of its own, whose pod is lost."""

    def __init__(self, product: str, home: Path, sandbox: Sandbox, name: str) -> None:
        sandbox.admin("POST", "/settings", {**QUICK, "outbidGrace": 0})
        scenario = SETUP if name == SETUP.name else TEARDOWN
        self.trial = Trial(product, product, sandbox, home, scenario)
        self.sandbox, self.method, self.steps = sandbox, scenario.method, 5 if scenario is SETUP else 3
        if scenario is TEARDOWN:
            # Its pod is there to be lost for as long as it takes.
            sandbox.admin("POST", "/faults", {"face": "graphql", "operation": "podTerminate", "kind": "hold"})

    def lose(self, loss: str) -> tuple[str, float]:
        """Which pod it was, and when it certainly was lost."""
        [pod] = self.sandbox.admin("GET", "/state")["pods"]
        for deed in LOSSES[loss][0]:
            self.sandbox.admin("POST", f"/pods/{pod['id']}/{deed}")
        while loss == "SSH is gone" and answers(pod["port"]):
            pass
        lost = time.time()
        self.sandbox.admin("DELETE", "/faults")
        return pod["id"], lost

    def run(self, loss: str, step: int) -> None:
        """Loses the pod in a step."""
        with Service(self.trial.product, self.trial.environment) as service:
            call = service.begin(self.method, **self.trial.params)
            call.wait_for(f"Step {step}/{self.steps}")
            pod, lost = self.lose(loss)
            try:
                workflow = call.result(240)["workflow"]
            except CallFailed as failed:
                assert self.steps == 5 and failed.kind in LOSSES[loss][1], failed.data
                assert pod in failed.message, failed.message
            else:
                if loss != "SSH is cut" and not self.is_excused(service, workflow, lost):
                    assert self.steps == 3 and workflow["result"]["warnings"], "it has not noticed"
                if loss != "SSH is cut" and self.steps == 5:
                    return
        self.trial.check(self.trial.recover())

    def is_excused(self, service: Service, workflow: dict[str, Any], lost: float) -> bool:
        """Whether nobody had to look at the pod any more when it was lost."""
        last_look = 5 if self.steps == 5 else 2
        events = service.call("workflows/events", workflowId=workflow["id"])["events"]
        words = f"Step {last_look}/{self.steps}"
        begun = next(event["time"] for event in events if words in event.get("message", ""))
        return datetime.fromisoformat(begun).timestamp() < lost


def answers(port: int) -> bool:
    """Whether anyone listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_every_loss_is_survived(product: str, tmp_path: Path) -> None:
    # Nobody has a connection before a setup's third step, nor a pod before its second.
    setups = [(SETUP.name, loss, step) for loss in LOSSES for step in range(3 if "SSH" in loss else 2, 6)]
    teardowns = [(TEARDOWN.name, loss, step) for loss in LOSSES for step in range(1, 4)]
    points = setups + teardowns

    def attempt(point: tuple[str, str, int]) -> None:
        name, loss, step = point
        with Sandbox() as sandbox:
            Losing(product, tmp_path, sandbox, name).run(loss, step)

    print(f"{try_all(points if FULL else random.Random(SEED).sample(points, FEW), attempt)} of {len(points)} losses")
