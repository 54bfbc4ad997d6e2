"""What the generated methods are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict, Unpack

from .wire import Notification, Progress


class CallOptions(TypedDict, total=False):
    """What every method takes beside its params.

    Attributes:
        on_progress: Called with each report.
        on_notification: Called with each other notification of the call.
        timeout: Seconds after which the call is cancelled and `TimeoutError` raised.
    """

    on_progress: Callable[[Progress], object] | None
    on_notification: Callable[[Notification], object] | None
    timeout: float | None


class Caller(Protocol):
    """`Client.call`."""

    def __call__(
        self, method: str, params: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]
    ) -> Any: ...


class AsyncCaller(Protocol):
    """`AsyncClient.call`."""

    async def __call__(
        self, method: str, params: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]
    ) -> Any: ...


def given(params: Mapping[str, Any]) -> dict[str, Any]:
    """The params that were given."""
    return {name: value for name, value in params.items() if value is not None}
