"""Root file systems of Debian, made once and kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
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
class Tree(ABC):
    """A file system."""

    name: str

    @abstractmethod
    def build(self, folder: Path) -> None:
        """Fills a folder; skips the test when the distribution cannot be reached."""

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
                self.build(half)
                half.rename(path)
        return path


@dataclass(frozen=True)
class Debian(Tree):
    """What Debian's smallest one has, and some packages."""

    suite: str
    packages: tuple[str, ...] = ()

    def build(self, folder: Path) -> None:
        packages = [f"--include={','.join(self.packages)}"] if self.packages else []
        run("debootstrap", "--variant=minbase", *packages, self.suite, str(folder))


@dataclass(frozen=True)
class Musl(Tree):
    """What Alpine consists of: busybox, and musl as the C library."""

    def build(self, folder: Path) -> None:
        for place in ("bin", "dev", "etc", "opt", "proc", "root", "run", "srv", "sys", "tmp", "usr", "var"):
            (folder / place).mkdir(parents=True)
        with tempfile.TemporaryDirectory() as packages:
            run("apt-get", "download", "musl", "busybox-static", folder=packages)
            for package in Path(packages).glob("*.deb"):
                run("dpkg-deb", "--extract", str(package), str(folder))
        run("chroot", str(folder), "/bin/busybox", "--install", "-s", "/bin")
        # musl's loader lists libraries when it is called by this name.
        (folder / "bin/ldd").unlink(missing_ok=True)
        loader, = (folder / "lib").glob("ld-musl-*")
        (folder / "bin/ldd").symlink_to(f"/lib/{loader.name}")
        (folder / "etc/os-release").write_text('ID=alpine\nPRETTY_NAME="Alpine Linux"\n')
        (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")


def run(*command: str, folder: str | None = None) -> None:
    """Runs a command that needs the distribution's server."""
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"{command[0]}: {(made.stdout + made.stderr).strip().splitlines()[-1:]}")


# No curl, no wget, no jq, no sudo, no ps, no Python, no libicu.
BARE = Debian("bare", "bookworm")
BARE_ONES = (Debian("bare-bullseye", "bullseye"), BARE, Debian("bare-trixie", "trixie"))
WHOLE = ("systemd", "systemd-sysv", "dbus", "curl", "wget", "ca-certificates", "libicu72", "sudo")
SYSTEMD = Debian("whole", "bookworm", WHOLE)
MUSL = Musl("musl")
