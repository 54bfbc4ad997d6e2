"""The official SDK as the client, in each revision that it speaks."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import mcp.client.session
import pytest
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters

from sandbox import Sandbox

Talk = Callable[[Client], Awaitable[Any]]
REVISIONS = {"2025-06-18": "legacy", "2025-11-25": "legacy", "2026-07-28": "auto"}


def talk(server: str, mode: str, body: Talk, environment: dict[str, str] | None = None, **options: Any) -> Any:
    """Runs `body` with a connected client."""

    async def run() -> Any:
        parameters = StdioServerParameters(command=server, args=["mcp"], env=environment or dict(os.environ))
        async with Client(parameters, mode=mode, **options) as client:
            return await body(client)

    return asyncio.run(asyncio.wait_for(run(), 200))


@pytest.fixture(params=REVISIONS.items(), ids=REVISIONS.keys())
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How to connect so that a revision is spoken."""
    revision, mode = request.param
    if mode == "legacy":
        monkeypatch.setattr(mcp.client.session, "LATEST_HANDSHAKE_VERSION", revision)
    return mode


def test_the_revision_is_the_one_wanted(product: str, mode: str, request: pytest.FixtureRequest) -> None:
    async def body(client: Client) -> tuple[str, Any]:
        return client.protocol_version, client.instructions

    revision, instructions = talk(product, mode, body)
    assert revision in request.node.name
    assert "environment_validate" in instructions


def test_tools_are_listed_and_called(product: str, mode: str) -> None:
    async def body(client: Client) -> tuple[Any, Any]:
        listed = await client.list_tools()
        return listed, await client.call_tool("service_status", {})

    listed, called = talk(product, mode, body)
    tools = {tool.name: tool for tool in listed.tools}
    assert tools["service_status"].annotations.read_only_hint is True
    assert tools["pods_terminate"].annotations.destructive_hint is True
    assert called.structured_content["dialect"] == "mcp"
    assert not called.is_error


def test_a_failure_reaches_the_agent(conformance_server: str, mode: str) -> None:
    async def body(client: Client) -> Any:
        return await client.call_tool("test_work", {"fail": "There is none."})

    result = talk(conformance_server, mode, body)
    assert result.is_error
    assert result.content[0].text.startswith("There is none.\nWait.")


def test_an_unknown_tool_is_an_error(product: str, mode: str) -> None:
    async def body(client: Client) -> None:
        with pytest.raises(MCPError):
            await client.call_tool("nothing_such", {})

    talk(product, mode, body)


def test_progress_reaches_the_agent(conformance_server: str, mode: str) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def progressed(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    async def body(client: Client) -> Any:
        arguments = {"steps": 4, "milliseconds": 150}
        return await client.call_tool("test_work", arguments, progress_callback=progressed)

    assert talk(conformance_server, mode, body).structured_content["steps"] == 4
    assert [message for _, _, message in seen] == [f"step {step}" for step in range(4)]
    assert [amount for amount, _, _ in seen] == sorted({amount for amount, _, _ in seen})
    assert {total for _, total, _ in seen} == {100}


def test_a_cancelled_call_leaves_the_session_whole(conformance_server: str, mode: str) -> None:
    async def body(client: Client) -> Any:
        call = asyncio.create_task(client.call_tool("test_work", {"milliseconds": 600_000}))
        await asyncio.sleep(0.2)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return [await client.call_tool("test_work", {"steps": step}) for step in range(5)]

    results = talk(conformance_server, mode, body)
    assert [result.structured_content["steps"] for result in results] == list(range(5))


def test_many_calls_at_a_time(conformance_server: str, mode: str) -> None:
    async def body(client: Client) -> Any:
        return await asyncio.gather(
            *(client.call_tool("test_work", {"steps": step, "milliseconds": 1}) for step in range(50))
        )

    results = talk(conformance_server, mode, body)
    assert [result.structured_content["steps"] for result in results] == list(range(50))


def test_an_agent_sets_a_runner_up_and_takes_it_down(
    product: str, mode: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    repository = f"https://github.com/octo/agent-{uuid.uuid4().hex[:8]}"
    said: list[str | None] = []

    async def progressed(progress: float, total: float | None, message: str | None) -> None:
        said.append(message)

    async def finished(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
        begun = await client.call_tool(tool, {**arguments, "repoUrl": repository})
        # It is not waited for: hosts give up after a minute.
        assert begun.structured_content["workflow"]["state"] == "running"
        following = {"workflowId": begun.structured_content["workflow"]["id"], "timeoutSeconds": 50}
        for _ in range(3):
            waited = await client.call_tool("workflows_wait", following, progress_callback=progressed)
            if not waited.is_error:
                break
        assert waited.structured_content["workflow"]["state"] == "succeeded"
        return waited.structured_content["workflow"]

    async def body(client: Client) -> None:
        workflow = await finished(
            client, "workflows_setupRunner", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4", runnerName="gpu-1"
        )
        pod = workflow["result"]["podId"]
        addresses = {f"runpod://pods/{pod}": ("pod", pod), f"runpod://workflows/{workflow['id']}": ("workflow", workflow["id"])}
        assert {str(resource.uri) for resource in (await client.list_resources()).resources} == addresses.keys()
        assert len((await client.list_resource_templates()).resource_templates) == 2
        for address, (member, id) in addresses.items():
            [content] = (await client.read_resource(address)).contents
            assert json.loads(content.text)[member]["id"] == id
        with pytest.raises(MCPError):
            await client.read_resource("runpod://pods/nosuchpod")
        await finished(client, "workflows_teardownRunner", podId=pod)
        left = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert f"runpod://pods/{pod}" not in left

    talk(product, mode, body, {**home, **shared_sandbox.environment})
    assert any("Step 4/5" in (message or "") for message in said)


@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
def test_a_log_message_for_a_request_that_asks_for_it(conformance_server: str) -> None:
    logged: list[Any] = []

    async def log(message: Any) -> None:
        logged.append(message)

    async def body(client: Client) -> None:
        await client.call_tool("test_work", {})

    talk(conformance_server, "auto", body, logging_callback=log, log_level="info")
    assert [(entry.level, entry.logger, entry.data) for entry in logged] == [("info", "test/stepped", {"step": 0})]


@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
def test_ping_and_log_level_of_the_revisions_that_have_them(conformance_server: str) -> None:
    logged: list[Any] = []

    async def log(message: Any) -> None:
        logged.append(message)

    async def body(client: Client) -> None:
        await client.send_ping()
        await client.set_logging_level("info")
        await client.call_tool("test_work", {})

    talk(conformance_server, "legacy", body, logging_callback=log)
    assert [(entry.level, entry.logger, entry.data) for entry in logged] == [("info", "test/stepped", {"step": 0})]


def test_a_modern_client_need_not_ask_first(product: str) -> None:
    async def body(client: Client) -> Any:
        return await client.call_tool("service_status", {})

    assert talk(product, "2026-07-28", body).structured_content["dialect"] == "mcp"
