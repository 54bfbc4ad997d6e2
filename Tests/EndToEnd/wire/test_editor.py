"""The editor's dialect: commands, progress with a cancel button, logs and traces."""

from __future__ import annotations

from typing import Any

import pytest

from messages import cancel, codes
from session import Session

HEADERS = "headers"
SHOWS_PROGRESS = {"window": {"workDoneProgress": True}}


def execute(session: Session, id: Any, command: str, *arguments: Any, **params: Any) -> None:
    """Sends a command as editors do."""
    session.request(id, "workspace/executeCommand", {"command": command, "arguments": list(arguments), **params})


def test_initialize_names_every_method_as_a_command(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        commands = session.initialize()["capabilities"]["executeCommandProvider"]["commands"]
        session.request(1, "rpc.discover")
        methods = [m["name"] for m in session.receive()["result"]["methods"] if "result" in m]
        assert sorted(commands) == sorted(methods)


def test_a_command_calls_its_method(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        execute(session, 1, "subtract", {"minuend": 42, "subtrahend": 23})
        assert session.receive()["result"] == 19
        execute(session, 2, "service/status")
        assert session.receive()["result"]["dialect"] == "editor"
        session.request(3, "workspace/executeCommand", {"command": "service/ping"})
        assert session.receive() == {"jsonrpc": "2.0", "id": 3, "result": None}


@pytest.mark.parametrize(
    "params", [{}, {"command": "nothing/such"}, {"command": "shutdown"}, {"command": "service/ping", "arguments": [1, 2]}]
)
def test_a_command_that_is_none(product: str, params: dict[str, Any]) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        session.request(1, "workspace/executeCommand", params)
        assert codes([session.answer()]) == [(1, -32602)]


@pytest.mark.parametrize("place", ["of the command", "of the method", "of a direct call"])
def test_a_clients_own_token_shows_progress(conformance_server: str, place: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        match place:
            case "of the command":
                execute(session, 1, "test.progress", {"reports": 3}, workDoneToken="mine")
            case "of the method":
                execute(session, 1, "test.progress", {"reports": 3, "workDoneToken": "mine"})
            case _:
                session.request(1, "test.progress", {"reports": 3, "workDoneToken": "mine"})
        values = []
        while "method" in (message := session.receive()):
            assert (message["method"], message["params"]["token"]) == ("$/progress", "mine")
            values.append(message["params"]["value"])
        assert message["id"] == 1
        assert values[0] == {"kind": "begin", "title": "test.progress", "cancellable": True, "percentage": 0}
        assert [values[-2]["message"], values[-1]["kind"]] == ["report 2", "end"]


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


@pytest.mark.parametrize("params", [None, [1, [2]], {}, {"text": "é", "token": 1, "n": 1.50}])
def test_a_ping_answers_what_it_was_given(product: str, params: Any) -> None:
    with Session(product) as session:
        session.request(1, "service/ping", params)
        assert session.receive()["result"] == params


def test_a_ping_does_not_answer_what_is_the_protocols(product: str) -> None:
    with Session(product) as session:
        session.request(1, "service/ping", {"text": "hello", "workDoneToken": 7, "partialResultToken": "p"})
        assert session.receive() == {"jsonrpc": "2.0", "id": 1, "result": {"text": "hello"}}


def test_a_token_that_is_none(conformance_server: str) -> None:
    with Session(conformance_server) as session:
        session.request(1, "test.sleep", {"ms": 1, "workDoneToken": {"not": "a token"}})
        assert codes([session.receive()]) == [(1, -32602)]


def test_the_service_offers_progress_to_a_client_that_shows_it(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize(capabilities=SHOWS_PROGRESS)
        execute(session, 1, "test.sleep", {"ms": 600_000})
        create = session.receive()
        assert create["method"] == "window/workDoneProgress/create"
        token = create["params"]["token"]
        session.send({"jsonrpc": "2.0", "id": create["id"], "result": None})
        begin, report = session.receive()["params"], session.receive()["params"]
        assert (begin["token"], begin["value"]["kind"]) == (token, "begin")
        assert (report["token"], report["value"]["message"]) == (token, "sleeping")
        session.notify("window/workDoneProgress/cancel", {"token": token})
        assert session.receive()["params"]["value"]["kind"] == "end"
        assert codes([session.receive()]) == [(1, -32800)]


def test_work_that_is_done_at_once_is_not_shown(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize(capabilities=SHOWS_PROGRESS)
        for id in range(20):
            execute(session, id, "test.sleep", {"ms": 1})
        assert sorted(session.receive()["id"] for _ in range(20)) == list(range(20))


@pytest.mark.parametrize("answer", [{"error": {"code": -32601, "message": "no"}}, None], ids=["refuses", "is silent"])
def test_a_client_that_will_not_show_progress_is_answered_all_the_same(
    conformance_server: str, answer: dict[str, Any] | None
) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize(capabilities=SHOWS_PROGRESS)
        execute(session, 1, "test.sleep", {"ms": 1_000})
        create = session.receive()
        if answer:
            session.send({"jsonrpc": "2.0", "id": create["id"], **answer})
        assert session.receive() == {"jsonrpc": "2.0", "id": 1, "result": None}


def test_a_client_that_does_not_say_so_is_not_asked(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        execute(session, 1, "test.sleep", {"ms": 700})
        assert session.receive() == {"jsonrpc": "2.0", "id": 1, "result": None}


def test_cancelling_a_command_cancels_its_method(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        execute(session, 1, "test.sleep", {"ms": 600_000})
        session.send(cancel(1))
        assert codes([session.receive()]) == [(1, -32800)]


def test_a_failure_is_logged_with_what_to_do(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize()
        execute(session, 1, "test.fail-domain", {})
        log = session.receive()
        assert log["method"] == "window/logMessage"
        assert log["params"] == {"type": 1, "message": "test.fail-domain: There is none. Wait."}
        error = session.receive()["error"]
        assert error["data"]["kind"] == "noCapacity"
        assert error["data"]["resources"] == {"podId": "p1"}


def test_a_trace_tells_how_long_everything_took(conformance_server: str) -> None:
    with Session(conformance_server, framing=HEADERS) as session:
        session.initialize(trace="messages")
        execute(session, 1, "test.sleep", {"ms": 1})
        trace = session.receive()
        assert trace["method"] == "$/logTrace"
        assert trace["params"]["message"].startswith("test.sleep answered after ")
        session.receive()
        session.notify("$/setTrace", {"value": "off"})
        execute(session, 2, "test.sleep", {"ms": 1})
        assert session.receive()["id"] == 2


def test_settings_come_with_initialize(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        session.initialize(initializationOptions={"workDir": "/srv/runner"})
        execute(session, 1, "environment/show")
        settings = {setting["name"]: setting for setting in session.receive()["result"]["settings"]}
        assert settings["WORK_DIR"]["value"] == "/srv/runner"


def test_settings_that_are_none_are_named(product: str) -> None:
    with Session(product, framing=HEADERS) as session:
        params = {"processId": None, "capabilities": {}, "initializationOptions": {"workDirectory": "/srv"}}
        session.request(1, "initialize", params)
        error = session.receive()["error"]
        assert error["data"]["kind"] == "configurationInvalid"
        assert "workDirectory" in error["message"]


@pytest.mark.parametrize("arguments", ["absent", None, [], {}, [None], [[]], [{}]])
def test_no_params_in_any_form(product: str, arguments: Any) -> None:
    """neovim/neovim#33551 sorbet/sorbet#8796 neovim/nvim-lspconfig#94: Lua's empty table is an empty array."""
    given = {} if arguments == "absent" else {"arguments": arguments}
    with Session(product, framing=HEADERS) as session:
        session.initialize()
        session.request(1, "workspace/executeCommand", {"command": "service/status", **given})
        assert session.receive()["result"]["dialect"] == "editor"
        for params in (None, [], {}):
            session.request(2, "service/status", params)
            assert session.receive()["result"]["dialect"] == "editor"
        session.request(3, "service/status", {"workDoneToken": None})
        assert codes([session.receive()]) == [(3, None)]


def test_command_names_can_carry_a_prefix(product: str) -> None:
    """Where two servers share one list of commands, as in VS Code."""
    with Session(product, "--command-prefix", "runpod.", framing=HEADERS) as session:
        commands = session.initialize()["capabilities"]["executeCommandProvider"]["commands"]
        assert "runpod.pods/list" in commands and all(command.startswith("runpod.") for command in commands)
        for command in ("runpod.service/status", "service/status"):
            execute(session, 1, command)
            assert session.receive()["result"]["dialect"] == "editor"
        session.request(2, "service/status")
        assert session.receive()["result"]["dialect"] == "editor"
        execute(session, 3, "runpod.nothing")
        assert codes([session.answer()]) == [(3, -32602)]
