"""Run by the Python of one version of the `mcp` package: connects to a server, lists, calls, is told progress, cancels.

`client.py SERVER …` prints what it has seen as JSON.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from typing import Any

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client


async def listed(session: ClientSession) -> list[str]:
    """The names of all tools."""
    answer = await session.list_tools()
    names = [tool.name for tool in answer.tools]
    while answer.nextCursor:
        answer = await session.list_tools(cursor=answer.nextCursor)
        names += [tool.name for tool in answer.tools]
    return names


async def progress(session: ClientSession) -> list[float] | None:
    """The shares that a call reports; None where this version has no callback for them."""
    if "progress_callback" not in inspect.signature(session.call_tool).parameters:
        return None
    shares: list[float] = []

    async def report(share: float, total: float | None, message: str | None) -> None:
        shares.append(share)

    await session.call_tool("test_work", {"steps": 3, "milliseconds": 150}, progress_callback=report)
    return shares


async def cancelled(session: ClientSession) -> None:
    """Begins a call and has the server stop it. No version of the package says so by itself when its task is cancelled."""
    call = asyncio.create_task(session.call_tool("test_work", {"milliseconds": 600_000}))
    while await in_flight(session) < 2:
        await asyncio.sleep(0.05)
    # The call's id: what came after it is `in_flight`, of which there may be several.
    ids = list(session._response_streams)
    await cancel(session, ids[0])
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    while await in_flight(session) > 1:
        await asyncio.sleep(0.05)


async def cancel(session: ClientSession, id: Any) -> None:
    """Sends the notification, for which the oldest versions have no type."""
    params = {"requestId": id, "reason": "no longer wanted"}
    if hasattr(types, "CancelledNotification"):
        cancelled = types.CancelledNotification(method="notifications/cancelled", params=params)
        await session.send_notification(types.ClientNotification(cancelled))
    else:
        plain = types.JSONRPCNotification(jsonrpc="2.0", method="notifications/cancelled", params=params)
        await session._write_stream.send(types.JSONRPCMessage(plain))


async def in_flight(session: ClientSession) -> int:
    """How many requests the server works on, this one among them."""
    status = await session.call_tool("service_status", {})
    return int(json.loads(status.content[0].text)["requestsInFlight"])


async def main(command: list[str]) -> dict[str, Any]:
    """The whole session."""
    parameters = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        initialized = await session.initialize()
        names = await listed(session)
        status = await session.call_tool("service_status", {})
        shares = await progress(session)
        await cancelled(session)
        failed = await session.call_tool("test_work", {"fail": "There is none."})
        return {
            "revision": initialized.protocolVersion,
            "tools": names,
            "status": json.loads(status.content[0].text),
            "structured": getattr(status, "structuredContent", None) is not None,
            "progress": shares,
            "in flight": await in_flight(session),
            "failure": [failed.isError, failed.content[0].text],
            "prompts": (await session.list_prompts()).prompts,
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(asyncio.wait_for(main(sys.argv[1:]), 60))))
