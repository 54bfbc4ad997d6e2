"""The arguments and environments of processes: of all on the machine, looked at again and again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator

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

    def take(self, in_pod: bool, arguments: bytes, environment: Iterable[bytes]) -> None:
        """Remembers a process."""
        variables = list(_variables(environment))
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
        self.young: dict[str, tuple[int, bytes]] = {}
        """How many looks are left, and what arguments the last one saw."""
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(INTERVAL):
            self.look()

    def look(self) -> None:
        """One look at those that are young."""
        # Written for speed: this runs beside tests that share the processors with it.
        before, self.young = self.young, {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            left, arguments = before.get(name, (LOOKS, b""))
            if left:
                left, arguments = left - 1, self._take(f"/proc/{name}", arguments)
            self.young[name] = left, arguments

    def _take(self, process: str, before: bytes) -> bytes:
        try:
            arguments = _read(f"{process}/cmdline")
            # An exec changes them, too.
            if arguments == before:
                return before
            in_pod = os.readlink(f"{process}/ns/pid") != self.own_space
            variables = _read(f"{process}/environ").split(b"\0")
        except OSError:
            return before
        self.seen.take(in_pod, arguments, variables)
        return arguments

    def end(self) -> None:
        """No further looks."""
        self.is_over.set()
        self.join()


def _variables(environment: Iterable[bytes]) -> Iterator[bytes]:
    """`NAME=value`; while bash reads one at its start, it has a zero byte instead of the "="."""
    parts = iter(environment)
    for part in parts:
        is_name = part.decode(errors="replace").isidentifier()
        yield part + b"=" + next(parts, b"") if is_name else part


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(file, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)
