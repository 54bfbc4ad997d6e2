"""How often the API is asked while pods are awaited. A loop for each pod would ask once a pod and tick."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from harness.fleet import WITHOUT_CONTAINER, Fleet
from harness.growth import Growth
from harness.row import OURS, Row, Subject, Unit

COUNTS = (1, 10, 100, 1_000)
SECONDS = 5
CALLS = Unit(f"calls in {SECONDS} s", more_is_better=False)


def calls(count: int) -> float:
    with Fleet(count, **WITHOUT_CONTAINER) as fleet, fleet.service() as service:
        fleet.sandbox.admin("DELETE", "/requests")
        for pod in fleet.pods:
            service.begin("pods/wait", podId=pod, timeoutSeconds=600)
        time.sleep(SECONDS)
        recorded = len(fleet.sandbox.admin("GET", "/requests"))
        service.process.kill()
        return recorded


def rows() -> Iterator[Growth]:
    rows = {
        count: Row(f"{count:,} pods awaited", CALLS, [Subject(OURS, partial(calls, count))], rounds=1)
        for count in COUNTS
    }
    yield Growth("api-calls", "Calls of the API while pods are awaited", "pods awaited", rows)
