"""A terminal as an editor has it."""

from __future__ import annotations

from typing import Any

from service import Service


class Terminal:
    """An open terminal of a service."""

    def __init__(self, service: Service, pod: str, **params: Any) -> None:
        self.service = service
        self.id = service.call("ssh/session/open", podId=pod, **params)["sessionId"]

    def told(self, method: str) -> list[dict[str, Any]]:
        """The params of its notifications."""
        return [
            message["params"]
            for message in list(self.service.received)
            if message.get("method") == method and message["params"]["sessionId"] == self.id
        ]

    @property
    def text(self) -> str:
        """All that it has shown."""
        return "".join(params["data"] for params in self.told("ssh/session/output"))

    def wait_for(self, words: str) -> None:
        """Returns when it shows this."""
        self.service.wait_until(lambda: words in self.text)

    def type(self, text: str) -> None:
        """Presses keys."""
        assert self.service.call("ssh/session/input", sessionId=self.id, data=text)["delivered"]

    def ending(self) -> dict[str, Any]:
        """How it ended, once it has."""
        self.service.wait_until(lambda: bool(self.told("ssh/session/exit")))
        (ending,) = self.told("ssh/session/exit")
        del ending["sessionId"]
        return ending
