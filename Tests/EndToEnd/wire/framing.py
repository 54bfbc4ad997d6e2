"""Frames as a client writes and reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any


def frame(body: bytes, framing: str) -> bytes:
    """One message in the framing given."""
    if framing == "lines":
        return body + b"\n"
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def frames(output: bytes, framing: str) -> Iterator[tuple[bytes, int]]:
    """The body of every whole frame, and where it ends; fails on a byte that does not belong to one."""
    end = 0
    while (start := end) < len(output):
        if framing == "lines":
            end = output.find(b"\n", start) + 1
            if not end:
                return
            yield output[start : end - 1], end
            continue
        body = output.find(b"\r\n\r\n", start) + 4
        if body < 4:
            return
        name, _, length = output[start : body - 4].partition(b": ")
        assert name == b"Content-Length", output[start : start + 100]
        end = body + int(length)
        if end > len(output):
            return
        yield output[body:end], end


def messages(output: bytes, framing: str) -> list[Any]:
    """Every message of the output; fails on a byte that does not belong to one."""
    found, end = [], 0
    for body, end in frames(output, framing):
        found.append(parse(body))
    assert end == len(output), output[end:][:100]
    return found


def parse(text: bytes) -> Any:
    """JSON with numbers that keep their value, however large."""
    return json.loads(text, parse_float=Decimal)
