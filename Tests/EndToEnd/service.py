"""`runpod-rpc` as a child process, for tests that care about what methods do and not about bytes."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from witness import Witness


class CallFailed(Exception):
    """The error of a response."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: dict[str, Any] = error.get("data", {})

    @property
    def kind(self) -> str | None:
        """The stable name of the failure."""
        return self.data.get("kind")


class Call:
    """A request on its way."""

    def __init__(self, service: Service, id: int) -> None:
        self.service = service
        self.id = id
        self.progress: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.outcome: Future[Any] = Future()
        self.changed = threading.Condition()

    def result(self, seconds: float = 60) -> Any:
        """The result, when it is there."""
        return self.outcome.result(seconds)

    def cancel(self) -> None:
        """Asks for the end; the answer still comes."""
        self.service.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": self.id}})

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Returns when a progress message has these words."""

        def is_there() -> bool:
            return self.outcome.done() or any(words in value.get("message", "") for value in self.progress)

        with self.changed:
            assert self.changed.wait_for(is_there, seconds), f"no progress says {words!r}"

    def take(self, message: dict[str, Any]) -> None:
        """A notification that belongs to this call."""
        with self.changed:
            if message["method"] == "$/progress":
                self.progress.append(message["params"]["value"])
            else:
                self.notifications.append(message)
            self.changed.notify_all()

    def end(self, message: dict[str, Any]) -> None:
        """The answer."""
        if "error" in message:
            self.outcome.set_exception(CallFailed(message["error"]))
        else:
            self.outcome.set_result(message["result"])
        with self.changed:
            self.changed.notify_all()


class Service:
    """Talks to one server, a message a line; use as a context manager."""

    def __init__(self, executable: str, environment: Mapping[str, str], *arguments: str) -> None:
        witness = Witness.current
        with open(witness.place("errors") if witness else os.devnull, "wb") as errors:
            self.process = subprocess.Popen(
                [executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(environment),
            )
        self.calls: dict[int, Call] = {}
        self.received: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.changed = threading.Condition()
        self.ids = itertools.count(1)
        self.reading = threading.Event()
        """Cleared, the output is not read."""
        self.reading.set()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join()

    def send(self, message: dict[str, Any]) -> None:
        """Sends one message."""
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def begin(self, method: str, /, **params: Any) -> Call:
        """Sends a request with a progress token."""
        id = next(self.ids)
        call = self.calls[id] = Call(self, id)
        params["workDoneToken"] = id
        self.send({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
        return call

    def call(self, method: str, /, seconds: float = 60, **params: Any) -> Any:
        """The result of a request; raises `CallFailed`."""
        return self.begin(method, **params).result(seconds)

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 60) -> None:
        """Returns when what has been received makes this true."""
        with self.changed:
            assert self.changed.wait_for(is_so, seconds)

    def notification(self, fits: Callable[[dict[str, Any]], bool], seconds: float = 60) -> dict[str, Any]:
        """The next notification that fits and that belongs to no call; those before it are dropped."""

        def take() -> dict[str, Any] | None:
            while self.notifications:
                if fits(message := self.notifications.pop(0)):
                    return message
            return None

        with self.changed:
            message = self.changed.wait_for(take, seconds)
        assert message, "no such notification came"
        return message

    def _read(self) -> None:
        for line in self.process.stdout:
            self.reading.wait()
            message = json.loads(line)
            with self.changed:
                self.received.append(message)
                self.changed.notify_all()
            if "method" not in message:
                self.calls[message["id"]].end(message)
                continue
            owner = message["params"].get("token", message["params"].get("requestId"))
            if owner in self.calls:
                self.calls[owner].take(message)
                continue
            with self.changed:
                self.notifications.append(message)
                self.changed.notify_all()
        for call in self.calls.values():
            if not call.outcome.done():
                call.end({"error": {"code": 0, "message": "the server has ended", "data": {"kind": "serverDied"}}})
