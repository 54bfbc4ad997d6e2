"""Messages as clients write them."""

from __future__ import annotations

import json
from typing import Any


def request(id: Any, method: str, params: Any = None) -> dict[str, Any]:
    """A request; without params when they are None."""
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    return message if params is None else {**message, "params": params}


def notification(method: str, params: Any = None) -> dict[str, Any]:
    """A notification; without params when they are None."""
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    return message if params is None else {**message, "params": params}


def cancel(id: Any) -> dict[str, Any]:
    """The wish to have a request cancelled."""
    return notification("$/cancelRequest", {"id": id})


def lines(*entries: Any) -> bytes:
    """Messages as lines."""
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def codes(answers: list[Any]) -> list[tuple[Any, Any]]:
    """Each answer's id and error code, None for a result."""
    return [(answer["id"], answer.get("error", {}).get("code")) for answer in answers]
