"""The sandbox's time: the machine's, and what was added to it."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone


class Clock:
    """Runs with the machine's and can be put forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        with self._lock:
            return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Puts the clock forward."""
        with self._lock:
            self._ahead += seconds

    def text(self, seconds: float | None = None) -> str:
        """A time as ISO 8601 in UTC; now when none is given."""
        moment = self.now() if seconds is None else seconds
        return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> float:
    """An ISO 8601 time in seconds since the epoch."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
