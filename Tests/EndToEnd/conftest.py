"""Fixtures of the end-to-end tests: the built executables, the sandbox, and a service in it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings import Recordings
from sandbox import Sandbox
from service import Service
from witness import Witness

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RUNPOD_RPC_BUILD", ROOT / ".build" / "debug"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What children of the tests print where nobody reads it."""
    Witness.show("captured", report.capstdout + report.capstderr)


@pytest.fixture(scope="session", autouse=True)
def no_secret_leaves_its_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    """Looks for secrets in all that was to be seen, when the last test and its sandboxes are over."""
    witness = Witness.current = Witness(tmp_path_factory.getbasetemp())
    yield witness
    Witness.current = None
    assert witness.judge() == []


@pytest.fixture(scope="session")
def recordings(no_secret_leaves_its_place: Witness) -> Iterator[Recordings]:
    """Of all servers that the tests start."""
    recordings = Recordings(no_secret_leaves_its_place.evidence)
    yield recordings
    assert recordings.faults() == []


@pytest.fixture(autouse=True)
def all_is_said_by_the_contract(recordings: Recordings) -> Iterator[None]:
    """Whoever it was said to: scripts, editors, agents, SDKs, commands."""
    yield
    assert recordings.faults() == []


@pytest.fixture(scope="session")
def product(recordings: Recordings) -> str:
    """`runpod-rpc`."""
    return recordings.of(BUILD / "runpod-rpc")


@pytest.fixture(scope="session")
def conformance_server(recordings: Recordings) -> str:
    """The server that has the conformance cases' methods besides its own."""
    return recordings.of(BUILD / "conformance-server")


@pytest.fixture(scope="session")
def mortal_server(recordings: Recordings) -> str:
    """The server that dies where its environment says."""
    return recordings.of(BUILD / "mortal-server")


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests that leave its settings alone."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment without anything of ours in it, and with places of the test's own."""
    return places(tmp_path)


def short_folder() -> str:
    """A folder with a short path, removed when the tests end."""
    folder = tempfile.mkdtemp(prefix="rr-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def places(folder: Path) -> dict[str, str]:
    """An environment that keeps everything in this folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        # The folder's own path may be too long for a socket.
        "XDG_RUNTIME_DIR": short_folder(),
    }


@pytest.fixture
def service(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> Iterator[Service]:
    """A service whose RunPod and GitHub are the shared sandbox's."""
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        yield service
