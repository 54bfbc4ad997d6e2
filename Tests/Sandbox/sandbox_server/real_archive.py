"""A real archive of GitHub's runner, given by RUNNER_ARCHIVE=FILE: its scripts run as they are, and its .NET programs, which speak to
GitHub alone, have ours in their place."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

PROGRAMS = ("bin/Runner.Listener", "bin/Runner.Worker")


def real_archive() -> Path | None:
    """The archive, if there is one."""
    path = os.environ.get("RUNNER_ARCHIVE")
    return Path(path) if path else None


def lay_over(archive: Path, ours: Mapping[str, tuple[bytes, int]], target: tarfile.TarFile) -> None:
    """Writes the real archive with our stand-ins for its programs, and with what those need; files of ours that the real one has
    stay out. `ours`: content and mode by the path in the archive."""
    with tarfile.open(archive) as source:
        members = {member.name.removeprefix("./").rstrip("/"): member for member in source}
        for name, member in members.items():
            if name in PROGRAMS or name in ("", "."):
                continue
            target.addfile(member, source.extractfile(member) if member.isreg() else None)
    for name, (data, mode) in ours.items():
        if name in PROGRAMS or name not in members:
            add_file(target, f"./{name}", data, mode)


def add_file(target: tarfile.TarFile, name: str, data: bytes, mode: int) -> None:
    """Writes one file, without times and owners."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), mode
    target.addfile(info, io.BytesIO(data))
