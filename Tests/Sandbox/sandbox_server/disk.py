"""The files of a container: everything writable is its own, programs and libraries are the machine's, read-only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .privileges import Privileges

IMAGE = Path(__file__).resolve().parents[1] / "image"
COPIED = (
    "adduser.conf bash.bashrc debian_version default/useradd environment gai.conf host.conf inputrc ld.so.cache "
    "ld.so.conf ld.so.conf.d localtime login.defs os-release profile protocols resolv.conf services shells skel"
).split()
SHARED = "alternatives ca-certificates.conf java pam.d perl python3 security ssl terminfo".split()
MERGED = "bin sbin lib lib32 lib64 libx32".split()


class Disk:
    """What the image of every pod consists of; made once, copied for each."""

    def __init__(self, folder: Path, privileges: Privileges) -> None:

        self.template = folder
        self.root_id = privileges.root_id
        self.is_full = privileges.is_full
        for (
            name
        ) in "dev home mnt opt proc root run/sshd srv sys tmp usr var/cache var/lib var/log var/mail var/tmp".split():
            (folder / name).mkdir(parents=True)
        (folder / "var/run").symlink_to("/run")
        for name in ("tmp", "var/tmp"):
            (folder / name).chmod(0o1777)
        (folder / "root").chmod(0o700)
        self._programs()
        self._etc()

    def _programs(self) -> None:
        for name in MERGED:
            place = Path("/", name)
            if place.is_symlink():
                (self.template / name).symlink_to(os.readlink(place))
            elif place.is_dir():
                (self.template / name).mkdir()

    def _etc(self) -> None:
        etc = self.template / "etc"
        for name in ("ssh", "systemd/system", "default", *(name for name in SHARED if Path("/etc", name).is_dir())):
            (etc / name).mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            source = Path("/etc", name)
            if source.is_dir():
                shutil.copytree(source, etc / name)
            elif source.exists():
                shutil.copyfile(source, etc / name)
        (etc / "mtab").symlink_to("../proc/self/mounts")
        (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")
        root = self.root_id
        users = [f"root:x:{root}:{root}:root:/root:/bin/bash"]
        groups = [f"root:x:{root}:"]
        if self.is_full:
            users += [
                "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
                "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin",
                "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
            ]
            groups += ["daemon:x:1:", "tty:x:5:", "mail:x:8:", "sudo:x:27:", "video:x:44:", "nogroup:x:65534:"]
        names = [line.split(":")[0] for line in users]
        self._lines(etc / "passwd", users)
        self._lines(etc / "group", groups)
        self._lines(etc / "shadow", [f"{name}:*:20000:0:99999:7:::" for name in names], 0o640)
        self._lines(etc / "gshadow", [f"{line.split(':')[0]}:*::" for line in groups], 0o640)
        for name in ("subuid", "subgid"):
            (etc / name).touch()
        shutil.copyfile(IMAGE / "bashrc", self.template / "root/.bashrc")

    @staticmethod
    def _lines(path: Path, lines: list[str], mode: int = 0o644) -> None:
        path.write_text("".join(f"{line}\n" for line in lines))
        path.chmod(mode)

    def make(self, folder: Path, files: dict[str, str]) -> list[str]:
        """A container's files below `folder`, made unless they are there; the options that mount them.

        `files` are contents by path; those below /usr/local/bin are programs.
        """
        root, local = folder / "root", folder / "local"
        if not folder.exists():
            shutil.copytree(self.template, root, symlinks=True)
            shutil.copytree(IMAGE / "local", local)
            for name in ("bin", "etc", "games", "include", "lib", "share", "src"):
                (local / name).mkdir()
            for name, text in files.items():
                path = local / name.removeprefix("/usr/local/") if name.startswith("/usr/local/") else root / name[1:]
                path.write_text(text)
                if path.parent.name == "bin":
                    path.chmod(0o755)
        mounts = ["--bind", str(root), "/", "--ro-bind", "/usr", "/usr", "--bind", str(local), "/usr/local"]
        for name in MERGED:
            if Path("/", name).is_dir() and not Path("/", name).is_symlink():
                mounts += ["--ro-bind", f"/{name}", f"/{name}"]
        for name in SHARED:
            if Path("/etc", name).is_dir():
                mounts += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
        return [*mounts, "--ro-bind", str(IMAGE / "start.sh"), "/start.sh"]
