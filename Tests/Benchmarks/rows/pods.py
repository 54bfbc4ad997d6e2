"""What users call: pods by pipelined callers. Each answer is up to date, by an API call that callers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from harness.caller import Call, call
from harness.fleet import WITHOUT_CONTAINER, Fleet
from harness.row import MILLISECONDS, OURS, PER_SECOND, Row, Subject
from harness.servers import servers

PODS = 100


def measure(fleet: Fleet, method: str, params: dict[str, Any], figure: Callable[[Call], float]) -> float:
    ours = next(server for server in servers() if server.name == OURS)
    return figure(call(ours, method=method, params=params, seconds=2, in_flight=64, environment=fleet.environment))


def rows() -> Iterator[Row]:
    with Fleet(PODS, **WITHOUT_CONTAINER) as fleet:
        for title, method, params in (
            (f"`pods/list` of {PODS} pods", "pods/list", {"limit": PODS}),
            ("`pods/get`", "pods/get", {"podId": fleet.pods[0]}),
        ):
            for what, unit, figure in (
                ("64 in flight, as fast as the sandbox's API lets it", PER_SECOND, lambda seen: seen.per_second),
                ("our CPU for each", MILLISECONDS, lambda seen: seen.cpu * 1e3),
            ):
                yield Row(f"{title}, {what}", unit, [Subject(OURS, partial(measure, fleet, method, params, figure))])
