"""The part of an HTTP/1.1 server that the faces need, and what only a sandbox needs: answers that break off."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def bearer(self) -> str | None:
        """The key in the Authorization header, whatever the scheme is called."""
        _, _, key = self.headers.get("authorization", "").partition(" ")
        return key.strip() or None

    def json(self) -> Any:
        """The body; raises ValueError."""
        return json.loads(self.body)


@dataclass
class Response:
    """An answer: a body that is JSON, text or bytes, or a stream of chunks."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    hang_up: bool = False
    """Whether the connection is closed without a word."""
    is_cut: bool = False
    """Whether the connection is closed in the middle of the body."""

    def encoded(self) -> bytes:
        """The body's bytes; gives JSON its content type."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            self.headers.setdefault("content-type", "text/plain; charset=utf-8")
            return self.body.encode()
        self.headers.setdefault("content-type", "application/json; charset=utf-8")
        return json.dumps(self.body, separators=(",", ":")).encode()


Handler = Callable[[Request], Awaitable[Response]]


class Server:
    """Serves one handler on a free port of the loopback interface."""

    def __init__(self, handler: Handler, now: Callable[[], float] = time.time) -> None:
        """Whose answers are dated by `now`, in seconds since 1970."""
        self.handler = handler
        self.now = now
        self.port = 0

    async def start(self) -> None:
        """Begins to accept connections."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._serve_one(reader, writer):
                pass
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            StopAsyncIteration,
            ConnectionError,
            ValueError,
        ):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request) -> Response:
        try:
            return await self.handler(request)
        except Exception:
            traceback.print_exc()
            return Response(500, "the sandbox has a defect: see its standard error")

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await read_request(reader, writer)
        response = await unless_gone(reader, self._answer(request))
        if response.hang_up:
            writer.transport.abort()
            return False
        body = response.encoded()
        headers = {"date": formatdate(self.now(), usegmt=True), **response.headers}
        if response.stream is not None:
            headers["connection"] = "close"
        elif response.status != 204:
            headers["content-length"] = str(len(body))
        reason = HTTPStatus(response.status).phrase if response.status in HTTPStatus._value2member_map_ else ""
        head = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1"))
        if response.is_cut:
            writer.write(body[: len(body) // 2])
            await writer.drain()
            return False
        if response.stream is not None:
            while True:
                writer.write(await unless_gone(reader, anext(response.stream)))
                await writer.drain()
        if request.method != "HEAD" and response.status != 204:
            writer.write(body)
        await writer.drain()
        return request.headers.get("connection", "").lower() != "close"


async def unless_gone(reader: asyncio.StreamReader, work: Awaitable[Any]) -> Any:
    """The work's result; raises ConnectionError when the client leaves before, and then the work is cancelled."""
    working = asyncio.ensure_future(work)
    # No client sends its next request before it has this one's answer.
    leaving = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ConnectionResetError("the client has left")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.wait({working, leaving})


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    """The next request of a connection; raises what ends the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    elif length := int(headers.get("content-length", "0")):
        body = await reader.readexactly(length)
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, unquote(parts.path), query, headers, body)
