"""The end of input, of the reader and of patience."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest

from framing import messages
from messages import codes, lines, request
from session import Session, run

LONG = {"ms": 600_000}


@pytest.mark.parametrize("share", range(4))
def test_every_answer_arrives_at_the_end_of_input(product: str, share: int) -> None:
    data = lines(request(1, "service/ping"), request(2, "service/status"), request(3, "nothing/such"))
    for _ in range(250):
        output, code = run(product, data)
        assert sorted(answer["id"] for answer in messages(output, "lines")) == [1, 2, 3]
        assert code == 0


@pytest.mark.parametrize(("size", "times"), [(65_747, 20), (10_000_000, 3)])
def test_an_answer_larger_than_the_pipe_arrives_whole(conformance_server: str, size: int, times: int) -> None:
    shell = len(b'{"jsonrpc":"2.0","id":1,"result":""}\n')
    for _ in range(times):
        output, code = run(conformance_server, lines(request(1, "test.big", {"bytes": size - shell})))
        assert len(output) == size
        assert code == 0


def test_work_in_hand_is_finished_at_the_end_of_input(conformance_server: str) -> None:
    output, code = run(conformance_server, lines(request(1, "test.sleep", {"ms": 5_000})))
    assert messages(output, "lines") == [{"jsonrpc": "2.0", "id": 1, "result": None}]
    assert code == 0


def test_work_beyond_the_drain_limit_is_answered_and_exits_75(conformance_server: str) -> None:
    output, code = run(conformance_server, lines(request(1, "test.sleep", LONG)), "--drain-seconds", "0")
    assert codes(messages(output, "lines")) == [(1, -32802)]
    assert code == 75


def test_work_goes_on_after_the_end_of_input_while_someone_reads(conformance_server: str) -> None:
    process = subprocess.Popen([conformance_server], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdin.write(lines(request(1, "test.sleep", {**LONG, "workDoneToken": "t"})))
    process.stdin.close()
    assert json.loads(process.stdout.readline())["params"]["value"]["kind"] == "begin"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.stdout.close()
    assert process.wait(10) == 74


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_is_the_end_of_input(conformance_server: str, number: int) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", {"ms": 500, "workDoneToken": "t"})
        assert session.receive()["params"]["value"]["kind"] == "begin"
        session.process.send_signal(number)
        while "method" in (last := session.receive()):
            pass
        assert last == {"jsonrpc": "2.0", "id": 1, "result": None}
        assert session.process.wait(10) == 0


def test_what_comes_after_a_signal_is_refused(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", LONG)
        session.request(0, "service/ping")
        session.receive()
        session.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            session.request(2, "test.echo")
            if (code := session.receive().get("error", {}).get("code")) is not None:
                break
        assert code == -32802


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_second_signal_ends_it_at_once(conformance_server: str, number: int) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.hang")
        session.request(0, "service/ping")
        session.receive()
        session.process.send_signal(signal.SIGTERM)
        while True:
            session.request(2, "test.echo")
            if "error" in session.receive():
                break
        session.process.send_signal(number)
        assert session.process.wait(5) == 128 + number


def test_a_client_that_goes_away_exits_74(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", LONG)
        session.request(2, "test.big", {"bytes": 10})
        session.receive()
        session.process.stdout.close()
        session.request(3, "test.big", {"bytes": 1_000_000})
        assert session.process.wait(10) == 74
        assert session.process.stderr.read() == b""


def test_a_client_that_goes_away_with_its_stderr_exits_74(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.process.stdout.close()
        session.process.stderr.close()
        session.request(1, "test.print")
        session.request(2, "test.echo")
        assert session.process.wait(10) == 74


def test_a_wrong_command_line_says_why(product: str) -> None:
    result = subprocess.run([product, "--nonsense"], capture_output=True, text=True, check=False)
    assert result.returncode == 64
    assert "unknown argument --nonsense" in result.stderr


def test_without_a_wire_there_is_nothing_to_serve(product: str) -> None:
    result = subprocess.run(["sh", "-c", '"$0" <&-', product], capture_output=True, text=True, check=False)
    assert result.returncode == 70
    assert "standard input or output is closed" in result.stderr
