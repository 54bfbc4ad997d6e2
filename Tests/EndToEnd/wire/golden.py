"""Golden sessions: what goes over the wire, a message a line, with placeholders for what differs each time.

The first line is an object: `session` says what it is, `framing` and `exit` what they are named after, `needs` what must
be there (`sandbox`). Then each line has one member: `>` is sent, `<` is what must come next, and `<*` what may come any
number of times before the next `<`. In what comes, the string `$_` matches anything, and `$name` anything at first and
the same thing afterwards; an object with the member `$rest` may have others. In what is sent, `$name` is what it matched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from session import Session


@dataclass(frozen=True)
class Golden:
    """One session as its file has it."""

    name: str
    framing: str
    exit: int
    needs: str | None
    steps: list[tuple[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Golden:
        """Reads a file of `protocol/sessions`."""
        head, *rest = [json.loads(line) for line in path.read_text().splitlines()]
        steps = [next(iter(step.items())) for step in rest]
        return cls(path.stem, head["framing"], head["exit"], head.get("needs"), steps)

    def play(self, session: Session) -> None:
        """Sends what is to be sent and asserts that the expected comes."""
        bound: dict[str, Any] = {}
        repeated = None
        for direction, message in self.steps:
            match direction:
                case ">":
                    session.send(filled(message, bound))
                case "<*":
                    repeated = message
                case "<":
                    received = session.receive(60)
                    while repeated is not None and matches(repeated, received, dict(bound)):
                        received = session.receive(60)
                    assert matches(message, received, bound), f"expected {message}, received {received}"
                    repeated = None
        output, code = session.end()
        assert (output, code) == (b"", self.exit)


    def calls(self) -> Iterator[tuple[str, Any, Any]]:
        """What a client that is not concerned with messages does: each method, its params, and the answer to it."""
        answers = [answer for way, message in self.steps if way == "<" for answer in entries(message)]
        for message in [message for way, sent in self.steps if way == ">" for message in entries(sent)]:
            if "method" in message and "id" in message:
                answer = next(answer for answer in answers if answer.get("id") == message["id"])
                yield *plain(message["method"], message.get("params", {})), answer


def plain(method: str, params: Any) -> tuple[str, Any]:
    """A call as scripts make it: an editor's command, and an agent's tool, are methods as well."""
    match method, params:
        case "workspace/executeCommand", {"command": command}:
            return command, params.get("arguments", [{}])[0]
        case "tools/call", {"name": name}:
            return name.replace("_", "/"), params.get("arguments", {})
    return method, params


def entries(message: Any) -> list[Any]:
    """The messages of a batch, or the one that it is."""
    return message if isinstance(message, list) else [message]


def filled(value: Any, bound: dict[str, Any]) -> Any:
    """The value with the names replaced."""
    match value:
        case str() if value in bound:
            return bound[value]
        case dict():
            return {key: filled(member, bound) for key, member in value.items()}
        case list():
            return [filled(element, bound) for element in value]
    return value


def matches(expected: Any, actual: Any, bound: dict[str, Any]) -> bool:
    """Whether what came is what was expected; remembers what names stand for."""
    match expected:
        case "$_":
            return True
        case str() if expected.startswith("$") and expected[1:].isidentifier():
            return bool(bound.setdefault(expected, actual) == actual)
        case dict() if isinstance(actual, dict):
            named = expected.keys() - {"$rest"}
            fits = named <= actual.keys() if "$rest" in expected else named == actual.keys()
            return fits and all(matches(expected[key], actual[key], bound) for key in named)
        case list() if isinstance(actual, list):
            return len(expected) == len(actual) and all(matches(e, a, bound) for e, a in zip(expected, actual))
    return type(expected) is type(actual) and bool(expected == actual)
