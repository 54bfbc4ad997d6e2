"""The life cycle of an editor's session, and of none."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from framing import frame, messages
from messages import codes, lines, notification, request
from session import Session, run

HEADERS = "headers"


@pytest.mark.parametrize(("polite", "code"), [(True, 0), (False, 1)])
def test_an_editor_says_shutdown_first(product: str, polite: bool, code: int) -> None:
    with Session(product, framing=HEADERS) as session:
        result = session.initialize()
        assert result["serverInfo"]["name"] == "runpod-rpc"
        assert "service/ping" in result["capabilities"]["executeCommandProvider"]["commands"]
        if polite:
            session.request(2, "shutdown")
            assert session.receive()["result"] is None
            for method in ("service/ping", "shutdown", "workspace/executeCommand"):
                session.request(3, method)
                assert session.receive()["error"]["code"] == -32600
        session.notify("exit")
        assert session.process.wait(10) == code


def test_nothing_comes_before_initialize(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.notify("workspace/didChangeConfiguration", {"settings": {}})
        for method in ("service/ping", "shutdown", "workspace/executeCommand"):
            session.request(1, method, {"command": "service/ping"})
            assert session.receive()["error"]["code"] == -32002
        session.initialize()
        session.request(2, "service/ping")
        assert session.receive()["id"] == 2


def test_a_second_initialize_is_refused(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        session.request(2, "initialize", {"processId": None, "capabilities": {}})
        assert session.receive()["error"]["code"] == -32600


def test_initialized_need_not_be_said(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.request(1, "initialize", {"processId": None, "capabilities": {}})
        session.request(2, "service/ping")
        assert sorted([session.receive()["id"], session.receive()["id"]]) == [1, 2]


def test_exit_before_anything_else_exits_1(product: str) -> None:
    assert run(product, frame(lines(notification("exit")).strip(), HEADERS)) == (b"", 1)


def test_the_end_of_input_instead_of_exit_exits_1(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        assert session.end() == (b"", 1)


def test_the_end_of_input_after_shutdown_exits_0(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        session.request(2, "shutdown")
        session.receive()
        assert session.end() == (b"", 0)


def test_an_editor_that_vanishes_stops_its_work(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        session.request(1, "test.sleep", {"ms": 600_000})
        output, code = session.end()
        assert codes(messages(output, HEADERS))[-1] == (1, -32802)
        assert code == 1


def dead_process() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("client", ["null", "dead", "not its ancestor", "its parent"])
def test_a_client_process_that_cannot_be_watched_is_no_reason_to_end(product: str, client: str) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        process_id = {
            "null": None,
            "dead": dead_process(),
            "not its ancestor": stranger.pid,
            "its parent": os.getpid(),
        }[client]
        with Session(product, framing=HEADERS) as session:
            session.initialize(processId=process_id)
            stranger.kill()
            stranger.wait()
            session.request(1, "service/ping")
            assert session.receive()["id"] == 1
            assert session.process.poll() is None


# A client that dies while its end of the server's input stays open in another process.
CLIENT = """
import json, os, subprocess, sys
read, write = os.pipe()
heir = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, pass_fds=[write])
server = subprocess.Popen(sys.argv[1:], stdin=read)
params = {"processId": os.getpid(), "capabilities": {}}
os.write(write, json.dumps({"jsonrpc": "2.0", "id": heir.pid, "method": "initialize", "params": params}).encode())
os.write(write, bytes([10]))
sys.stdin.read()
os._exit(0)
"""


def test_the_clients_death_is_the_end_of_input(product: str) -> None:
    client = subprocess.Popen(["python3", "-c", CLIENT, product], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert client.stdin and client.stdout
    heir = json.loads(client.stdout.readline())["id"]
    try:
        client.stdin.close()
        client.wait(10)
        assert client.stdout.read() == b""
    finally:
        os.kill(heir, signal.SIGKILL)


def test_a_wrappers_death_is_the_end_of_input_on_request(product: str) -> None:
    script = 'exec 3<&0; "$0" --exit-with-parent <&3 & wait'
    with subprocess.Popen(["bash", "-c", script, product], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as wrapper:
        assert wrapper.stdin and wrapper.stdout
        wrapper.stdin.write(lines(request(1, "service/ping")))
        wrapper.stdin.flush()
        assert json.loads(wrapper.stdout.readline())["id"] == 1
        wrapper.kill()
        assert wrapper.stdout.read() == b""


def test_a_script_needs_no_handshake_and_may_bring_settings(product: str) -> None:
    options = {"initializationOptions": {"workDir": "/srv/runner"}}
    output, code = run(product, lines(request(1, "initialize", options), request(2, "environment/show")))
    answers = {answer["id"]: answer["result"] for answer in messages(output, "lines")}
    settings = {setting["name"]: setting for setting in answers[2]["settings"]}
    assert (settings["WORK_DIR"]["value"], settings["WORK_DIR"]["source"]) == ("/srv/runner", "initialize")
    assert code == 0


def test_a_script_that_shuts_down_is_told_so(product: str) -> None:
    output, code = run(product, lines(request(1, "shutdown"), request(2, "service/ping"), request(3, "shutdown")))
    assert codes(messages(output, "lines")) == [(1, None), (2, -32600), (3, -32600)]
    assert code == 0


def test_nothing_is_accepted_after_exit(conformance_server: str) -> None:
    output, code = run(
        conformance_server,
        lines(request(1, "test.sleep", {"ms": 60_000}), notification("exit"), request(2, "test.sleep", {"ms": 60_000})),
    )
    assert codes(messages(output, "lines")) in ([(1, -32802)], [(1, -32802), (2, -32802)])
    assert code == 0


def piped(*more: dict[str, object]) -> bytes:
    """An editor's session in one go."""
    return lines(request(1, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}), *more)


