"""Framing as clients get it wrong: each case is followed by a good request that must still be answered."""

from __future__ import annotations

import pytest

from framing import frame, messages
from messages import codes
from session import Session, run

PING = b'{"jsonrpc":"2.0","id":1,"method":"service/ping","params":{"text":"\xc3\xa9"}}'
LAST = b'{"jsonrpc":"2.0","id":2,"method":"service/ping"}'


def headers(*lines: bytes, end: bytes = b"\r\n") -> bytes:
    return end.join(lines) + end + end


N = b"%d" % len(PING)
GOOD_HEADERS = {
    "lowercase": headers(b"content-length: " + N),
    "upper case": headers(b"CONTENT-LENGTH: " + N),
    "no blank": headers(b"Content-Length:" + N),
    "tabs": headers(b"Content-Length:\t" + N + b"\t"),
    "bare LF": headers(b"Content-Length: " + N, end=b"\n"),
    "type first": headers(b"Content-Type: application/vscode-jsonrpc; charset=utf-8", b"Content-Length: " + N),
    "type last": headers(b"Content-Length: " + N, b"Content-Type: application/vscode-jsonrpc; charset=utf8"),
    "unknown": headers(b"X-Trace: 1", b"Content-Length: " + N),
    "repeated": headers(b"Content-Length: " + N, b"Content-Length: " + N),
    "comment": headers(b"# recorded", b"Content-Length: " + N),
}


@pytest.mark.parametrize("header", GOOD_HEADERS.values(), ids=GOOD_HEADERS.keys())
def test_lenient_in_minimal_out(product: str, header: bytes) -> None:
    output, code = run(product, header + PING + frame(LAST, "headers"))
    assert [answer["id"] for answer in messages(output, "headers")] == [1, 2]
    assert code == 0


BAD_HEADERS = {
    "negative": (headers(b"Content-Length: -5"), -32700),
    "hexadecimal": (headers(b"Content-Length: 0x10"), -32700),
    "exponent": (headers(b"Content-Length: 1e2"), -32700),
    "plus": (headers(b"Content-Length: +5"), -32700),
    "empty": (headers(b"Content-Length:"), -32700),
    "thirty digits": (headers(b"Content-Length: " + b"9" * 30), -32700),
    "zero": (headers(b"Content-Length: 0"), -32700),
    "none": (headers(b"Content-Type: application/json; charset=utf-8"), -32700),
    "two lengths": (headers(b"Content-Length: 5", b"Content-Length: 6"), -32700),
    "latin1": (headers(b"Content-Length: " + N, b"Content-Type: x; charset=latin1") + PING, -32700),
    "too small": (headers(b"Content-Length: %d" % (len(PING) - 1)) + PING, -32700),
    "too large": (headers(b"Content-Length: %d" % (len(PING) + 1)) + PING, -32700),
    "characters, not bytes": (headers(b"Content-Length: %d" % len(PING.decode())) + PING, -32700),
    "huge block": (headers(b"X: " + b"x" * 9000), -32700),
}


@pytest.mark.parametrize(("data", "code"), BAD_HEADERS.values(), ids=BAD_HEADERS.keys())
def test_a_bad_header_costs_one_error(product: str, data: bytes, code: int) -> None:
    output, _ = run(product, data + frame(LAST, "headers"))
    answers = messages(output, "headers")
    assert [(a["id"], a.get("error", {}).get("code")) for a in answers] == [(None, code), (2, None)]


@pytest.mark.parametrize("framing", ["lines", "headers"])
def test_every_cut_of_the_stream(product: str, framing: str) -> None:
    data = frame(PING, framing) + frame(LAST, framing)
    with Session(product, framing=framing) as session:
        for byte in data:
            session.write(bytes([byte]))
        assert [session.receive()["id"], session.receive()["id"]] == [1, 2]
    for cut in range(1, len(data), 7):
        with Session(product, framing=framing) as session:
            session.write(data[:cut])
            session.write(data[cut:])
            assert [session.receive()["id"], session.receive()["id"]] == [1, 2]


LINES = {
    "blank lines": b"\n\r\n  \n" + PING + b"\n",
    "CRLF": PING + b"\r\n",
    "indented": b"\t  " + PING + b"\n",
    "NUL between lines": b"\n\0\0\n" + PING + b"\n",
    "byte order mark": b"\xef\xbb\xbf" + PING + b"\n",
}


