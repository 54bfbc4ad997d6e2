"""The same command on many pods at once, with and without connections from before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from harness.fleet import Fleet, Target
from harness.row import OURS, SECONDS, Row, Subject, of_best_peer
from harness.runs import Runs
from peers.ssh_many import asyncssh_seconds, parallel_ssh_seconds, pdsh_seconds, ssh_seconds

PODS = 50

COLD = (
    "Both cores are busy all the time. Each pod has a process of the system's ssh, a good third of whose CPU is its start; "
    "asyncssh shakes hands with all of them in one process. It would take an SSH client of our own."
)
PEERS = {
    "asyncssh": asyncssh_seconds,
    "parallel-ssh": parallel_ssh_seconds,
    "pdsh": pdsh_seconds,
    f"{PODS} × ssh": ssh_seconds,
}


def our_seconds(fleet: Fleet, targets: list[Target], runs: Runs) -> float:
    with fleet.service() as service:
        for _ in runs:
            start = time.perf_counter()
            result = service.call("ssh/execMany", podIds=[target.pod for target in targets], command="true")
            assert all(outcome["result"]["exitCode"] == 0 for outcome in result["outcomes"])
            seconds = time.perf_counter() - start
    return seconds


def rows() -> Iterator[Row]:
    with Fleet(PODS) as fleet:
        targets = fleet.targets()
        for title, runs, aim, obstacle in (
            (f"`true` on {PODS} pods, cold", Runs(), of_best_peer(1.6), COLD),
            (f"`true` on {PODS} pods, a second later", Runs(2, 1), of_best_peer(1.0), ""),
            (f"`true` on {PODS} pods, at once again", Runs(2), of_best_peer(1.0), ""),
        ):
            subjects = [
                Subject(name, partial(measure, fleet, targets, runs))
                for name, measure in {OURS: our_seconds, **PEERS}.items()
            ]
            yield Row(title, SECONDS, subjects, aims=[aim], obstacle=obstacle)
