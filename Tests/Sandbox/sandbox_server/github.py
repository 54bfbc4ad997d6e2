"""What GitHub knows: tokens, runners, jobs."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .clock import Clock
from .job import Job
from .runner import Runner
from .settings import Settings

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass
class Ticket:
    """A short-lived key that a runner is given: for registering, for removing, or for the calls that follow."""

    kind: str
    scope: str
    expires: float
    token: str = field(default_factory=lambda: "A" + secrets.token_hex(14).upper())


def scope_of(url: str) -> str | None:
    """The API path of what a runner is registered for; none for a URL that is no such thing."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    match parts:
        case ["enterprises", name]:
            return f"/enterprises/{name}".lower()
        case [owner, repository] if not repository.endswith(".git"):
            return f"/repos/{owner}/{repository}".lower()
        case [organisation]:
            return f"/orgs/{organisation}".lower()
    return None


class GitHub:
    """One GitHub, on which every owner and repository exists."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        kinds = ("all", "noPermission", "invisible")
        self.keys = {kind: f"ghp_{secrets.token_urlsafe(27).replace('-', 'x').replace('_', 'y')}" for kind in kinds}
        self.tickets: dict[str, Ticket] = {}
        self.credentials: list[str] = []
        """Whatever a runner is known by: keys, and the files that they came in."""
        self.runners: dict[int, Runner] = {}
        self.jobs: dict[int, Job] = {}
        self._ids = itertools.count(21)
        self._job_ids = itertools.count(1001)

    # Tokens.

    def issue(self, kind: str, scope: str) -> Ticket:
        """A token for one scope and one purpose, good for an hour."""
        ticket = Ticket(kind, scope, self.clock.now() + HOUR)
        self.tickets[ticket.token] = ticket
        return ticket

    def ticket(self, token: str | None, kind: str) -> Ticket | None:
        """The ticket with this token, if it is of this kind and not too old."""
        ticket = self.tickets.get(token or "")
        return ticket if ticket and ticket.kind == kind and self.clock.now() < ticket.expires else None

    # Runners.

    def named(self, scope: str, name: str) -> Runner | None:
        """The scope's runner of this name."""
        return next((each for each in self.of(scope) if each.name.lower() == name.lower()), None)

    def of(self, scope: str) -> list[Runner]:
        """The scope's runners, the oldest first."""
        self.settle()
        return [each for each in self.runners.values() if each.scope == scope]

    def groups(self, scope: str) -> list[str]:
        """The names of the scope's runner groups; a repository knows only the default one."""
        return self.settings.runner_groups[:1] if scope.startswith("/repos/") else self.settings.runner_groups

    def runner(self, scope: str, id: str) -> Runner | None:
        """The scope's runner of this number."""
        self.settle()
        found = self.runners.get(int(id)) if id.isdigit() else None
        return found if found and found.scope == scope else None

    def add(self, scope: str, name: str, labels: list[dict[str, Any]], **more: Any) -> Runner:
        """Registers a runner; one of the same name is replaced."""
        former = self.named(scope, name)
        if former:
            self.remove(former)
        id = former.id if former and self.settings.replace_keeps_id else next(self._ids)
        runner = Runner(self, id, scope, name, labels, **more)
        self.runners[id] = runner
        self.credentials.append(runner.key)
        return runner

    def remove(self, runner: Runner) -> None:
        """Takes a runner off the list; its listener hears of it."""
        self.runners.pop(runner.id, None)
        runner.removed()

    def by_key(self, key: str | None) -> Runner | None:
        """The runner whose credentials these are."""
        return next((each for each in self.runners.values() if each.key == key), None)

    def settle(self) -> None:
        """Forgets runners that have not connected for too long, and jobs whose runner is gone."""
        now = self.clock.now()
        for runner in list(self.runners.values()):
            if runner.is_connected:
                runner.last_connected = now
            runner.settle_job()
            if now - runner.last_connected > (DAY if runner.ephemeral else 14 * DAY):
                self.remove(runner)

    # Jobs.

    def give_job(self, runner: Runner, name: str, script: str) -> Job:
        """Has a runner run a script, now or after what it has to do already."""
        job = Job(next(self._job_ids), name, script, runner.id)
        self.jobs[job.id] = job
        runner.assign(job)
        return job

    def cancel_job(self, job: Job) -> None:
        """Cancels a job as a user would."""
        runner = self.runners.get(job.runner_id)
        if runner:
            runner.cancel(job)