@pytest.mark.parametrize("data", LINES.values(), ids=LINES.keys())
def test_lines_as_they_come(product: str, data: bytes) -> None:
    output, code = run(product, data + LAST)
    assert [answer["id"] for answer in messages(output, "lines")] == [1, 2]
    assert code == 0


def test_a_pretty_printed_request_costs_one_error(product: str) -> None:
    pretty = b'{\n  "jsonrpc": "2.0",\n  "id": 1,\n  "method": "service/ping"\n}\n'
    answers = messages(run(product, pretty + LAST + b"\n")[0], "lines")
    assert [(a["id"], a.get("error", {}).get("code")) for a in answers] == [(None, -32700), (2, None)]
    assert "one JSON text a line" in answers[0]["error"]["data"]["hint"]


def test_a_line_among_headers_is_named(product: str) -> None:
    output, _ = run(product, frame(PING, "headers") + PING + b"\n" + frame(LAST, "headers"))
    answers = messages(output, "headers")
    assert [(a["id"], a.get("error", {}).get("code")) for a in answers] == [(1, None), (None, -32700), (2, None)]
    assert "Content-Length" in answers[1]["error"]["data"]["hint"]


@pytest.mark.parametrize("framing", ["lines", "headers"])
def test_a_message_beyond_the_limit_is_refused_and_the_next_is_answered(product: str, framing: str) -> None:
    limit = 16 * 1024 * 1024
    shell = b'{"jsonrpc":"2.0","id":1,"method":"service/ping","params":["%s"]}'
    for size, fits in ((limit, True), (limit + 1, False)):
        body = shell % (b"x" * (size - len(shell) + 2))
        output, _ = run(product, frame(body, framing) + frame(LAST, framing))
        first, last = messages(output, framing)
        assert (first["id"] == 1) == fits
        assert fits or (first["error"]["code"], first["error"]["data"]["limit"]) == (-32600, limit)
        assert last["id"] == 2


@pytest.mark.parametrize("data", [b"Content-Length: 50\r\n", b"Content-Length: 50\r\n\r\n{", b"Content-Length: 9999999999\r\n\r\n{"])
def test_a_cut_off_message_exits_65(product: str, data: bytes) -> None:
    assert run(product, data)[1] == 65


FIRST_BYTES = {
    "blanks": (b"  \t\r\n" + PING + b"\n", "lines", (1, None)),
    "byte order mark": (b"\xef\xbb\xbf" + frame(PING, "headers"), "headers", (1, None)),
    "object": (PING + b"\n", "lines", (1, None)),
    "array": (b"[" + PING + b"]\n", "lines", None),
    "C": (frame(PING, "headers"), "headers", (1, None)),
    "c": (b"content-length: " + N + b"\r\n\r\n" + PING, "headers", (1, None)),
    "comment": (b"# recorded\r\n" + frame(PING, "headers"), "headers", (1, None)),
    "string": (b'"hello"\n', "lines", (None, -32600)),
    "digit": (b"42\n", "lines", (None, -32600)),
    "neither": (b"\x16\x03\x01\n", "lines", (None, -32700)),
    "HTTP": (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "headers", (None, -32700)),
}


@pytest.mark.parametrize(("data", "framing", "first"), FIRST_BYTES.values(), ids=FIRST_BYTES.keys())
def test_the_first_byte_tells_the_framing(product: str, data: bytes, framing: str, first: object) -> None:
    answers = messages(run(product, data + frame(LAST, framing))[0], framing)
    head, last = answers
    assert last["id"] == 2
    if first is None:
        assert codes(head) == [(1, None)]
    else:
        assert codes([head]) == [first]


def test_headers_among_lines_are_named(product: str) -> None:
    output, _ = run(product, PING + b"\n" + frame(PING, "headers") + b"\n" + LAST + b"\n")
    answers = messages(output, "lines")
    assert [answer["id"] for answer in answers][-1] == 2
    hints = [answer["error"]["data"]["hint"] for answer in answers if "error" in answer]
    assert hints and "Content-Length" in hints[0] and "one JSON text a line" in hints[0]


def test_a_framing_can_be_pinned(product: str) -> None:
    output, _ = run(product, PING + b"\n" + frame(LAST, "headers"), "--framing", "headers")
    assert codes(messages(output, "headers")) == [(None, -32700), (2, None)]
