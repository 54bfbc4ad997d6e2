"""Rows in which every server is asked through the measuring client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from harness.caller import Call, call
from harness.row import Aim, Row, Subject, Unit
from harness.servers import LIMIT, Server, servers


def wire_row(
    title: str,
    unit: Unit,
    figure: Callable[[Call], float],
    aims: Sequence[Aim] = (),
    *,
    seconds: float | None = None,
    requests: int | None = None,
    in_flight: int = 1,
    pinned: bool = False,
) -> Row:
    """A row with one subject for each server; `figure` picks what the row shows."""

    def measure(server: Server) -> float:
        return figure(call(server, seconds=seconds, requests=requests, in_flight=in_flight, pinned=pinned))

    subjects = [Subject(server.name, partial(measure, server)) for server in servers()]
    return Row(title, unit, subjects, limit=LIMIT, aims=aims)
