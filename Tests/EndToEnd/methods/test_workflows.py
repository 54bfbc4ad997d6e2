"""Workflows, end to end in the sandbox: what they make, what they clean up, what survives a death."""

from __future__ import annotations

import re
import signal
import uuid
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from service import CallFailed, Service

STEP = re.compile(r"Step (\d)/5")


@pytest.fixture
def setup() -> dict[str, Any]:
    """Params for a runner on a repository that no other test uses."""
    return {
        "imageName": "runpod/base:1.0",
        "gpuTypeId": "NVIDIA L4",
        "repoUrl": f"https://github.com/octo/{uuid.uuid4().hex[:8]}",
        "runnerName": "gpu-1",
    }


def live(service: Service) -> list[str]:
    """The ids of the pods that are there."""
    gone = ("terminated", "failed", "lost")
    return [pod["id"] for pod in service.call("pods/list")["pods"] if pod["status"] not in gone]


def test_a_runner_is_set_up_and_torn_down(service: Service, setup: dict[str, Any]) -> None:
    call = service.begin("workflows/setupRunner", **setup, verify="job")
    workflow = call.result(180)["workflow"]
    assert workflow["state"] == "succeeded"
    assert [step["state"] for step in workflow["steps"]] == ["succeeded"] * 5
    pod = workflow["result"]["podId"]
    steps = [int(found[1]) for value in call.progress if (found := STEP.match(value.get("message", "")))]
    assert steps == sorted(steps)
    assert set(steps) == {1, 2, 3, 4, 5}
    percentages = [value["percentage"] for value in call.progress if "percentage" in value]
    assert percentages == sorted(percentages)
    assert service.call("runners/status", podId=pod)["runner"]["status"] == "online"

    torn = service.call("workflows/teardownRunner", 120, podId=pod, repoUrl=setup["repoUrl"])["workflow"]
    assert torn["state"] == "succeeded"
    assert len(torn["steps"]) == 3
    assert live(service) == []
    assert service.call("runners/list", repoUrl=setup["repoUrl"])["runners"] == []


def test_the_original_configuration_is_understood(service: Service, setup: dict[str, Any]) -> None:
    original = {
        "image": "runpod/base:1.0",
        "gpu_type": "NVIDIA L4",
        "gpu_count": 1,
        "bid_price": 0.4,
        "repo_url": setup["repoUrl"],
        "runner_name": "old-1",
    }
    workflow = service.call("workflows/setupRunner", 180, **original)["workflow"]
    assert workflow["state"] == "succeeded"
    service.call("workflows/teardownRunner", 120, podId=workflow["result"]["podId"], repoUrl=setup["repoUrl"])


@pytest.mark.parametrize(
    ("settings", "params", "kind", "words"),
    [
        ({"releaseDigest": "wrong"}, {}, "checksumMismatch", "SHA-256"),
        ({}, {"verify": "job", "verifyCommand": "nvidia-smi | grep H100"}, "runnerInstallFailed", "ended with 1"),
    ],
)
def test_a_failure_cleans_up_and_says_what(
    product: str,
    sandbox: Sandbox,
    home: dict[str, str],
    setup: dict[str, Any],
    settings: dict[str, Any],
    params: dict[str, Any],
    kind: str,
    words: str,
) -> None:
    sandbox.admin("POST", "/settings", settings)
    with Service(product, {**home, **sandbox.environment}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("workflows/setupRunner", 180, **setup, **params)
        assert failed.value.kind == kind
        assert words in failed.value.message
        assert "workflowId" in failed.value.data["resources"]
        assert "pod" in str(failed.value.data["details"]["cleaned"])
        assert live(service) == []
        assert sandbox.admin("GET", "/state")["github"]["runners"] == []
        listed = service.call("workflows/list", state="failed")["workflows"]
        assert [workflow["id"] for workflow in listed] == [failed.value.data["resources"]["workflowId"]]


def test_a_cancelled_setup_leaves_nothing(service: Service, setup: dict[str, Any]) -> None:
    call = service.begin("workflows/setupRunner", **setup)
    call.wait_for("Step 4/5")
    call.cancel()
    with pytest.raises(CallFailed) as failed:
        call.result(120)
    assert failed.value.code == -32800
    assert live(service) == []
    assert service.call("runners/list", repoUrl=setup["repoUrl"])["runners"] == []


def test_a_detached_workflow_is_followed_and_cancelled_by_id(service: Service, setup: dict[str, Any]) -> None:
    started = service.call("workflows/setupRunner", 10, detach=True, **setup)["workflow"]
    assert started["state"] == "running"
    cancelled = service.call("workflows/cancel", 120, workflowId=started["id"])["workflow"]
    assert cancelled["state"] == "cancelled"
    assert service.call("workflows/get", workflowId=started["id"])["workflow"]["state"] == "cancelled"
    assert live(service) == []


def test_a_detached_workflow_outlives_its_client(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], setup: dict[str, Any]
) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as service:
        started = service.call("workflows/setupRunner", 10, detach=True, **setup)["workflow"]["id"]
        service.process.stdin.close()
        assert service.process.wait(180) == 0
    with Service(product, environment) as service:
        assert service.call("workflows/get", workflowId=started)["workflow"]["state"] == "succeeded"
        kinds = {event["type"] for event in service.call("workflows/events", workflowId=started)["events"]}
        assert kinds.isdisjoint({"interrupted", "resumed"})
        for pod in live(service):
            service.call("pods/terminate", podId=pod)


