"""A pod and a repository of the test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import Sandbox
from service import Service


@pytest.fixture
def pod(service: Service) -> Iterator[str]:
    """The id of a pod that can be reached."""
    id = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4")["pod"]["id"]
    service.call("pods/wait", podId=id, timeoutSeconds=120, seconds=180)
    yield id
    service.call("pods/terminate", podId=id)


@pytest.fixture
def repository() -> str:
    """The address of a repository that no other test uses."""
    return f"https://github.com/octo/{uuid.uuid4().hex[:8]}"


@pytest.fixture
def give_job(shared_sandbox: Sandbox) -> Callable[[str, str], Callable[[], dict[str, Any]]]:
    """Hands a shell script to a runner by its name; the answer tells what became of it."""

    def give(runner: str, script: str) -> Callable[[], dict[str, Any]]:
        id = shared_sandbox.admin("POST", "/jobs", {"runner": runner, "script": script})["id"]
        return lambda: shared_sandbox.admin("GET", f"/jobs/{id}")

    return give
