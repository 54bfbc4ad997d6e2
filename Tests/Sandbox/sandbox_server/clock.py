"""The time of the accounts: deadlines, bills and tokens follow it, and tests can move it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock, plus what it was advanced by."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset

    def iso(self, moment: float | None = None) -> str:
        """A moment (now, unless given) as `2026-07-29T21:51:59.123Z`."""
        text = datetime.fromtimestamp(self.now() if moment is None else moment, UTC)
        return text.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def words(self) -> str:
        """Now as RunPod writes it into `lastStatusChange`."""
        moment = datetime.fromtimestamp(self.now(), UTC)
        return moment.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")


def parse_time(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 time; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
