"""What a pod's container and its host write, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from .clock import Clock


@dataclass(frozen=True)
class Line:
    """One line; `source` is container or system."""

    number: int
    time: float
    source: str
    text: str


class Journal:
    """The lines of one pod, for those who come late and those who wait."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lines: list[Line] = []
        self._more = asyncio.Event()
        self._rest = b""

    def write(self, source: str, text: str) -> None:
        """Adds a line."""
        self.lines.append(Line(len(self.lines) + 1, self.clock.now(), source, text))
        self._more.set()
        self._more = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Takes output of the container, as it comes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.write("container", line.decode("utf-8", "replace"))

    async def follow(self, first: int) -> AsyncIterator[Line]:
        """The lines from an index on, and all that are still to come."""
        while True:
            more = self._more
            while first < len(self.lines):
                yield self.lines[first]
                first += 1
            await more.wait()
