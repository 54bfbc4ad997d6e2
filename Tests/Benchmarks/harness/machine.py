"""The machine and the versions that a table was made with."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from pathlib import Path

from harness.paths import PACKAGE
from harness.servers import servers
from harness.versions import debian, output, pypi


def _field(path: str, name: str, separator: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, found, value = line.partition(separator)
        if found and key.strip() == name:
            return value.strip().strip('"')
    return "unknown"


def description(load_before: float) -> str:
    """A few lines of Markdown."""
    memory = int(_field("/proc/meminfo", "MemTotal", ":").split()[0]) / 1024 / 1024
    commit = output("git", "-C", str(PACKAGE), "describe", "--always", "--dirty").strip()
    lines = [
        f"- {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, commit {commit}",
        f"- {os.cpu_count()} CPUs of {_field('/proc/cpuinfo', 'model name', ':')}, {memory:.0f} GB, "
        f"{_field('/etc/os-release', 'PRETTY_NAME', '=')}, kernel {platform.release()}, "
        f"load {load_before:.1f} before and {os.getloadavg()[0]:.1f} after",
    ]
    lines += [f"- {server.name}: {server.version}" for server in servers()]
    lines += [f"- {package}: {debian(package)}" for package in ("openssh-client", "pdsh", "nodejs")]
    lines += [f"- {package}: {pypi(package)}" for package in ("asyncssh", "parallel-ssh", "orjson")]
    lines.append("- not measured: vscode-jsonrpc and rust-analyzer, which neither Debian nor PyPI have")
    return "\n".join(lines)
