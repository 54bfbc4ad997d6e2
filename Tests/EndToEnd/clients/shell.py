"""The commands of `clients/shell`, as a person runs them."""

from __future__ import annotations

import errno
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from witness import Witness

SHELL = Path(__file__).resolve().parents[3] / "clients" / "shell"
BEHAVIOURS = {"as it is": "", "as 4.2": str(Path(__file__).with_name("bash_4_2.sh"))}
"""Values of BASH_ENV: the bash that is there, and what the oldest that is promised did otherwise."""


def run(
    command: str, *arguments: str, env: Mapping[str, str], stdin: str = "", seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """One command to its end, without a terminal."""
    ended = subprocess.run(
        [str(SHELL / command), *arguments],
        env=dict(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    Witness.show("command", ended.stdout + ended.stderr)
    return ended


class Terminal:
    """A command in a terminal of its own; use as a context manager."""

    def __init__(self, *argv: str, env: Mapping[str, str]) -> None:
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], argv, {**env, "TERM": "xterm"})
        self.text = ""
        self.status: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        Witness.show("terminal", self.text)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)

    def type(self, text: str) -> None:
        """Presses keys; `\\x03` is Ctrl-C."""
        os.write(self.descriptor, text.encode())

    def read_until(self, words: str, seconds: float = 60) -> None:
        """Returns when the terminal has shown these words."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            assert self._read(deadline), f"it ended without {words!r}: {self.text!r}"

    def end(self, seconds: float = 60) -> int:
        """Its exit code when it has ended: 128 + n after signal n, as a shell tells it."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status if self.status >= 0 else 128 - self.status

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"nothing more in time after {self.text!r}"
        try:
            data = os.read(self.descriptor, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


def is_alive(pid: int) -> bool:
    """Whether there is such a process; one that only waits to be reaped is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int, seconds: float = 30) -> None:
    """Returns when a process has ended."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < deadline, f"{pid} is still there"
        time.sleep(0.02)
