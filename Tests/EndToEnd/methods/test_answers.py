"""Every call of every workflow is answered by every fault, over real HTTP: the workflow ends done or undone, and the error
says what happened.

RUNPOD_RPC_MATRIX=full tries all of them, otherwise a few are drawn by RUNPOD_RPC_SEED, which a failure names."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from methods.matrix import FULL, QUICK, SCENARIOS, SEED, Scenario, Trial, outcome, try_all
from sandbox import Sandbox
from service import CallFailed, Service

FEW = 1
UNCLEAR = {"apiFailure", "networkFailure", "ambiguousOutcome"}
FAULTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"kind": "status", "status": 400}, {"apiFailure"}),
    ({"kind": "status", "status": 401}, {"unauthorized"}),
    ({"kind": "status", "status": 403}, {"forbidden"}),
    # There is nothing at RunPod's address, as far as anyone can tell.
    ({"kind": "status", "status": 404}, {"notFound", "configurationInvalid"}),
    # The other API, to which the service turns then, has no spot pods.
    ({"kind": "status", "status": 410}, {"apiRetired", "configurationInvalid"}),
    ({"kind": "status", "status": 500}, UNCLEAR),
    ({"kind": "status", "status": 502, "after": True}, UNCLEAR),
    ({"kind": "limit", "seconds": 1}, {"rateLimited"}),
    ({"kind": "drop"}, UNCLEAR | {"runnerInstallFailed"}),
    ({"kind": "drop", "after": True}, UNCLEAR | {"runnerInstallFailed"}),
    ({"kind": "cut"}, UNCLEAR | {"runnerInstallFailed", "checksumMismatch"}),
    ({"kind": "slow", "seconds": 3}, set()),
    ({"kind": "garbage"}, UNCLEAR | {"checksumMismatch"}),
    ({"kind": "html", "after": True}, UNCLEAR | {"checksumMismatch"}),
]
"""Each with the kinds of failure that tell of it, here and in the pod."""


class Answers:
    """Trials of one scenario, each in a sandbox of its own."""

    def __init__(self, product: str, home: Path, scenario: Scenario) -> None:
        self.product, self.home, self.scenario = product, home, scenario
        self.own = {"unauthorized"} if "fails" in scenario.name else set()
        """What it fails with anyway."""

    def calls(self) -> list[tuple[str, str]]:
        """The face and the operation of every call that the workflow makes."""
        with Sandbox() as sandbox:
            trial = self.trial(sandbox)
            with Service(self.product, trial.environment) as service:
                assert outcome(service.begin(self.scenario.method, **trial.params)) in {"done"} | self.own
            entries = sandbox.admin("GET", "/requests")
        calls = {(entry["face"], entry["operation"]) for entry in entries if entry["face"] != "runner"}
        return sorted((face, operation.replace(trial.key, "*")) for face, operation in calls)

    def trial(self, sandbox: Sandbox) -> Trial:
        """A new one, without a trace of what was made for it."""
        sandbox.admin("POST", "/settings", QUICK)
        trial = Trial(self.product, self.product, sandbox, self.home, self.scenario)
        sandbox.admin("DELETE", "/requests")
        return trial

    def attempt(self, point: tuple[str, str, tuple[dict[str, Any], set[str]], int]) -> None:
        """One call, or several of the same, that go wrong."""
        face, operation, (fault, kinds), times = point
        with Sandbox() as sandbox:
            trial = self.trial(sandbox)
            sandbox.admin("POST", "/faults", {"face": face, "operation": operation, "times": times, **fault})
            with Service(self.product, trial.environment) as service:
                try:
                    service.call(self.scenario.method, 240, **trial.params)
                except CallFailed as failed:
                    # A name that GitHub did not give up is taken.
                    assert failed.kind in kinds | {"conflict"} | self.own, (failed.kind, failed)
                    named = failed.data.get("resources", {}).get("workflowId")
                    known = {workflow["id"] for workflow in service.call("workflows/list")["workflows"]}
                    # What cannot even be planned is not begun.
                    assert named in known or len(known) == (1 if self.scenario.before else 0), failed.data
            sandbox.admin("DELETE", "/faults")
            trial.check(trial.recover(), may_refuse=True)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_answer_is_survived(product: str, tmp_path: Path, scenario: Scenario) -> None:
    answers = Answers(product, tmp_path, scenario)
    dice = random.Random(f"{SEED} {scenario.name}")
    points = [(*call, fault, dice.choice((1, 4))) for call in answers.calls() for fault in FAULTS]
    print(f"{scenario.name}: {try_all(points if FULL else dice.sample(points, FEW), answers.attempt)} of {len(points)}")
