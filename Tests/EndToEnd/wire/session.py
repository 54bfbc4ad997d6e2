"""A server as a child process, with a time limit on everything that is waited for."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import time
from typing import Any

from framing import frame, frames, parse
from messages import notification, request
from witness import Witness


class Session:
    """Talks to one server; use as a context manager."""

    def __init__(
        self, executable: str, *arguments: str, framing: str = "lines", environment: dict[str, str] | None = None
    ) -> None:
        self.framing = framing
        self.buffer = b""
        self.process = subprocess.Popen(
            [executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if not self.process.stderr.closed:
            # Its children may have it still.
            os.set_blocking(self.process.stderr.fileno(), False)
            Witness.show("errors", (self.process.stderr.read() or b"").decode(errors="replace"))
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """Sends one message."""
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
        return message

    def answer(self, seconds: float = 10) -> Any:
        """The next answer; notifications before it are dropped."""
        while "method" in (message := self.receive(seconds)):
            pass
        return message

    def end(self, seconds: float = 20) -> tuple[bytes, int]:
        """Ends the input; the rest of the output and the exit code."""
        output, errors = self.process.communicate(timeout=seconds)
        Witness.show("errors", errors.decode(errors="replace"))
        return self.buffer + output, self.process.returncode

    def _take(self) -> Any:
        for body, end in frames(self.buffer, self.framing):
            self.buffer = self.buffer[end:]
            return parse(body)
        return None


def run(executable: str, data: bytes, *arguments: str, seconds: float = 30) -> tuple[bytes, int]:
    """What the server writes for this input, and its exit code."""
    result = subprocess.run([executable, *arguments], input=data, capture_output=True, timeout=seconds, check=False)
    Witness.show("errors", result.stderr.decode(errors="replace"))
    return result.stdout, result.returncode
