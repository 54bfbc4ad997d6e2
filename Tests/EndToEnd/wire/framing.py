"""Frames as a client writes and reads them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def frame(body: bytes, framing: str) -> bytes:
    """One message in the framing given."""
    if framing == "lines":
        return body + b"\n"
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def messages(output: bytes, framing: str) -> list[Any]:
    """Every message of the output; fails on a byte that does not belong to one."""
    if framing == "lines":
        assert output == b"" or output.endswith(b"\n"), output[-100:]
        return [parse(line) for line in output.splitlines()]
    found = []
    while output:
        header, _, rest = output.partition(b"\r\n\r\n")
        name, _, length = header.partition(b": ")
        assert name == b"Content-Length", header[:100]
        found.append(parse(rest[: int(length)]))
        output = rest[int(length) :]
    return found


def parse(text: bytes) -> Any:
    """JSON with numbers that keep their value, however large."""
    return json.loads(text, parse_float=Decimal)
