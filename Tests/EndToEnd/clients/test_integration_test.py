"""The smoke test for a user's own account, in the sandbox."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from clients.shell import SHELL, Terminal, run
from sandbox import Sandbox


@pytest.fixture
def env(product: str, sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The environment of a user whose account is the sandbox's."""
    return {**home, **sandbox.environment, "RUNPOD_RPC": product}


def verdicts(text: str) -> dict[str, str]:
    """The verdict of each step, by its name."""
    return dict(re.findall(r"^(\w+) +\d+ s  (\w+)", text, re.MULTILINE))


def live(sandbox: Sandbox) -> list[str]:
    """The ids of the pods that cost money."""
    return [pod["id"] for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"]]


def test_every_step_passes_and_nothing_is_left(env: dict[str, str], sandbox: Sandbox, tmp_path: Path) -> None:
    record = tmp_path / "record"
    ended = run("integration-test", "--deadline", "8", "--record", str(record), env=env, seconds=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    steps = verdicts(ended.stdout)
    names = ["environment", "account", "rent", "ready", "echo", "copy", "deadline"]
    assert steps == dict.fromkeys(names, "passed")
    assert live(sandbox) == []
    [pod] = sandbox.admin("GET", "/state")["pods"]
    assert pod["costPerHour"] <= 0.5
    text = "".join(file.read_text(errors="replace") for file in record.iterdir())
    assert "pods/create" in text and '"pod"' in text
    assert sandbox.environment["RUNPOD_API_KEY"] not in text + ended.stdout + ended.stderr


def test_a_runner_on_the_pod_runs_a_job(env: dict[str, str], sandbox: Sandbox) -> None:
    ended = run("integration-test", "--deadline", "8", "--github", "octo/smoke", env=env, seconds=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    steps = verdicts(ended.stdout)
    assert (steps["runner"], steps["job"]) == ("passed", "passed")
    assert sandbox.admin("GET", "/state")["github"]["runners"] == []
    assert live(sandbox) == []
    assert sandbox.environment["GITHUB_TOKEN"] not in ended.stdout + ended.stderr


def test_no_pod_is_rented_above_the_cap(env: dict[str, str], sandbox: Sandbox) -> None:
    ended = run("integration-test", "--max-cost", "0.01", env=env, seconds=120)
    assert ended.returncode == 1
    assert verdicts(ended.stdout)["rent"] == "failed"
    assert "--max-cost" in ended.stdout
    assert sandbox.admin("GET", "/state")["pods"] == []


def test_a_step_that_fails_is_told_and_the_pod_ends(env: dict[str, str], sandbox: Sandbox) -> None:
    ended = run("integration-test", "--image", "debian-no-sshd", "--timeout", "3", env=env, seconds=120)
    assert ended.returncode == 1
    assert verdicts(ended.stdout) == {
        "environment": "passed",
        "account": "passed",
        "rent": "passed",
        "ready": "failed",
        "ended": "passed",
    }
    assert live(sandbox) == []


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_pod(env: dict[str, str], sandbox: Sandbox, way: signal.Signals) -> None:
    with Terminal(str(SHELL / "integration-test"), "--image", "debian-no-sshd", env=env) as terminal:
        terminal.read_until("rent ", seconds=60)
        if way is signal.SIGINT:
            terminal.type("\x03")
        else:
            os.killpg(terminal.pid, way)
        assert terminal.end(120) == 128 + way
        assert "is gone" in terminal.text
    assert live(sandbox) == []


def test_a_pod_that_cannot_be_ended_is_named(env: dict[str, str], sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/faults", {"face": "graphql", "operation": "podTerminate", "kind": "status", "times": -1})
    ended = run("integration-test", "--image", "debian-no-sshd", "--timeout", "2", env=env, seconds=180)
    sandbox.admin("DELETE", "/faults")
    assert ended.returncode == 2
    [pod] = live(sandbox)
    assert f"pods/terminate podId={pod}" in ended.stdout
    sandbox.admin("POST", f"/pods/{pod}/terminate")


@pytest.mark.parametrize("arguments", [["--max-cost", "much"], ["--github", "nonsense"], ["--what"], ["--image"]])
def test_nonsense_is_told(env: dict[str, str], arguments: list[str]) -> None:
    ended = run("integration-test", *arguments, env=env)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "usage:" in ended.stderr
