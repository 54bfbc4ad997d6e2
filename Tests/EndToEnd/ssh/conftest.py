"""Pods to reach over SSH."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from renting import rent
from service import Service


@pytest.fixture
def pod(service: Service) -> Iterator[str]:
    """A pod of the test's own."""
    id = rent(service)
    yield id
    service.call("pods/terminate", podId=id)


@pytest.fixture
def three_pods(service: Service) -> Iterator[list[str]]:
    """Pods of the test's own."""
    ids = [rent(service) for _ in range(3)]
    yield ids
    for id in ids:
        service.call("pods/terminate", podId=id)
