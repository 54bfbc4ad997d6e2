"""Life cycle, cancellation, pressure and the end of input."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from framing import messages
from session import Session, run


def line(id: object, method: str, params: object = None) -> bytes:
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    return json.dumps(message if params is None else {**message, "params": params}).encode() + b"\n"


def test_every_answer_arrives_at_the_end_of_input(product: str) -> None:
    data = line(1, "service/ping") + line(2, "service/status") + line(3, "nothing/such")
    for _ in range(200):
        output, code = run(product, data)
        assert sorted(answer["id"] for answer in messages(output, "lines")) == [1, 2, 3]
        assert code == 0


def test_an_answer_larger_than_the_pipe_arrives_whole(conformance_server: str) -> None:
    output, code = run(conformance_server, line(1, "test.big", {"bytes": 1_000_000}))
    assert len(messages(output, "lines")[0]["result"]) == 1_000_000
    assert code == 0


def test_work_in_hand_is_finished_at_the_end_of_input(conformance_server: str) -> None:
    output, code = run(conformance_server, line(1, "test.sleep", {"ms": 300}))
    assert messages(output, "lines") == [{"jsonrpc": "2.0", "id": 1, "result": None}]
    assert code == 0


def test_work_beyond_the_drain_limit_is_answered_and_exits_75(conformance_server: str) -> None:
    output, code = run(conformance_server, line(1, "test.sleep", {"ms": 60_000}), "--drain-seconds", "0")
    assert messages(output, "lines")[0]["error"]["code"] == -32802
    assert code == 75


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_is_the_end_of_input(conformance_server: str, number: int) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", {"ms": 200, "workDoneToken": "t"})
        assert session.receive()["params"]["value"]["kind"] == "begin"
        session.process.send_signal(number)
        output, code = session.end()
        assert messages(output, "lines")[-1] == {"jsonrpc": "2.0", "id": 1, "result": None}
        assert code == 0


def test_cancelling_answers_and_frees_the_id_only_then(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", {"ms": 60_000})
        session.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "1"}})
        session.request(2, "service/ping")
        assert session.receive()["id"] == 2
        session.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}})
        answer = session.receive()
        assert (answer["id"], answer["error"]["code"]) == (1, -32800)
        session.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}})
        session.request(1, "service/ping", {"again": True})
        assert session.receive() == {"jsonrpc": "2.0", "id": 1, "result": {"again": True}}


def test_progress_begins_and_ends_and_never_falls(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.progress", {"reports": 10_000, "workDoneToken": 7})
        values = []
        while (message := session.receive()).get("method") == "$/progress":
            assert message["params"]["token"] == 7
            values.append(message["params"]["value"])
        assert message["id"] == 1
        assert [values[0]["kind"], values[-1]["kind"]] == ["begin", "end"]
        assert values[-2]["message"] == "report 9999"
        percentages = [value["percentage"] for value in values[:-1]]
        assert percentages == sorted(percentages)
        assert len(values) < 1_000


def test_nothing_printed_reaches_the_wire(conformance_server: str) -> None:
    output, _ = run(conformance_server, line(1, "test.print", {"text": "{not json"}))
    assert messages(output, "lines") == [{"jsonrpc": "2.0", "id": 1, "result": None}]


@pytest.mark.parametrize(("polite", "code"), [(True, 0), (False, 1)])
def test_an_editor_says_shutdown_first(product: str, polite: bool, code: int) -> None:
    with Session(product, framing="headers") as session:
        session.request(1, "initialize", {"processId": None, "capabilities": {}})
        assert "service/ping" in session.receive()["result"]["capabilities"]["executeCommandProvider"]["commands"]
        if polite:
            session.request(2, "shutdown")
            assert session.receive()["result"] is None
            session.request(3, "service/ping")
            assert session.receive()["error"]["code"] == -32600
        session.send({"jsonrpc": "2.0", "method": "exit"})
        assert session.process.wait(10) == code


def test_a_client_that_goes_away_exits_74(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.big", {"bytes": 10})
        session.receive()
        session.process.stdout.close()
        session.request(2, "test.big", {"bytes": 1_000_000})
        assert session.process.wait(10) == 74
        assert session.process.stderr.read() == b""


def test_the_wire_stays_readable_under_a_slow_reader(conformance_server: str) -> None:
    count = 400
    with Session(conformance_server) as session:
        for index in range(count):
            session.request(index, "test.big", {"bytes": 10_000})
        assert sorted(session.receive()["id"] for _ in range(count)) == list(range(count))


def test_a_wrong_command_line_says_why(product: str) -> None:
    result = subprocess.run([product, "--nonsense"], capture_output=True, text=True, check=False)
    assert result.returncode == 64
    assert "unknown argument --nonsense" in result.stderr


def test_the_document_on_disk_is_the_one_served(product: str) -> None:
    from conftest import ROOT

    printed = subprocess.run([product, "--openrpc"], capture_output=True, check=True).stdout
    assert json.loads(printed) == json.loads((ROOT / "protocol" / "openrpc.json").read_text())


def test_work_goes_on_after_the_end_of_input_while_someone_reads(conformance_server: str) -> None:
    process = subprocess.Popen([conformance_server], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdin.write(line(1, "test.sleep", {"ms": 600_000, "workDoneToken": "t"}))
    process.stdin.close()
    assert json.loads(process.stdout.readline())["params"]["value"]["kind"] == "begin"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.stdout.close()
    assert process.wait(10) == 74


def test_an_editor_that_vanishes_stops_its_work(conformance_server: str) -> None:
    with Session(conformance_server, framing="headers") as session:
        session.request(0, "initialize", {"processId": None, "capabilities": {}})
        assert session.receive()["id"] == 0
        session.request(1, "test.sleep", {"ms": 600_000})
        output, code = session.end()
        assert messages(output, "headers")[-1]["error"]["code"] == -32802
        assert code == 1
