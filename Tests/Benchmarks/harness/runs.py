"""The same thing again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Runs:
    """How often, and how many seconds lie between; connections are kept from one to the next."""

    count: int = 1
    pause: float = 0

    def __iter__(self) -> Iterator[int]:
        for run in range(self.count):
            if run:
                time.sleep(self.pause)
            yield run
