"""What this user may do for pods."""

from __future__ import annotations

import os
import subprocess
import sys

MAPPED = ["unshare", "--user", "--map-root-user", "--map-auto"]
"""An ordinary user as root of its own, with the other users that /etc/subuid gives it."""
SINGLE = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def seek_root(command: list[str]) -> None:
    """Begins anew as root of a user namespace with other users in it, if that is needed and possible."""
    if os.geteuid() != 0 and _works(MAPPED):
        os.execvp(MAPPED[0], [*MAPPED, *command])


class Privileges:
    """Whether pods have a root and other users, or one user that is called root."""

    def __init__(self) -> None:
        self.is_full = os.geteuid() == 0
        self.root_id = os.geteuid()
        if self.is_full:
            return
        if not _works(SINGLE):
            print("sandbox: pods need root or user namespaces, and there is neither here", file=sys.stderr)
            sys.exit(69)
        print(
            "sandbox: not root, so each pod has a single user, which is called root but has your number: useradd, chown "
            "and setpriv fail there. With the package uidmap and a line for you in /etc/subuid it would be complete.",
            file=sys.stderr,
        )
