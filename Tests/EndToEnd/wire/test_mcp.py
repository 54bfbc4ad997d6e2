"""The Model Context Protocol, message by message."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from framing import messages
from messages import codes, lines, notification, request
from sandbox import Sandbox
from session import Session, run

VERSION = "io.modelcontextprotocol/protocolVersion"
MODERN = {"_meta": {VERSION: "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}
OLD_REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
ALL_REVISIONS = ["2026-07-28", *reversed(OLD_REVISIONS)]
NO_TOOLS = ("service_ping", "rpc", "pods_watch", "pods_unwatch", "pods_didChange", "ssh_session", "ssh_output")


def initialize(revision: str) -> dict[str, Any]:
    """An agent's first request."""
    client = {"name": "test", "version": "1"}
    return request(0, "initialize", {"protocolVersion": revision, "capabilities": {}, "clientInfo": client})


def call(id: Any, name: str, /, meta: dict[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
    """A tool's call."""
    params: dict[str, Any] = {"name": name, "arguments": arguments}
    return request(id, "tools/call", params if meta is None else {**params, "_meta": meta})


@pytest.fixture
def agent(conformance_server: str) -> Any:
    """A session in the newest revision that has a handshake."""
    with Session(conformance_server, "mcp") as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        session.notify("notifications/initialized")
        yield session


@pytest.mark.parametrize(
    ("asked", "given"),
    [*zip(OLD_REVISIONS, OLD_REVISIONS), ("2026-07-28", "2025-11-25"), ("x", "2025-11-25")],
)
def test_initialize_agrees_on_a_revision(product: str, asked: str, given: str) -> None:
    output, code = run(product, lines(initialize(asked)))
    result = messages(output, "lines")[0]["result"]
    assert result["protocolVersion"] == given
    assert set(result["capabilities"]) == {"tools", "resources", "logging"}
    assert result["serverInfo"]["name"] == "runpod-rpc"
    assert "environment_validate" in result["instructions"]
    assert code == 0


def test_discovery_needs_no_handshake(product: str) -> None:
    output, _ = run(product, lines(request(1, "server/discover", MODERN)))
    result = messages(output, "lines")[0]["result"]
    assert result["supportedVersions"] == ALL_REVISIONS
    assert result["capabilities"]["extensions"] == {"io.modelcontextprotocol/tasks": {}}
    assert (result["resultType"], result["cacheScope"]) == ("complete", "public")
    assert result["ttlMs"] > 0
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "runpod-rpc"


@pytest.mark.parametrize("method", ["server/discover", "tools/list", "tools/call"])
def test_an_unknown_revision_is_told_the_known_ones(product: str, method: str) -> None:
    output, _ = run(product, lines(request(1, method, {"_meta": {VERSION: "2031-01-01"}})))
    error = messages(output, "lines")[0]["error"]
    assert error["code"] == -32022
    assert error["data"] == {"supported": ALL_REVISIONS, "requested": "2031-01-01"}


def test_what_comes_before_initialize(product: str) -> None:
    output, _ = run(
        product,
        lines(
            request(1, "ping"), request(2, "tools/list"), initialize("2025-11-25"), request(3, "tools/list"),
            initialize("2025-11-25"),
        ),
    )
    answers = messages(output, "lines")
    assert codes(answers)[:3] == [(1, None), (2, -32602), (0, None)]
    assert sorted(codes(answers)[3:]) == [(0, None), (3, None)]
    assert answers[0]["result"] == {}
    assert answers[1]["error"]["data"]["supported"]


@pytest.mark.parametrize("revision", [*OLD_REVISIONS, "2026-07-28"])
def test_the_methods_of_each_revision(product: str, revision: str) -> None:
    is_modern = revision == "2026-07-28"
    meta = MODERN if is_modern else {}
    resources = ["resources/list", "resources/templates/list", "prompts/list"]
    methods = ["ping", "logging/setLevel", "server/discover", "service/ping", "tasks/list", *resources]
    head = [] if is_modern else [initialize(revision)]
    output, _ = run(product, lines(*head, *(request(m, m, {"level": "info", **meta}) for m in methods)))
    known = {id for id, code in codes(messages(output, "lines")) if code is None} - {0}
    assert known == {"server/discover", *resources} | (set() if is_modern else {"ping", "logging/setLevel"})


def test_the_tools_are_the_methods(product: str) -> None:
    output, _ = run(product, lines(initialize("2025-11-25"), request(1, "tools/list"), request(2, "tools/list")))
    _, first, second = messages(output, "lines")
    assert first["result"] == second["result"]
    tools = {tool["name"]: tool for tool in first["result"]["tools"]}
    assert {"service_status", "pods_create", "ssh_exec", "workflows_setupRunner"} <= tools.keys()
    assert not any(name.startswith(NO_TOOLS) for name in tools)
    for name, tool in tools.items():
        assert len(name) <= 32 and name.isascii()
        jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
        jsonschema.Draft202012Validator.check_schema(tool["outputSchema"])
        assert tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object"


def test_the_annotations_tell_the_truth(product: str) -> None:
    output, _ = run(product, lines(initialize("2025-11-25"), request(1, "tools/list")))
    tools = {tool["name"]: tool for tool in messages(output, "lines")[1]["result"]["tools"]}

    def hints(name: str) -> tuple[bool, ...]:
        return tuple(tools[name]["annotations"][f"{hint}Hint"] for hint in ("readOnly", "destructive", "idempotent", "openWorld"))

    assert hints("service_status") == (True, False, True, False)
    assert hints("pods_list") == (True, False, True, True)
    assert hints("pods_create") == (False, True, False, True)
    assert hints("pods_terminate") == (False, True, True, True)
    assert hints("ssh_exec") == (False, True, False, True)
    assert hints("pods_restart") == (False, True, False, True)
    assert hints("volumes_create") == (False, True, False, True)
    assert hints("volumes_delete") == (False, True, True, True)
    assert hints("templates_list") == (True, False, True, True)
    assert hints("runners_start") == (False, False, False, True)
    assert tools["pods_create"]["description"].endswith("Spends money.")


def test_an_agents_calls_are_short_and_detached(product: str, conformance_server: str) -> None:
    output, _ = run(conformance_server, lines(initialize("2025-11-25"), request(1, "tools/list"), call(2, "test_work")))
    answers = {answer["id"]: answer["result"] for answer in messages(output, "lines")}
    tools = {tool["name"]: tool["inputSchema"]["properties"] for tool in answers[1]["tools"]}
    assert tools["pods_wait"]["timeoutSeconds"]["maximum"] == tools["workflows_wait"]["timeoutSeconds"]["maximum"] == 50
    assert "stream" not in tools["ssh_exec"] and tools["ssh_exec"]["captureLimit"]["default"] == 8192
    assert "detach" not in tools["test_work"]
    assert answers[2]["structuredContent"]["detached"] is True


def test_a_result_is_structured_and_text(agent: Session) -> None:
    agent.send(call(1, "test_work", steps=2))
    result = agent.receive()["result"]
    assert result["structuredContent"] == {"steps": 2, "text": "", "detached": True}
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    assert "isError" not in result


def test_of_a_long_text_the_end_is_kept(agent: Session) -> None:
    agent.send(call(1, "test_work", size=100_000))
    result = agent.receive()["result"]
    text, _, omitted = result["content"][0]["text"].partition("\n")
    assert 30_000 < len(text.encode()) <= 32_000
    assert json.loads(text) == result["structuredContent"]
    assert result["structuredContent"]["text"].startswith("… é")
    assert omitted == "Of long texts only the ends are here."


def test_a_failure_is_a_result_that_says_so(agent: Session) -> None:
    agent.send(call(1, "test_work", fail="There is none."))
    result = agent.receive()["result"]
    assert result["isError"] is True
    message, hint, data = result["content"][0]["text"].split("\n")
    assert (message, hint) == ("There is none.", "Wait.")
    assert json.loads(data)["resources"] == {"podId": "p1"}


def test_wrong_arguments_are_told_the_agent(agent: Session) -> None:
    agent.send(call(1, "test_work", steps="many"))
    result = agent.receive()["result"]
    assert result["isError"] is True
    assert result["content"][0]["text"].startswith("steps: expected an integer")


def test_an_unknown_tool_is_an_error(agent: Session) -> None:
    near = {"nothing_such": "there are", "test/work": "did you mean test_work?", "pod_list": "did you mean pods_list?", None: ""}
    for name, advice in near.items():
        agent.send(request(1, "tools/call", {"name": name}))
        answer = agent.receive()
        assert codes([answer]) == [(1, -32602)]
        assert advice in answer["error"]["message"]


def test_a_wrong_cursor_is_an_error(agent: Session) -> None:
    agent.send(request(1, "tools/list", {"cursor": "nothing"}))
    assert codes([agent.receive()]) == [(1, -32602)]
    agent.send(request(2, "tools/list", {"cursor": "pods_list"}))
    assert [tool["name"] for tool in agent.receive()["result"]["tools"]][0] == "pods_create"


def test_progress_grows_with_every_notification(agent: Session) -> None:
    agent.send(call(1, "test_work", {"progressToken": "p"}, steps=4, milliseconds=150))
    seen = []
    while "method" in (message := agent.receive()):
        assert message["method"] == "notifications/progress"
        assert message["params"]["progressToken"] == "p"
        seen.append((message["params"]["progress"], message["params"]["message"]))
    assert message["id"] == 1
    assert [words for _, words in seen] == [f"step {n}" for n in range(4)]
    amounts = [amount for amount, _ in seen]
    assert all(before < after for before, after in zip(amounts, amounts[1:]))


def test_nothing_is_said_about_a_cancelled_call(agent: Session) -> None:
    agent.send(call(1, "test_work", {"progressToken": "p"}, steps=10_000, milliseconds=50))
    assert agent.receive()["method"] == "notifications/progress"
    agent.notify("notifications/cancelled", {"requestId": 1, "reason": "enough"})
    agent.request(2, "ping")
    while "method" in (message := agent.receive()):
        pass
    assert message["id"] == 2
    agent.send(call(3, "test_work", steps=5, milliseconds=50))
    assert agent.receive()["id"] == 3
    agent.send(call(1, "test_work"))
    assert agent.receive()["id"] == 1


def test_cancelling_after_the_answer_or_of_nothing_is_silent(agent: Session) -> None:
    agent.request(1, "ping")
    assert agent.receive()["id"] == 1
    for id in (1, "1", 99, None):
        agent.notify("notifications/cancelled", {"requestId": id})
    agent.request(1, "ping")
    assert agent.receive()["id"] == 1


def test_notifications_are_log_messages_for_those_who_want_them(agent: Session) -> None:
    agent.send(call(1, "test_work"))
    assert agent.receive()["id"] == 1
    agent.request(2, "logging/setLevel", {"level": "info"})
    assert agent.receive()["result"] == {}
    agent.send(call(3, "test_work"))
    log = agent.receive()
    assert (log["method"], log["params"]) == (
        "notifications/message",
        {"level": "info", "logger": "test/stepped", "data": {"step": 0}},
    )
    assert agent.receive()["id"] == 3
    agent.request(4, "logging/setLevel", {"level": "loud"})
    assert codes([agent.receive()]) == [(4, -32602)]


def test_without_a_handshake_each_request_says_what_it_wants_to_hear(conformance_server: str) -> None:
    level = "io.modelcontextprotocol/logLevel"
    with Session(conformance_server) as session:
        for id, wanted in enumerate(["info", "warning", "loud", None]):
            session.send(call(id, "test_work", {**MODERN["_meta"], level: wanted}))
            if wanted == "info":
                log = session.receive()
                assert (log["method"], log["params"]["level"]) == ("notifications/message", "info")
            assert session.receive()["id"] == id


@pytest.mark.parametrize(("first", "level"), [("initialize", None), ("initialize", "error"), ("server/discover", None)])
def test_a_warning_that_belongs_to_no_request(
    product: str, sandbox: Sandbox, home: dict[str, str], first: str, level: str | None
) -> None:
    sandbox.admin("POST", "/settings", {"graphqlRetired": True})
    with Session(product, environment={**home, **sandbox.environment}) as session:
        session.send(initialize("2025-11-25") if first == "initialize" else request(0, first, MODERN))
        session.receive()
        if level:
            session.request(1, "logging/setLevel", {"level": level})
            session.receive()
        session.send(call(2, "pods_list", None if first == "initialize" else MODERN["_meta"]))
        said = []
        while "method" in (message := session.receive()):
            said.append(message["params"])
        assert message["result"]["structuredContent"] == {"pods": []}
        if first == "initialize" and level is None:
            assert [(log["level"], log["logger"]) for log in said] == [("warning", "runpod-rpc")]
            assert "GraphQL" in said[0]["data"]
        else:
            assert said == []


def test_batches_are_no_more(agent: Session) -> None:
    agent.send([request(1, "ping")])
    assert codes([agent.receive()]) == [(None, -32600)]


def test_a_stateless_call(conformance_server: str) -> None:
    output, _ = run(conformance_server, lines(call(1, "test_work", MODERN["_meta"], steps=3)))
    result = messages(output, "lines")[0]["result"]
    assert result["resultType"] == "complete"
    assert result["structuredContent"]["steps"] == 3


def test_answers_arrive_at_the_end_of_input(conformance_server: str) -> None:
    calls = [call(id, "test_work", steps=1, milliseconds=id * 20) for id in range(1, 11)]
    for _ in range(20):
        output, code = run(conformance_server, lines(initialize("2025-11-25"), *calls))
        assert sorted(answer["id"] for answer in messages(output, "lines")) == list(range(11))
        assert code == 0


def test_a_host_that_leaves_is_not_kept_waiting(conformance_server: str) -> None:
    output, code = run(conformance_server, lines(initialize("2025-11-25"), call(1, "test_work", milliseconds=600_000)))
    assert codes(messages(output, "lines")) == [(0, None), (1, -32802)]
    assert code == 75


def test_exit_is_not_a_word_of_this_protocol(agent: Session) -> None:
    agent.send(notification("exit"))
    agent.request(1, "ping")
    assert agent.receive()["id"] == 1
