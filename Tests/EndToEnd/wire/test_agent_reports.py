"""What agents and their hosts have reported about other servers of this kind, tried on this one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from messages import codes, lines, notification, request
from framing import messages
from renting import rent
from sandbox import Sandbox
from service import Service
from session import Session, run
from test_mcp import MODERN, call, initialize


@pytest.fixture
def agent(product: str, home: dict[str, str]) -> Any:
    """An agent's session, in the newest revision that has a handshake."""
    with Session(product, "mcp", environment=home) as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        yield session


def text(answer: dict[str, Any]) -> str:
    """What the agent reads."""
    return str(answer["result"]["content"][0]["text"])


def test_an_old_revision_is_answered_in_kind(product: str) -> None:
    """mark3labs/mcp-go#650 punkpeye/mcp-remote#66 langgenius/dify#27677"""
    for revision, has in {"2024-11-05": set(), "2025-03-26": {"annotations"}}.items():
        output, _ = run(
            product, lines(initialize(revision), request(1, "tools/list"), call(2, "service_status")), "mcp"
        )
        answers = {answer["id"]: answer["result"] for answer in messages(output, "lines")}
        assert answers[0]["protocolVersion"] == revision
        assert answers[1]["tools"][0].keys() == {"name", "description", "inputSchema"} | has
        assert answers[2].keys() == {"content"}
        assert json.loads(answers[2]["content"][0]["text"])["dialect"] == "mcp"


def test_only_2025_03_26_has_batches(product: str) -> None:
    for revision in ("2024-11-05", "2025-03-26", "2025-06-18"):
        output, _ = run(product, lines(initialize(revision), [request(1, "ping"), call(2, "service_status")]), "mcp")
        _, answer = messages(output, "lines")
        if revision == "2025-03-26":
            assert sorted(entry["id"] for entry in answer) == [1, 2]
        else:
            assert answer["error"]["code"] == -32600


def test_a_cancelled_entry_does_not_hold_up_its_batch(conformance_server: str) -> None:
    with Session(conformance_server, "mcp") as session:
        session.send(initialize("2025-03-26"))
        session.receive()
        session.send([request(1, "ping"), call(2, "test_work", milliseconds=600_000)])
        session.notify("notifications/cancelled", {"requestId": 2})
        assert codes(session.receive()) == [(1, None)]


def test_initialize_may_come_again(product: str) -> None:
    """xyTom/coding-tools-mcp#39 Goldziher/ai-rulez#158 aws/mcp-proxy-for-aws#349"""
    output, _ = run(
        product,
        lines(
            request("openai-mcp-discover", "server/discover", {}),
            {**initialize("2025-11-25"), "id": 1},
            {**initialize("2025-11-25"), "id": 0},
            request(2, "tools/list", {}),
        ),
        "mcp",
    )
    answers = {answer["id"]: answer for answer in messages(output, "lines")}
    assert answers[0]["result"] == answers[1]["result"]
    assert answers[2]["result"]["tools"]


def test_the_command_pins_the_dialect(product: str) -> None:
    output, _ = run(product, lines(request(1, "initialize", {"capabilities": {}}), request(2, "service/ping")), "mcp")
    assert codes(messages(output, "lines")) == [(1, -32602), (2, -32602)]


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-11-25", "2026-07-28"])
def test_there_are_no_prompts(product: str, revision: str) -> None:
    """DeusData/codebase-memory-mcp#958 metabase/metabase#77107 FreePeak/db-mcp-server#35"""
    is_modern = revision == "2026-07-28"
    head = [] if is_modern else [initialize(revision)]
    output, _ = run(product, lines(*head, request(1, "prompts/list", MODERN if is_modern else {})), "mcp")
    assert messages(output, "lines")[-1]["result"]["prompts"] == []


@pytest.mark.parametrize("arguments", [None, [], {}, "{}", "absent"])
def test_no_arguments_in_any_form(agent: Session, arguments: Any) -> None:
    """ramimbo/mergework#93 sourcemeta/one#964 chaitin/MonkeyCode#1268"""
    given = {} if arguments == "absent" else {"arguments": arguments}
    agent.request(1, "tools/call", {"name": "service_status", **given})
    assert agent.receive()["result"]["structuredContent"]["dialect"] == "mcp"


