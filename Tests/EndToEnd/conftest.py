"""Fixtures of the end-to-end tests: the built executables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RUNPOD_RPC_BUILD", ROOT / ".build" / "debug"))


@pytest.fixture(scope="session")
def product() -> str:
    """The path of `runpod-rpc`."""
    return str(BUILD / "runpod-rpc")


@pytest.fixture(scope="session")
def conformance_server() -> str:
    """The path of the server that has the conformance cases' methods besides its own."""
    return str(BUILD / "conformance-server")
