"""A machine whose clock is wrong: deadlines go by RunPod's time."""

from __future__ import annotations

import calendar
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from conftest import places
from pods.conftest import Face
from sandbox import Sandbox
from service import Service

DAY = 86_400


@pytest.fixture
def wrong_clock(product: str, tmp_path: Path) -> str:
    """The product on a machine whose clock is 25 hours ahead; its waits are real."""
    starter = tmp_path / "wrong-clock"
    faketime = shutil.which("faketime")
    starter.write_text(f'#!/bin/sh\nexport FAKETIME_DONT_FAKE_MONOTONIC=1\nexec {faketime} -f +25h {product} "$@"\n')
    starter.chmod(0o755)
    return str(starter)


def statuses(sandbox: Sandbox) -> list[str]:
    return [pod["status"] for pod in sandbox.admin("GET", "/state")["pods"]]


def test_a_clock_that_is_25_hours_ahead_ends_nothing_and_is_told(
    product: str, wrong_clock: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    with Service(product, own) as service:
        pod = face.rent(service, maxLifetimeSeconds=DAY)
    with Service(wrong_clock, own) as service:
        service.call("initialize", capabilities={})
        [listed] = service.call("pods/list")["pods"]
        told = service.notification(lambda message: message["method"] == "window/logMessage")
        assert "minutes ahead of RunPod's" in told["params"]["message"]
        # Several rounds of its enforcer.
        time.sleep(3)
        assert listed["terminateAfter"] == pod["terminateAfter"]
    assert statuses(sandbox) == ["RUNNING"]
    elsewhere = {**own, **places(tmp_path / "elsewhere")}
    done = subprocess.run([wrong_clock, "reap"], env=elsewhere, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "minutes ahead of RunPod's" in done.stderr
    assert statuses(sandbox) == ["RUNNING"]


def test_a_lifetime_is_counted_by_runpods_time(
    wrong_clock: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(wrong_clock, own) as service:
        face.rent(service, maxLifetimeSeconds=3600)
    [pod] = sandbox.admin("GET", "/state")["pods"]
    end = time.strptime(pod["env"]["RUNPOD_RPC_TERMINATE_AFTER"], "%Y-%m-%dT%H:%M:%SZ")
    assert 3500 < calendar.timegm(end) - time.time() < 3700
