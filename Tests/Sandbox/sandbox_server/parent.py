"""Ending with the process that started us."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Has the kernel send SIGTERM when the parent, a process number, is gone. Safe between fork and exec.

    An exec that gains privileges, as entering a user namespace does, undoes it.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
