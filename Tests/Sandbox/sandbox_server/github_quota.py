"""GitHub's primary rate limit: so many calls an hour for a token, fewer for those without one."""

from __future__ import annotations

from typing import Any

from .clock import Clock
from .settings import Settings

HOUR = 3600
WHOLE = {"rate_limit": 5000, "anonymous_rate_limit": 60}


class Quota:
    """The settings hold what is left; it is whole again when the hour is over."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.reset = int(clock.now()) + HOUR

    def spend(self, has_token: bool) -> bool:
        """Counts a call; whether there was one left."""
        now = self.clock.now()
        if now >= self.reset:
            self.reset = int(now) + HOUR
            for name, whole in WHOLE.items():
                setattr(self.settings, name, whole)
        name = self._name(has_token)
        left: int = getattr(self.settings, name)
        setattr(self.settings, name, max(0, left - 1))
        return left > 0

    def headers(self, has_token: bool) -> dict[str, str]:
        """What every answer tells of it."""
        rate = self.view(has_token)
        return {f"x-ratelimit-{name}": str(value) for name, value in rate.items()}

    def view(self, has_token: bool) -> dict[str, Any]:
        """What `GET /rate_limit` tells."""
        whole, left = WHOLE[self._name(has_token)], getattr(self.settings, self._name(has_token))
        return {"limit": whole, "remaining": left, "used": whole - left, "reset": self.reset, "resource": "core"}

    @staticmethod
    def _name(has_token: bool) -> str:
        return "rate_limit" if has_token else "anonymous_rate_limit"
