"""A server as a child process, with a time limit on everything that is waited for."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import time
from typing import Any

from framing import frame, messages, parse
from messages import notification, request
from contract import Contract


class Session:
    """Talks to one server; use as a context manager."""

    def __init__(
        self, executable: str, *arguments: str, framing: str = "lines", environment: dict[str, str] | None = None
    ) -> None:
        self.framing = framing
        self.buffer = b""
        self.contract = Contract()
        self.process = subprocess.Popen(
            [executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        if failure is None:
            self.contract.assert_content()

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """Sends one message."""
        self.contract.asked(message)
        self.write(frame(json.dumps(message).encode(), self.framing))

    def request(self, id: Any, method: str, params: Any = None) -> None:
        """Sends a request without waiting for its answer."""
        self.send(request(id, method, params))

    def notify(self, method: str, params: Any = None) -> None:
        """Sends a notification."""
        self.send(notification(method, params))

    def initialize(self, **params: Any) -> Any:
        """Begins as an editor does; the result."""
        self.request("initialize", "initialize", {"processId": None, "capabilities": {}, **params})
        answer = self.receive()
        self.notify("initialized", {})
        return answer["result"]

    def receive(self, seconds: float = 10) -> Any:
        """The next message."""
        deadline = time.monotonic() + seconds
        while (message := self._take()) is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self.process.stdout, selectors.EVENT_READ)
                assert selector.select(deadline - time.monotonic()), "no message in time"
            chunk = self.process.stdout.read1(65536)
            assert chunk, f"the server ended: {self.process.wait(10)}"
            self.buffer += chunk
        self.contract.came(message)
        return message

    def answer(self, seconds: float = 10) -> Any:
        """The next answer; notifications before it are dropped."""
        while "method" in (message := self.receive(seconds)):
            pass
        return message

    def end(self, seconds: float = 20) -> tuple[bytes, int]:
        """Ends the input; the rest of the output and the exit code."""
        output, _ = self.process.communicate(timeout=seconds)
        output = self.buffer + output
        for message in messages(output, self.framing):
            self.contract.came(message)
        return output, self.process.returncode

    def _take(self) -> Any:
        if self.framing == "lines":
            line, found, rest = self.buffer.partition(b"\n")
            if not found:
                return None
            self.buffer = rest
            return parse(line)
        header, found, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(header.split(b": ")[1]) if found else 0
        if not found or len(rest) < length:
            return None
        self.buffer = rest[length:]
        return parse(rest[:length])


def run(executable: str, data: bytes, *arguments: str, seconds: float = 30) -> tuple[bytes, int]:
    """What the server writes for this input, and its exit code."""
    result = subprocess.run([executable, *arguments], input=data, capture_output=True, timeout=seconds, check=False)
    watch(data, result.stdout)
    return result.stdout, result.returncode


def watch(data: bytes, output: bytes) -> None:
    """Holds what came against the document; what was sent need not make sense."""
    framing = "headers" if output.startswith(b"Content-Length") else "lines"
    contract = Contract()
    with contextlib.suppress(AssertionError, ValueError, RecursionError):
        for message in messages(data, framing):
            contract.asked(message)
    for message in messages(output, framing):
        contract.came(message)
    contract.assert_content()
