"""`runpod_rpc.AsyncClient` against the real process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import runpod_rpc
from runpod_rpc import AsyncClient, Progress, errors

Body = Callable[[AsyncClient], Awaitable[None]]


@pytest.fixture
def run(conformance_server: str) -> Callable[[Body], None]:
    """Runs a coroutine with a client of a server with the conformance cases' methods."""

    async def with_client(body: Body) -> None:
        async with asyncio.timeout(60), AsyncClient([conformance_server]) as client:
            await body(client)

    return lambda body: asyncio.run(with_client(body))


async def in_flight(client: AsyncClient) -> int:
    """How many other calls the service is at work on."""
    return (await client.service.status())["requestsInFlight"] - 1


def test_calls_run_side_by_side(run: Callable[[Body], None]) -> None:
    async def body(client: AsyncClient) -> None:
        slow = asyncio.create_task(client.call("test.sleep", {"ms": 600_000}))
        values = await asyncio.gather(*(client.call("service/ping", {"n": n, "text": "x" * 50_000}) for n in range(50)))
        assert [value["n"] for value in values] == list(range(50))
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await in_flight(client) == 0

    run(body)


def test_progress_by_callback_and_by_iteration(run: Callable[[Body], None]) -> None:
    async def body(client: AsyncClient) -> None:
        reports: list[Progress] = []
        await client.call("test.steps", {"steps": 2, "ms": 150}, on_progress=reports.append)
        call = client.start("test.steps", {"steps": 2, "ms": 150})
        events = [event async for event in call]
        assert events == reports
        assert [report.percentage for report in reports] == [0, 50, 100, None]
        assert await call.result() is None

    run(body)


def test_errors_limits_and_cancelling(run: Callable[[Body], None]) -> None:
    async def body(client: AsyncClient) -> None:
        with pytest.raises(errors.Busy):
            await client.call("test.failure", {"kind": "busy"})
        with pytest.raises(TimeoutError):
            await client.call("test.sleep", {"ms": 600_000}, timeout=0.1)
        call = client.start("test.sleep", {"ms": 600_000})
        await call.cancel()
        with pytest.raises(errors.Cancelled):
            await call.result()
        assert await in_flight(client) == 0

    run(body)


def test_the_death_of_the_service_is_told(run: Callable[[Body], None]) -> None:
    async def body(client: AsyncClient) -> None:
        pid = (await client.service.status())["processId"]
        call = client.start("test.sleep", {"ms": 600_000})
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(runpod_rpc.ServerDied, match="exit code -9"):
            await call.result()
        with pytest.raises(runpod_rpc.ServerDied):
            await client.service.ping()
        assert not Path(f"/proc/{pid}").exists()

    run(body)


def test_nothing_is_left_of_a_closed_client(conformance_server: str) -> None:
    async def body() -> int:
        async with AsyncClient([conformance_server]) as client:
            return (await client.service.status())["processId"]

    assert not Path(f"/proc/{asyncio.run(body())}").exists()
