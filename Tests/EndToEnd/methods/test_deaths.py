"""The real process is killed right before and right after every write and every effect of every workflow, alone and in
pairs, and clients vanish at random: after the next start, which goes on with it or undoes it, each workflow is done or
undone.

The points are listed by the process itself. RUNPOD_RPC_MATRIX=full tries all of them, otherwise a few are drawn by
RUNPOD_RPC_SEED, which a failure names."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from methods.matrix import FULL, QUICK, SCENARIOS, SEED, Scenario, Trial, outcome, try_all
from sandbox import Sandbox

FEW = 3
PAIRS = 20
"""Of deaths, for each way to recover."""
MODES = ("resume", "undo")


@pytest.fixture(scope="module")
def quick() -> Iterator[Sandbox]:
    """A sandbox whose pods are there at once."""
    with Sandbox() as sandbox:
        sandbox.admin("POST", "/settings", QUICK)
        yield sandbox


class Matrix:
    """Trials of one scenario."""

    def __init__(self, product: str, mortal: str, sandbox: Sandbox, home: Path, scenario: Scenario) -> None:
        self.product, self.mortal, self.sandbox, self.home, self.scenario = product, mortal, sandbox, home, scenario
        self.dice = random.Random(f"{SEED} {scenario.name}")

    def trial(self) -> Trial:
        """A new one."""
        return Trial(self.product, self.mortal, self.sandbox, self.home, self.scenario)

    def points(self) -> list[str]:
        """What a process does that nobody kills, a line each."""
        trial = self.trial()
        log = trial.home / "points"
        with trial.live(DIE_LOG=str(log)) as service:
            outcome(service.begin(self.scenario.method, **trial.params))
        trial.check(trial.recover())
        points = log.read_text().splitlines()
        trial.clear()
        assert len(points) > 30, points
        return points

    def die(self, mode: str, first: int, *others: int) -> None:
        """Processes that die one after the other, each at its point, and one that lives; all but the first recover."""
        trial = self.trial()
        with trial.live(DIE_AT=str(first)) as service:
            outcome(service.begin(self.scenario.method, **trial.params))
        for death in others:
            with trial.live(DIE_AT=str(death), RECOVER=mode) as service:
                outcome(service.begin("workflows/list"))
        trial.check(trial.recover(mode))
        trial.clear()

    def vanish(self, moment: int) -> None:
        """A client that is gone, pipes and all, when it has heard so much."""
        trial = self.trial()
        pipe = subprocess.PIPE
        process = subprocess.Popen([self.product], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=trial.environment)
        params = {**trial.params, "workDoneToken": 1}
        request = {"jsonrpc": "2.0", "id": 1, "method": self.scenario.method, "params": params}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        heard = 0
        while heard < moment and b'"id":1' not in process.stdout.readline():
            heard += 1
        process.stdin.close()
        process.stdout.close()
        process.wait(240)
        trial.check(trial.recover())
        trial.clear()


@pytest.fixture(params=SCENARIOS, ids=lambda scenario: scenario.name)
def matrix(
    product: str, mortal_server: str, quick: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> Matrix:
    """The trials of each scenario."""
    return Matrix(product, mortal_server, quick, tmp_path, request.param)


def test_there_is_a_scenario_for_every_workflow() -> None:
    methods = json.loads((ROOT / "protocol" / "openrpc.json").read_text())["methods"]
    starting = {each["name"] for each in methods if {"detach", "follow"} <= {param["name"] for param in each["params"]}}
    assert {scenario.method for scenario in SCENARIOS} == starting


def test_every_death_is_survived(matrix: Matrix) -> None:
    count, dice = len(matrix.points()), matrix.dice
    deaths = [(mode, (point,)) for mode in MODES for point in range(1, count + 1)]
    pairs = [(mode, (point, dice.randint(1, count // 2))) for mode in MODES for point in dice.choices(range(1, count), k=PAIRS)]
    chosen = deaths + pairs if FULL else [*dice.sample(deaths, FEW), dice.choice(pairs)]
    tried = try_all(chosen, lambda trial: matrix.die(trial[0], *trial[1]))
    print(f"{matrix.scenario.name}: {tried} of {len(deaths)} points and {len(pairs)} pairs")


def test_clients_that_vanish_are_survived(matrix: Matrix) -> None:
    moments = [matrix.dice.randint(0, 12) for _ in range(10 if FULL else 1)]
    print(f"{matrix.scenario.name}: {try_all(moments, matrix.vanish)} clients")
