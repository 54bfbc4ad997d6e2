"""Readers that are slow, asleep, dead, or deaf on stderr; and prints that must not reach the wire."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections import defaultdict
from pathlib import Path

from framing import frame, messages
from messages import codes, lines, notification, request
from session import Session, run


def peak_megabytes(process_id: int) -> float:
    """The most memory that a process has had so far."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def test_the_wire_stays_readable_under_a_slow_reader(conformance_server: str) -> None:
    count = 400
    with Session(conformance_server) as session:
        for index in range(count):
            session.request(index, "test.big", {"bytes": 10_000})
        assert sorted(session.receive()["id"] for _ in range(count)) == list(range(count))


def test_a_reader_asleep_through_a_hundred_thousand_reports(conformance_server: str) -> None:
    tokens, reports = 1_000, 100
    with Session(conformance_server) as session:
        for token in range(tokens):
            session.request(
                token, "test.progress", {"reports": reports, "ms": 100, "bytes": 1_000, "workDoneToken": token}
            )
        session.request("status", "service/status")
        time.sleep(10)
        # A hundred megabytes were reported; the debug build itself takes some thirty.
        assert peak_megabytes(session.process.pid) < 90
        said: dict[int, list[str]] = defaultdict(list)
        answered: set[int] = set()
        while len(answered) < tokens:
            message = session.receive()
            if message.get("method") == "$/progress":
                value = message["params"]["value"]
                said[message["params"]["token"]].append(value["kind"])
                if value["kind"] == "report":
                    last = value["message"].rstrip(".")
                    said[message["params"]["token"]][-1] = last
            elif message["id"] != "status":
                answered.add(message["id"])
                assert said[message["id"]][-2:] == [f"report {reports - 1}", "end"]
        assert all(words[0] == "begin" and words.count("end") == 1 for words in said.values())


def test_a_reader_that_never_reads_exits_74(conformance_server: str) -> None:
    with Session(conformance_server, environment={"STUCK_MILLISECONDS": "500"}) as session:
        session.request(1, "test.big", {"bytes": 1_000_000})
        assert session.process.wait(20) == 74


def test_a_reader_that_takes_a_byte_now_and_then_exits_74(conformance_server: str) -> None:
    with Session(conformance_server, environment={"STUCK_MILLISECONDS": "1500"}) as session:
        session.request(1, "test.big", {"bytes": 1_000_000})
        while session.process.poll() is None:
            os.read(session.process.stdout.fileno(), 1)
            time.sleep(0.05)
        assert session.process.returncode == 74


def test_a_slow_reader_that_keeps_reading_is_waited_for(conformance_server: str) -> None:
    with Session(conformance_server, environment={"STUCK_MILLISECONDS": "1500"}) as session:
        session.request(1, "test.big", {"bytes": 1_000_000})
        session.process.stdin.close()
        output = b""
        while chunk := os.read(session.process.stdout.fileno(), 32_768):
            output += chunk
            time.sleep(0.1)
        assert len(messages(output, "lines")[0]["result"]) == 1_000_000
        assert session.process.wait(10) == 0


def test_answers_beyond_the_limit_of_what_may_wait_exit_74(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        for id in range(6):
            session.request(id, "test.big", {"bytes": 12_000_000})
        assert session.process.wait(30) == 74
        assert peak_megabytes_of_children() < 400


def peak_megabytes_of_children() -> float:
    """The most memory that any ended child has had."""
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def test_a_socket_that_takes_little_at_a_time(conformance_server: str) -> None:
    ours, theirs = socket.socketpair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    with ours, subprocess.Popen([conformance_server], stdin=theirs, stdout=theirs) as process:
        theirs.close()
        ours.sendall(lines(request(1, "test.big", {"bytes": 300_000}), request(2, "test.echo")))
        ours.shutdown(socket.SHUT_WR)
        output = b""
        while chunk := ours.recv(7_001):
            output += chunk
        assert [answer["id"] for answer in messages(output, "lines")] == [1, 2]
        assert process.wait(10) == 0


def test_a_file_as_output(conformance_server: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before\n")
    with path.open("ab") as file:
        data = lines(*(request(id, "test.big", {"bytes": 100_000}) for id in range(5)))
        subprocess.run([conformance_server], input=data, stdout=file, timeout=30, check=True)
    before, _, rest = path.read_bytes().partition(b"\n")
    assert before == b"before"
    assert codes(messages(rest, "lines")) == [(id, None) for id in range(5)]


def test_requests_are_read_while_the_client_owes_answers(conformance_server: str) -> None:
    with Session(conformance_server, framing="headers") as session:
        session.initialize(capabilities={"window": {"workDoneProgress": True}})
        for id in range(400):
            session.request(id, "test.sleep", {"ms": 600_000})
        asked = [session.receive()["method"] for _ in range(100)]
        assert set(asked) == {"window/workDoneProgress/create"}
        for id in range(400, 800):
            session.request(id, "test.echo")
        assert [session.receive()["id"] for _ in range(400)] == list(range(400, 800))


def test_a_full_stderr_holds_nobody_up(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        for id in range(50):
            session.request(id, "test.flood-stderr", {"bytes": 100_000})
        assert sorted(session.receive()["id"] for _ in range(50)) == list(range(50))
        session.request("last", "test.echo")
        assert session.receive()["id"] == "last"


def test_nothing_printed_reaches_the_wire(conformance_server: str) -> None:
    data = lines(
        *(request(id, "test.print", {"text": "{not json"}) for id in range(50)),
        *(request(id, "test.big", {"bytes": 50_000}) for id in range(50, 100)),
    )
    output, _ = run(conformance_server, data)
    assert sorted(answer["id"] for answer in messages(output, "lines")) == list(range(100))


def test_children_have_no_part_in_the_wire(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.child")
        session.request(2, "test.echo")
        assert sorted([session.receive()["id"], session.receive()["id"]]) == [1, 2]
        session.process.stdin.close()
        assert session.process.wait(10) == 0
        assert session.process.stderr.read() == b"a stray line\n"


def test_two_ways_of_a_full_pipe_do_not_wait_for_each_other(conformance_server: str) -> None:
    count = 2_000
    process = subprocess.Popen([conformance_server], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    data = b"".join(frame(lines(request(id, "test.echo", ["x" * 5_000])).strip(), "headers") for id in range(count))
    writer = threading.Thread(target=lambda: (process.stdin.write(data), process.stdin.close()))
    writer.start()
    writer.join(60)
    assert not writer.is_alive(), "the server stopped reading"
    answers = messages(process.stdout.read(), "headers")
    assert [answer["id"] for answer in answers] == list(range(count))
    assert process.wait(10) == 0


def test_a_notification_is_never_answered(conformance_server: str) -> None:
    said = [notification(method, {"ms": 1}) for method in ("test.sleep", "test.fail", "test.echo", "nothing/such")]
    assert run(conformance_server, lines(*said)) == (b"", 0)
