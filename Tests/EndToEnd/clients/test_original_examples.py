"""The original system's own examples, letter for letter, by the shell that its users have.

Its integration test: validate the environment, check the API, create a small pod, wait, run an echo over SSH, clean up. Its
hand-over documents: the commands with the arguments below, and a flat test-config.json.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.shell import SHELL
from sandbox import Sandbox
from witness import Witness

GTX = "NVIDIA GeForce GTX 1080 Ti"


class Shell:
    """Runs lines in bash with the commands in PATH."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = {**env, "PATH": f"{SHELL}:{env['PATH']}"}
        self.folder = folder

    def __call__(self, line: str, code: int = 0, seconds: float = 120) -> str:
        """What the line prints."""
        ended = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        Witness.show("command", ended.stdout + ended.stderr)
        assert ended.returncode == code, (line, ended.stdout, ended.stderr)
        self.stderr = ended.stderr
        return ended.stdout.strip()


@pytest.fixture(params=["there", "gone"])
def spot(request: pytest.FixtureRequest, sandbox: Sandbox) -> str:
    """Whether RunPod still has spot pods."""
    sandbox.admin("POST", "/settings", {"spot": request.param})
    answer: str = request.param
    return answer


@pytest.fixture
def shell(product: str, sandbox: Sandbox, home: dict[str, str], tmp_path: Path) -> Shell:
    """A shell whose commands act in the sandbox."""
    return Shell({**home, **sandbox.environment, "RUNPOD_RPC": product}, tmp_path)


def test_a_pod_s_life_as_it_is_written(shell: Shell, sandbox: Sandbox, spot: str) -> None:
    shell("configuration-manager validate-env")
    assert "@" in shell("runpod-client validate-auth | jq -r '.data.myself.email'")
    pod = shell(
        f'runpod-client create "runpod/base:1.0.0" "{GTX}" 1 0.1 | jq -r \'.data.podRentInterruptable.id\''
    )
    assert len(pod) == 14
    [state] = sandbox.admin("GET", "/state")["pods"]
    assert (state["id"], state["interruptible"]) == (pod, spot == "there")
    assert shell(f"pod-lifecycle-manager wait {pod} 300") == "RUNNING"
    assert shell(f"runpod-client get {pod} | jq -r '.data.pod.desiredStatus'") == "RUNNING"
    port = shell(f"runpod-client get {pod} | jq '.data.pod.runtime.ports[] | select(.privatePort == 22) | .publicPort'")
    assert port.isdigit()
    assert shell(f"pod-lifecycle-manager status {pod} | jq -r '.pod.status'") == "running"
    assert shell("pod-lifecycle-manager list").startswith(f"{pod}\tRUNNING\t")
    assert shell("pod-lifecycle-manager list RUNNING").startswith(pod)
    assert shell(f"runpod-ssh {pod} connect | jq -r .username") == "root"
    assert shell(f'runpod-ssh {pod} exec "echo \'Hello from RunPod\'"') == "Hello from RunPod"
    assert shell(f'echo "echo hello" | runpod-ssh {pod} exec "bash -s"') == "hello"
    assert shell(f"pod-lifecycle-manager stop {pod}") in ("STOPPING", "STOPPED")
    shell(f"runpod-rpc-call pods/terminate podId={pod}")


def test_the_other_way_to_create_a_pod(shell: Shell, sandbox: Sandbox, spot: str) -> None:
    pod = shell(f'pod-lifecycle-manager create "runpod/base:1.0.0" "{GTX}" 1 0.05')
    [state] = sandbox.admin("GET", "/state")["pods"]
    # The bid is below what any spot pod costs: it is the most for a spot pod, not for one on demand.
    assert (state["id"], state["interruptible"], state["costPerHour"]) == (pod, False, 0.18)
    assert shell(f"pod-lifecycle-manager wait {pod}") == "RUNNING"


@pytest.fixture
def private() -> Iterator[Path]:
    """A folder for what users keep secret themselves, where the secret scanner does not look."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_a_runner_by_the_test_configuration(
    shell: Shell, sandbox: Sandbox, private: Path, spot: str
) -> None:
    url = "https://github.com/user/repo"
    (private / "test-config.json").write_text(
        json.dumps(
            {
                "image": "runpod/base:1.0.0",
                "gpu_type": GTX,
                "gpu_count": 1,
                "bid_price": 0.05,
                "repo_url": url,
                "runner_token": token(sandbox, "registration"),
                "runner_name": "test-runner",
            },
            indent=2,
        )
    )
    pod = shell(f"workflow-orchestrator setup-runner {private}/test-config.json", seconds=240)
    assert len(pod) == 14
    assert shell(f"runner-installer status {pod}").startswith("RUNNING")
    runners = sandbox.admin("GET", "/state")["github"]["runners"]
    assert [runner["name"] for runner in runners] == ["test-runner"]
    # A token of - is read from standard input: on an argument list everyone could read it.
    (private / "token").write_text(token(sandbox, "remove"))
    shell(f"workflow-orchestrator teardown-runner {pod} {url} - <{private}/token")
    assert [each for each in sandbox.admin("GET", "/state")["pods"] if not each["gone"]] == []
    assert sandbox.admin("GET", "/state")["github"]["runners"] == []


def token(sandbox: Sandbox, kind: str) -> str:
    """A token as GitHub gives it to who may administer the repository."""
    request = urllib.request.Request(
        f"{sandbox.environment['GITHUB_API_URL']}/repos/user/repo/actions/runners/{kind}-token",
        method="POST",
        headers={"Authorization": f"Bearer {sandbox.environment['GITHUB_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        value: str = json.loads(response.read())["token"]
    return value


def test_what_runpod_no_longer_rents_is_told_as_that(shell: Shell, sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/settings", {"gpuTypesGone": [GTX]})
    assert shell(f'runpod-client create "runpod/base:1.0.0" "{GTX}" 1 0.1', code=1) == ""
    assert "no longer has it" in shell.stderr
    assert "NVIDIA GeForce RTX" in shell.stderr
    assert sandbox.admin("GET", "/state")["pods"] == []
