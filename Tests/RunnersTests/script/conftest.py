"""The script on this machine, and in pods of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from download import Server
from machine import Machine
from pod import Pod
from tree import Tree


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """This machine, with a directory for runners of its own, and without its packages."""
    machine = Machine(tmp_path)
    for program in ("apt-get", "apt-cache"):
        machine.fake(program, "exit 100")
    yield machine
    machine.end()


@pytest.fixture
def make_pod(tmp_path: Path) -> Iterator[Callable[..., Pod]]:
    """Makes the test's pod."""
    pods: list[Pod] = []

    def make(tree: Tree, *options: str, boots: bool = False) -> Pod:
        pods.append(Pod(tmp_path, tree, *options, boots=boots))
        return pods[-1]

    yield make
    for pod in pods:
        pod.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A web server with the files of the test's folder."""
    with Server(tmp_path) as server:
        yield server
