"""The disk with the books and the journal is full from a step of a workflow on: its pod is ended all the same, and the workflow
ends, and says why, as soon as there is room.

RUNPOD_RPC_MATRIX=full tries all steps, otherwise one is drawn by RUNPOD_RPC_SEED, which a failure names."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from methods.matrix import FULL, QUICK, SCENARIOS, SEED, Trial, try_all
from runners.steps import until
from sandbox import Sandbox
from service import CallFailed, Service

[SETUP] = [scenario for scenario in SCENARIOS if scenario.name == "setup"]


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A small one."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("it takes root to mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(file: Path) -> None:
    """Leaves no room for anything else."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    for size in (1 << 16, 1):
        try:
            while os.write(descriptor, bytes(size)):
                pass
        except OSError:
            pass
    os.close(descriptor)


def test_a_disk_that_is_full_is_survived(product: str, tmp_path: Path) -> None:
    def attempt(step: int) -> None:
        trial = Trial(product, product, sandbox, tmp_path, SETUP)
        with disk(trial.home / "disk") as state:
            trial.environment["XDG_STATE_HOME"] = str(state)
            with Service(product, trial.environment) as service:
                call = service.begin(SETUP.method, **trial.params)
                call.wait_for(f"Step {step}/5")
                fill(state / "ballast")
                until(lambda: call.outcome.done() or not trial.pods())
                (state / "ballast").unlink()
                try:
                    call.result(240)
                except CallFailed as failed:
                    assert failed.kind == "storeFailure" and "disk is full" in failed.message, failed.data
            trial.check(trial.recover())

    with Sandbox() as sandbox:
        sandbox.admin("POST", "/settings", QUICK)
        steps = range(2, 6)
        print(f"{try_all(steps if FULL else [random.Random(SEED).choice(steps)], attempt)} of {len(steps)} steps")
