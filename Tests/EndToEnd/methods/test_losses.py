"""A pod is lost, or its SSH server, in each step of a workflow: the workflow gets over it, or all of it is undone and the
error says what happened.

RUNPOD_RPC_MATRIX=full tries all steps, otherwise a few are drawn by RUNPOD_RPC_SEED, which a failure names."""

from __future__ import annotations

import random
from pathlib import Path

from methods.matrix import FULL, QUICK, SCENARIOS, SEED, Trial, try_all
from sandbox import Sandbox
from service import CallFailed, Service

FEW = 3
[SETUP] = [scenario for scenario in SCENARIOS if scenario.name == "setup"]
LOSSES = {
    "SSH is cut": (["kill-sshd", "start-sshd"], {"networkFailure"}),
    "SSH is gone": (["kill-sshd"], {"networkFailure", "sshUnreachable"}),
    "outbid": (["outbid"], {"noCapacity"}),
    "terminated": (["terminate"], {"notFound"}),
}
"""What is done to the pod, and what the workflow may fail with."""


def test_every_loss_is_survived(product: str, tmp_path: Path) -> None:
    # Nobody has a connection before the third.
    points = [(loss, step) for loss in LOSSES for step in range(3 if "SSH" in loss else 2, 6)]
    with Sandbox() as sandbox:
        sandbox.admin("POST", "/settings", {**QUICK, "outbidGrace": 0})

        def attempt(point: tuple[str, int]) -> None:
            loss, step = point
            deeds, kinds = LOSSES[loss]
            trial = Trial(product, product, sandbox, tmp_path, SETUP)
            with Service(product, trial.environment) as service:
                call = service.begin(SETUP.method, **trial.params)
                call.wait_for(f"Step {step}/5")
                pods = [pod["id"] for pod in sandbox.admin("GET", "/state")["pods"] if pod["name"].startswith(trial.key)]
                for deed in deeds:
                    sandbox.admin("POST", f"/pods/{pods[0]}/{deed}")
                try:
                    call.result(240)
                except CallFailed as failed:
                    assert failed.kind in kinds, failed.data
                    assert pods[0] in failed.message, failed.message
                else:
                    if loss != "SSH is cut":
                        assert step == 5, "it has not noticed"
                        return
            trial.check(trial.recover())

        chosen = points if FULL else random.Random(SEED).sample(points, FEW)
        print(f"{try_all(chosen, attempt)} of {len(points)} losses")
