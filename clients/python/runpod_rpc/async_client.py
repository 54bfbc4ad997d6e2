"""The client for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from .async_methods import AsyncNamespaces
from .errors import ServerDied
from .executable import STDERR_TAIL, command
from .wire import CHUNK, Answer, Event, Notification, Progress, ProtocolFault, Session


class AsyncCall:
    """A call that is at work. Iterate over it for its events; `result` is its end."""

    def __init__(self, client: AsyncClient, method: str, params: Mapping[str, Any] | None, *, progress: bool) -> None:
        self._client = client
        self._events: asyncio.Queue[Event | Answer] = asyncio.Queue()
        self._answer: Answer | None = None
        self.method = method
        self.id = client._request(method, params, self._events.put_nowait, progress=progress)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Its progress and its other notifications, as they come, until it is answered."""
        while (event := await self._next()) is not None:
            yield event

    async def result(
        self,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        on_notification: Callable[[Notification], object] | None = None,
    ) -> Any:
        """The result, when it is there.

        The cancellation of the task, an exception of a callback and the end of the time limit cancel the call, and
        its answer is waited for (`AsyncClient.cancel_limit` seconds at most), so that the service has cleaned up.

        Args:
            timeout: Seconds; None is no limit.
            on_progress: Called with each report.
            on_notification: Called with each other notification of the call.

        Raises:
            RunPodError: The service answered with an error.
            ServerDied: The service ended without an answer.
            TimeoutError: The limit has passed.
        """
        try:
            async with asyncio.timeout(timeout):
                while (event := await self._next()) is not None:
                    if isinstance(event, Progress):
                        if on_progress:
                            on_progress(event)
                    elif on_notification:
                        on_notification(event)
        except BaseException:
            await self._abandon()
            raise
        assert self._answer is not None
        return self._answer.unwrap()

    async def cancel(self) -> None:
        """Asks for the end. The answer still comes, most often `Cancelled`, when the service has cleaned up."""
        self._client._write(self._client._session.cancel(self.id))
        await self._client._drain()

    async def _next(self) -> Event | None:
        if self._answer is not None:
            return None
        event = await self._events.get()
        if isinstance(event, Answer):
            self._answer = event
            return None
        return event

    async def _abandon(self) -> None:
        if self._answer is not None:
            return
        self._client._write(self._client._session.cancel(self.id))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._client.cancel_limit):
                while await self._next() is not None:
                    pass


class AsyncClient(AsyncNamespaces):
    """Starts runpod-rpc and calls it, as often at once as you like. Use as an asynchronous context manager.

    The methods by noun are attributes: ``await client.pods.list()``.
    """

    def __init__(
        self,
        argv: Sequence[str] | None = None,
        *,
        env: Mapping[str, str] | None = None,
        on_notification: Callable[[Notification], object] | None = None,
        cancel_limit: float = 60,
        close_limit: float = 15,
    ) -> None:
        """
        Args:
            argv: How to start the service; ``$RUNPOD_RPC``, or ``runpod-rpc`` in ``PATH``, unless it is given.
            env: Its environment; this process's unless it is given.
            on_notification: Gets the notifications that belong to no call.
            cancel_limit: Seconds to wait for the answer of a call that is given up.
            close_limit: Seconds that leaving lets the service finish its work before ending it.
        """
        self.cancel_limit = cancel_limit
        self.close_limit = close_limit
        self._argv = argv
        self._env = env
        self._session = Session(on_notification)
        self._ended: ServerDied | ProtocolFault | None = None
        self._stderr = b""
        super().__init__(self.call)

    async def __aenter__(self) -> Self:
        """Starts the service.

        Raises:
            FileNotFoundError: The service was not found.
        """
        # A process group of its own: Ctrl-C in a terminal is ours to turn into a cancellation.
        self._process = await asyncio.create_subprocess_exec(
            *command(self._argv),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._env,
            process_group=0,
        )
        self._stderr_reader = asyncio.create_task(self._read_stderr())
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        on_progress: Callable[[Progress], object] | None = None,
        on_notification: Callable[[Notification], object] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Calls a method and returns its result; see `AsyncCall.result` for the rest."""
        call = AsyncCall(self, method, params, progress=on_progress is not None)
        return await call.result(timeout=timeout, on_progress=on_progress, on_notification=on_notification)

    def start(self, method: str, params: Mapping[str, Any] | None = None) -> AsyncCall:
        """Calls a method without waiting; iterate over what comes back."""
        return AsyncCall(self, method, params, progress=True)

    async def close(self) -> None:
        """Lets the service finish what it has accepted, then ends it. Safe to call again."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if (await asyncio.wait([self._reader], timeout=self.close_limit))[0]:
                return
            # The whole group: the service may have been started through a wrapper.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
        await asyncio.wait([self._reader], timeout=self.close_limit)

    def _request(
        self, method: str, params: Mapping[str, Any] | None, receiver: Callable[[Event | Answer], None], *, progress: bool
    ) -> int:
        if self._ended:
            raise self._ended
        id, data = self._session.request(method, params, receiver, progress=progress)
        self._write(data)
        return id

    def _write(self, data: bytes) -> None:
        # That the service is gone is told by the reader, with the reason.
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(data)

    async def _drain(self) -> None:
        with contextlib.suppress(ConnectionError):
            if self._process.stdin is not None:
                await self._process.stdin.drain()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        fault: ProtocolFault | None = None
        try:
            while data := await self._process.stdout.read(CHUNK):
                if answer := self._session.feed(data):
                    self._write(answer)
        except ProtocolFault as error:
            fault = error
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        exit_code = await self._process.wait()
        # A grandchild may hold its standard error open; what it says is not waited for.
        await asyncio.wait([self._stderr_reader], timeout=1)
        self._stderr_reader.cancel()
        self._ended = fault or ServerDied(exit_code, self._stderr.decode(errors="replace"))
        self._session.end(self._ended)

    async def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(CHUNK):
            self._stderr = (self._stderr + data)[-STDERR_TAIL:]
