"""The six commands of the original system, with their arguments, outputs and exit codes, against the sandbox."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clients.shell import SHELL, Terminal, run
from sandbox import Sandbox

Run = Callable[..., subprocess.CompletedProcess[str]]
IMAGE, GPU = "runpod/base:1.0", "NVIDIA L4"


@pytest.fixture
def env(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The sandbox's environment with books of the test's own."""
    return {**home, **shared_sandbox.environment, "RUNPOD_RPC": product}


@pytest.fixture
def call(env: dict[str, str]) -> Run:
    """Runs one of the commands."""
    return lambda command, *arguments, stdin="", **more: run(command, *arguments, env={**env, **more}, stdin=stdin)


@pytest.fixture
def pod(call: Run) -> Iterator[str]:
    """The id of a pod that can be reached."""
    id = call("pod-lifecycle-manager", "create", IMAGE, GPU).stdout.strip()
    assert call("pod-lifecycle-manager", "wait", id, "60").stdout == "RUNNING\n"
    yield id
    call("runpod-rpc-call", "pods/terminate", f"podId={id}")


@pytest.fixture
def repository() -> str:
    """The address of a repository that no other test uses."""
    return f"https://github.com/octo/{uuid.uuid4().hex[:8]}"


@pytest.mark.parametrize(
    "command",
    [
        "runpod-client",
        "runpod-ssh",
        "runner-installer",
        "pod-lifecycle-manager",
        "workflow-orchestrator",
        "configuration-manager",
        "quickstart",
    ],
)
def test_help_is_0_and_nonsense_is_1(call: Run, command: str) -> None:
    for flag in ("--help",) if command == "quickstart" else ("--help", "-h"):
        helped = call(command, flag)
        assert (helped.returncode, helped.stderr) == (0, "")
        assert helped.stdout.startswith("usage:")
    refused = call(command, "no-such-command", "x")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "usage:" in refused.stderr


class TestRunpodClient:
    def test_a_pod_s_life_in_the_form_of_the_api(self, call: Run) -> None:
        created = json.loads(call("runpod-client", "create", IMAGE, GPU, "2", "0.4").stdout)["data"]["podRentInterruptable"]
        assert created["desiredStatus"] == "RUNNING"
        assert created["imageName"] == IMAGE
        assert created["machineId"]
        id = created["id"]
        assert call("pod-lifecycle-manager", "wait", id).stdout == "RUNNING\n"
        got = json.loads(call("runpod-client", "get", id).stdout)["data"]["pod"]
        assert got["machine"]["podHostId"].startswith(id)
        port = next(port for port in got["runtime"]["ports"] if port["privatePort"] == 22)
        assert port["isIpPublic"] is True
        assert port["ip"] and port["publicPort"]
        listed = json.loads(call("runpod-client", "list", "RUNNING").stdout)["data"]["myself"]["pods"]
        assert [pod["id"] for pod in listed] == [id]
        stopped = json.loads(call("runpod-client", "stop", id).stdout)["data"]["podStop"]
        assert (stopped["id"], stopped["desiredStatus"]) == (id, "EXITED")
        assert json.loads(call("runpod-client", "list", "RUNNING").stdout)["data"]["myself"]["pods"] == []
        resumed = json.loads(call("runpod-client", "resume", id).stdout)["data"]["podBidResume"]
        assert resumed["desiredStatus"] == "RUNNING"
        call("runpod-rpc-call", "pods/terminate", f"podId={id}")
        assert json.loads(call("runpod-client", "list").stdout)["data"]["myself"]["pods"] == []

    def test_a_key_is_judged(self, call: Run) -> None:
        assert "@" in json.loads(call("runpod-client", "validate-auth").stdout)["data"]["myself"]["email"]
        wrong = call("runpod-client", "validate-auth", RUNPOD_API_KEY="rpa_wrong")
        assert (wrong.returncode, wrong.stdout) == (1, "")
        assert "unauthorized" in wrong.stderr
        assert "rpa_wrong" not in wrong.stderr
        missing = call("runpod-client", "validate-auth", RUNPOD_API_KEY="")
        assert missing.returncode == 1
        assert "RUNPOD_API_KEY" in missing.stderr

    def test_faults_are_told_and_print_nothing(self, call: Run) -> None:
        for arguments in (["create", IMAGE], ["create", IMAGE, GPU, "many"], ["get"], ["get", "nosuchpod"]):
            result = call("runpod-client", *arguments)
            assert (result.returncode, result.stdout) == (1, "")
            assert result.stderr
        offline = call("runpod-client", "get", "x", RUNPOD_API_URL="http://127.0.0.1:9/graphql")
        assert "networkFailure" in offline.stderr

    def test_verbose_shows_the_call(self, call: Run) -> None:
        assert "auth/validate {}" in call("runpod-client", "-v", "validate-auth").stderr


