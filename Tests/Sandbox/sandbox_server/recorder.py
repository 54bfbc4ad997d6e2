"""What was asked, and how it was answered."""

from __future__ import annotations

from typing import Any

from .http_server import Request


class Recorder:
    """All requests to the faces, in the order in which they came."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.count = 0

    def begin(self, face: str, operation: str, request: Request) -> dict[str, Any]:
        """Enters a request; its status is null until it has been answered."""
        self.count += 1
        entry = {
            "number": self.count,
            "face": face,
            "operation": operation,
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": request.headers,
            "body": request.body.decode("utf-8", "replace"),
            "status": None,
            "fault": None,
        }
        self.entries.append(entry)
        return entry

    def find(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        """The entries whose members have these values."""
        return [entry for entry in self.entries if all(str(entry.get(k)) == v for k, v in filters.items())]
