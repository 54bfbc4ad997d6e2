"""A job of a workflow, reduced to a shell script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Job:
    """`result` is what the runner calls it: Succeeded, Failed, Canceled or Abandoned."""

    id: int
    name: str
    script: str
    runner_id: int
    taken: bool = False
    result: str | None = None
    log: str = ""

    def end(self, result: str, log: str = "") -> None:
        """It is over."""
        self.result, self.log = result, log

    def view(self) -> dict[str, Any]:
        """As tests see it."""
        return {
            "id": self.id,
            "name": self.name,
            "runnerId": self.runner_id,
            "taken": self.taken,
            "result": self.result,
            "log": self.log,
        }
