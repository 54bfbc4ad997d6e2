"""What this user may do for pods."""

from __future__ import annotations

import os
import subprocess
import sys

MAPPED = ["unshare", "--user", "--map-root-user", "--map-auto"]
"""An ordinary user as root of its own, with the other users that /etc/subuid gives it."""
ROOT = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--ro-bind", "/", "/", "--proc", "/proc"]
SINGLE = [*ROOT, "--unshare-user"]


def _fault(command: list[str]) -> str | None:
    """What keeps a command from working here; None when it works."""
    try:
        trial = subprocess.run([*command, "true"], capture_output=True, check=False, text=True)
    except FileNotFoundError as error:
        return str(error)
    return None if trial.returncode == 0 else trial.stderr.strip()


def seek_root(command: list[str]) -> None:
    """Begins anew as root of a user namespace with other users in it, if that is needed and possible."""
    if os.geteuid() != 0 and _fault(MAPPED) is None:
        os.execvp(MAPPED[0], [*MAPPED, *command])


class Privileges:
    """Whether pods have a root and other users, or one user that is called root."""

    def __init__(self) -> None:
        self.is_full = os.geteuid() == 0
        self.root_id = os.geteuid()
        if fault := _fault(ROOT if self.is_full else SINGLE):
            need = "a root that may make namespaces" if self.is_full else "root or user namespaces"
            print(f"sandbox: pods are containers and need {need}; here: {fault}", file=sys.stderr)
            sys.exit(69)
        if not self.is_full:
            print(
                "sandbox: not root, so each pod has a single user, which is called root but has your number: useradd, "
                "chown and setpriv fail there. With the package uidmap and a line for you in /etc/subuid it would be "
                "complete.",
                file=sys.stderr,
            )