@pytest.mark.parametrize(
    ("recover", "decision", "state"),
    [
        ("resume", None, "succeeded"),
        ("undo", None, "cancelled"),
        ("ask", "workflows/resume", "succeeded"),
        ("ask", "workflows/cancel", "cancelled"),
    ],
)
def test_what_a_killed_service_left_is_finished_or_undone_by_the_next(
    product: str,
    shared_sandbox: Sandbox,
    home: dict[str, str],
    setup: dict[str, Any],
    recover: str,
    decision: str | None,
    state: str,
) -> None:
    environment = {**home, **shared_sandbox.environment, "RECOVER": recover}
    with Service(product, environment) as service:
        call = service.begin("workflows/setupRunner", **setup)
        call.wait_for("Step 3/5")
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    with Service(product, environment) as service:
        service.call("initialize", capabilities={})
        [workflow] = service.call("workflows/list")["workflows"]
        if decision:
            assert workflow["state"] == "interrupted"
            told = service.notification(lambda message: message["method"] == "window/logMessage")
            assert workflow["id"] in told["params"]["message"]
            assert decision in told["params"]["message"]
            service.call(decision, 120, workflowId=workflow["id"])
        workflow = service.call("workflows/wait", 180, workflowId=workflow["id"], timeoutSeconds=170)["workflow"]
        assert workflow["state"] == state
        pods = live(service)
        runners = service.call("runners/list", repoUrl=setup["repoUrl"])["runners"]
        assert (len(pods), len(runners)) == ((1, 1) if state == "succeeded" else (0, 0))
        for pod in pods:
            service.call("pods/terminate", podId=pod)


def test_a_fleet_reports_each_member(product: str, sandbox: Sandbox, home: dict[str, str], setup: dict[str, Any]) -> None:
    members = [{**setup, "runnerName": f"gpu-{index}"} for index in range(3)]
    members[1]["imageName"] = "broken-bad-image"
    with Service(product, {**home, **sandbox.environment}) as service:
        workflow = service.call("workflows/setupFleet", 240, pods=members, maxParallel=3)["workflow"]
        states = [member["state"] for member in workflow["result"]["members"]]
        assert states == ["succeeded", "failed", "succeeded"]
        assert (workflow["result"]["succeeded"], workflow["result"]["failed"]) == (2, 1)
        assert len(live(service)) == 2
        for pod in live(service):
            service.call("workflows/teardownRunner", 120, podId=pod, repoUrl=setup["repoUrl"])


def test_no_secret_is_kept(product: str, sandbox: Sandbox, home: dict[str, str], setup: dict[str, Any]) -> None:
    environment = {**home, **sandbox.environment}
    with Service(product, environment) as service:
        workflow = service.call("workflows/setupRunner", 180, **setup)["workflow"]
        service.call("workflows/teardownRunner", 120, podId=workflow["result"]["podId"], repoUrl=setup["repoUrl"])
        said = str(service.received)
    secrets = [environment["RUNPOD_API_KEY"], environment["GITHUB_TOKEN"]]
    secrets += sandbox.admin("GET", "/state")["github"]["tokens"]
    assert len(secrets) > 2
    kept = b"".join(file.read_bytes() for file in Path(home["XDG_STATE_HOME"]).rglob("*") if file.is_file())
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept


def test_any_client_follows_live_and_hears_of_everything_once(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], setup: dict[str, Any]
) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as service, Service(product, environment) as other:
        started = service.call("workflows/setupRunner", detach=True, **setup)["workflow"]["id"]
        # Another process, and the same one from the middle on.
        far = other.begin("workflows/wait", workflowId=started, cursor=0)
        near = service.begin("workflows/wait", workflowId=started, cursor=3)
        assert far.result(180)["workflow"]["state"] == near.result(180)["workflow"]["state"] == "succeeded"
        written = service.call("workflows/events", workflowId=started)["events"]
        assert [event["sequence"] for event in written] == list(range(1, len(written) + 1))
        for client, first in ((other, 0), (service, 3)):
            heard = [note["params"] for note in client.notifications if note["method"] == "workflows/event"]
            assert {note["workflowId"] for note in heard} == {started}
            assert [note["event"] for note in heard] == written[first:]
        attached = service.begin("workflows/teardownRunner", podId=far.result()["workflow"]["result"]["podId"], follow=True)
        torn = attached.result(120)["workflow"]["id"]
        heard = [note["params"] for note in service.notifications if note["params"].get("workflowId") == torn]
        assert heard[0]["event"]["type"] == "started"
        assert heard[-1]["event"]["type"] == "finished"


def test_progress_tells_what_is_waited_for_how_long_and_what_it_costs(
    product: str, sandbox: Sandbox, home: dict[str, str], setup: dict[str, Any]
) -> None:
    sandbox.admin("POST", "/settings", {"runtimeDelay": 12, "portDelay": 12})
    with Service(product, {**home, **sandbox.environment}) as service:
        call = service.begin("workflows/setupRunner", **{**setup, "gpuCount": 8, "bidPerGpu": 2})
        call.wait_for(" so far", 120)
        said = [value["message"] for value in call.progress if " so far" in value.get("message", "")]
        assert re.search(r"Step 2/5: Pod \w+: waiting for .* \(\d+ s\), \$0\.\d+ so far$", said[-1])
        call.cancel()
        with pytest.raises(CallFailed):
            call.result(120)
