"""`true` on many pods at once, as other programs do it; each returns the seconds that the last of the runs took."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import asyncssh
from pssh.clients import ParallelSSHClient
from pssh.config import HostConfig

from harness.fleet import Fleet, Target
from harness.runs import Runs


def asyncssh_seconds(fleet: Fleet, targets: list[Target], runs: Runs) -> float:
    async def connect(target: Target) -> asyncssh.SSHClientConnection:
        return await asyncssh.connect(
            target.host, target.port, username=target.user, client_keys=[fleet.key], known_hosts=None, config=None
        )

    async def run() -> float:
        connections: dict[str, asyncssh.SSHClientConnection] = {}

        async def once(target: Target) -> None:
            if target.pod not in connections:
                connections[target.pod] = await connect(target)
            await connections[target.pod].run("true", check=True)

        async def all_of_them() -> None:
            await asyncio.gather(*map(once, targets))

        for _ in runs:
            start = time.perf_counter()
            await all_of_them()
            seconds = time.perf_counter() - start
        for connection in connections.values():
            connection.close()
        await asyncio.gather(*(connection.wait_closed() for connection in connections.values()))
        return seconds

    return asyncio.run(run())


def parallel_ssh_seconds(fleet: Fleet, targets: list[Target], runs: Runs) -> float:
    client = ParallelSSHClient(
        [target.host for target in targets],
        host_config=[HostConfig(port=target.port, user=target.user) for target in targets],
        pkey=fleet.key,
        pool_size=len(targets),
        allow_agent=False,
    )
    for _ in runs:
        start = time.perf_counter()
        output = client.run_command("true")
        client.join(output)
        assert all(host.exit_code == 0 for host in output)
        seconds = time.perf_counter() - start
    del client
    return seconds


def _with_config(fleet: Fleet, targets: list[Target], runs: Runs, run: Callable[[Path], None]) -> float:
    """The last of several runs with a configuration that shares connections, or of one with one that does not."""
    with tempfile.TemporaryDirectory() as folder:
        config = fleet.config(targets, Path(folder) if runs.count > 1 else None)
        for _ in runs:
            start = time.perf_counter()
            run(config)
            seconds = time.perf_counter() - start
        if runs.count > 1:
            for target in targets:
                subprocess.run(["ssh", "-F", config, "-O", "exit", target.pod], check=False, capture_output=True)
    return seconds


def ssh_seconds(fleet: Fleet, targets: list[Target], runs: Runs) -> float:
    def run(config: Path) -> None:
        commands = [
            subprocess.Popen(["ssh", "-F", str(config), target.pod, "true"], stdin=subprocess.DEVNULL)
            for target in targets
        ]
        assert all(command.wait() == 0 for command in commands)

    return _with_config(fleet, targets, runs, run)


def pdsh_seconds(fleet: Fleet, targets: list[Target], runs: Runs) -> float:
    pods = ",".join(target.pod for target in targets)
    command = ["pdsh", "-S", "-R", "ssh", "-f", str(len(targets)), "-w", pods, "true"]

    def run(config: Path) -> None:
        subprocess.run(command, env={**os.environ, "PDSH_SSH_ARGS": f"-F {config} %h"}, check=True)

    return _with_config(fleet, targets, runs, run)
