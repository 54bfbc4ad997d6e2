"""Runners whose pod comes to its end while they are at work."""

from __future__ import annotations

from typing import Any

from runners.steps import until
from sandbox import Sandbox
from service import Service

DAY = 86_400


def test_a_job_outlasts_the_default_day_by_its_grace_and_all_of_it_is_told(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    def say(words: str) -> None:
        service.notification(
            lambda message: message["method"] == "window/logMessage" and words in message["params"]["message"]
        )

    def pod_now() -> dict[str, Any]:
        pod: dict[str, Any] = service.call("pods/get", podId=result["podId"])["pod"]
        return pod

    sandbox.admin("POST", "/settings", {"offlineDelay": 0, "busyLinger": 0})
    environment = {**home, **sandbox.environment, "JOB_GRACE_SECONDS": "7200"}
    with Service(product, environment) as service:
        service.call("initialize", capabilities={})
        wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": repository, "runnerName": "night"}
        result = service.call("workflows/setupRunner", **wish, seconds=300)["workflow"]["result"]
        assert result["jobGraceSeconds"] == 7200
        sandbox.admin("POST", "/jobs", {"runner": "night", "script": "sleep 600"})
        until(lambda: service.call("runners/status", podId=result["podId"])["runner"]["status"] == "busy")
        sandbox.admin("POST", "/clock", {"advance": DAY - 300})
        pod_now()
        say("a job runs on it. The job may go on until")
        sandbox.admin("POST", "/clock", {"advance": 400})
        pod_now()
        say("because a job runs on it")
        assert pod_now()["status"] == "running"
        sandbox.admin("POST", "/clock", {"advance": 7200})
        pod_now()
        say("Terminated by its deadline")
        say(f"was removed from {repository}")
        ended = pod_now()
        assert ended["status"] == "terminated"
        assert ended["lastStatusChange"] == f"Terminated by its deadline, {result['terminateAfter']}"
        assert service.call("runners/list", repoUrl=repository)["runners"] == []


def test_a_runner_whose_pod_its_own_process_ended_is_removed_by_the_next_service(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    sandbox.admin("POST", "/settings", {"offlineDelay": 0, "busyLinger": 0})
    environment = {**home, **sandbox.environment}
    with Service(product, environment) as service:
        wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": repository, "runnerName": "short"}
        result = service.call("workflows/setupRunner", **wish, seconds=300)["workflow"]["result"]
        service.call("pods/extend", podId=result["podId"], lifetimeSeconds=10)
        service.process.kill()
        service.process.wait()
    until(lambda: [pod["status"] for pod in sandbox.admin("GET", "/state")["pods"]] == ["TERMINATED"])
    with Service(product, environment) as service:
        service.call("initialize", capabilities={})
        until(lambda: service.call("runners/list", repoUrl=repository)["runners"] == [])
        pod = service.call("pods/get", podId=result["podId"])["pod"]
        assert pod["status"] == "terminated"
        assert pod["lastStatusChange"].startswith("Terminated by its deadline")
