"""The client for threads."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self

from .errors import ServerDied
from .executable import STDERR_TAIL, command
from .methods import Namespaces
from .wire import CHUNK, Answer, Event, Notification, Progress, ProtocolFault, Session


class Call:
    """A call that is at work. Iterate over it for its events; `result` is its end."""

    def __init__(self, client: Client, method: str, params: Mapping[str, Any] | None, *, progress: bool) -> None:
        self._client = client
        self._events: SimpleQueue[Event | Answer] = SimpleQueue()
        self._answer: Answer | None = None
        self.method = method
        self.id = client._request(method, params, self._events.put, progress=progress)

    def __iter__(self) -> Iterator[Event]:
        """Its progress and its other notifications, as they come, until it is answered."""
        while (event := self._next(None)) is not None:
            yield event

    def result(
        self,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        on_notification: Callable[[Notification], object] | None = None,
    ) -> Any:
        """The result, when it is there.

        A `KeyboardInterrupt`, an exception of a callback and the end of the time limit cancel the call, and its
        answer is waited for (`Client.cancel_limit` seconds at most), so that the service has cleaned up.

        Args:
            timeout: Seconds; None is no limit.
            on_progress: Called in this thread with each report.
            on_notification: Called in this thread with each other notification of the call.

        Raises:
            RunPodError: The service answered with an error.
            ServerDied: The service ended without an answer.
            TimeoutError: The limit has passed.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while (event := self._next(deadline)) is not None:
                if isinstance(event, Progress):
                    if on_progress:
                        on_progress(event)
                elif on_notification:
                    on_notification(event)
        except BaseException:
            self._abandon()
            raise
        assert self._answer is not None
        return self._answer.unwrap()

    def cancel(self) -> None:
        """Asks for the end. The answer still comes, most often `Cancelled`, when the service has cleaned up."""
        self._client._write(self._client._session.cancel(self.id))

    def _next(self, deadline: float | None) -> Event | None:
        if self._answer is not None:
            return None
        try:
            event = self._events.get(timeout=None if deadline is None else max(0, deadline - time.monotonic()))
        except Empty:
            raise TimeoutError(f"{self.method} was not answered in time") from None
        if isinstance(event, Answer):
            self._answer = event
            return None
        return event

    def _abandon(self) -> None:
        if self._answer is not None:
            return
        self.cancel()
        deadline = time.monotonic() + self._client.cancel_limit
        with contextlib.suppress(TimeoutError):
            while self._next(deadline) is not None:
                pass


class Client(Namespaces):
    """Starts runpod-rpc and calls it; any number of threads may share one client. Use as a context manager.

    The methods by noun are attributes: ``client.pods.list()``, ``client.ssh.exec(pod_id=…, command="nvidia-smi")``.
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
        """Starts the service.

        Args:
            argv: How to start it; ``$RUNPOD_RPC``, or ``runpod-rpc`` in ``PATH``, unless it is given.
            env: Its environment; this process's unless it is given.
            on_notification: Gets the notifications that belong to no call, in the thread that reads: it must not wait
                for a call of this client.
            cancel_limit: Seconds to wait for the answer of a call that is given up.
            close_limit: Seconds that `close` lets the service finish its work before ending it.

        Raises:
            FileNotFoundError: The service was not found.
        """
        self.cancel_limit = cancel_limit
        self.close_limit = close_limit
        self._session = Session(on_notification)
        self._ending = threading.Lock()
        self._writing = threading.Lock()
        self._ended: ServerDied | ProtocolFault | None = None
        self._stderr = b""
        # A process group of its own: Ctrl-C in a terminal is ours to turn into a cancellation.
        self._process = subprocess.Popen(
            command(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=env,
            process_group=0,
        )
        self._stderr_reader = threading.Thread(target=self._read_stderr, name="runpod-rpc stderr", daemon=True)
        self._reader = threading.Thread(target=self._read, name="runpod-rpc reader", daemon=True)
        self._stderr_reader.start()
        self._reader.start()
        super().__init__(self.call)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        on_progress: Callable[[Progress], object] | None = None,
        on_notification: Callable[[Notification], object] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Calls a method and returns its result; see `Call.result` for the rest."""
        call = Call(self, method, params, progress=on_progress is not None)
        return call.result(timeout=timeout, on_progress=on_progress, on_notification=on_notification)

    def start(self, method: str, params: Mapping[str, Any] | None = None) -> Call:
        """Calls a method without waiting; iterate over what comes back."""
        return Call(self, method, params, progress=True)

    def close(self) -> None:
        """Lets the service finish what it has accepted, then ends it. Safe to call again."""
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                self._process.wait(self.close_limit)
                break
            except subprocess.TimeoutExpired:
                # The whole group: the service may have been started through a wrapper.
                os.killpg(self._process.pid, number)
        self._process.wait()
        self._reader.join(self.close_limit)

    def _request(
        self, method: str, params: Mapping[str, Any] | None, receiver: Callable[[Event | Answer], None], *, progress: bool
    ) -> int:
        with self._ending:
            if self._ended:
                raise self._ended
            id, data = self._session.request(method, params, receiver, progress=progress)
        self._write(data)
        return id

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        # That the service is gone is told by the reader, with the reason.
        with self._writing, contextlib.suppress(OSError, ValueError):
            view = memoryview(data)
            while view:
                view = view[self._process.stdin.write(view) :]

    def _read(self) -> None:
        assert self._process.stdout is not None
        fault: ProtocolFault | None = None
        with self._process.stdout as stdout:
            try:
                while data := stdout.read(CHUNK):
                    if answer := self._session.feed(data):
                        self._write(answer)
            except ProtocolFault as error:
                fault = error
                self._process.kill()
        exit_code = self._process.wait()
        # A grandchild may hold its standard error open; what it says is not waited for.
        self._stderr_reader.join(1)
        with self._ending:
            self._ended = fault or ServerDied(exit_code, self._stderr.decode(errors="replace"))
            self._session.end(self._ended)

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            while data := stderr.read(CHUNK):
                self._stderr = (self._stderr + data)[-STDERR_TAIL:]
