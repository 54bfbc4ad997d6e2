"""JSON that is too long to be written down as a conformance case."""

from __future__ import annotations

import codecs

import pytest

from framing import frame, messages
from messages import codes
from session import run

PING = '{"jsonrpc":"2.0","id":1,"method":"service/ping","params":[%s]}'
LAST = b'{"jsonrpc":"2.0","id":2,"method":"service/ping"}'


def nested(depth: int) -> bytes:
    """A request that nests this deep, its own two levels included."""
    return (PING % ("[" * (depth - 2) + "]" * (depth - 2))).encode()


BODIES = {
    "128 deep": (nested(128), (1, None)),
    "129 deep": (nested(129), (None, -32700)),
    "a million deep": (nested(1_000_000), (None, -32700)),
    "tab within a string": ((PING % '"\t"').encode(), (None, -32700)),
    "escaped tab": ((PING % r'"\t"').encode(), (1, None)),
    "overlong slash": (PING.encode() % b'"\xc0\xaf"', (None, -32700)),
    "half a surrogate pair": ((PING % r'"\ud83d"').encode(), (1, -32700)),
    "two first halves": ((PING % r'"\ud83d\ud83d"').encode(), (1, -32700)),
    "a name that is half a pair": ((PING % r'{"\udc00": 1}').encode(), (1, -32700)),
    "two forms of a name": ((PING % '{"\u00e9": 1, "e\u0301": 2}').encode(), (1, None)),
    "one name in two spellings": ((PING % '{"\u00e9": 1, "\\u00e9": 2}').encode(), (1, -32700)),
    "surrogate in UTF-8": (PING.encode() % b'"\xed\xa0\x80"', (None, -32700)),
    "byte order mark within": (codecs.BOM_UTF8 + (PING % "").encode(), (None, -32700)),
    "UTF-16": ((PING % "").encode("utf-16-le"), (None, -32700)),
}


@pytest.mark.parametrize("framing", ["lines", "headers"])
@pytest.mark.parametrize(("body", "first"), BODIES.values(), ids=BODIES.keys())
def test_each_body_is_answered_once(
    product: str, body: bytes, first: tuple[int | None, int | None], framing: str
) -> None:
    output, _ = run(product, frame(LAST, framing) + frame(body, framing) + frame(LAST, framing))
    assert codes(messages(output, framing)) == [(2, None), first, (2, None)]
