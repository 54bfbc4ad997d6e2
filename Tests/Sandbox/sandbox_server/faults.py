"""Faults to order: the next calls of an operation get them, one after another."""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import dataclass


@dataclass
class Fault:
    """What goes wrong, with which operation, how often."""

    face: str  # graphql, rest, github
    operation: str  # a pattern: "podStop", "POST /repos/*/actions/runners/registration-token", "*"
    kind: str  # status, drop, slow, garbage, html, limit, ban
    status: int = 503
    after: bool = False  # after the call has had its effect
    seconds: float = 5.0  # of slow
    times: int = 1


class Faults:
    """Those that are still to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Orders a fault."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._faults.clear()

    def take(self, face: str, operation: str) -> Fault | None:
        """The fault that this call gets, if any."""
        with self._lock:
            for fault in self._faults:
                if fault.face == face and fnmatch.fnmatchcase(operation, fault.operation):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault
        return None
