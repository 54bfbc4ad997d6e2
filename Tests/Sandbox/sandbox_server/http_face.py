"""What the faces have in common: an HTTP server each, with faults and a record of every request."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .faults import Fault, Faults
from .recorder import Recorder


@dataclass
class Request:
    """One request, its body read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        """The body's value; None for an empty body, ValueError for what is not JSON."""
        return json.loads(self.body) if self.body else None


@dataclass
class Response:
    """One answer."""

    status: int = 200
    body: Any = None  # bytes as they are, anything else as JSON; None for no body
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Face:
    """An API over the sandbox's state; subclasses name operations and answer them."""

    name = ""

    def __init__(self, faults: Faults, recorder: Recorder | None) -> None:
        self.faults = faults
        self.recorder = recorder
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def operation(self, request: Request) -> str:
        """What tests call this request."""
        return f"{request.method} {request.path}"

    def answer(self, request: Request) -> Response:
        """The answer to a request."""
        raise NotImplementedError

    def limited(self) -> Response:
        """The answer to a call too many."""
        return Response(429, {"message": "rate limit exceeded"}, {"Retry-After": "1"})

    def respond(self, request: Request) -> Response | None:
        """The answer with its fault; None to hang up."""
        operation = self.operation(request)
        fault = self.faults.take(self.name, operation)
        if fault is None or fault.after or fault.kind == "slow":
            if fault is not None and fault.kind == "slow":
                time.sleep(fault.seconds)
            response: Response | None = self.answer(request)
        else:
            response = None
        if fault is not None and fault.kind != "slow":
            response = self._fault(fault)
        if self.recorder is not None:
            self.recorder.add(
                {
                    "face": self.name,
                    "operation": operation,
                    "method": request.method,
                    "path": request.path,
                    "query": request.query,
                    "headers": request.headers,
                    "body": request.body.decode(errors="replace"),
                    "status": response.status if response else None,
                }
            )
        return response

    def _fault(self, fault: Fault) -> Response | None:
        match fault.kind:
            case "status":
                return Response(fault.status, {"message": "ordered by a test"})
            case "drop":
                return None
            case "garbage":
                return Response(200, b'{"data": {"my')
            case "html":
                return Response(502, b"<html><body>Bad gateway</body></html>", {"Content-Type": "text/html"})
            case "limit":
                return self.limited()
            case "ban":
                return Response(403, b"error code: 1010", {"Content-Type": "text/plain"})
        raise ValueError(fault.kind)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def _handler(face: Face) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            url = urlsplit(self.path)
            request = Request(
                self.command,
                url.path,
                dict(parse_qsl(url.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            response = face.respond(request)
            if response is None:
                self._hang_up()
                return
            body = response.bytes()
            self.send_response(response.status)
            headers = {"Content-Type": "application/json", **response.headers, "Content-Length": str(len(body))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _hang_up(self) -> None:
            # A reset, as a broken network gives it.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
