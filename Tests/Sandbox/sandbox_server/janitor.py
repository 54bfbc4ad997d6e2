"""A process of its own that removes a sandbox's files when it has ended, however it did."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

PREFIX = "runpod-sandbox-"
LOCK = "lock"


def make_folder() -> Path:
    """A temporary folder for all of a sandbox's files, watched until this process has ended.

    Folders of sandboxes whose janitor was killed as well are removed on the way.
    """
    parent = Path(tempfile.gettempdir())
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    end, ours = os.pipe()
    if os.fork() == 0:
        os.close(ours)
        _watch(end, folder)
    os.close(end)
    return folder


def _watch(end: int, folder: Path) -> None:
    """Waits for the sandbox's end, which closes the pipe; never returns."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.chdir("/")
        # Whoever reads the sandbox's output waits for its end, not for ours.
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.read(end, 1)
        # The containers end with their parent; until they have, they may still make files.
        deadline = time.monotonic() + 120
        while folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.02)
    finally:
        os._exit(0)


def _is_abandoned(folder: Path) -> bool:
    """Whether nobody holds its lock. A new one may not have it yet."""
    with contextlib.suppress(OSError):
        if time.time() - folder.stat().st_mtime < 60:
            return False
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        finally:
            os.close(lock)
    return False
