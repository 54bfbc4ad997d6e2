"""One command after another on a pod that is connected."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import asyncssh

from harness.caller import call
from harness.fleet import Fleet, Target
from harness.row import MILLISECONDS, OURS, Row, Subject, of
from harness.servers import servers

TIMES = 20
CONTROL_MASTER = "ssh, ControlMaster"
# Measured beside a client of the control socket that does nothing else.
OBSTACLE = (
    "Of ours, 2.4 ms are what a bare `true` takes through the same control socket: the master, sshd and the pod's shell. "
    "0.9 ms are two forks of that shell, for the watcher that ends the process group when we are gone; 0.2 ms the service, "
    "its threads and the answer. Without the watcher it would be 0.4 of ssh, and a command that was cut off would run on."
)


def our_milliseconds(fleet: Fleet, target: Target) -> float:
    ours = next(server for server in servers() if server.name == OURS)
    params = {"podId": target.pod, "command": "true"}
    seen = call(ours, method="ssh/exec", params=params, requests=TIMES, environment=fleet.environment)
    return 1e3 / seen.per_second


def ssh_milliseconds(fleet: Fleet, target: Target) -> float:
    with tempfile.TemporaryDirectory() as folder:
        config = fleet.config([target], Path(folder))
        command = ["ssh", "-F", str(config), target.pod, "true"]

        def run() -> None:
            # Nothing of Python's own between the two processes.
            _, status = os.waitpid(os.posix_spawn("/usr/bin/ssh", command, os.environ), 0)
            assert status == 0

        run()
        start = time.perf_counter()
        for _ in range(TIMES):
            run()
        seconds = time.perf_counter() - start
        subprocess.run(["ssh", "-F", config, "-O", "exit", target.pod], check=False, capture_output=True)
    return seconds / TIMES * 1e3


def asyncssh_milliseconds(fleet: Fleet, target: Target) -> float:
    async def run() -> float:
        options = {"username": target.user, "client_keys": [fleet.key], "known_hosts": None, "config": None}
        async with asyncssh.connect(target.host, target.port, **options) as connection:
            await connection.run("true", check=True)
            start = time.perf_counter()
            for _ in range(TIMES):
                await connection.run("true", check=True)
            return (time.perf_counter() - start) / TIMES * 1e3

    return asyncio.run(run())


def rows() -> Iterator[Row]:
    with Fleet(1) as fleet:
        (target,) = fleet.targets()
        subjects = [
            Subject(name, partial(measure, fleet, target))
            for name, measure in {
                OURS: our_milliseconds,
                CONTROL_MASTER: ssh_milliseconds,
                "asyncssh": asyncssh_milliseconds,
            }.items()
        ]
        yield Row("`ssh/exec true`, warm", MILLISECONDS, subjects, aims=[of(CONTROL_MASTER, 0.5)], obstacle=OBSTACLE)
