"""Files to a pod that is connected, and the same again when little has changed."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from harness.fleet import Fleet, Target
from harness.row import OURS, SECONDS, Row, Subject, of_best_peer

MEGABYTES = 256
FILES = 2000
# The name of the one file, removed after each round; the many stay.
LARGE = "large"

# Copies a folder of ours, with its name, into one of the pod's that is there for it.
Copy = Callable[[Path], None]


def make_big(folder: Path) -> None:
    (folder / LARGE).write_bytes(os.urandom(MEGABYTES << 20))


def make_small(folder: Path) -> None:
    for number in range(FILES):
        path = folder / str(number % 40) / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(4096))


def change_nothing(folder: Path) -> None: ...


def change_a_byte(folder: Path) -> None:
    with (folder / LARGE).open("r+b") as file:
        file.seek(MEGABYTES << 19)
        file.write(b"x")


BIG = (
    "Every byte passes the service between the file and the client that encrypts it, and a pipe to tar at the far end; the "
    "peers' clients write to the connection's process as well, and so the disk decides."
)
AGAIN = (
    "A shell at the far end starts find to list what is there; rsync's far end lists it itself. An rsync on the pod would be "
    "needed, and trust in it."
)
CHANGED = (
    "Both ends sum up all 64 blocks, with b2sum, and the far end makes a copy of what is there before it puts "
    "the one block in. It pays where the network is slower: at 100 Mbit/s the file takes 21 s, the one block 0.3. rsync "
    "sums up with a quicker function in one process."
)


@contextmanager
def ours(fleet: Fleet, target: Target) -> Iterator[Copy]:
    there = f"{os.urandom(4).hex()}/"
    with fleet.service() as service:
        service.call("ssh/exec", podId=target.pod, command=f"mkdir {there}")
        params = {"podId": target.pod, "direction": "upload", "destination": there, "resume": True}
        yield lambda source: service.call("ssh/copy", source=str(source), **params)
        service.call("ssh/exec", podId=target.pod, command=f"rm -f {there}tree/{LARGE}")


@contextmanager
def through_ssh(
    command: Callable[[Path, str, Path, str], list[str]], fleet: Fleet, target: Target
) -> Iterator[Copy]:
    there = f"{os.urandom(4).hex()}/"
    with tempfile.TemporaryDirectory() as folder:
        config = fleet.config([target], Path(folder))
        ssh = ["ssh", "-F", str(config), target.pod]
        subprocess.run([*ssh, "mkdir", there], check=True)
        yield lambda source: subprocess.run(
            command(config, target.pod, source, there), check=True, stdout=subprocess.DEVNULL
        )
        subprocess.run([*ssh, "rm", "-f", f"{there}tree/{LARGE}"], check=True)
        subprocess.run([*ssh, "-O", "exit"], check=False, capture_output=True)


def rsync(config: Path, pod: str, source: Path, there: str) -> list[str]:
    return ["rsync", "-a", "-e", f"ssh -F {config}", str(source), f"{pod}:{there}"]


def scp(config: Path, pod: str, source: Path, there: str) -> list[str]:
    return ["scp", "-q", "-p", "-r", "-F", str(config), str(source), f"{pod}:{there}"]


def sftp(config: Path, pod: str, source: Path, there: str) -> list[str]:
    put = shlex.quote(f"put -p -r {source} {there}")
    return ["sh", "-c", f"echo {put} | sftp -q -F {config} -b - {pod}"]


def seconds(
    connection: Callable[[], AbstractContextManager[Copy]],
    make: Callable[[Path], None],
    change: Callable[[Path], None] | None,
    kept: Path,
) -> float:
    """What the first copy of a folder takes, or with `change` the one after that. Many files stay, in `kept` and there: ext4 looks at
    every one that was removed in the last minute whenever one is made."""
    with connection() as copy:
        source = Path(tempfile.mkdtemp(dir=kept)) / "tree"
        source.mkdir()
        make(source)
        if change:
            copy(source)
            change(source)
        start = time.perf_counter()
        copy(source)
        took = time.perf_counter() - start
        (source / LARGE).unlink(missing_ok=True)
        return took


def rows() -> Iterator[Row]:
    with Fleet(1) as fleet, tempfile.TemporaryDirectory() as kept:
        (target,) = fleet.targets()
        connections = {OURS: ours, **{peer.__name__: partial(through_ssh, peer) for peer in (rsync, scp, sftp)}}
        for title, make, change, obstacle in (
            (f"`ssh/copy`, {MEGABYTES} MB", make_big, None, BIG),
            (f"`ssh/copy`, {FILES:,} files of 4 kB", make_small, None, ""),
            (f"`ssh/copy`, the same {FILES:,} files again", make_small, change_nothing, AGAIN),
            (f"`ssh/copy`, the same {MEGABYTES} MB again, a byte changed", make_big, change_a_byte, CHANGED),
        ):
            subjects = [
                Subject(name, partial(seconds, partial(connection, fleet, target), make, change, Path(kept)))
                for name, connection in connections.items()
            ]
            yield Row(title, SECONDS, subjects, aims=[of_best_peer(1.0)], obstacle=obstacle)
