"""One command after another on a pod that is connected: as soon as the last has ended, and half a second later."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from harness.caller import call
from harness.fleet import Fleet, Target
from harness.row import MILLISECONDS, OURS, Row, Subject, of
from harness.runs import Runs
from harness.servers import servers

CONTROL_MASTER = "ssh, ControlMaster"


def our_milliseconds(fleet: Fleet, target: Target, runs: Runs) -> float:
    params = {"podId": target.pod, "command": "true"}
    if not runs.pause:
        ours = next(server for server in servers() if server.name == OURS)
        seen = call(ours, method="ssh/exec", params=params, requests=runs.count, environment=fleet.environment)
        return 1e3 / seen.per_second
    with fleet.service() as service:
        return _milliseconds(runs, lambda: service.call("ssh/exec", **params))


def ssh_milliseconds(fleet: Fleet, target: Target, runs: Runs) -> float:
    with tempfile.TemporaryDirectory() as folder:
        config = fleet.config([target], Path(folder))
        command = ["ssh", "-F", str(config), target.pod, "true"]

        def run() -> None:
            # Nothing of Python's own between the two processes.
            _, status = os.waitpid(os.posix_spawn("/usr/bin/ssh", command, os.environ), 0)
            assert status == 0

        milliseconds = _milliseconds(runs, run)
        subprocess.run(["ssh", "-F", config, "-O", "exit", target.pod], check=False, capture_output=True)
    return milliseconds


def asyncssh_milliseconds(fleet: Fleet, target: Target, runs: Runs) -> float:
    async def connect() -> asyncssh.SSHClientConnection:
        options = {"username": target.user, "client_keys": [fleet.key], "known_hosts": None, "config": None}
        return await asyncssh.connect(target.host, target.port, **options)

    with asyncio.Runner() as runner:
        connection = runner.run(connect())
        milliseconds = _milliseconds(runs, lambda: runner.run(connection.run("true", check=True)))
        connection.close()
        runner.run(connection.wait_closed())
    return milliseconds


def _milliseconds(runs: Runs, run: Callable[[], Any]) -> float:
    """What one takes; the first is not counted."""
    seconds = 0.0
    for index in runs:
        start = time.perf_counter()
        run()
        if index:
            seconds += time.perf_counter() - start
    return seconds / (runs.count - 1) * 1e3


def rows() -> Iterator[Row]:
    with Fleet(1) as fleet:
        (target,) = fleet.targets()
        for title, runs in (
            ("`ssh/exec true`, warm", Runs(21)),
            ("`ssh/exec true`, half a second after the last", Runs(5, 0.5)),
        ):
            subjects = [
                Subject(name, partial(measure, fleet, target, runs))
                for name, measure in {
                    OURS: our_milliseconds,
                    CONTROL_MASTER: ssh_milliseconds,
                    "asyncssh": asyncssh_milliseconds,
                }.items()
            ]
            yield Row(title, MILLISECONDS, subjects, aims=[of(CONTROL_MASTER, 0.5)])