class TestRunpodSSH:
    def test_where_a_pod_is(self, call: Run, pod: str) -> None:
        connection = json.loads(call("runpod-ssh", pod, "connect").stdout)
        assert connection["username"] == "root"
        assert connection["hostKeyFingerprint"].startswith("SHA256:")

    def test_commands_keep_their_output_apart_and_their_exit_code(self, call: Run, pod: str) -> None:
        result = call("runpod-ssh", pod, "exec", "echo out; echo err >&2; exit 7")
        assert (result.returncode, result.stdout, result.stderr) == (7, "out\n", "err\n")
        assert call("runpod-ssh", pod, "exec", "hostname").stdout == f"{pod}\n"

    def test_a_script_comes_by_standard_input(self, call: Run, pod: str) -> None:
        assert call("runpod-ssh", pod, "exec", "bash -s", stdin="echo $((6 * 7)) é\n").stdout == "42 é\n"

    def test_bytes_survive(self, env: dict[str, str], pod: str, tmp_path: Path) -> None:
        data = bytes(range(256)) * 2000
        argv = [SHELL / "runpod-ssh", pod, "exec", "cat"]
        output = subprocess.run(argv, env=env, input=data, capture_output=True, timeout=60, check=True).stdout
        assert output == data

    def test_files_go_and_come_back(self, call: Run, pod: str, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "file").write_text("content")
        sent = json.loads(call("runpod-ssh", pod, "copy", f"{tmp_path}/folder", ":/root/there").stdout)
        assert sent == {"files": 1, "bytes": 7}
        call("runpod-ssh", pod, "copy", ":/root/there", f"{tmp_path}/back")
        assert (tmp_path / "back" / "file").read_text() == "content"

    def test_a_session_is_a_terminal(self, env: dict[str, str], pod: str) -> None:
        with Terminal(str(SHELL / "runpod-ssh"), pod, "session", env=env) as terminal:
            terminal.type("tty; echo in $((40 + 2)); stty size\r")
            terminal.read_until("in 42")
            terminal.type("exit 3\r")
            assert terminal.end() == 3
        assert re.search(r"/dev/pts/\d+", terminal.text)

    def test_a_pod_that_is_not_there(self, call: Run) -> None:
        result = call("runpod-ssh", "nosuchpod", "exec", "true")
        assert (result.returncode, result.stdout) == (1, "")
        assert "notFound" in result.stderr


class TestRunnerInstaller:
    def test_a_runner_s_life(self, call: Run, pod: str, repository: str) -> None:
        assert call("runner-installer", "status", pod).stdout == "STOPPED\n"
        installed = call("runner-installer", "install", pod, repository)
        assert re.fullmatch(r"runpod-runner-\d+\n", installed.stdout), installed
        status = call("runner-installer", "status", pod)
        assert (status.returncode, status.stdout) == (0, "RUNNING (manual)\n")
        assert call("runner-installer", "stop", pod).stdout == "STOPPED\n"
        stopped = call("runner-installer", "status", pod)
        assert (stopped.returncode, stopped.stdout) == (1, "STOPPED\n")
        assert stopped.stderr
        assert call("runner-installer", "start", pod).returncode in (0, 1)
        removed = json.loads(call("runner-installer", "remove", pod, repository).stdout)
        assert (removed["deregistered"], removed["filesRemoved"], removed["warnings"]) == (True, True, [])

    def test_tokens_come_by_standard_input_too(self, call: Run, pod: str, repository: str) -> None:
        refused = call("runner-installer", "install", pod, repository, "-", "gpu-1", stdin="not-a-token\n")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "not-a-token" not in refused.stderr


