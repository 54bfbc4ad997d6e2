"""The wire without I/O: what to write, and what the bytes that were read mean. Both clients are made of it."""

from __future__ import annotations

import itertools
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import RunPodError, ServerDied

#: Sizes of single reads.
CHUNK = 65536


class ProtocolFault(Exception):
    """The peer does not speak the protocol."""


@dataclass(frozen=True)
class Progress:
    """A report of a call that is at work.

    Attributes:
        kind: ``begin``, ``report`` or ``end``.
        message: What is going on.
        percentage: 0 to 100, never falling; None where it cannot be told.
    """

    kind: str
    message: str
    percentage: int | None


@dataclass(frozen=True)
class Notification:
    """A notification that is not progress: ``ssh/output``, say."""

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """The end of a call: its result, or what it raises."""

    result: Any = None
    error: Exception | None = None

    def unwrap(self) -> Any:
        """The result; raises the error."""
        if self.error is not None:
            raise self.error
        return self.result


Event = Progress | Notification
#: Gets the events of one call and at last its answer.
Receiver = Callable[[Event | Answer], None]


def frame(message: Mapping[str, Any]) -> bytes:
    """A message in its Content-Length frame."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class FrameReader:
    """Bytes, cut anywhere, to messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Takes in bytes; yields the messages that are complete now."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = self._length(bytes(self._buffer[:end]))
            body = end + 4
            if len(self._buffer) < body + length:
                return
            text = bytes(self._buffer[body : body + length])
            del self._buffer[: body + length]
            message = json.loads(text)
            if not isinstance(message, dict):
                raise ProtocolFault(f"a message is an object, not {text[:80]!r}")
            yield message

    @staticmethod
    def _length(header: bytes) -> int:
        for line in header.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length" and value.strip().isdigit():
                return int(value)
        raise ProtocolFault(f"a header without Content-Length: {header[:80]!r}")


class Session:
    """Ids, the calls that are at work, and who gets what comes for them."""

    def __init__(self, unaddressed: Callable[[Notification], object] | None = None) -> None:
        """
        Args:
            unaddressed: Gets the notifications that belong to no call.
        """
        self._ids = itertools.count(1)
        self._frames = FrameReader()
        self._receivers: dict[int, Receiver] = {}
        self._unaddressed = unaddressed

    def request(
        self, method: str, params: Mapping[str, Any] | None, receiver: Receiver, *, progress: bool
    ) -> tuple[int, bytes]:
        """A new call: its id, and what to write. With ``progress`` the service reports how far it is."""
        id = next(self._ids)
        members = dict(params or {})
        if progress:
            members["workDoneToken"] = id
        data = frame({"jsonrpc": "2.0", "id": id, "method": method, "params": members})
        self._receivers[id] = receiver
        return id, data

    def cancel(self, id: int) -> bytes:
        """What to write to cancel a call. Its answer still comes."""
        return frame({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}})

    def feed(self, data: bytes) -> bytes:
        """Takes in bytes and hands out what is complete; returns what to write back.

        Raises:
            ProtocolFault: They are not what a service of this protocol writes. No more can be made of what follows.
        """
        try:
            return b"".join(self._take(message) for message in self._frames.feed(data))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ProtocolFault(f"a message that makes no sense: {error!r}") from error

    def end(self, error: ServerDied | ProtocolFault) -> None:
        """No more will come: everything at work fails with this."""
        receivers, self._receivers = self._receivers, {}
        for receiver in receivers.values():
            receiver(Answer(error=error))

    def _take(self, message: Mapping[str, Any]) -> bytes:
        match message:
            case {"method": str(method), "id": id}:
                error = {"code": -32601, "message": f"This client has no method {method}."}
                return frame({"jsonrpc": "2.0", "id": id, "error": error})
            case {"method": str(method)}:
                self._notify(method, message.get("params") or {})
            case {"id": int(id), "error": Mapping() as error}:
                self._answer(id, Answer(error=RunPodError.of(error)))
            case {"id": int(id)}:
                self._answer(id, Answer(result=message.get("result")))
            case _:
                raise ProtocolFault(f"neither a notification nor an answer to a call: {str(message)[:200]}")
        return b""

    def _answer(self, id: int, answer: Answer) -> None:
        if receiver := self._receivers.pop(id, None):
            receiver(answer)

    def _notify(self, method: str, params: Mapping[str, Any]) -> None:
        receiver = self._receivers.get(params.get("token", params.get("requestId", 0)))
        if method == "$/progress":
            value = params["value"]
            text = value.get("message", value.get("title", ""))
            if receiver:
                receiver(Progress(value["kind"], text, value.get("percentage")))
        elif receiver:
            receiver(Notification(method, params))
        elif self._unaddressed:
            try:
                self._unaddressed(Notification(method, params))
            except Exception:
                # The calls at work are not to hang because of it.
                traceback.print_exc()
