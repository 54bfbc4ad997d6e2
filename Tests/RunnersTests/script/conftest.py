"""The script on this machine, and a runner of the test's own for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """This machine, with a directory for runners of its own."""
    machine = Machine(tmp_path)
    yield machine
    machine.end()
