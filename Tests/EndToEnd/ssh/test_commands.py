"""Commands, files and terminals on pods in the sandbox."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import CallFailed, Service


# Succeeds as soon as no `sleep 601` is left.
GONE = "for i in $(seq 200); do pgrep -f '[s]leep 601' >/dev/null || exit 0; sleep 0.05; done; exit 1"


def test_a_command_answers_its_code_and_streams_its_output(service: Service, pod: str) -> None:
    call = service.begin("ssh/exec", podId=pod, command="hostname; echo oh no >&2; exit 3")
    assert call.result() == {"exitCode": 3, "stdout": f"{pod}\n", "stderr": "oh no\n", "truncated": False}
    streamed = {(note["params"]["stream"], note["params"]["data"]) for note in call.notifications}
    assert streamed == {("stdout", f"{pod}\n"), ("stderr", "oh no\n")}


def test_stdin_and_variables_arrive(service: Service, pod: str) -> None:
    env = {"GREETING": "it's \"quoted\" $HOME\nand two lines"}
    result = service.call("ssh/exec", podId=pod, command='cat; printf %s "$GREETING"', stdin="né\n", env=env)
    assert result["stdout"] == "né\n" + env["GREETING"]


def test_arguments_are_passed_on_as_they_are(service: Service, pod: str) -> None:
    result = service.call("ssh/exec", podId=pod, command=["printf", "[%s]", "a b", "$HOME", "'"])
    assert result["stdout"] == "[a b][$HOME][']"


def test_a_command_has_the_folder_and_the_terminal_that_it_asks_for(service: Service, pod: str) -> None:
    result = service.call("ssh/exec", podId=pod, command="pwd; tty >/dev/null && stty size", cwd="/usr/share", pty=True)
    assert result["stdout"] == "/usr/share\r\n24 80\r\n"
    assert service.call("ssh/exec", podId=pod, command="pwd; tty", cwd="~")["stdout"] == "/root\nnot a tty\n"


def test_a_time_limit_ends_the_command(service: Service, pod: str) -> None:
    with pytest.raises(CallFailed) as failed:
        service.call("ssh/exec", podId=pod, command="sleep 601", timeoutSeconds=1)
    assert failed.value.kind == "timeout"
    assert service.call("ssh/exec", podId=pod, command=GONE)["exitCode"] == 0


def test_cancelling_ends_the_command_on_the_pod(service: Service, pod: str) -> None:
    call = service.begin("ssh/exec", podId=pod, command="echo begun; sleep 601")
    while not call.notifications:
        with call.changed:
            call.changed.wait(10)
    call.cancel()
    with pytest.raises(CallFailed) as failed:
        call.result()
    assert failed.value.code == -32800
    assert service.call("ssh/exec", podId=pod, command=GONE)["exitCode"] == 0


def test_folders_go_and_come_back(service: Service, pod: str, tmp_path: Path) -> None:
    source = tmp_path / "there"
    (source / "deep").mkdir(parents=True)
    (source / "run.sh").write_text("#!/bin/sh\necho ran\n")
    (source / "run.sh").chmod(0o755)
    (source / "deep" / "data").write_bytes(bytes(range(256)) * 1000)
    sent = service.call("ssh/copy", podId=pod, direction="upload", source=str(source), destination="/root/")
    assert sent == {"files": 2, "bytes": 256_000 + 19}
    assert service.call("ssh/exec", podId=pod, command="/root/there/run.sh")["stdout"] == "ran\n"
    back = tmp_path / "back"
    service.call("ssh/copy", podId=pod, direction="download", source="/root/there", destination=str(back))
    assert (back / "deep" / "data").read_bytes() == (source / "deep" / "data").read_bytes()


def test_the_command_for_a_terminal_works(service: Service, pod: str) -> None:
    argv = service.call("ssh/command", podId=pod)["argv"]
    output = subprocess.run([*argv, "hostname"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert output == f"{pod}\n"


def test_connecting_tells_whom_it_reached(service: Service, pod: str) -> None:
    connection = service.call("ssh/connect", podId=pod)["connection"]
    where = service.call("ssh/resolve", podId=pod)
    assert (connection["host"], connection["port"]) == (where["host"], where["port"])
    assert connection["hostKeyFingerprint"].startswith("SHA256:")
    assert service.call("ssh/connect", podId=pod)["connection"]["attempts"] == 0


def test_a_refused_key_is_final_at_once(
    product: str, shared_sandbox: Sandbox, service: Service, pod: str, home: dict[str, str], tmp_path: Path
) -> None:
    key = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    environment = {**home, **shared_sandbox.environment, "SSH_KEY_PATH": str(key)}
    with Service(product, environment) as other:
        call = other.begin("ssh/connect", podId=pod)
        with pytest.raises(CallFailed) as failed:
            call.result(15)
    assert failed.value.kind == "sshAuthentication"
    assert failed.value.data["retryable"] is False
    assert not any("try 2" in value.get("message", "") for value in call.progress)
