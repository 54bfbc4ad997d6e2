"""The service is killed at every write and every call of a creation and a wait, and all of its state is removed: the pod
ends on time by nothing but the process on it, or by nothing but `runpod-rpc reap` on another machine.

The points are listed by the process itself. RUNPOD_RPC_MATRIX=full tries all of them, otherwise a few are drawn by
RUNPOD_RPC_SEED, which a failure names. The sandbox ignores RunPod's own timers."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

from conftest import places
from methods.matrix import FULL, QUICK, SEED
from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service

LIFETIME = 3600
SHORT = 45
"""Seconds in which all trials of the process on the pod have begun."""
FEW = 6


def live(executable: str, face: Face, sandbox: Sandbox, home: Path, lifetime: float, **death: str) -> None:
    """A service that rents a pod and waits for it, until it is done or dead."""
    environment = {**places(home), **sandbox.environment, **face.environment, **death}
    with Service(executable, environment) as service:
        try:
            pod = face.rent(service, name=home.name, maxLifetimeSeconds=lifetime)
            service.call("pods/wait", podId=pod["id"])
        except (CallFailed, BrokenPipeError):
            pass
        if service.process.poll() is None:
            service.process.kill()
        service.process.wait()


def points(mortal: str, face: Face, sandbox: Sandbox, folder: Path) -> list[str]:
    """What a process does that nothing kills, a line each."""
    log = folder / "points"
    live(mortal, face, sandbox, folder / "whole", LIFETIME, DIE_LOG=str(log))
    lines = log.read_text().splitlines()
    assert len(lines) > 10, lines
    return lines


def chosen(lines: list[str], name: str) -> list[int]:
    """The points to die at."""
    every = list(range(1, len(lines) + 1))
    return every if FULL else sorted(random.Random(f"{SEED} {name}").sample(every, FEW))


def running(sandbox: Sandbox) -> dict[str, dict[str, object]]:
    """The pods that run and whose service was killed, by id."""
    pods = sandbox.admin("GET", "/state")["pods"]
    return {pod["id"]: pod for pod in pods if pod["status"] == "RUNNING" and pod["name"].startswith("death-")}


def test_reap_alone_ends_the_pod_whenever_the_service_died(
    product: str, mortal_server: str, face: Face, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.admin("POST", "/settings", QUICK)
    lines = points(mortal_server, face, sandbox, tmp_path)
    for point in chosen(lines, face.name):
        home = tmp_path / f"death-{point}"
        live(mortal_server, face, sandbox, home, LIFETIME, DIE_AT=str(point))
        shutil.rmtree(home)
    left = running(sandbox)
    assert left
    elsewhere = {**places(tmp_path / "elsewhere"), **sandbox.environment, **face.environment}
    early = subprocess.run([product, "reap"], env=elsewhere, capture_output=True, timeout=120)
    assert (early.returncode, running(sandbox).keys()) == (0, left.keys()), (SEED, early.stderr)
    # The processes on the pods go by their own clock, which stands still.
    sandbox.admin("POST", "/clock", {"advance": LIFETIME + 60})
    done = subprocess.run([product, "reap"], env=elsewhere, capture_output=True, timeout=300)
    assert (done.returncode, running(sandbox)) == (0, {}), (SEED, lines, done.stderr)


def has_enforcer(sandbox: Sandbox, port: int) -> bool:
    """Whether the process runs on the pod with this SSH port."""
    command = [
        *("ssh", "-i", sandbox.environment["SSH_KEY_PATH"], "-p", str(port), "-o", "StrictHostKeyChecking=no"),
        *("-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "root@127.0.0.1"),
        "kill -0 $(cat /run/runpod-rpc/pid)",
    ]
    return subprocess.run(command, capture_output=True, timeout=30).returncode == 0


def test_the_process_on_the_pod_alone_ends_it_whenever_the_service_died(
    mortal_server: str, face: Face, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.admin("POST", "/settings", QUICK)
    lines = points(mortal_server, face, sandbox, tmp_path)
    # From the last calls on it may be there; where it is not yet, reap is left, as above.
    last = list(range(len(lines) * 2 // 3, len(lines) + 2))
    begun = time.monotonic()
    for point in last if FULL else last[-FEW:]:
        home = tmp_path / f"death-{point}"
        live(mortal_server, face, sandbox, home, SHORT, DIE_AT=str(point))
        shutil.rmtree(home)
    kept = {id for id, pod in running(sandbox).items() if has_enforcer(sandbox, pod["port"])}
    assert kept, (SEED, lines)
    while still := kept & running(sandbox).keys():
        assert time.monotonic() < begun + 4 * SHORT, (SEED, still)
        time.sleep(0.3)
