"""Every request that came, for tests that count calls or look for secrets."""

from __future__ import annotations

import threading
from typing import Any


class Recorder:
    """A list that only grows until it is cleared."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[dict[str, Any]] = []

    def add(self, entry: dict[str, Any]) -> None:
        """Keeps one request with its answer's status."""
        with self._lock:
            self._requests.append(entry)

    def all(self) -> list[dict[str, Any]]:
        """What came since the last clearing."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._requests.clear()
