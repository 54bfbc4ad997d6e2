"""Asking before money is spent, and workflows as tasks."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from messages import request
from sandbox import Sandbox
from session import Session
from test_mcp import MODERN, call, initialize

POD = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "interruptible": False}
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
TASKS = {"extensions": {"io.modelcontextprotocol/tasks": {}}}


@pytest.fixture
def environment(shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """Where money can be spent, and the user wants to be asked."""
    return {**home, **shared_sandbox.environment, "ASK_BEFORE_SPENDING": "yes", "MAX_COST_PER_HOUR": "5"}


def handshake(session: Session, revision: str, capabilities: dict[str, Any]) -> None:
    """Begins a session of a client that can do this."""
    hello = initialize(revision)
    hello["params"]["capabilities"] = capabilities
    session.send(hello)
    session.receive()


def said(answer: dict[str, Any]) -> str:
    """What the agent reads."""
    return str(answer["result"]["content"][0]["text"])


@pytest.mark.parametrize("revision", ["2025-06-18", "2025-11-25"])
@pytest.mark.parametrize("action", ["accept", "decline", "cancel", "error"])
def test_the_user_is_asked(product: str, environment: dict[str, str], revision: str, action: str) -> None:
    with Session(product, "mcp", environment=environment) as session:
        handshake(session, revision, {"elicitation": {}})
        session.send(call(1, "pods_create", **POD))
        question = session.receive(30)
        assert question["method"] == "elicitation/create"
        assert question["params"]["requestedSchema"] == {"type": "object", "properties": {}}
        message = question["params"]["message"]
        assert "pods_create" in message and "NVIDIA L4" in message
        assert "an hour" in message and "$5.000 an hour (MAX_COST_PER_HOUR)" in message
        answer = {"error": {"code": -1, "message": "no"}} if action == "error" else {"result": {"action": action}}
        session.send({"jsonrpc": "2.0", "id": question["id"], **answer})
        outcome = session.receive(60)
        if action == "accept":
            pod = outcome["result"]["structuredContent"]["pod"]["id"]
            session.send(call(2, "pods_terminate", podId=pod))
            session.receive(30)
        else:
            assert outcome["result"]["isError"] is True
            assert said(outcome).startswith("The user did not agree")
            session.send(call(2, "pods_list", status="starting"))
            assert session.receive(30)["result"]["structuredContent"] == {"pods": []}


@pytest.mark.parametrize("budget", ["1e300", "1e15"])
def test_no_amount_ends_the_service(product: str, environment: dict[str, str], budget: str) -> None:
    with Session(product, "mcp", environment={**environment, "MAX_COST_PER_HOUR": budget}) as session:
        handshake(session, "2025-11-25", {"elicitation": {}})
        session.send(call(1, "pods_create", **POD))
        answer = session.receive(30)
        if answer.get("method") == "elicitation/create":
            assert "(MAX_COST_PER_HOUR)" in answer["params"]["message"]
            session.send({"jsonrpc": "2.0", "id": answer["id"], "result": {"action": "decline"}})
            answer = session.receive(30)
        assert answer["id"] == 1 and answer["result"]["isError"] is True
        session.send(call(2, "pods_list"))
        assert session.receive(30)["id"] == 2


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("pods_create", {"gpuTypeId": ["4090", "NVIDIA L4"], "imageName": "i", "bidPerGpu": "0.1", "interruptible": "true"}, ["4090 or NVIDIA L4", "at most $0.100 an hour"]),
        ("pods_create", {"cpuFlavorId": "cpu3c", "imageName": "i"}, ["a pod with cpu3c (i)", "the price is not known"]),
        ("pods_create", {"gpuTypeId": "NVIDIA L4", "templateId": "t", "maxCostPerHour": "0.25"}, ["NVIDIA L4 (t)", "at most $0.250 an hour"]),
        ("workflows_setupFleet", {"pods": [{**POD, "repoUrl": "https://github.com/o/r"}] * 3}, ["3 × a pod with 1 NVIDIA L4"]),
        ("volumes_create", {"name": "v", "sizeInGb": "20", "dataCenterId": "EU-RO-1"}, ["a network volume of 20 GB"]),
        ("pods_resume", {"podId": "none"}, ["resume the pod none. Price: not known."]),
    ],
)
def test_the_question_says_what_it_is_about(
    product: str, environment: dict[str, str], tool: str, arguments: dict[str, Any], words: list[str]
) -> None:
    with Session(product, "mcp", environment=environment) as session:
        handshake(session, "2025-11-25", {"elicitation": {}})
        session.send(call(1, tool, **arguments))
        question = session.receive(30)
        assert question["method"] == "elicitation/create", question
        assert f"call {tool}: " in question["params"]["message"]
        assert all(word in question["params"]["message"] for word in words), question["params"]["message"]
        session.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
        assert said(session.receive(30)).startswith("The user did not agree")


@pytest.mark.parametrize(
    ("revision", "capabilities", "setting"),
    [("2025-03-26", {"elicitation": {}}, "yes"), ("2025-11-25", {}, "yes"), ("2025-11-25", {"elicitation": {"url": {}}}, "yes"),
     ("2025-11-25", {"elicitation": {"form": {}}}, "no")],
)
def test_where_nobody_can_be_asked_nothing_changes(
    product: str, environment: dict[str, str], revision: str, capabilities: dict[str, Any], setting: str
) -> None:
    with Session(product, "mcp", environment={**environment, "ASK_BEFORE_SPENDING": setting}) as session:
        handshake(session, revision, capabilities)
        session.send(call(1, "workflows_setupFleet", pods=[{**POD, "repoUrl": "https://github.com/o/r"}], maxParallel=0))
        # Not even what cannot be done is asked about.
        assert said(session.receive(30)).startswith("maxParallel: expected at least 1")
        session.send(call(2, "workflows_resume", workflowId="wf-none"))
        assert said(session.receive(30)).startswith("There is no workflow")


def test_without_a_handshake_the_call_comes_again_with_the_answer(product: str, environment: dict[str, str]) -> None:
    meta = {**MODERN["_meta"], CAPABILITIES: {"elicitation": {"form": {}}}}

    def ask(session: Session, id: int, **more: Any) -> dict[str, Any]:
        arguments = more.pop("arguments", POD)
        session.send(request(id, "tools/call", {"name": "pods_create", "arguments": arguments, "_meta": meta, **more}))
        return dict(session.receive(60)["result"])

    with Session(product, "mcp", environment=environment) as session:
        first = ask(session, 1)
        assert first["resultType"] == "input_required"
        [(key, question)] = first["inputRequests"].items()
        assert question["method"] == "elicitation/create" and "NVIDIA L4" in question["params"]["message"]
        accepted = {"inputResponses": {key: {"action": "accept"}}, "requestState": first["requestState"]}
        # An answer to another call, a state that is made up, and no state at all are answers to nothing.
        other = ask(session, 2, arguments={**POD, "gpuCount": 2}, **accepted)
        assert other["resultType"] == "input_required"
        assert ask(session, 3, **{**accepted, "requestState": "x"})["resultType"] == "input_required"
        assert ask(session, 4, inputResponses=accepted["inputResponses"])["resultType"] == "input_required"
        declined = ask(session, 5)
        declined = ask(
            session, 6, inputResponses={key: {"action": "decline"}}, requestState=declined["requestState"]
        )
        assert declined["isError"] is True
        again = ask(session, 7)
        accepted["requestState"] = again["requestState"]
        made = ask(session, 8, **accepted)
        assert made["resultType"] == "complete"
        # It counts once.
        assert ask(session, 9, **accepted)["resultType"] == "input_required"
        pod = made["structuredContent"]["pod"]["id"]
        session.send(call(10, "pods_terminate", meta, podId=pod))
        assert session.receive(30)["result"]["structuredContent"]["pod"]["status"] == "terminated"


def task(session: Session, id: int, method: str, task_id: str) -> dict[str, Any]:
    """The answer to a request about a task."""
    session.request(id, method, {"taskId": task_id, "_meta": {**MODERN["_meta"], CAPABILITIES: TASKS}})
    return dict(session.receive(60))


def finished(session: Session, task_id: str) -> dict[str, Any]:
    """The task when it is over."""
    deadline = time.monotonic() + 120
    while (state := task(session, 5, "tasks/get", task_id)["result"])["status"] == "working":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return dict(state)


def test_a_workflow_is_a_task_for_a_client_that_follows_tasks(
    product: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    repository = f"https://github.com/octo/task-{uuid.uuid4().hex[:8]}"
    meta = {**MODERN["_meta"], CAPABILITIES: TASKS}
    setup = {**POD, "repoUrl": repository, "runnerName": "gpu-1"}
    with Session(product, "mcp", environment={**home, **shared_sandbox.environment}) as session:
        session.send(call(1, "workflows_setupRunner", MODERN["_meta"], **{**setup, "imageName": "no-sshd"}))
        plain = session.receive(30)["result"]
        assert (plain["resultType"], plain["structuredContent"]["workflow"]["state"]) == ("complete", "running")
        # Any workflow is known as a task, and can be cancelled as one.
        first = plain["structuredContent"]["workflow"]["id"]
        assert task(session, 2, "tasks/cancel", first)["result"]["resultType"] == "complete"
        assert finished(session, first)["status"] == "cancelled"

        session.send(call(3, "workflows_setupRunner", meta, **setup))
        begun = session.receive(30)["result"]
        assert begun["resultType"] == "task"
        assert begun.keys() >= {"taskId", "status", "createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs"}
        assert begun["status"] == "working" and begun["ttlMs"] is None
        assert task(session, 4, "tasks/update", begun["taskId"])["result"]["resultType"] == "complete"
        done = finished(session, begun["taskId"])
        assert (done["status"], done["resultType"]) == ("completed", "complete")
        workflow = done["result"]["structuredContent"]["workflow"]
        assert workflow["state"] == "succeeded" and "isError" not in done["result"]

        session.send(call(6, "workflows_teardownRunner", meta, podId="nosuchpod"))
        gone = finished(session, session.receive(30)["result"]["taskId"])
        assert gone["status"] == "completed"
        session.send(call(7, "workflows_teardownRunner", meta, podId=workflow["result"]["podId"], repoUrl=repository))
        assert finished(session, session.receive(30)["result"]["taskId"])["status"] == "completed"
        for method in ("tasks/get", "tasks/update", "tasks/cancel"):
            assert task(session, 8, method, "wf-none")["error"]["code"] == -32602
