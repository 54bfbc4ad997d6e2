"""Root file systems of Debian, made once and kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

KEPT = Path(__file__).parents[3] / ".build" / "pods"


def need_pods() -> None:
    """Skips the test where pods cannot be made."""
    if os.geteuid() != 0:
        pytest.skip("pods of their own need root")
    for tool in ("debootstrap", "systemd-nspawn", "nsenter"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


@dataclass(frozen=True)
class Tree:
    """A file system: what Debian's smallest one has, and some packages."""

    name: str
    suite: str
    packages: tuple[str, ...] = ()

    def make(self) -> Path:
        """Its directory. Nothing may change it: pods run on a layer of their own."""
        need_pods()
        path = KEPT / self.name
        KEPT.mkdir(parents=True, exist_ok=True)
        with (KEPT / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                half = KEPT / f"{self.name}.half"
                shutil.rmtree(half, ignore_errors=True)
                command = ["debootstrap", "--variant=minbase", f"--include={','.join(self.packages)}", self.suite, half]
                made = subprocess.run(command, capture_output=True, text=True, check=False)
                if made.returncode != 0:
                    pytest.skip(f"debootstrap: {made.stdout.strip().splitlines()[-1:]}")
                half.rename(path)
        return path


# No curl, no wget, no jq, no sudo, no ps, no Python, no libicu.
BARE = Tree("bare", "bookworm")
SYSTEMD = Tree("systemd", "bookworm", ("systemd", "systemd-sysv", "dbus", "curl", "wget", "ca-certificates", "libicu72"))
