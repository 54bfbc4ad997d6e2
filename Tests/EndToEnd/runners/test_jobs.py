"""Jobs that runners do."""

from __future__ import annotations

import uuid

import pytest

from runners.steps import GiveJob, install, until
from service import Service


@pytest.fixture
def name() -> str:
    """A runner's name that no other test uses."""
    return f"gpu-{uuid.uuid4().hex[:8]}"


def test_a_job_is_run_and_again_after_the_pod_was_stopped(
    service: Service, pod: str, repository: str, name: str, give_job: GiveJob
) -> None:
    install(service, pod, repository, name=name)
    job = give_job(name, "echo from $(hostname); test -z \"${RUNPOD_API_KEY-}\"")
    done = until(lambda: job() if job()["result"] else None)
    assert done["result"] == "Succeeded" and f"from {pod}" in done["log"]
    lines = service.call("runners/logs", podId=pod)["lines"]
    assert any("Running job:" in line for line in lines)

    service.call("pods/stop", podId=pod)
    until(lambda: service.call("pods/get", podId=pod)["pod"]["status"] == "stopped")
    listed = service.call("runners/list", repoUrl=repository)["runners"]
    assert [entry["podId"] for entry in listed] == [pod]
    service.call("pods/resume", podId=pod)
    service.call("pods/wait", podId=pod, timeoutSeconds=120, seconds=180)
    # The disk was wiped, and the registration of before is a ghost that nobody has to clear away by hand.
    assert install(service, pod, repository, name=name)["status"] in ("online", "busy")
    again = give_job(name, "echo back")
    assert until(lambda: again()["result"]) == "Succeeded"


@pytest.mark.parametrize("way", [{"ephemeral": True}, {"jit": True}])
def test_one_job_and_no_more(
    service: Service, pod: str, repository: str, name: str, give_job: GiveJob, way: dict[str, bool]
) -> None:
    runner = install(service, pod, repository, name=name, labels=["gpu"], **way)
    assert {"self-hosted", "Linux", "gpu", f"runpod-pod-{pod}"} <= set(runner["labels"])
    job = give_job(name, "true")
    assert until(lambda: job()["result"]) == "Succeeded"
    until(lambda: service.call("runners/list", repoUrl=repository)["runners"] == [])

    def reason() -> str | None:
        runner = service.call("runners/status", podId=pod)["runner"]
        return runner["reasons"][0] if runner["status"] in ("installed", "notInstalled") else None

    # It gives up its registration before it ends.
    over = until(lambda: (words := reason()) and "about to end" not in words and words)
    assert over == "It has done its one job, and its files were removed."
    left = service.call("ssh/exec", podId=pod, command="ls -A /opt/actions-runner /opt/actions-runner/bin")
    assert "bin" not in left["stdout"].splitlines()


def test_stopping_cuts_a_job_or_waits_for_it(
    service: Service, pod: str, repository: str, name: str, give_job: GiveJob
) -> None:
    def is_at_work() -> bool:
        # GitHub calls it busy before it is.
        return "It is running a job." in service.call("runners/status", podId=pod)["runner"]["reasons"]

    install(service, pod, repository, name=name)
    slow = give_job(name, "sleep 600")
    until(is_at_work)
    stopped = service.call("runners/stop", podId=pod, seconds=180)["runner"]
    assert (stopped["status"], stopped["jobCut"]) == ("stopped", True)
    until(lambda: slow()["result"])

    service.call("runners/start", podId=pod, seconds=180)
    short = give_job(name, "sleep 4")
    until(is_at_work)
    drained = service.call("runners/stop", podId=pod, drain=True, seconds=180)["runner"]
    assert drained["jobCut"] is False and short()["result"] == "Succeeded"
