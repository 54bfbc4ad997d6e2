"""Faults that tests order: each strikes the next so many calls of an operation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from .http_server import Handler, Request, Response

KINDS = ("status", "drop", "slow", "trickle", "hang", "hold", "garbage", "cut", "html", "empty", "limit", "ban")
FACES = ("graphql", "rest", "github", "runner")
HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Fault:
    """An order: what is to go wrong, for whom and how often."""

    face: str
    operation: str
    kind: str
    status: int = 503
    """Of kind "status"."""
    after: bool = False
    """Whether the call has its effect before it fails; of kinds "status" and "drop"."""
    seconds: float = 5.0
    """How long "slow" takes, and each byte of "trickle", and what "limit" says in Retry-After; 0 leaves that header out."""
    times: int = 1
    """Below 0: for ever."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if self.face not in FACES:
            raise ValueError(f"there is no face {self.face!r}; there are {', '.join(FACES)}")

    def strikes(self, face: str, operation: str) -> bool:
        """Whether it is for this call."""
        return self.face == face and fnmatchcase(operation, self.operation)

    async def answer(self, request: Request, handler: Handler, forgotten: asyncio.Event) -> Response:
        """What the handler answers, as far as the fault lets it. The event comes when all orders are forgotten."""
        if self.after or self.kind in ("garbage", "cut"):
            response = await handler(request)
        match self.kind:
            case "drop":
                return Response(hang_up=True)
            case "slow":
                await asyncio.sleep(self.seconds)
                return await handler(request)
            case "trickle":
                return trickle(await handler(request), self.seconds)
            case "hang":
                await asyncio.Event().wait()
            case "hold":
                await forgotten.wait()
                return await handler(request)
            case "garbage":
                body = response.encoded()
                response.body = body[: len(body) * 2 // 3]
                return response
            case "cut":
                response.is_cut = True
                return response
            case "html":
                return Response(200, HTML, {"content-type": "text/html"})
            case "empty":
                return Response(200)
            case "limit":
                return self._limit()
            case "ban":
                return Response(403, "error code: 1010")
        return Response(self.status, HTML, {"content-type": "text/html"})

    def _limit(self) -> Response:
        headers = {"retry-after": str(int(self.seconds))} if self.seconds else {}
        match self.face:
            case "github":
                text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
                return Response(self.status if self.status == 429 else 403, {"message": text}, headers)
            case "rest":
                problem = {
                    "title": "Too Many Requests",
                    "status": 429,
                    "detail": "rate limit exceeded for the minute window",
                }
                windows = f'"minute";r=0;t={int(self.seconds)}, "hour";r=2940;t=3000, "day";r=49940;t=80000'
                return Response(
                    429, problem, {**headers, "content-type": "application/problem+json", "ratelimit": windows}
                )
        return Response(429, {"message": "Too Many Requests"}, headers)


def trickle(whole: Response, seconds: float) -> Response:
    """The answer, a byte at a time."""

    async def pieces() -> AsyncIterator[bytes]:
        for byte in whole.encoded():
            yield bytes([byte])
            await asyncio.sleep(seconds)

    return Response(whole.status, b"", {"content-type": "application/json", **whole.headers}, stream=pieces())


class Faults:
    """The orders not yet used up."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.forgotten = asyncio.Event()

    def add(self, order: dict[str, Any]) -> None:
        """Takes an order; raises ValueError or TypeError for one that means nothing."""
        self.orders.append(Fault(**order))

    def forget(self) -> None:
        """Nothing is to go wrong any more, and what is held back goes on."""
        self.orders.clear()
        self.forgotten.set()
        self.forgotten = asyncio.Event()

    def view(self) -> list[dict[str, Any]]:
        """What is still to come."""
        return [asdict(order) for order in self.orders]

    def take(self, face: str, operation: str) -> Fault | None:
        """The first order for this call, used once."""
        for order in self.orders:
            if order.strikes(face, operation):
                order.times -= 1
                if order.times == 0:
                    self.orders.remove(order)
                return order
        return None
