"""A registered runner and the session of its listener."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from typing import TYPE_CHECKING, Any

from .job import Job

if TYPE_CHECKING:
    from .github import GitHub

PATIENCE = 30.0
"""Seconds that a listener has between two looks for messages."""


class Session:
    """A listener's connection; there is one a runner."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self.began = time.monotonic()
        self.quiet_from = self.began + PATIENCE
        self.polls = 0
        self.messages: asyncio.Queue[str] = asyncio.Queue()

    def heard_within(self, seconds: float) -> bool:
        """Whether the listener waits for a message, or is not known to be gone for longer than that."""
        return self.polls > 0 or time.monotonic() - self.quiet_from < seconds

    async def next_message(self, seconds: float) -> str | None:
        """The next message, or none within that time. A listener that does not wait for either is gone."""
        self.polls += 1
        self.quiet_from = time.monotonic()
        try:
            message = await asyncio.wait_for(self.messages.get(), seconds)
        except TimeoutError:
            message = None
        finally:
            self.polls -= 1
            self.quiet_from = time.monotonic()
        self.quiet_from += PATIENCE
        return message


class Runner:
    """As GitHub knows it. It is online while its listener's session is alive."""

    def __init__(
        self,
        github: GitHub,
        id: int,
        scope: str,
        name: str,
        labels: list[dict[str, Any]],
        ephemeral: bool = False,
        version: str | None = None,
        os: str = "linux",
        group_id: int = 1,
    ) -> None:
        self.github = github
        self.settings = github.settings
        self.id = id
        self.scope = scope
        self.name = name
        self.labels = labels
        self.ephemeral = ephemeral
        self.version = version
        self.os = os
        self.group_id = group_id
        self.key = secrets.token_hex(20)
        self.session: Session | None = None
        self.job: Job | None = None
        self.waiting: list[Job] = []
        self.last_connected = github.clock.now()

    # As GitHub shows it.

    @property
    def is_connected(self) -> bool:
        """Whether its listener's session is alive, or was a moment ago."""
        return self.session is not None and self.session.heard_within(self.settings.offline_delay)

    @property
    def status(self) -> str:
        """What GitHub says, which is late, and may be a lie."""
        if self.settings.reported_offline:
            return "offline"
        if self.settings.reported_online:
            return "online"
        if self.session is None or not self.is_connected:
            return "offline"
        return "online" if time.monotonic() - self.session.began >= self.settings.online_delay else "offline"

    def view(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "runner_group_id": self.group_id,
            "name": self.settings.lies.get("runnerName", self.name),
            "os": self.os,
            "status": self.status,
            "busy": self.job is not None,
            "ephemeral": self.ephemeral,
            "version": self.version,
            "labels": self.labels,
        }

    def behind(self) -> dict[str, Any]:
        """As tests see it."""
        return {**self.view(), "scope": self.scope, "connected": self.is_connected, "job": self.job and self.job.view()}

    # Its listener.

    def connect(self, version: str) -> Session | None:
        """A session for a listener; none while another one's is alive."""
        if self.session and self.session.heard_within(self.settings.session_linger):
            return None
        self.version, self.os = version, "linux"
        self.session = Session()
        if self.waiting:
            self._begin(self.waiting.pop(0), self.session)
        return self.session

    def disconnect(self) -> None:
        """The listener has said goodbye."""
        self.session = None
        if self.job:
            self.finish("Abandoned")

    def removed(self) -> None:
        """It is off the list: its listener gets a message that makes it ask, and find nothing."""
        if self.session:
            self.session.messages.put_nowait("")

    def update(self, version: str) -> None:
        """Has its listener replace the runner by another version."""
        if self.session:
            self.session.messages.put_nowait(f"update {version}")

    # Its jobs.

    def assign(self, job: Job) -> None:
        """Has it run a job, now or later."""
        if self.job is None and self.session is not None:
            self._begin(job, self.session)
        else:
            self.waiting.append(job)

    def _begin(self, job: Job, session: Session) -> None:
        self.job, job.taken = job, True
        session.messages.put_nowait(f"job {job.id} {job.name}")

    def cancel(self, job: Job) -> None:
        """Has it stop a job."""
        if job is self.job and self.session:
            self.session.messages.put_nowait("cancel")
        elif job in self.waiting:
            self.waiting.remove(job)
            job.end("Canceled")

    def finish(self, result: str, log: str = "") -> None:
        """Its job is over. An ephemeral runner is over with it."""
        job, self.job = self.job, None
        if job:
            job.end(result, log)
        if self.ephemeral:
            self.github.runners.pop(self.id, None)
        elif self.waiting and self.session:
            self._begin(self.waiting.pop(0), self.session)

    def settle_job(self) -> None:
        """A dead runner stays busy for a while."""
        if self.job and not (self.session and self.session.heard_within(self.settings.busy_linger)):
            self.finish("Abandoned")


def label_rows(names: list[str], defaults: list[str]) -> list[dict[str, Any]]:
    """Labels as the API shows them, each once."""
    numbers = itertools.count(1)
    rows = {name.lower(): {"id": next(numbers), "name": name, "type": "read-only"} for name in defaults}
    for name in names:
        rows.setdefault(name.lower(), {"id": next(numbers), "name": name, "type": "custom"})
    return list(rows.values())
