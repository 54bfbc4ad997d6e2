"""Batches: every entry goes through the door that single requests go through."""

from __future__ import annotations

import pytest

from framing import frame, messages
from messages import cancel, codes, lines, notification, request
from session import Session, run


def test_the_same_id_twice(conformance_server: str) -> None:
    for method in ("test.echo", "test.sleep"):
        output, _ = run(conformance_server, lines([request(1, method, {"ms": 10}), request(1, "test.echo")]))
        assert codes(messages(output, "lines")[0]) == [(1, None), (None, -32600)]


def test_an_entry_that_is_a_batch(conformance_server: str) -> None:
    output, _ = run(conformance_server, lines([[request(1, "test.echo")], request(2, "test.echo")]))
    assert codes(messages(output, "lines")[0]) == [(None, -32600), (2, None)]


def test_a_batch_of_answers_is_silent(conformance_server: str) -> None:
    answers = [{"jsonrpc": "2.0", "id": id, "result": 1} for id in range(3)]
    assert run(conformance_server, lines(answers)) == (b"", 0)


@pytest.mark.parametrize("method", ["initialize", "shutdown"])
def test_the_life_cycle_is_no_entry(conformance_server: str, method: str) -> None:
    output, _ = run(conformance_server, lines([request(1, method), request(2, "test.echo")]))
    assert codes(messages(output, "lines")[0]) == [(1, -32600), (2, None)]


def test_ten_thousand_entries_are_answered_in_their_order(conformance_server: str) -> None:
    entries = [request(id, "test.echo", [id]) for id in range(10_000)]
    output, _ = run(conformance_server, lines(entries))
    assert [answer["result"] for answer in messages(output, "lines")[0]] == [[id] for id in range(10_000)]


def test_the_order_is_that_of_the_entries_not_of_their_ends(conformance_server: str) -> None:
    entries = [request(id, "test.sleep", {"ms": 50 - id * 5}) for id in range(10)]
    output, code = run(conformance_server, lines(entries))
    assert codes(messages(output, "lines")[0]) == [(id, None) for id in range(10)]
    assert code == 0


def test_cancelling_the_last_that_runs_completes_the_answer(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.send([request(1, "test.echo"), request(2, "test.sleep", {"ms": 600_000})])
        session.send(cancel(2))
        assert codes(session.receive()) == [(1, None), (2, -32800)]


def test_a_cancel_within_the_batch(conformance_server: str) -> None:
    output, _ = run(conformance_server, lines([request(1, "test.sleep", {"ms": 600_000}), cancel(1)]))
    assert codes(messages(output, "lines")[0]) == [(1, -32800)]


def test_more_than_can_be_worked_on_is_refused_not_lost(conformance_server: str) -> None:
    entries = [request(id, "test.sleep", {"ms": 300}) for id in range(1_500)]
    output, _ = run(conformance_server, lines(entries))
    answers = codes(messages(output, "lines")[0])
    assert [id for id, _ in answers] == list(range(1_500))
    assert {code for _, code in answers} == {None, -32000}


def test_all_answers_together_have_a_limit(conformance_server: str) -> None:
    entries = [request(id, "test.big", {"bytes": 6_000_000}) for id in range(4)]
    output, _ = run(conformance_server, lines(entries))
    assert codes(messages(output, "lines")[0]) == [(0, None), (1, None), (2, -32603), (3, -32603)]


def test_an_editor_sends_none(product: str) -> None:
    with Session(product, framing="headers") as session:
        session.initialize()
        session.send([request(1, "service/ping"), notification("update")])
        assert codes([session.receive()]) == [(None, -32600)]
        session.request(2, "service/ping")
        assert session.receive()["id"] == 2


def test_an_answer_beyond_the_limit_becomes_an_error(conformance_server: str) -> None:
    data = frame(lines(request(1, "test.big", {"bytes": 17_000_000})).strip(), "headers")
    answer = messages(run(conformance_server, data)[0], "headers")[0]
    assert (answer["error"]["code"], answer["error"]["data"]["limit"]) == (-32603, 16 * 1024 * 1024)
