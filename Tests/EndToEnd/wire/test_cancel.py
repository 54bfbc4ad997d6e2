"""Cancelling: answered once, whenever it comes."""

from __future__ import annotations

import random

import pytest

from framing import messages
from messages import cancel, codes, lines, request
from sandbox import Sandbox
from session import Session, run

LONG = {"ms": 600_000}


def test_cancelling_frees_the_id_only_when_the_work_has_ended(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.hang")
        session.send(cancel(1))
        session.send(cancel(1))
        session.request(1, "service/ping")
        assert session.receive()["error"]["code"] == -32600
        session.request(2, "test.sleep", LONG)
        session.send(cancel(2))
        assert codes([session.receive()]) == [(2, -32800)]
        session.request(2, "service/ping", {"again": True})
        assert session.receive() == {"jsonrpc": "2.0", "id": 2, "result": {"again": True}}


def test_a_cancel_that_comes_with_its_request(conformance_server: str) -> None:
    output, code = run(conformance_server, lines(request(1, "test.sleep", LONG), cancel(1)))
    assert codes(messages(output, "lines")) == [(1, -32800)]
    assert code == 0


@pytest.mark.parametrize(
    "wrong", ["1", "nobody", 99, None, True, 1.5, [1], {"id": 1}], ids=["string", "unknown", "other", *"abcde"]
)
def test_a_cancel_of_nothing_is_silent(conformance_server: str, wrong: object) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", {"ms": 100})
        session.send(cancel(wrong))
        session.send({"jsonrpc": "2.0", "method": "$/cancelRequest"})
        assert session.receive() == {"jsonrpc": "2.0", "id": 1, "result": None}
        session.send(cancel(1))
        session.request(2, "service/ping")
        assert session.receive()["id"] == 2


def test_an_early_cancel_does_not_reach_a_later_request(conformance_server: str) -> None:
    output, _ = run(conformance_server, lines(cancel(7), request(7, "test.sleep", {"ms": 10})))
    assert codes(messages(output, "lines")) == [(7, None)]


def test_cancelling_initialize_is_ignored(product: str) -> None:
    with Session(product) as session:
        session.request(1, "initialize", {"processId": None, "capabilities": {}})
        session.send(cancel(1))
        assert "result" in session.receive()


def test_racing_answers_and_cancels_leave_one_answer_each(conformance_server: str) -> None:
    dice = random.Random(20261124)
    count = 2_000
    with Session(conformance_server) as session:
        for id in range(count):
            session.request(id, "test.sleep", {"ms": dice.randrange(3)})
            if dice.random() < 0.8:
                session.send(cancel(dice.randrange(max(0, id - 5), id + 1)))
        output, code = session.end()
    answers = messages(output, "lines")
    assert sorted(answer["id"] for answer in answers) == list(range(count))
    assert {code for _, code in codes(answers)} <= {None, -32800}
    assert code == 0


def test_cancelling_the_start_of_a_workflow_leaves_all_of_it_or_nothing(
    product: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    setup = {
        "imageName": "no-sshd",
        "gpuTypeId": "NVIDIA L4",
        "repoUrl": "https://github.com/octo/cancelled",
        "detach": True,
    }
    with Session(product, environment={**home, **shared_sandbox.environment}) as session:
        for id in range(10):
            session.request(id, "workflows/setupRunner", {**setup, "runnerName": f"gpu-{id}"})
            session.send(cancel(id))
        answers = [session.answer(60) for _ in range(10)]
        assert {code for _, code in codes(answers)} <= {None, -32800}
        started = {answer["result"]["workflow"]["id"] for answer in answers if "result" in answer}
        session.request("list", "workflows/list")
        workflows = session.answer(60)["result"]["workflows"]
        assert {workflow["id"] for workflow in workflows if workflow["state"] == "running"} == started
        for workflow in started:
            session.request(workflow, "workflows/cancel", {"workflowId": workflow})
            assert session.answer(60)["result"]["workflow"]["state"] == "cancelled"


def test_an_exit_answers_even_what_never_returns(conformance_server: str) -> None:
    output, code = run(conformance_server, lines(request(1, "test.hang")), "--drain-seconds", "0")
    assert codes(messages(output, "lines")) == [(1, -32802)]
    assert code == 75