class TestPodLifecycleManager:
    def test_the_inventory(self, call: Run, tmp_path: Path) -> None:
        file = tmp_path / "pods.json"
        books = {"PODS_STATE_FILE": str(file)}
        id = call("pod-lifecycle-manager", "create", IMAGE, GPU, "1", "0.5", **books).stdout.strip()
        entry = json.loads(file.read_text())["pods"][0]
        assert (entry["id"], entry["status"]) == (id, "PENDING")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["created"])
        assert call("pod-lifecycle-manager", "wait", id, "60", **books).stdout == "RUNNING\n"
        assert json.loads(file.read_text())["pods"][0]["status"] == "RUNNING"
        assert call("pod-lifecycle-manager", "list", "RUNNING", **books).stdout.startswith(f"{id}\tRUNNING\t")
        assert call("pod-lifecycle-manager", "list", "PENDING", **books).stdout == ""
        status = json.loads(call("pod-lifecycle-manager", "status", id, **books).stdout)
        assert (status["pod"]["status"], status["remote"]["desiredStatus"], status["agrees"]) == ("running", "RUNNING", True)
        assert call("pod-lifecycle-manager", "stop", id, **books).stdout in ("STOPPING\n", "STOPPED\n")
        listed = call("pod-lifecycle-manager", "list", **books).stdout
        assert re.fullmatch(rf"{id}\tSTOP(PING|PED)\t\S+Z\n", listed)
        call("runpod-rpc-call", "pods/terminate", f"podId={id}", **books)

    def test_a_wait_that_is_too_short(self, call: Run, shared_sandbox: Sandbox) -> None:
        id = call("pod-lifecycle-manager", "create", "debian-no-sshd", GPU).stdout.strip()
        waited = call("pod-lifecycle-manager", "wait", id, "1")
        assert (waited.returncode, waited.stdout) == (1, "TIMEOUT\n")
        call("runpod-rpc-call", "pods/terminate", f"podId={id}")

    def test_nothing_but_the_id_is_printed_when_there_is_none(self, call: Run) -> None:
        refused = call("pod-lifecycle-manager", "create", IMAGE, "no such GPU")
        assert (refused.returncode, refused.stdout) == (1, "")


class TestWorkflowOrchestrator:
    CONFIG = {"image": IMAGE, "gpu_type": GPU, "gpu_count": 1, "bid_price": 0.5}

    def test_a_runner_is_set_up_and_taken_down(self, call: Run, tmp_path: Path, repository: str) -> None:
        config = tmp_path / "config.json"
        config.write_text(json.dumps({**self.CONFIG, "repo_url": repository, "runner_name": "gpu-1"}, indent=2))
        setup = call("workflow-orchestrator", "setup-runner", str(config))
        assert setup.returncode == 0, setup.stderr
        pod = setup.stdout.strip()
        assert {"2", "4"} <= set(re.findall(r"Step (\d)/5", setup.stderr))
        assert call("runner-installer", "status", pod).stdout == "RUNNING (manual)\n"
        down = call("workflow-orchestrator", "teardown-runner", pod, repository)
        assert (down.returncode, json.loads(down.stdout)["state"]) == (0, "succeeded")
        assert json.loads(call("runpod-client", "list").stdout)["data"]["myself"]["pods"] == []

    def test_a_failure_cleans_up_and_exits_1(self, call: Run, tmp_path: Path, repository: str) -> None:
        config = tmp_path / "config.json"
        config.write_text(json.dumps({**self.CONFIG, "repo_url": repository, "runner_token": "not-a-token"}))
        setup = call("workflow-orchestrator", "setup-runner", str(config))
        assert (setup.returncode, setup.stdout) == (1, "")
        assert json.loads(call("runpod-client", "list").stdout)["data"]["myself"]["pods"] == []

    def test_several_pods_at_once(self, call: Run, tmp_path: Path, repository: str) -> None:
        member = {**self.CONFIG, "repo_url": repository}
        config = tmp_path / "config.json"
        config.write_text(json.dumps({"pods": [member, member, {**member, "gpu_type": "no such GPU"}]}))
        setup = call("workflow-orchestrator", "multi-pod-setup", str(config), "2")
        assert setup.returncode == 1
        assert "2 succeeded, 1 failed" in setup.stderr
        for pod in re.findall(r'"podId":"(\w+)"', setup.stdout):
            call("runpod-rpc-call", "pods/terminate", f"podId={pod}")

    def test_a_configuration_that_is_not_there(self, call: Run) -> None:
        result = call("workflow-orchestrator", "setup-runner", "/no/such.json")
        assert result.returncode == 1
        assert "/no/such.json" in result.stderr


class TestConfigurationManager:
    def test_a_line_for_each_check(self, call: Run) -> None:
        result = call("configuration-manager", "validate-env")
        assert result.returncode == 0, result
        lines = {line.split()[1]: line.split()[0] for line in result.stdout.splitlines()}
        assert {"RUNPOD_API_KEY", "GITHUB_TOKEN", "RUNPOD_API_URL", "SSH_USERNAME", "WORK_DIR", "ssh"} <= set(lines)
        assert lines["RUNPOD_API_KEY"] == "ok"

    def test_what_is_missing_is_counted(self, call: Run) -> None:
        result = call("configuration-manager", "validate-env", RUNPOD_API_KEY="")
        assert result.returncode == 1
        assert re.search(r"^error +RUNPOD_API_KEY", result.stdout, re.MULTILINE)
        assert "errors: 1" in result.stderr
