"""The same command on many pods at once, with and without connections from before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from harness.fleet import Fleet, Target
from harness.row import OURS, SECONDS, Row, Subject, of_best_peer
from peers.ssh_many import asyncssh_seconds, parallel_ssh_seconds, pdsh_seconds, ssh_seconds

PODS = 50
PEERS = {
    "asyncssh": asyncssh_seconds,
    "parallel-ssh": parallel_ssh_seconds,
    "pdsh": pdsh_seconds,
    f"{PODS} × ssh": ssh_seconds,
}


def our_seconds(fleet: Fleet, targets: list[Target], runs: int) -> float:
    with fleet.service() as service:
        for _ in range(runs):
            start = time.perf_counter()
            calls = [service.begin("ssh/exec", podId=target.pod, command="true") for target in targets]
            assert all(call.result()["exitCode"] == 0 for call in calls)
            seconds = time.perf_counter() - start
    return seconds


def rows() -> Iterator[Row]:
    with Fleet(PODS) as fleet:
        targets = fleet.targets()
        for title, runs, aim in (
            (f"`true` on {PODS} pods, cold", 1, of_best_peer(1.6)),
            (f"`true` on {PODS} pods, warm", 2, of_best_peer(1.0)),
        ):
            subjects = [
                Subject(name, partial(measure, fleet, targets, runs))
                for name, measure in {OURS: our_seconds, **PEERS}.items()
            ]
            yield Row(title, SECONDS, subjects, aims=[aim])
