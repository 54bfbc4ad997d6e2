"""The arguments and environments of processes: of all on the machine, looked at again and again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

INTERVAL = 0.03
LOOKS = 30
"""At each process while it is young: what a fork becomes is seen only after its exec."""


class Seen:
    """What was seen of processes, each once."""

    def __init__(self) -> None:
        self.arguments: set[bytes] = set()
        self.variables: set[tuple[bool, bytes]] = set()
        """Whether in a pod, and `NAME=value`."""
        self.runner_variables: set[bytes] = set()
        """Of runners and all that they start."""

    def take(self, in_pod: bool, arguments: bytes, variables: Iterable[bytes]) -> None:
        """Remembers a process."""
        self.arguments.add(arguments)
        self.variables.update((in_pod, variable) for variable in variables)
        if in_pod and b"RUNNER_MANUALLY_TRAP_SIG=1" in variables:
            self.runner_variables.update(variables)

    def naming(self, secret: str) -> Iterator[tuple[bool, str]]:
        """Where a secret is in an environment: whether in a pod, and in which variable."""
        for in_pod, variable in self.variables:
            if secret.encode() in variable:
                yield in_pod, variable.partition(b"=")[0].decode(errors="replace")


class Processes(threading.Thread):
    """Looks at what is there."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen = Seen()
        self.own_space = os.readlink("/proc/self/ns/pid")
        self.left: dict[str, int] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(INTERVAL):
            self.look()

    def look(self) -> None:
        """One look at those that are young."""
        present = {name for name in os.listdir("/proc") if name.isdigit()}
        self.left = {pid: self.left.get(pid, LOOKS) for pid in present}
        for pid, left in self.left.items():
            if left:
                self.left[pid] = left - 1
                self._take(Path("/proc", pid))

    def _take(self, process: Path) -> None:
        try:
            arguments = process.joinpath("cmdline").read_bytes()
            in_pod = os.readlink(process / "ns/pid") != self.own_space
            variables = process.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            return
        self.seen.take(in_pod, arguments, variables)

    def end(self) -> None:
        """No further looks."""
        self.is_over.set()
        self.join()
