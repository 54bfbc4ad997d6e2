"""A sandbox for each test, or one for those that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from client import Sandbox


@pytest.fixture(scope="session")
def shared() -> Iterator[Sandbox]:
    """For tests that leave the settings alone."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """For tests that do not."""
    with Sandbox() as sandbox:
        yield sandbox
