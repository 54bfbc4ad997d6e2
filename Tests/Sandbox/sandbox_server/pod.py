"""A pod as RunPod's backend knows it, and what can be seen of it at a time."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field

from .container import Container


def identifier(length: int) -> str:
    """Lower-case letters and digits, as RunPod's ids are."""
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=length))


@dataclass
class Timeline:
    """Seconds after the start at which things can be seen."""

    list: float
    runtime: float
    ports: float


@dataclass
class Pod:
    """One pod; its owner holds the account's lock."""

    name: str
    image: str
    gpu_type: str
    gpu_count: int
    interruptible: bool
    bid: float
    env: dict[str, str]
    ports: str
    cloud: str
    cost: float  # USD an hour, while it runs
    container_disk: int
    volume: int
    timeline: Timeline
    created: float
    started: float
    has_public_port: bool
    terminate_after: float | None = None
    stop_after: float | None = None
    id: str = field(default_factory=lambda: identifier(14))
    machine: str = field(default_factory=lambda: identifier(12))
    suffix: str = field(default_factory=lambda: f"{random.getrandbits(32):08x}")
    status: str = "RUNNING"
    last_change: str = ""
    stopped: float = 0.0
    public_port: int = 0
    container: Container | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it was terminated."""
        return self.last_change.startswith("Terminated") or self.status == "TERMINATED"

    def is_listed(self, now: float) -> bool:
        """Whether the list has it."""
        return not self.is_gone and now >= self.created + self.timeline.list

    def has_runtime(self, now: float, stale: float) -> bool:
        """Whether its host reports a container; a stopped pod's for a while longer."""
        if self.status != "RUNNING":
            return now < self.stopped + stale and self.stopped > self.started + self.timeline.runtime
        return now >= self.started + self.timeline.runtime

    def runtime_ports(self, now: float) -> list[dict[str, object]] | None:
        """Its ports and where they can be reached; None before the host knows them."""
        if now < self.started + self.timeline.ports:
            return None
        rows: list[dict[str, object]] = []
        for entry in filter(None, self.ports.split(",")):
            number, _, kind = entry.strip().partition("/")
            if kind == "tcp" and number == "22" and self.has_public_port:
                rows.append(
                    {
                        "ip": "127.0.0.1",
                        "isIpPublic": True,
                        "privatePort": 22,
                        "publicPort": self.public_port,
                        "type": "tcp",
                    }
                )
            elif kind == "http":
                rows.append(
                    {
                        "ip": "100.65.0.101",
                        "isIpPublic": False,
                        "privatePort": int(number),
                        "publicPort": 60000 + int(number) % 5000,
                        "type": "http",
                    }
                )
        return rows
