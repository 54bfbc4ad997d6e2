"""Releases of the runner as GitHub shows them, and their download."""

from __future__ import annotations

import re
from typing import Any

from .http_server import Response
from .runner_archive import RunnerArchive
from .settings import Settings

PLATFORMS = ("win-x64", "win-arm64", "osx-x64", "osx-arm64", "linux-x64", "linux-arm64", "linux-arm")


class Releases:
    """`actions/runner`'s, with as much truth in their checksums as the settings ask for."""

    def __init__(self, settings: Settings, archive: RunnerArchive) -> None:
        self.settings = settings
        self.archive = archive

    def describe(self, base: str, version: str | None) -> Response:
        """A release; the newest when no version is given."""
        version = version or self.settings.release_version
        assets = [self._asset(base, version, platform, number) for number, platform in enumerate(PLATFORMS, 1)]
        lines = []
        for platform in PLATFORMS:
            hash = self._hash(version, platform, self.settings.release_notes)
            if hash:
                name = self.archive.name(version, platform)
                lines.append(f"- {name} <!-- BEGIN SHA {platform} -->{hash}<!-- END SHA {platform} -->")
        notes = "## What's Changed\n\n## SHA-256 Checksums\n\n" + "\n".join(lines)
        return Response(
            200,
            {
                "id": 1,
                "tag_name": f"v{version}",
                "name": f"v{version}",
                "draft": False,
                "prerelease": False,
                "published_at": "2026-10-07T14:33:29Z",
                "assets": assets,
                "body": notes,
            },
        )

    def _asset(self, base: str, version: str, platform: str, number: int) -> dict[str, Any]:
        name = self.archive.name(version, platform)
        hash = self._hash(version, platform, self.settings.release_digest)
        return {
            "id": number,
            "name": name,
            "content_type": "application/x-gzip",
            "state": "uploaded",
            "size": len(self.archive.whole(version)),
            "digest": f"sha256:{hash}" if hash else None,
            "browser_download_url": f"{base}/actions/runner/releases/download/v{version}/{name}",
        }

    def _hash(self, version: str, platform: str, truth: str) -> str | None:
        """As true as the settings want it. Other platforms than Linux have a hash of their own."""
        if truth == "absent":
            return None
        if truth == "wrong":
            return "0" * 63 + "1"
        hash = self.archive.sha256(version)
        return hash if platform in ("linux-x64", "linux-arm64") else hash[::-1]

    def downloads(self, base: str) -> Response:
        """The list of archives for a scope."""
        version = self.settings.release_version
        rows = []
        for platform in PLATFORMS:
            system, _, architecture = platform.partition("-")
            name = self.archive.name(version, platform)
            row = {
                "os": system,
                "architecture": architecture,
                "download_url": f"{base}/actions/runner/releases/download/v{version}/{name}",
                "filename": name,
            }
            if hash := self._hash(version, platform, self.settings.downloads_checksum):
                row["sha256_checksum"] = hash
            rows.append(row)
        return Response(200, rows)

    def deprecation(self, version: str) -> Response:
        """When a version is no longer served."""
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            return Response(404, {"message": "Not Found", "status": "404"})
        old = version in self.settings.refuse_versions
        return Response(
            200,
            {
                "runner_version": version,
                "runtime_deprecates_at": "2026-01-01T00:00:00Z" if old else "2027-06-01T00:00:00Z",
            },
        )

    def download(self, path: str) -> Response:
        """An archive; the first address leads to another one."""
        if not path.startswith("/_cdn/"):
            return Response(302, headers={"location": path.replace("/actions/runner/releases/download/", "/_cdn/")})
        match = re.fullmatch(r"/_cdn/v([\d.]+)/actions-runner-linux-(?:x64|arm64)-([\d.]+)\.tar\.gz", path)
        if not match or match[1] != match[2]:
            return Response(404, "Not Found")
        return Response(200, self.archive.served(match[1]), {"content-type": "application/octet-stream"})
