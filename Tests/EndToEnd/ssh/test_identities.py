"""Who the pod is, who we are to it, and where it went."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from renting import rent
from sandbox import Sandbox
from service import CallFailed, Service

OWN_KEYS = [path for path in (Path("~root") / ".ssh").expanduser().glob("id_*")]


def make_key(path: Path, passphrase: str = "") -> None:
    """Makes a private key and its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)], check=True)


@pytest.fixture
def keyless(shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """An environment in which nobody has named a key."""
    environment = {**home, **shared_sandbox.environment}
    del environment["SSH_KEY_PATH"]
    return environment


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[str]:
    """The socket of an SSH agent without keys."""
    socket = str(tmp_path / "agent")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    process.stdout.readline()
    yield socket
    process.terminate()
    process.wait()


def test_a_pod_that_somebody_else_restarted_is_found(
    product: str, service: Service, shared_sandbox: Sandbox, home: dict[str, str], pod: str, tmp_path: Path
) -> None:
    before = service.call("ssh/connect", podId=pod)["connection"]
    elsewhere = {**home, **shared_sandbox.environment, "XDG_STATE_HOME": str(tmp_path / "elsewhere")}
    with Service(product, elsewhere) as other:
        other.call("pods/stop", podId=pod)
        other.call("pods/resume", podId=pod)
        other.call("pods/wait", podId=pod)
    assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
    after = service.call("ssh/connect", podId=pod)["connection"]
    assert after["port"] != before["port"]


@pytest.mark.skipif(os.geteuid() != 0 or bool(OWN_KEYS), reason="the user's own keys would be taken")
def test_a_key_is_made_when_there_is_none(product: str, keyless: dict[str, str]) -> None:
    with Service(product, keyless) as service:
        pod = rent(service)
        assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
        key = Path(keyless["XDG_STATE_HOME"]) / "runpod-rpc" / "id_ed25519"
        assert key.stat().st_mode & 0o777 == 0o600
        service.call("pods/terminate", podId=pod)


def test_a_key_with_a_passphrase_needs_an_agent(
    product: str, keyless: dict[str, str], agent: str, tmp_path: Path
) -> None:
    key = tmp_path / "protected"
    make_key(key, "open sesame")
    with Service(product, {**keyless, "SSH_KEY_PATH": str(key)}) as service:
        pod = rent(service)
        with pytest.raises(CallFailed) as failed:
            service.call("ssh/connect", podId=pod)
        assert failed.value.kind == "sshAuthentication"
        assert "passphrase" in failed.value.message
        assert "ssh-add" in failed.value.data["hint"]
    ask = tmp_path / "ask"
    ask.write_text("#!/bin/sh\necho 'open sesame'\n")
    ask.chmod(0o755)
    environment = {**os.environ, "SSH_AUTH_SOCK": agent, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"}
    subprocess.run(["ssh-add", "-q", str(key)], env=environment, check=True)
    with Service(product, {**keyless, "SSH_KEY_PATH": str(key), "SSH_AUTH_SOCK": agent}) as service:
        assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
        service.call("pods/terminate", podId=pod)
