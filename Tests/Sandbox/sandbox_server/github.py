"""What GitHub knows: tokens, runners and jobs."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock
from .settings import Settings

HOUR = 3600.0


@dataclass
class Token:
    """A registration or remove token."""

    kind: str
    scope: str
    expires: float


@dataclass
class Runner:
    """One entry of a scope's list."""

    id: int
    scope: str
    name: str
    labels: list[str]
    ephemeral: bool
    version: str | None
    os: str = "Linux"
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    listening_since: float | None = None
    last_seen: float = 0.0
    job: Job | None = None


@dataclass
class Job:
    """A script for a runner."""

    id: int
    script: str
    result: str | None = None
    log: str = ""
    is_taken: bool = False


class GitHub:
    """All scopes; any owner and repository exists."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.settings = settings
        self.clock = clock
        self.token = f"ghp_{secrets.token_hex(18)}"
        self.tokens: dict[str, Token] = {}
        self.runners: dict[int, Runner] = {}
        self.jobs: dict[int, Job] = {}
        self._last_id = 20

    def mint(self, kind: str, scope: str) -> tuple[str, Token]:
        """A new token of one hour."""
        with self.lock:
            value = "A" + secrets.token_hex(14).upper()
            token = self.tokens[value] = Token(kind, scope, self.clock.now() + HOUR)
            return value, token

    def is_good(self, value: str, kind: str, scope: str) -> bool:
        """Whether a token serves for this."""
        with self.lock:
            token = self.tokens.get(value)
            return (
                token is not None
                and (token.kind, token.scope.lower()) == (kind, scope.lower())
                and self.clock.now() < token.expires
            )

    def in_scope(self, scope: str) -> list[Runner]:
        """The scope's runners, oldest first."""
        with self.lock:
            return [runner for runner in self.runners.values() if runner.scope.lower() == scope.lower()]

    def find(self, scope: str, name: str) -> Runner | None:
        """The runner of this name."""
        return next((runner for runner in self.in_scope(scope) if runner.name == name), None)

    def add(self, scope: str, name: str, labels: list[str], *, ephemeral: bool, version: str | None) -> Runner:
        """Registers a runner."""
        with self.lock:
            self._last_id += 1
            runner = Runner(self._last_id, scope, name, labels, ephemeral, version)
            self.runners[runner.id] = runner
            return runner

    def delete(self, id: int) -> None:
        """Takes a runner off the list."""
        with self.lock:
            self.runners.pop(id, None)

    def give(self, runner: Runner, script: str) -> Job:
        """Hands a job to a runner."""
        with self.lock:
            self._last_id += 1
            job = self.jobs[self._last_id] = Job(self._last_id, script)
            runner.job = job
            return job

    def is_online(self, runner: Runner) -> bool:
        """As GitHub shows it: late in both directions."""
        now = self.clock.now()
        if runner.listening_since is None or self.settings.reportedOffline:
            return False
        return (
            now >= runner.listening_since + self.settings.onlineDelay
            and now - runner.last_seen <= self.settings.offlineDelay + 1
        )

    def describe(self, runner: Runner) -> dict[str, Any]:
        """A runner as the list has it."""
        standard = ("self-hosted", "Linux", "X64")
        labels = [
            {"id": number + 1, "name": name, "type": "read-only" if name in standard else "custom"}
            for number, name in enumerate(runner.labels)
        ]
        return {
            "id": runner.id,
            "runner_group_id": 1,
            "name": runner.name,
            "os": runner.os,
            "status": "online" if self.is_online(runner) else "offline",
            "busy": runner.job is not None and runner.job.is_taken and runner.job.result is None,
            "ephemeral": runner.ephemeral,
            "version": runner.version,
            "labels": labels,
        }
