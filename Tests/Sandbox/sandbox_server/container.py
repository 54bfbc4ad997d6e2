"""A container: bubblewrap with process, host name and file space of its own, on the machine's network."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

CAPABILITIES = (
    "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP"
).split()
"""What container engines leave to root; SYS_PTRACE is given besides, unless the image is to be without it."""


class Container:
    """Lives until its first process ends, or this process does: PID 1 reads its orders from us, and its end with them."""

    def __init__(
        self,
        hostname: str,
        mounts: list[str],
        environment: dict[str, str],
        log: Path,
        on_exit: Callable[[], None],
        full: bool,
        can_trace: bool,
    ) -> None:
        command = ["bwrap", "--die-with-parent", "--as-pid-1", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        if full:
            command += ["--cap-drop", "ALL"]
            for capability in [*CAPABILITIES, *(["SYS_PTRACE"] if can_trace else [])]:
                command += ["--cap-add", f"CAP_{capability}"]
        else:
            command += ["--unshare-user"]
        command += ["--hostname", hostname, *mounts, "--ro-bind", "/sys", "/sys", "--proc", "/proc", "--dev", "/dev"]
        command += ["--perms", "1777", "--tmpfs", "/dev/shm", "--chdir", "/", "/start.sh"]
        with log.open("ab") as output:
            # From the main thread: a child that dies with its parent dies with the parent's thread.
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment, start_new_session=True
            )
        self._on_exit = on_exit
        self._pidfd = os.pidfd_open(self.process.pid)
        self.ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._pidfd, self._reap)

    def order(self, word: str) -> None:
        """Tells PID 1 to do something; see start.sh."""
        if self.ended.is_set():
            return
        try:
            self.process.stdin.write(word.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def kill(self) -> None:
        """Ends all of it at once; there is no exit callback then."""
        self._on_exit = lambda: None
        if not self.ended.is_set():
            self.process.kill()

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self.process.wait()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.ended.set()
        self._on_exit()