def test_half_a_surrogate_pair_and_a_doubled_member(agent: Session) -> None:
    """earendil-works/pi#6613 github/copilot-sdk#1722"""
    agent.write(
        b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ssh_exec","arguments":'
        b'{"podId":"x","command":"echo \\ud83d"}}}\n'
    )
    assert codes([agent.receive()]) == [(7, -32700)]
    agent.write(b'{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"x","name":"y"}}\n')
    assert codes([agent.receive()]) == [("a", -32700)]


def test_text_that_is_the_number_declared_is_taken(agent: Session) -> None:
    """github/github-mcp-server#2044 VibiumDev/vibium#85 jgravelle/jcodemunch-mcp#135 open-pencil/open-pencil#207"""
    for given in ("10", 10, " 10 ", None):
        agent.send(call(1, "workflows_list", limit=given))
        assert agent.receive()["result"]["structuredContent"] == {"workflows": []}
    for given in ("ten", "", "true", "1.5"):
        agent.send(call(1, "workflows_list", limit=given))
        assert text(agent.receive()).startswith("limit: expected")


def test_a_wrong_text_in_a_wait_is_named(agent: Session) -> None:
    for tool, id in (("workflows_wait", "workflowId"), ("pods_wait", "podId")):
        agent.send(call(1, tool, **{id: "x", "timeoutSeconds": "abc"}))
        assert text(agent.receive()).startswith("timeoutSeconds: expected a number, found string")


def test_null_does_not_switch_a_preset_off(conformance_server: str) -> None:
    with Session(conformance_server, "mcp") as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        session.send(call(1, "test_work", detach=None, steps=None))
        assert session.receive()["result"]["structuredContent"]["detached"] is True


def test_arguments_that_hosts_add(agent: Session) -> None:
    """n8n-io/n8n#21500 n8n-io/n8n#37308 chrisdoc/hevy-mcp#160"""
    added = {"toolCallId": "call_1", "sessionId": "s", "action": "sendMessage", "chatInput": "hi"}
    agent.send(call(1, "service_status", **added))
    assert "isError" not in agent.receive()["result"]
    agent.send(call(2, "service_status", verbose=True))
    said = text(agent.receive())
    assert said.startswith("verbose: expected no such member; it takes no params.")
    agent.send(call(3, "pods_get", podID="x", **added))
    assert "did you mean podId?" in text(agent.receive())


def test_nothing_is_offered_that_an_agent_cannot_finish(agent: Session) -> None:
    agent.request(1, "tools/list")
    tools = {tool["name"]: tool["inputSchema"]["properties"] for tool in agent.receive()["result"]["tools"]}
    assert "openStdin" not in tools["ssh_exec"]
    assert "cursor" not in tools["workflows_wait"]


