"""`runpod-rpc run`: one workflow without any client."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from witness import Witness

Run = Callable[..., subprocess.CompletedProcess[str]]
MEMBER = {"image": "runpod/base:1.0", "gpu_type": "NVIDIA L4", "gpu_count": 1, "bid_price": 0.4}


@pytest.fixture
def env(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The sandbox's environment with books of the test's own."""
    return {**home, **shared_sandbox.environment}


@pytest.fixture
def run(product: str, env: dict[str, str]) -> Run:
    """Runs a workflow with what a file or standard input says."""

    def run(workflow: str, file: Path | str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        text = None if isinstance(file, Path) else file
        command = [product, "run", workflow, "-" if text is not None else str(file), *arguments]
        ended = subprocess.run(command, input=text, capture_output=True, text=True, env={**env, **more}, timeout=240)
        Witness.show("command", ended.stdout + ended.stderr)
        return ended

    return run


@pytest.fixture
def member() -> dict[str, Any]:
    """The original's flat configuration, with a repository that no other test uses."""
    return {**MEMBER, "repo_url": f"https://github.com/octo/{uuid.uuid4().hex[:8]}", "runner_name": "gpu-1"}


def test_a_runner_is_set_up_and_torn_down_without_a_client(run: Run, tmp_path: Path, member: dict[str, Any]) -> None:
    file = tmp_path / "runner.json"
    file.write_text(json.dumps(member, indent=2))
    setup = run("setupRunner", file)
    assert setup.returncode == 0, setup.stderr
    workflow = json.loads(setup.stdout)["workflow"]
    assert workflow["state"] == "succeeded"
    lines = setup.stderr.splitlines()
    percentages = [int(found[1]) for line in lines if (found := re.match(r" *(\d+) % ", line))]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert {"1", "2", "3", "4", "5"} == set(re.findall(r"Step (\d)/5", setup.stderr))
    pod = workflow["result"]["podId"]
    assert f"created pod {pod}, runner gpu-1" in lines[-1]

    again = run("setupRunner", file)
    assert again.returncode == 14
    assert json.loads(again.stdout)["workflow"]["error"]["kind"] == "conflict"
    assert "hint: " in again.stderr

    down = run("teardownRunner", json.dumps({"podId": pod, "repoUrl": member["repo_url"]}))
    assert (down.returncode, json.loads(down.stdout)["workflow"]["state"]) == (0, "succeeded")
    assert f"removed runner gpu-1, pod {pod}" in down.stderr


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{"image": "x",\n "gpu_type" "y"}', 11, "line 2, column 13"),
        ('{"image": "x", "gpu_tpye": "y", "repo_url": "https://github.com/o/r"}', 64, "did you mean gpuType?"),
        ('{"pods": [{"imageNam": "x"}]}', 64, "pods[0].imageNam: expected no such member; did you mean imageName?"),
        ('{"image": "$(touch evil)", "gpu_type": "`id`"}', 64, "repoUrl"),
        # An object without members, as some languages write it.
        ("[]", 64, "repoUrl"),
        ("[1]", 64, "an object"),
        ("", 11, "line 1, column 1"),
    ],
)
def test_a_file_that_cannot_be_meant_rents_nothing(run: Run, sandbox: Sandbox, text: str, code: int, words: str) -> None:
    result = run("setupFleet" if "pods" in text else "setupRunner", text, **sandbox.environment)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr
    assert sandbox.admin("GET", "/requests") == []


def test_a_command_line_that_makes_no_sense(run: Run, tmp_path: Path) -> None:
    for workflow, words in (("setupRuner", "did you mean setupRunner?"), ("dance", "there are setupRunner,")):
        result = run(workflow, "{}")
        assert (result.returncode, result.stdout) == (64, "")
        assert words in result.stderr
    missing = run("setupRunner", tmp_path / "nothing.json")
    assert missing.returncode == 11
    assert "nothing.json" in missing.stderr
    assert run("setupRunner", "{}", "--no-such-flag").returncode == 64
    assert run("setupRunner", "{}", RECOVER="perhaps").returncode == 11


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_and_cleans_up(
    product: str, env: dict[str, str], sandbox: Sandbox, member: dict[str, Any], number: signal.Signals
) -> None:
    process = begin(product, {**env, **sandbox.environment}, member, until="Step 4/5")
    process.send_signal(number)
    said = process.stderr.read()
    assert process.wait(120) == 128 + number
    answer = process.stdout.read()
    Witness.show("command", said + answer)
    workflow = json.loads(answer)["workflow"]
    assert workflow["state"] == "cancelled"
    assert "Cleaning up" in said
    state = sandbox.admin("GET", "/state")
    assert [pod for pod in state["pods"] if not pod["gone"]] == []
    assert state["github"]["runners"] == []


@pytest.mark.parametrize(("recover", "code"), [("resume", 14), ("undo", 0)])
def test_what_a_killed_run_left_is_finished_or_undone_by_the_next(
    product: str, env: dict[str, str], run: Run, member: dict[str, Any], recover: str, code: int
) -> None:
    process = begin(product, env, member, until="Step 3/5")
    process.kill()
    process.wait()
    other = run("setupRunner", json.dumps({**member, "runner_name": "gpu-2"}), "--recover", recover)
    assert other.returncode == 0, other.stderr
    # Is there a runner of the first one's name?
    assert run("setupRunner", json.dumps(member)).returncode == code


def begin(product: str, env: dict[str, str], member: dict[str, Any], until: str) -> subprocess.Popen[str]:
    """A run that has just said these words."""
    pipe = subprocess.PIPE
    command = [product, "run", "setupRunner", "-"]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env)
    process.stdin.write(json.dumps(member))
    process.stdin.close()
    assert any(until in line for line in process.stderr)
    return process


def test_a_fleet_file_given_again_changes_only_the_difference(
    run: Run, sandbox: Sandbox, tmp_path: Path, member: dict[str, Any]
) -> None:
    file = tmp_path / "fleet.json"

    def apply(*names: str, dry: bool = False) -> list[tuple[str, str]]:
        pods = [{**member, "runner_name": name} for name in names]
        file.write_text(json.dumps({"pods": pods, "max_parallel": 3}))
        result = run("setupFleet", file, *["--dry-run"] * dry, **sandbox.environment)
        assert result.returncode == 0, result.stderr
        answer = json.loads(result.stdout)
        members = answer["plan"] if dry else answer["workflow"]["result"]["members"]
        return [(found["name"], found["change"]) for found in members]

    def alive() -> list[str]:
        return sorted(pod["id"] for pod in sandbox.admin("GET", "/state")["pods"] if not pod["gone"])

    assert apply("a", "b", dry=True) == [("a", "created"), ("b", "created")]
    assert alive() == []
    assert apply("a", "b") == [("a", "created"), ("b", "created")]
    first = alive()
    assert apply("a", "b") == [("a", "kept"), ("b", "kept")]
    assert alive() == first
    assert apply("b", "c", dry=True) == [("b", "kept"), ("c", "created"), ("a", "removed")]
    assert alive() == first
    assert apply("b", "c") == [("b", "kept"), ("c", "created"), ("a", "removed")]
    assert len(set(alive()) & set(first)) == 1
    assert sorted(runner["name"] for runner in sandbox.admin("GET", "/state")["github"]["runners"]) == ["b", "c"]
    assert apply() == [("b", "removed"), ("c", "removed")]
    assert alive() == []
