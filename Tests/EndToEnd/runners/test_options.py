"""What jobs are given, and what installing over a runner changes or refuses."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from runners.steps import GiveJob, install, until
from sandbox import Sandbox
from service import CallFailed, Service


@pytest.fixture
def name() -> str:
    """A runner's name that no other test uses."""
    return f"gpu-{uuid.uuid4().hex[:8]}"


def log(job: Any) -> str:
    """What a job printed, once it is over."""
    done = until(lambda: job() if job()["result"] else None)
    assert done["result"] == "Succeeded", done
    return str(done["log"])


def test_jobs_get_variables_hooks_and_tools(
    service: Service, pod: str, repository: str, name: str, give_job: GiveJob, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("# of the team\n\nHF_TOKEN=hf_s3cret=x\nQUOTED=\"it's\"\n")
    for hook in ("before", "after"):
        service.call("ssh/exec", podId=pod, command=f"echo 'echo hook-{hook} $GREETING' >/srv/{hook}.sh")
    install(
        service,
        pod,
        repository,
        name=name,
        env={"GREETING": "hello $HOME"},
        envFile=str(file),
        jobStartedHook="/srv/before.sh",
        jobCompletedHook="/srv/after.sh",
        toolCache="/srv/tools",
    )
    words = log(give_job(name, 'echo "$HF_TOKEN|$QUOTED|$GREETING|$RUNNER_TOOL_CACHE" | rev; touch "$RUNNER_TOOL_CACHE/x"'))
    assert 'hf_s3cret=x|"it\'s"|hello $HOME|/srv/tools'[::-1] in words
    assert "hook-before hello" in words and "hook-after hello" in words

    # Another file, and the runner is started again between its jobs.
    file.write_text("HF_TOKEN=other\n")
    again = install(service, pod, repository, name=name, envFile=str(file))
    assert "It was started again for its new environment variables." in again["reasons"]
    assert "[other][][]" in log(give_job(name, 'echo "[$HF_TOKEN][$GREETING][$ACTIONS_RUNNER_HOOK_JOB_STARTED]"'))
    same = install(service, pod, repository, name=name, envFile=str(file))
    assert not any("started again" in reason for reason in same["reasons"])


def test_installing_over_a_runner_changes_its_labels_or_refuses(
    service: Service, pod: str, repository: str, name: str
) -> None:
    install(service, pod, repository, name=name, labels=["gpu"])
    changed = install(service, pod, repository, name=name, labels=["A100", "big"])
    assert {"A100", "big", f"runpod-pod-{pod}", "self-hosted"} <= set(changed["labels"]) and "gpu" not in changed["labels"]
    listed = service.call("runners/list", repoUrl=repository)["runners"]
    assert set(listed[0]["labels"]) == set(changed["labels"])
    for way, words in [
        ({"ephemeral": True}, "registered for many jobs"),
        ({"jit": True}, "registered for many jobs"),
        ({"runAsRoot": True}, "runs as runner"),
        ({"version": "99.0.0"}, "99.0.0 was asked for"),
    ]:
        with pytest.raises(CallFailed) as failed:
            install(service, pod, repository, name=name, labels=["A100", "big"], **way)
        assert failed.value.kind == "conflict" and words in failed.value.message
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "online"


def test_a_container_that_restarts_brings_its_runner_back(
    service: Service, shared_sandbox: Sandbox, pod: str, repository: str, name: str, give_job: GiveJob
) -> None:
    install(service, pod, repository, name=name)
    shared_sandbox.admin("POST", f"/pods/{pod}/crash")
    until(lambda: any(seen["id"] == pod and seen["restarts"] for seen in shared_sandbox.admin("GET", "/state")["pods"]))

    # No method of ours looks at the runner: the image's own start brings it back.
    def listens() -> bool:
        try:
            seen = service.call("ssh/exec", podId=pod, command="tail -n 1 /opt/actions-runner/runner.log; pgrep -f bin/Runner.Listener")
        except CallFailed:
            return False
        return bool(seen["exitCode"] == 0 and "Listening for Jobs" in seen["stdout"])

    until(listens)
    assert "back" in log(give_job(name, "echo back"))
    assert until(lambda: service.call("runners/status", podId=pod)["runner"]["status"]) in ("online", "busy")


def test_a_runner_whose_disk_was_wiped_is_known_and_removed_without_its_repository(
    service: Service, pod: str, repository: str, name: str
) -> None:
    install(service, pod, repository, name=name)
    service.call("pods/stop", podId=pod)
    until(lambda: service.call("pods/get", podId=pod)["pod"]["status"] == "stopped")
    assert service.call("pods/reconcile")["ghosts"] == []
    service.call("pods/resume", podId=pod)
    service.call("pods/wait", podId=pod, timeoutSeconds=120, seconds=180)
    until(lambda: service.call("runners/list", repoUrl=repository)["runners"][0]["status"] == "offline")
    found = service.call("runners/status", podId=pod)["runner"]
    assert (found["name"], found["status"]) == (name, "orphan")
    assert [ghost["name"] for ghost in service.call("pods/reconcile")["ghosts"]] == [name]
    removal = service.call("runners/remove", podId=pod)["removal"]
    assert removal["deregistered"] is True
    assert service.call("runners/list", repoUrl=repository)["runners"] == []