def test_open_stdin_does_not_hang(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> None:
    environment = {**home, **shared_sandbox.environment}
    with Service(product, environment) as service:
        pod = rent(service)
        with Session(product, "mcp", environment=environment) as session:
            session.send(initialize("2025-11-25"))
            session.receive()
            session.send(call(1, "ssh_exec", podId=pod, command="cat", openStdin=True))
            assert session.receive(30)["result"]["structuredContent"]["exitCode"] == 0
            script = "for i in $(seq 1 6000); do echo out $i; echo warn $i >&2; done; echo 'FATAL: the real error' >&2; exit 1"
            session.send(call(2, "ssh_exec", podId=pod, command=script))
            # MoonshotAI/kimi-code#3234 NousResearch/hermes-agent#101330 openai/openai-agents-python#4224
            answer = session.receive(60)
            said = text(answer)
            assert "FATAL: the real error" in said and "out 6000" in said
            assert len(said.encode()) < 20_000
            assert json.loads(said.partition("\n")[0]) == answer["result"]["structuredContent"]
        service.call("pods/terminate", podId=pod)


def test_a_list_comes_in_pages_that_a_model_can_read(product: str, home: dict[str, str]) -> None:
    """mui/material-ui#46778 caiowilson/MCP-memento#21 fosdickio/binary_ninja_mcp#16"""
    with Service(product, home) as service:
        service.call("workflows/list")
    fill(Path(home["XDG_STATE_HOME"]) / "runpod-rpc" / "state.sqlite", 100)
    with Session(product, "mcp", environment=home) as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        seen: list[str] = []
        cursor: str | None = None
        while not seen or cursor:
            session.send(call(1, "workflows_list", cursor=cursor))
            answer = session.receive()
            assert "isError" not in answer["result"], text(answer)
            page = answer["result"]["structuredContent"]
            assert json.loads(text(answer)) == page
            # Fewer than 5,000 tokens, at the three bytes a token that such JSON has.
            assert len(text(answer).encode()) <= 14_000
            assert len(page["workflows"]) in (range(5, 21) if "nextCursor" in page else range(1, 21))
            seen += [workflow["id"] for workflow in page["workflows"]]
            cursor = page.get("nextCursor")
        assert seen == [f"wf-{number:012}" for number in reversed(range(100))]
        session.send(call(1, "workflows_list", limit=100))
        answer = session.receive()
        assert len(text(answer).encode()) <= 32_000 and answer["result"]["structuredContent"]["nextCursor"]


def fill(database: Path, count: int) -> None:
    """Puts workflows that have failed, each with all that such a one has, into the state file."""
    steps = [
        {"name": name, "title": f"Step {name}", "state": "succeeded", "message": "It went as it should have. " * 3,
         "started": 1_790_000_000, "finished": 1_790_000_100}
        for name in ("rentPod", "waitForPod", "connect", "installRunner", "awaitRunner")
    ]
    ledger = {"steps": steps, "facts": {}, "undone": [], "created": [], "removed": [], "warnings": [], "fraction": 1}
    error = {
        "kind": "noCapacity", "message": "There is none.", "retryable": True, "hint": "pods/offers tells what there is.",
        "resources": {}, "details": {},
    }
    connection = sqlite3.connect(database)
    with connection:
        for number in range(count):
            connection.execute(
                "INSERT INTO workflows (id, kind, state, parameters, error, steps, created, updated)"
                " VALUES (?, 'setupRunner', 'failed', '{}', ?, ?, 1790000000000, 1790000200000)",
                (f"wf-{number:012}", json.dumps(error), json.dumps(ledger)),
            )
    connection.close()


def test_fewer_tools_on_request(product: str, home: dict[str, str], tmp_path: Path) -> None:
    configuration = tmp_path / ".config" / "runpod-rpc" / "config.json"
    configuration.parent.mkdir(parents=True)

    def names(*arguments: str, **variables: str) -> list[str]:
        with Session(product, "mcp", *arguments, environment={**home, **variables}) as session:
            session.send(initialize("2025-11-25"))
            session.receive()
            session.request(1, "tools/list")
            listed = [tool["name"] for tool in session.receive()["result"]["tools"]]
            session.send(call(2, "pods_terminate", podId="x"))
            answer = session.receive()
            if "pods_terminate" not in listed:
                assert "left out by the settings" in answer["error"]["message"]
            return listed

    every = names()
    assert {name.split("_")[0] for name in names("--tools", "pods,ssh")} == {"pods", "ssh"}
    assert names("--tools", "pods_list,workflows_wait") == ["pods_list", "workflows_wait"]
    assert names("--tools", " pods/list ,, workflows_wait") == ["pods_list", "workflows_wait"]
    assert names("--tools", " , ") == every
    assert names(TOOLS="runners") == [name for name in every if name.startswith("runners_")]
    reading = names("--read-only")
    assert reading == names(READ_ONLY="yes") and {"pods_list", "workflows_wait"} <= set(reading)
    assert not {"pods_create", "ssh_exec", "pods_terminate", "ssh_config"} & set(reading)
    configuration.write_text(json.dumps({"tools": "pods", "readOnly": True}))
    assert set(names()) == {name for name in reading if name.startswith("pods_")}


@pytest.mark.parametrize("setting", [{"TOOLS": "pod"}, {"READ_ONLY": "perhaps"}])
def test_a_wrong_choice_of_tools_is_said_with_each_call(product: str, home: dict[str, str], setting: dict[str, str]) -> None:
    with Session(product, "mcp", environment={**home, **setting}) as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        session.send(call(1, "service_status"))
        assert f"Invalid value for {next(iter(setting))}" in text(session.receive())


def test_read_only_is_for_everyone(product: str, home: dict[str, str]) -> None:
    with Session(product, "--read-only", environment=home) as session:
        session.request(1, "pods/create", {"imageName": "x", "gpuTypeId": "y"})
        assert session.receive()["error"]["data"]["kind"] == "forbidden"
        session.request(2, "workflows/list")
        assert session.receive()["result"] == {"workflows": []}


def test_errors_call_tools_by_their_names(product: str, home: dict[str, str]) -> None:
    with Session(product, "mcp", environment={**home, "TOOLS": ""}) as session:
        session.send(initialize("2025-11-25"))
        session.receive()
        session.send(call(1, "workflows_get", workflowId="wf-none"))
        assert "workflows/" not in text(session.receive())
        session.request(2, "tools/call", {"name": "workflows/get", "arguments": {}})
        assert session.receive()["error"]["message"].endswith("did you mean workflows_get?")
        for given, nearest in {
            "podslist": "pods_list", "Pods-List": "pods_list", "mcp__runpod__ssh_exec": "ssh_exec",
            "create_pod": "pods_create", "runpod_pods_wait": "pods_wait", "workflow_get": "workflows_get",
        }.items():
            session.request(3, "tools/call", {"name": given})
            assert session.receive()["error"]["message"].endswith(f"did you mean {nearest}?")
        session.send(call(4, "pods_get", podID="x"))
        assert text(session.receive()).startswith("podID: expected no such member; did you mean podId?\n")


def test_a_notification_is_not_answered(product: str) -> None:
    output, _ = run(product, lines(initialize("2025-11-25"), notification("tools/list"), request(1, "ping")), "mcp")
    assert codes(messages(output, "lines")) == [(0, None), (1, None)]


def test_lists_of_the_account_come_in_pages(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **sandbox.environment}) as service:
        ids = {
            service.call("volumes/create", name=f"v{number}", sizeInGb=10, dataCenterId="EU-RO-1")["volume"]["id"]
            for number in range(25)
        }
        assert len(service.call("volumes/list")["volumes"]) == 25
        with Session(product, "mcp", environment={**home, **sandbox.environment}) as session:
            session.send(initialize("2025-11-25"))
            session.receive()
            session.send(call(1, "volumes_list"))
            first = session.receive(30)["result"]["structuredContent"]
            session.send(call(2, "volumes_list", cursor=first["nextCursor"]))
            second = session.receive(30)["result"]["structuredContent"]
        assert (len(first["volumes"]), len(second["volumes"]), "nextCursor" in second) == (20, 5, False)
        assert {volume["id"] for volume in first["volumes"] + second["volumes"]} == ids


def test_the_introduction_names_only_tools_that_are_offered(product: str, home: dict[str, str]) -> None:
    def said(*arguments: str) -> tuple[str, set[str]]:
        with Session(product, "mcp", *arguments, environment=home) as session:
            session.send(initialize("2025-11-25"))
            instructions = session.receive()["result"]["instructions"]
            session.request(1, "tools/list")
            return instructions, {tool["name"] for tool in session.receive()["result"]["tools"]}

    whole, every = said()
    for needed in ("environment_validate", "pods_wait", "workflows_wait", "ssh_exec", "pods_create", "cost money"):
        assert needed in whole
    for choice in (("--tools", "pods"), ("--tools", "ssh"), ("--read-only",), ("--tools", "workflows,jobs"), ("--tools", "auth")):
        if "jobs" in choice[-1] and "jobs_start" not in every:
            continue
        words, offered = said(*choice)
        assert not {name for name in every - offered if name in words}, choice
