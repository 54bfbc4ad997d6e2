"""Runner releases: the archive made from `runner/`, and what GitHub says of it."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

from .settings import Settings

SOURCE = Path(__file__).parents[1] / "runner"


class Releases:
    """One archive a version, with the sandbox's GitHub written into it."""

    def __init__(self, settings: Settings, github_url: str) -> None:
        self.settings = settings
        self.github_url = github_url
        self._archives: dict[str, bytes] = {}

    def archive(self, version: str) -> bytes:
        """The archive: entries below `./`, a symbolic link among them, no top folder."""
        if version not in self._archives:
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
                for path in sorted(SOURCE.rglob("*")):
                    archive.add(path, f"./{path.relative_to(SOURCE)}", recursive=False)
                link = tarfile.TarInfo("./externals/node20_link")
                link.type, link.linkname = tarfile.SYMTYPE, "node20"
                archive.addfile(link)
                for name, text in (("bin/.api", self.github_url), ("bin/.version", version)):
                    entry = tarfile.TarInfo(f"./{name}")
                    entry.size = len(text)
                    archive.addfile(entry, io.BytesIO(text.encode()))
            self._archives[version] = buffer.getvalue()
        return self._archives[version]

    def sha256(self, version: str) -> str:
        """Of the archive; another one when tests wish so."""
        digest = hashlib.sha256(self.archive(version)).hexdigest()
        return digest[::-1] if self.settings.releaseDigest == "wrong" else digest

    def describe(self, version: str) -> dict[str, Any]:
        """A release as GitHub's API tells it."""
        digest = None if self.settings.releaseDigest == "absent" else f"sha256:{self.sha256(version)}"
        assets, notes = [], "## SHA-256 Checksums\n"
        for number, platform in enumerate(("osx-x64", "linux-x64", "linux-arm64")):
            name = f"actions-runner-{platform}-{version}.tar.gz"
            assets.append(
                {
                    "id": number + 1,
                    "name": name,
                    "size": len(self.archive(version)),
                    "content_type": "application/x-gzip",
                    "state": "uploaded",
                    "digest": digest,
                    "browser_download_url": f"{self.github_url}/actions/runner/releases/download/v{version}/{name}",
                }
            )
            sha = self.sha256(version) if platform.startswith("linux") else "0" * 64
            notes += f"- {name} <!-- BEGIN SHA {platform} -->{sha}<!-- END SHA {platform} -->\n"
        return {
            "tag_name": f"v{version}",
            "name": f"v{version}",
            "body": notes,
            "published_at": "2026-10-07T12:00:00Z",
            "assets": assets,
        }