@pytest.mark.parametrize("ending", [notification("exit"), request(4, "exit")])
def test_a_piped_session_is_answered_in_order(product: str, ending: dict[str, object]) -> None:
    """As clangd's own tests are written."""
    command = {"command": "workflows/list", "arguments": [{"limit": 1}]}
    session = piped(
        notification("initialized", {}), request(2, "service/status"), request("p", "service/ping"),
        request("c", "workspace/executeCommand", command), request("x", "nothing/there"), request(3, "shutdown"), ending,
    )
    for _ in range(20):
        output, code = run(product, session)
        answers = messages(output, "lines")
        last = [(4, None)] if "id" in ending else []
        expected = [(1, None), (2, None), ("p", None), ("c", None), ("x", -32601), (3, None), *last]
        assert codes(answers) == expected
        assert "capabilities" in answers[0]["result"]
        assert code == 0


def test_what_outlasts_shutdown_is_stopped_before_it_is_answered(conformance_server: str) -> None:
    session = piped(request(2, "test.sleep", {"ms": 600_000}), request(3, "shutdown"), notification("exit"))
    output, code = run(conformance_server, session)
    assert codes(messages(output, "lines")) == [(1, None), (2, -32802), (3, None)]
    assert code == 0


def test_exit_as_a_request_ends_the_process(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        session.request(2, "shutdown")
        session.receive()
        session.request(3, "exit")
        assert session.receive() == {"jsonrpc": "2.0", "id": 3, "result": None}
        assert session.process.wait(10) == 0
    with Session(product, framing=HEADERS) as session:
        session.request(1, "exit")
        assert codes([session.receive()]) == [(1, None)]
        assert session.process.wait(10) == 1


@pytest.mark.parametrize("framing", ["lines", HEADERS])
def test_initialize_again_after_a_failure(product: str, framing: str) -> None:
    """microsoft/vscode-languageserver-node#1428"""
    client = {"processId": None, "rootUri": None, "capabilities": {}}
    session = [
        request(1, "initialize", {**client, "initializationOptions": {"nope": 1}}),
        request(2, "service/ping", {"a": 1}),
        request(3, "initialize", {**client, "initializationOptions": {}}),
        request(4, "service/ping", {"a": 1}),
        request(5, "initialize", client),
    ]
    output, _ = run(product, b"".join(frame(json.dumps(message).encode(), framing) for message in session))
    assert codes(messages(output, framing)) == [(1, 1002), (2, -32002), (3, None), (4, None), (5, -32600)]


def test_a_script_whose_settings_are_refused_goes_no_further(product: str) -> None:
    bad = {"initializationOptions": {"nope": "1"}}
    output, _ = run(
        product, lines(request(1, "initialize", bad), request(2, "service/ping"), request(3, "initialize"), request(4, "service/ping"))
    )
    assert codes(messages(output, "lines")) == [(1, 1002), (2, -32002), (3, None), (4, None)]


@pytest.mark.parametrize("options", [None, [], {}])
def test_no_options_in_any_form(product: str, options: object) -> None:
    client = {"processId": None, "capabilities": {}, "initializationOptions": options}
    call = {"command": "service/status", "arguments": [options]}
    # Not even `shutdown` follows.
    session = lines(request(1, "initialize", client), request(2, "service/status", []), request(3, "workspace/executeCommand", call))
    output, _ = run(product, session)
    answers = messages(output, "lines")
    assert answers[0]["id"] == 1 and sorted(codes(answers)) == [(1, None), (2, None), (3, None)]
