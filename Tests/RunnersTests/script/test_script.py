"""What the script is: one text, on standard input, that shows its secrets to nobody."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from machine import CONTAINER, SUPERVISOR, Machine, script


def test_the_token_is_in_one_environment_and_nowhere_else(machine: Machine) -> None:
    machine.ready("install")
    environment = {"RUNPOD_API_KEY": "pod-key", "CUDA_HOME": "/cuda", "https_proxy": "http://proxy"}
    answer = machine.run("configure", environment)
    assert "ACTIONS_RUNNER_INPUT_TOKEN=good-token" in (machine.base / "config-environment").read_text()
    assert (machine.base / "config-arguments").read_text().strip() == "configure"
    assert "good-token" not in answer.all
    machine.run("start", environment)
    running = (machine.base / "run-environment").read_text()
    assert "https_proxy=http://proxy" in (machine.base / "config-environment").read_text()
    assert "CUDA_HOME=/cuda" in running and "https_proxy=http://proxy" in running and "RUNPOD" not in running and "good-token" not in running
    assert "RUNNER_MANUALLY_TRAP_SIG=1" in running and "LANG=C.UTF-8" in running
    for file in machine.base.rglob("*"):
        if file.is_file() and file.name not in ("config-environment", "configure.sh"):
            assert b"good-token" not in file.read_bytes(), file


def test_half_a_script_does_nothing(machine: Machine) -> None:
    text = machine.text("install")
    for share in (5, 9):
        subprocess.run(
            ["sh", "-s"], input=text[: len(text) * share // 10], text=True, capture_output=True, check=False
        )
        assert not machine.base.parent.exists()


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    whole = subprocess.run(["shellcheck", "-s", "sh", "-"], input=script(), capture_output=True, text=True, check=False)
    supervisor = subprocess.run(["shellcheck", str(SUPERVISOR)], capture_output=True, text=True, check=False)
    container = subprocess.run(["shellcheck", "-s", "sh", str(CONTAINER)], capture_output=True, text=True, check=False)
    assert whole.stdout + supervisor.stdout + container.stdout == ""
