"""Rows in which every server is asked through the measuring client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from harness.caller import Call, call
from harness.row import OURS, Aim, Row, Subject, Unit
from harness.servers import LIMIT, Server, servers

# A plot of all of them could not be read: the best of each kind.
GROWTH_SERVERS = (OURS, LIMIT, "clangd (Swift's)", "ruff", "pygls")


def wire_row(
    title: str,
    unit: Unit,
    figure: Callable[[Call], float],
    aims: Sequence[Aim] = (),
    *,
    seconds: float | None = None,
    requests: int | None = None,
    in_flight: int = 1,
    size: int | None = None,
    pinned: bool = False,
    only: Sequence[str] | None = None,
    obstacle: str = "",
) -> Row:
    """A row with one subject for each server, or for some; `figure` picks what the row shows."""

    def measure(server: Server) -> float:
        seen = call(server, seconds=seconds, requests=requests, in_flight=in_flight, size=size, pinned=pinned)
        return figure(seen)

    subjects = [
        Subject(server.name, partial(measure, server)) for server in servers() if not only or server.name in only
    ]
    return Row(title, unit, subjects, limit=LIMIT, aims=aims, obstacle=obstacle)
