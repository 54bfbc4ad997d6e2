"""A runner in a pod whose first process is systemd."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from pod import Pod
from tree import SYSTEMD
from wait import until

UNIT = "runpod-runner-opt-runner.service"


@pytest.fixture
def pod(make_pod: Callable[..., Pod]) -> Pod:
    """A pod that has booted, with a runner that listens."""
    pod = make_pod(SYSTEMD, boots=True)
    pod.ready("install", "configure")
    assert pod.ready("start").facts["mode"] == "systemd"
    return pod


def active(pod: Pod) -> str:
    """systemd's word for the unit."""
    return pod.execute("systemctl", "is-active", UNIT).stdout.strip()


def listener(pod: Pod) -> str:
    """The listener's process in the pod."""
    return pod.ready("status").facts["listener"].strip()


def test_it_is_a_unit_that_comes_back_whatever_dies_and_stays_stopped_until_it_is_started(pod: Pod) -> None:
    status = pod.ready("status").facts
    assert (status["mode"], status["state"], status["listening"]) == ("systemd", "running", "yes")
    assert pod.execute("systemctl", "is-enabled", UNIT).stdout.strip() == "enabled"
    assert pod.execute("stat", "-c", "%U", f"/proc/{status['listener'].strip()}").stdout.strip() == "runner"

    pod.kill(listener(pod))
    until(lambda: listener(pod) not in ("", status["listener"].strip()))

    before = listener(pod)
    pod.execute("systemctl", "kill", "--signal=KILL", "--kill-who=main", UNIT)
    until(lambda: listener(pod) not in ("", before))
    assert pod.ready("start").facts["started"] == "already"

    assert "jobCut" not in pod.ready("stop").facts
    status = pod.ready("status").facts
    assert (status["mode"], status["listener"], status["state"]) == ("none", "", "stopped")
    assert active(pod) == "inactive"
    assert pod.ready("start").facts["mode"] == "systemd"
    assert listener(pod)

    # The machine goes down without waiting for it.
    pod.process.send_signal(signal.SIGTERM)
    assert pod.process.wait(60) == 0


def test_a_job_is_cut_a_registration_ends_and_no_unit_is_left(pod: Pod) -> None:
    (pod.base / "job").touch()
    until(lambda: pod.ready("status").facts["worker"])
    assert pod.run("stop", if_idle="yes").failure == "jobRunning"
    assert active(pod) == "active"
    assert pod.ready("stop").facts["jobCut"] == "yes"
    (pod.base / "job").unlink()

    pod.ready("start")
    (pod.base / "behaviour").write_text("forgotten")
    pod.kill(listener(pod))
    until(lambda: active(pod) == "inactive")
    assert pod.ready("status").facts["state"] == "unregistered"

    removed = pod.ready("remove", token="good-remove-token").facts
    assert removed["deregistered"] == "yes" and removed["filesRemoved"] == "yes"
    units = pod.execute("systemctl", "list-unit-files", "runpod-runner*").stdout
    assert "0 unit files" in units
    assert not pod.path(f"/etc/systemd/system/{UNIT}").exists()
