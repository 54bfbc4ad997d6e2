"""Runners on pods in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from renting import rent
from runners.steps import ask_github, install, until
from sandbox import Sandbox
from service import CallFailed, Service


def test_a_runner_comes_online_stops_starts_and_goes(service: Service, pod: str, repository: str) -> None:
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "notInstalled"
    installing = service.begin("runners/install", podId=pod, repoUrl=repository, name="gpu-1", labels=["gpu"])
    runner = installing.result(120)["runner"]
    assert (runner["status"], runner["name"], runner["podId"]) == ("online", "gpu-1", pod)
    assert "gpu" in runner["labels"]
    assert len(installing.progress) > 4

    listed = service.call("runners/list", repoUrl=repository)["runners"]
    assert [(entry["name"], entry["status"], entry["podId"]) for entry in listed] == [("gpu-1", "online", pod)]
    assert service.call("runners/install", podId=pod, repoUrl=repository, name="gpu-1")["runner"]["status"] == "online"

    assert service.call("runners/stop", podId=pod)["runner"]["status"] == "stopped"
    assert service.call("runners/start", podId=pod)["runner"]["status"] == "online"
    kill = "pkill -KILL -f supervise.sh; pkill -KILL -x Runner.Listener"
    service.call("ssh/exec", podId=pod, command=kill)
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "crashed"
    removal = service.call("runners/remove", podId=pod)["removal"]
    assert removal == {"deregistered": True, "filesRemoved": True, "jobCut": False, "warnings": []}
    assert service.call("runners/list", repoUrl=repository)["runners"] == []
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "notInstalled"


def test_it_outlives_the_service_and_its_connection(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as first:
        pod = rent(first)
        name = install(first, pod, repository)["name"]
        assert first.call("pods/reconcile")["ghosts"] == []
    job = shared_sandbox.admin("POST", "/jobs", {"runner": name, "script": "true"})["id"]
    until(lambda: shared_sandbox.admin("GET", f"/jobs/{job}")["result"] == "Succeeded")
    with Service(product, environment) as second:
        assert second.call("runners/status", podId=pod)["runner"]["status"] == "online"
        assert [ghost["name"] for ghost in second.call("pods/terminate", podId=pod)["runners"]] == [name]


def test_it_replaces_itself_by_a_newer_version_and_is_deleted_at_github(
    service: Service, shared_sandbox: Sandbox, pod: str, repository: str
) -> None:
    def status() -> dict[str, Any]:
        runner: dict[str, Any] = service.call("runners/status", podId=pod)["runner"]
        return runner

    runner = install(service, pod, repository)
    shared_sandbox.admin("POST", "/faults", {"face": "github", "operation": "GET *.tar.gz", "kind": "hold"})
    shared_sandbox.admin("POST", f"/runners/{runner['name']}/update", {"version": "2.339.0"})
    until(lambda: status()["status"] == "updating")
    assert status()["reasons"] == ["It is replacing itself by a newer version."]
    shared_sandbox.admin("DELETE", "/faults")
    until(lambda: (status()["status"], status()["version"]) == ("online", "2.339.0"))
    # What was replaced is not what is started next.
    service.call("runners/stop", podId=pod, seconds=180)
    started = service.call("runners/start", podId=pod, seconds=180)["runner"]
    assert (started["status"], started["version"]) == ("online", "2.339.0")

    ask_github(shared_sandbox, repository, str(runner["githubId"]), method="DELETE")
    until(lambda: status()["status"] == "installed")
    assert status()["reasons"] == ["GitHub no longer knew it, and it gave up its registration."]


def test_an_update_that_fails_is_told_and_the_runner_is_what_it_is(
    service: Service, shared_sandbox: Sandbox, pod: str, repository: str
) -> None:
    runner = install(service, pod, repository)
    # The download fails, and the listener is started again (actions/runner v2.336.0, src/Runner.Listener/SelfUpdater.cs).
    shared_sandbox.admin("POST", "/faults", {"face": "github", "operation": "GET *.tar.gz", "kind": "status", "status": 404})
    shared_sandbox.admin("POST", f"/runners/{runner['name']}/update", {"version": "2.339.0"})

    def status() -> dict[str, Any]:
        found: dict[str, Any] = service.call("runners/status", podId=pod)["runner"]
        return found

    until(lambda: any("could not replace itself" in reason for reason in status()["reasons"]))
    until(lambda: status()["status"] == "online")
    assert any("failed after 3 download attempts" in reason for reason in status()["reasons"])
    assert service.call("runners/start", podId=pod)["runner"]["status"] == "online"


def test_the_archive_is_verified(product: str, sandbox: Sandbox, home: dict[str, str], repository: str) -> None:
    sandbox.admin("POST", "/settings", {"releaseDigest": "wrong"})
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4")["pod"]["id"]
        service.call("pods/wait", podId=pod)
        with pytest.raises(CallFailed) as failed:
            service.call("runners/install", podId=pod, repoUrl=repository)
        assert failed.value.kind == "checksumMismatch"
        assert service.call("runners/status", podId=pod)["runner"]["status"] == "notInstalled"


def test_a_wrong_github_token_is_unauthorized(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], service: Service, pod: str, repository: str
) -> None:
    with Service(product, {**home, **shared_sandbox.environment, "GITHUB_TOKEN": "ghp_wrong"}) as other:
        with pytest.raises(CallFailed) as failed:
            other.call("runners/install", podId=pod, repoUrl=repository)
        assert failed.value.kind == "unauthorized"
        assert "ghp_wrong" not in failed.value.message


def test_a_pod_whose_root_may_not_look_at_others_processes(service: Service, repository: str) -> None:
    """Containers without CAP_SYS_PTRACE, which is how Docker makes them."""
    pod = service.call("pods/create", imageName="image-no-ptrace", gpuTypeId="NVIDIA L4")["pod"]["id"]
    service.call("pods/wait", podId=pod)
    assert service.call("runners/install", 120, podId=pod, repoUrl=repository)["runner"]["status"] == "online"
    stopped = service.call("runners/stop", podId=pod)["runner"]
    assert (stopped["status"], stopped["jobCut"]) == ("stopped", False)
    service.call("pods/terminate", podId=pod)
