"""Releases of the runner: the files beside this package, packed as the real archive is."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from functools import cache
from pathlib import Path

from .real_archive import add_file, lay_over, real_archive
from .settings import Settings

FILES = Path(__file__).resolve().parents[1] / "runner"
SYMLINKS = {
    "externals/node20/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js",
    "externals/node24/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js",
}
LIBRARIES = (
    "bin/libcoreclr.so",
    "bin/libSystem.Security.Cryptography.Native.OpenSsl.so",
    "bin/libSystem.IO.Compression.Native.so",
)
"""Looked at by config.sh; any library of the machine will do."""


class RunnerArchive:
    """Archives by version. They lead the runner to this sandbox, whatever GitHub it is configured for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.service_url = ""

    def name(self, version: str, platform: str = "linux-x64") -> str:
        """The file's name."""
        return f"actions-runner-{platform}-{version}.tar.gz"

    def whole(self, version: str) -> bytes:
        """The archive as it should be."""
        return _pack(version, self.service_url)

    def served(self, version: str) -> bytes:
        """The archive as the settings have it."""
        data = self.whole(version)
        match self.settings.release_archive:
            case "truncated":
                return data[: len(data) // 2]
            case "corrupt":
                return data[:100] + bytes(byte ^ 0xFF for byte in data[100:120]) + data[120:]
        return data

    def sha256(self, version: str) -> str:
        """Of the archive as it should be."""
        return hashlib.sha256(self.whole(version)).hexdigest()


@cache
def _pack(version: str, service_url: str) -> bytes:
    buffer = io.BytesIO()
    # No times and no owners, so that the checksum is the content's.
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        files = _files(version, service_url)
        real = real_archive()
        if real:
            lay_over(real, files, tar)
        else:
            _write(files, tar)
    return buffer.getvalue()


def _write(files: dict[str, tuple[bytes, int]], tar: tarfile.TarFile) -> None:
    folders = {str(parent) for name in (*SYMLINKS, *files) for parent in Path(name).parents}
    for name in sorted(folders - {"."}):
        info = tarfile.TarInfo(f"./{name}")
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(info)
    for name, (data, mode) in sorted(files.items()):
        add_file(tar, f"./{name}", data, mode)
    for name, target in sorted(SYMLINKS.items()):
        info = tarfile.TarInfo(f"./{name}")
        info.type, info.linkname = tarfile.SYMTYPE, target
        tar.addfile(info)


def _files(version: str, service_url: str) -> dict[str, tuple[bytes, int]]:
    """Content and mode of each by its path."""
    files = {
        str(path.relative_to(FILES)): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in FILES.rglob("*")
        if path.is_file()
    }
    library = next(path for path in Path("/usr").glob("lib*/**/libdl.so.2"))
    files |= {name: (library.read_bytes(), 0o755) for name in LIBRARIES}
    files["bin/service-url"] = service_url.encode(), 0o644
    files["bin/runner-version"] = version.encode(), 0o644
    return files
