"""What a server says, held against `protocol/openrpc.json`: every answer, failure and notification."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

DOCUMENT = Path(__file__).resolve().parents[2] / "protocol" / "openrpc.json"
# MCP's own, and those that only the conformance server sends.
FOREIGN_NOTIFICATIONS = ("notifications/", "test")
# They answer what they were asked, or tell of examples.
ECHOES = ("service/ping", "test.echo", "rpc.discover")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_time(value: object) -> bool:
    """Whether a text is a time as all of ours are written."""
    return not isinstance(value, str) or TIME.fullmatch(value) is not None


@cache
def methods() -> dict[str, dict[str, Any]]:
    """The document's methods and notifications by name."""
    return {method["name"]: method for method in json.loads(DOCUMENT.read_text())["methods"]}


@cache
def validator(method: str, part: str) -> jsonschema.Draft7Validator:
    """Checks the `result` or the `params` of a method."""
    entry = methods()[method]
    if part == "result":
        schema = entry["result"]["schema"]
    else:
        schema = {
            "type": "object",
            "properties": {param["name"]: param["schema"] for param in entry["params"]},
            "required": [param["name"] for param in entry["params"] if param["required"]],
            "additionalProperties": False,
        }
    return jsonschema.Draft7Validator(schema, format_checker=FORMATS)


def mismatches(method: str, part: str, value: Any) -> list[str]:
    """Where a value does not fit what the document says of it."""
    plain = json.loads(json.dumps(value, default=float))
    return [f"{method}: {error.json_path}: {error.message}" for error in validator(method, part).iter_errors(plain)]


class Contract:
    """Hears both sides of one session and keeps what should not have been said."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._asked: dict[str, list[tuple[str, bool]]] = {}

    def asked(self, message: Any) -> None:
        """Hears a message of the client; one that is no request tells nothing."""
        for entry in message if isinstance(message, list) else [message]:
            if isinstance(entry, dict) and isinstance(entry.get("method"), str) and "id" in entry:
                self._asked.setdefault(repr(entry["id"]), []).append(called(entry))

    def came(self, message: Any) -> None:
        """Hears a message of the server."""
        for entry in message if isinstance(message, list) else [message]:
            if entry.get("jsonrpc") != "2.0" or len(entry.keys() & {"method", "result", "error"}) != 1:
                self.faults.append(f"neither a call nor one of result and error: {entry}")
            elif "method" in entry:
                self.faults += unfit_notification(entry)
            elif asked := self._asked.get(repr(entry["id"])):
                # An id that was used again may belong to either request.
                found = [unfit_answer(method, is_tool, entry) for method, is_tool in asked]
                self.faults += min(found, key=len)

    def covered(self, message: Any) -> None:
        """Hears that a message of the server has something that recordings do not show: a secret."""
        for entry in message if isinstance(message, list) else [message]:
            asked = self._asked.get(repr(entry.get("id")), [])
            if not any(method in ECHOES for method, _ in asked):
                self.faults.append(f"it tells a secret: {entry}")


def called(request: dict[str, Any]) -> tuple[str, bool]:
    """The method that a request comes down to, and whether it is called as an agent's tool."""
    params = request.get("params")
    params = params if isinstance(params, dict) else {}
    match request["method"]:
        case "workspace/executeCommand":
            return str(params.get("command")), False
        case "tools/call":
            return str(params.get("name")).replace("_", "/"), True
        case method:
            return method, False


def unfit_answer(method: str, is_tool: bool, answer: dict[str, Any]) -> list[str]:
    """What is wrong with the answer to a call of this method."""
    if "error" in answer:
        return unfit_error(method, answer["error"])
    # A task's result comes later, and what the user is asked for is none.
    is_other = is_tool and (answer["result"].get("isError") or "content" not in answer["result"])
    if "result" not in methods().get(method, {}) or is_other:
        return []
    # Revisions of MCP before 2025-06-18 have only text.
    if is_tool and "structuredContent" not in answer["result"]:
        return mismatches(method, "result", json.loads(answer["result"]["content"][0]["text"].partition("\n")[0]))
    return mismatches(method, "result", answer["result"]["structuredContent"] if is_tool else answer["result"])


def unfit_error(method: str, error: dict[str, Any]) -> list[str]:
    """What is wrong with a failure: ours have a name that the method tells of, and say whether to try again."""
    if error["code"] < 0 or method not in methods():
        return []
    data = error["data"]
    known = {known["message"] for known in methods()[method]["errors"]}
    faults = [] if data["kind"] in known else [f"{method}: it does not tell of {data['kind']}: {error['message']}"]
    return faults if isinstance(data["retryable"], bool) else [*faults, f"{method}: no retryable in {error}"]


def unfit_notification(message: dict[str, Any]) -> list[str]:
    """What is wrong with a notification, or with a request to the client."""
    name = message["method"]
    if name in ("window/workDoneProgress/create", "elicitation/create") or name.startswith(FOREIGN_NOTIFICATIONS):
        return []
    if methods().get(name, {}).get("x-direction") != "serverToClient":
        return [f"the document has no notification {name}"]
    return mismatches(name, "params", message["params"])
