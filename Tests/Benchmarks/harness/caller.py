"""Runs the measuring client (caller.c) against one server."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.paths import TOOLS
from harness.servers import Server


@dataclass(frozen=True)
class Call:
    """What the client saw, in seconds and bytes; `cpu` is the server's for one request."""

    start: float
    per_second: float
    rss: int
    pss: int
    cpu: float


def plain_environment(home: str) -> dict[str, str]:
    """Nothing but a PATH and places for files."""
    return {"PATH": os.environ["PATH"], "HOME": home, "XDG_STATE_HOME": home, "XDG_RUNTIME_DIR": home}


def call(
    server: Server,
    *,
    requests: int | None = None,
    seconds: float | None = None,
    in_flight: int = 1,
    size: int | None = None,
    method: str | None = None,
    params: Any = None,
    environment: Mapping[str, str] | None = None,
    pinned: bool = False,
) -> Call:
    """Starts the server, initializes it and asks `requests` times or for `seconds`.

    Without an `environment` of its own the server runs in one where nothing is set and nothing can be left. `size` is a message's length in bytes; the method is by default one that no server has. `pinned` puts client and
    server on one CPU, without which a wire row shows how long this machine takes to wake another CPU, and little else.
    """
    text = None if params is None else json.dumps(params)
    flags = {"-n": requests, "-s": seconds, "-f": in_flight, "-b": size, "-m": method, "-p": text}
    command = ["taskset", "-c", "0"] if pinned else []
    command.append(str(TOOLS / "caller"))
    for flag, value in flags.items():
        if value is not None:
            command += [flag, str(value)]
    if environment:
        command.append("-e")
    with tempfile.TemporaryDirectory() as home:
        result = subprocess.run(
            [*command, "--", *server.command],
            env=environment or plain_environment(home),
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode != 0:
        raise RuntimeError(f"{server.name}: {result.stderr.strip()}")
    figures = json.loads(result.stdout)
    return Call(
        start=figures["startNanoseconds"] / 1e9,
        per_second=figures["requests"] / figures["nanoseconds"] * 1e9,
        rss=figures["rss"],
        pss=figures["pss"],
        cpu=figures["cpuNanoseconds"] / 1e9,
    )
