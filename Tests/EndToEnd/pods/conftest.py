"""Fixtures of the tests about pods: each runs on both of RunPod's APIs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from service import Service

GPU = "NVIDIA GeForce RTX 4090"


@dataclass
class Face:
    """One of RunPod's APIs, and how its calls are named in the sandbox's record."""

    name: str
    environment: dict[str, str]
    create: str
    list: str
    rental: dict[str, Any] = field(default_factory=lambda: {"imageName": "runpod/base:1.0", "gpuTypeId": GPU})

    def rent(self, service: Service, **params: Any) -> dict[str, Any]:
        """A rented pod."""
        return service.call("pods/create", **{**self.rental, **params})["pod"]

    def calls(self, sandbox: Sandbox, operation: str | None = None) -> list[dict[str, Any]]:
        """What was asked of it, of one kind."""
        entries = [entry for entry in sandbox.admin("GET", "/requests") if entry["face"] == self.name]
        return [entry for entry in entries if operation in (None, entry["operation"])]

    def break_next(self, sandbox: Sandbox, operation: str, **fault: Any) -> None:
        """Lets the next call of a kind fail."""
        sandbox.admin("POST", "/faults", {"face": self.name, "operation": operation, **fault})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test is left to one of the APIs by oversight."""
    here = Path(__file__).parent
    left = [
        item.nodeid
        for item in items
        if item.path.parent == here and "face" not in item.fixturenames and not item.get_closest_marker("one_face")
    ]
    if left:
        raise pytest.UsageError(f"these tests run on neither both APIs nor one for a reason: {', '.join(left)}")


@pytest.fixture(params=["graphql", "rest"])
def face(request: pytest.FixtureRequest) -> Face:
    """Each API in turn. Only GraphQL has spot pods."""
    if request.param == "graphql":
        face = Face("graphql", {"RUNPOD_API": "graphql"}, "podRentInterruptable", "myself")
        face.rental |= {"interruptible": True, "bidPerGpu": 0.5}
        return face
    face = Face("rest", {"RUNPOD_API": "rest"}, "POST /pods", "GET /pods")
    face.rental["interruptible"] = False
    return face


@pytest.fixture
def shared(face: Face, shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The environment of a service in the shared sandbox."""
    return environment(face, shared_sandbox, home)


@pytest.fixture
def own(face: Face, sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The environment of a service in a sandbox of the test's own."""
    return environment(face, sandbox, home)


@pytest.fixture
def service(product: str, shared: dict[str, str]) -> Iterator[Service]:
    """A service in the shared sandbox."""
    with Service(product, shared) as service:
        yield service


def environment(face: Face, sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """Of a service that uses this API of a sandbox."""
    if face.name == "rest" and "RUNPOD_REST_URL" not in sandbox.environment:
        pytest.skip("this sandbox has no REST face")
    return {**home, **sandbox.environment, **face.environment}
