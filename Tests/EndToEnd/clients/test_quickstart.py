"""The quickstart, as a newcomer runs it, with the executable that is built already."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from clients.shell import SHELL, Terminal, run


@pytest.fixture
def env(product: str, home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment that marks every process of the test's, and has its own place for temporary files."""
    return {**home, "RUNPOD_RPC": product, "TMPDIR": str(tmp_path / "tmp")}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path) -> Path:
    """The place for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


def processes(marker: Path) -> list[str]:
    """Everything that runs with this folder in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(marker) in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def assert_nothing_is_left(marker: Path, seconds: float = 60) -> None:
    """Waits until no process of the test's is there; then no file may be."""
    deadline = time.monotonic() + seconds
    while found := processes(marker):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert list(marker.iterdir()) == []


def test_it_shows_everything_and_leaves_nothing(env: dict[str, str], temporary: Path) -> None:
    result = run("quickstart", env=env, seconds=240)
    assert result.returncode == 0, result.stderr
    titles = re.findall(r"^== (\d)/7  (.*)$", result.stderr, re.MULTILINE)
    assert [number for number, _ in titles] == list("1234567")
    steps = re.findall(r"^ *\d+:\d\d +\d+%  Step (\d)/5", result.stderr, re.MULTILINE)
    assert steps == sorted(steps)
    assert set(steps) == set("12345")
    assert re.search(r"\w+# uname -a\n +Linux ", result.stderr)
    assert "NVIDIA-SMI" in result.stderr
    assert "quickstart is online at https://github.com/" in result.stderr
    assert "no pod is left" in result.stderr
    assert "export RUNPOD_API_KEY=" in result.stdout
    assert "\x1b" not in result.stderr
    assert_nothing_is_left(temporary)


@pytest.mark.parametrize("moment", ["3/7", "Step 1/5", "Step 2/5", "Step 4/5", "6/7"])
def test_ctrl_c_leaves_nothing(env: dict[str, str], temporary: Path, moment: str) -> None:
    with Terminal(str(SHELL / "quickstart"), env=env) as terminal:
        terminal.read_until(moment, seconds=120)
        terminal.type("\x03")
        assert terminal.end(120) == 130
        assert_nothing_is_left(temporary)


def test_a_termination_leaves_nothing(env: dict[str, str], temporary: Path) -> None:
    with Terminal(str(SHELL / "quickstart"), env=env) as terminal:
        terminal.read_until("Step 2/5", seconds=120)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.end(120) == 143
        assert_nothing_is_left(temporary)


def test_a_step_that_fails_says_which_and_what_to_do(env: dict[str, str], temporary: Path) -> None:
    result = run("quickstart", env={**env, "RUNPOD_RPC": "/bin/false"}, seconds=120)
    assert result.returncode == 1
    assert re.search(r"step 4 \(.*\) failed\. ", result.stderr)
    assert_nothing_is_left(temporary)
