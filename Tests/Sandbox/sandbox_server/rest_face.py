"""RunPod's REST API v2, over the same account: https://docs.runpod.io/api-reference-v2"""

from __future__ import annotations

from .account import Account
from .http import Request, Response


class RestFace:
    """Answers /v2."""

    name = "rest"

    def __init__(self, account: Account) -> None:
        self.account = account

    def operation(self, request: Request) -> str:
        """Method and path without /v2."""
        return f"{request.method} {request.path.removeprefix('/v2')}"

    async def handle(self, request: Request) -> Response:
        """One call."""
        return Response(404)
