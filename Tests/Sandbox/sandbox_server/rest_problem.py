"""Refusals of REST v2, as `application/problem+json`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from .http_server import Response


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, detail: str, errors: list[str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors

    @property
    def response(self) -> Response:
        """As it is sent."""
        body: dict[str, Any] = {"title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.detail}
        if self.errors:
            body["errors"] = self.errors
        return Response(self.status, json.dumps(body).encode(), {"content-type": "application/problem+json"})


def not_found(what: str) -> Problem:
    """It is not there, or somebody else's."""
    return Problem(404, f"{what} not found")
