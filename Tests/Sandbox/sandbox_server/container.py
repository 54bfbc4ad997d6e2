"""A container: bubblewrap with process, host name and file space of its own, on the machine's network."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

CAPABILITIES = (
    "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE "
    "SETFCAP"
).split()
"""What container engines leave to root."""


@dataclass
class Recipe:
    """What a container is made of."""

    hostname: str
    mounts: list[str]
    environment: dict[str, str]
    is_full: bool
    """Whether there are other users than root."""
    can_trace: bool
    """Whether root may look into other users' processes."""
    exports: str
    """The argument of start.sh."""

    @property
    def command(self) -> list[str]:
        """For bubblewrap."""
        options = ["--die-with-parent", "--as-pid-1", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        if self.is_full:
            options += ["--cap-drop", "ALL"]
            for capability in [*CAPABILITIES, *(["SYS_PTRACE"] if self.can_trace else [])]:
                options += ["--cap-add", f"CAP_{capability}"]
        else:
            options += ["--unshare-user"]
        options += ["--hostname", self.hostname, *self.mounts, "--ro-bind", "/sys", "/sys", "--proc", "/proc"]
        options += ["--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", "--chdir", "/"]
        return ["bwrap", *options, "/start.sh", self.exports]


class Container:
    """Lives until its first process ends, or this process does: PID 1 reads its orders from us."""

    def __init__(self, recipe: Recipe, on_output: Callable[[bytes], None], on_exit: Callable[[], None]) -> None:
        # From the main thread: a child that dies with its parent dies with the parent's thread.
        self.process = subprocess.Popen(
            recipe.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=recipe.environment,
            start_new_session=True,
        )
        assert self.process.stdin and self.process.stdout
        self._orders, self._output = self.process.stdin, self.process.stdout
        self._on_output = on_output
        self._on_exit = on_exit
        self._pidfd = os.pidfd_open(self.process.pid)
        self.ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pidfd, self._reap)
        os.set_blocking(self._output.fileno(), False)
        loop.add_reader(self._output, self._read)

    def order(self, word: str) -> None:
        """Tells PID 1 to do something; see start.sh."""
        if self.ended.is_set():
            return
        try:
            self._orders.write(word.encode() + b"\n")
            self._orders.flush()
        except BrokenPipeError:
            pass

    def kill(self) -> None:
        """Ends all of it at once; there is no exit callback then."""
        self._on_exit = lambda: None
        if not self.ended.is_set():
            self.process.kill()

    def _read(self) -> None:
        data = self._output.read(65536)
        if data:
            self._on_output(data)
        elif data == b"":
            asyncio.get_running_loop().remove_reader(self._output)

    def _reap(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._pidfd)
        loop.remove_reader(self._output)
        self._read()
        os.close(self._pidfd)
        self.process.wait()
        self._output.close()
        try:
            self._orders.close()
        except BrokenPipeError:
            pass
        self.ended.set()
        self._on_exit()
