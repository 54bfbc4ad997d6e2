"""Which versions of others are measured."""

from __future__ import annotations

import subprocess
from importlib import metadata


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def debian(package: str) -> str:
    """A package's version as Debian calls it."""
    return output("dpkg-query", "-W", "-f", "${Version}", package) + ", Debian"


def pypi(package: str) -> str:
    """The version of a package of the benchmarks' own environment."""
    return metadata.version(package) + ", PyPI"
