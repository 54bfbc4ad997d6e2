"""What this user may do for pods."""

from __future__ import annotations

import os
import subprocess
import sys


class Privileges:
    """Whether pods have a root and other users, or one user that is called root."""

    def __init__(self) -> None:
        self.is_full = os.geteuid() == 0
        self.root_id = 0 if self.is_full else os.geteuid()
        if not self.is_full:
            self._check()
            print(
                "sandbox: not root, so the pods have a single user, called root but with your number: "
                "no useradd, no chown, no other users",
                file=sys.stderr,
            )

    @staticmethod
    def _check() -> None:
        probe = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
        result = subprocess.run(probe, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            print(f"sandbox: pods need user namespaces, and here is none: {result.stderr.strip()}", file=sys.stderr)
            sys.exit(69)
