"""The key that SSH_KEY_PATH names: whatever is wrong with it is told before a pod is rented, and a key's text is never repeated."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clients.shell import run
from renting import rent
from sandbox import Sandbox
from service import CallFailed, Service
from ssh.test_identities import agent, make_key

__all__ = ["agent"]
RENTAL = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA GeForce RTX 4090"}


@pytest.fixture
def environment(shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """Of a service in the sandbox."""
    return {**home, **shared_sandbox.environment}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder with a short path."""
    folder = Path(f"/tmp/d{os.getpid()}")
    folder.mkdir(mode=0o700)
    yield folder
    folder.chmod(0o700)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def blob(key: Path) -> str:
    """The base64 of a key, as people copy it into secret stores."""
    return "".join(key.read_text().splitlines()[1:-1])


SECRETS: dict[str, Callable[[Path], str]] = {
    "text": lambda key: key.read_text(),
    "one line": lambda key: key.read_text().replace("\n", " "),
    "escaped": lambda key: key.read_text().replace("\n", "\\n"),
    "carriage returns": lambda key: key.read_text().replace("\n", "\r\n"),
    "base64": blob,
    "token": lambda _: "ghp_" + "A1b2" * 9,
    "key of RunPod": lambda _: "rpa_" + "A1B2C3D4" * 5,
}


@pytest.mark.parametrize("setting", ["SSH_KEY_PATH", "PODS_STATE_FILE", "WORK_DIR", "SSH_USERNAME", "RUNPOD_REST_URL"])
@pytest.mark.parametrize("form", SECRETS)
def test_a_secret_where_none_belongs_is_not_repeated(
    product: str, environment: dict[str, str], tmp_path: Path, form: str, setting: str
) -> None:
    """Case 20: the whole private key was in the message, and in `data.path`."""
    make_key(tmp_path / "own")
    secret = SECRETS[form](tmp_path / "own")
    recordings = tmp_path / "recordings"
    with Service(product, {**environment, setting: secret}, "--record", str(recordings)) as service:
        for method, params in (
            ("ssh/connect", {"podId": "x"}),
            ("pods/create", RENTAL),
            ("pods/list", {}),
            ("ssh/config", {}),
            ("runners/list", {"repoUrl": "https://github.com/a/b"}),
        ):
            with pytest.raises(CallFailed) as failed:
                service.call(method, **params)
            assert failed.value.kind == "environmentIncomplete", method
            assert setting in failed.value.message
            assert failed.value.data["hint"]
        service.call("environment/show")
        checks = service.call("environment/validate")["checks"]
        assert next(check for check in checks if check["name"] == setting)["state"] == "error"
        said = json.dumps(service.received)
    written = "".join(path.read_text() for path in recordings.iterdir())
    pieces = [line for line in secret.replace("\\n", "\n").split() if len(line) >= 20]
    assert pieces
    for piece in pieces:
        assert piece not in said and piece not in written


def test_a_secret_in_initialize_is_not_recorded(product: str, environment: dict[str, str], tmp_path: Path) -> None:
    make_key(tmp_path / "own")
    del environment["SSH_KEY_PATH"]
    options = {"sshKeyPath": (tmp_path / "own").read_text()}
    with Service(product, environment, "--record", str(tmp_path / "recordings")) as service:
        service.call("initialize", processId=None, rootUri=None, capabilities={}, initializationOptions=options)
        service.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        with pytest.raises(CallFailed):
            service.call("pods/list")
        service.call("shutdown")
        service.send({"jsonrpc": "2.0", "method": "exit"})
        service.process.wait(20)
    for path in (tmp_path / "recordings").iterdir():
        assert blob(tmp_path / "own")[:60] not in path.read_text()


def spoilt(key: Path, how: str) -> None:
    """Does something to a good key."""
    text = key.read_bytes()
    match how:
        case "stale .pub":
            make_key(key.with_name("other"))
            key.with_suffix(".pub").write_text(key.with_name("other.pub").read_text())
        case "a .pub that is none":
            key.with_suffix(".pub").write_text("no key\n")
        case "carriage returns":
            key.write_bytes(text.replace(b"\n", b"\r\n"))
        case "no last line feed":
            key.write_bytes(text.rstrip(b"\n"))
        case "empty":
            key.write_bytes(b"")
        case "a folder":
            key.unlink()
            key.mkdir()
        case "a fifo":
            key.unlink()
            os.mkfifo(key)
        case "a public key":
            key.write_bytes(key.with_suffix(".pub").read_bytes())
        case "for all to read":
            key.chmod(0o644)
        case "half":
            key.write_bytes(text[: len(text) // 2])
        case "no key":
            key.write_text("hello\n")
        case "PuTTY's":
            key.write_text("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n")
        case "with a blank line before":
            key.write_bytes(b"\n" + text)
        case "absent":
            key.unlink()


WORDS = {
    "stale .pub": ("not the public half", "ssh-keygen -y"),
    "a .pub that is none": ("not the public half", "ssh-keygen -y"),
    "carriage returns": ("carriage returns", "sed"),
    "no last line feed": ("no line feed at its end", "echo >>"),
    "empty": ("is empty", "SSH_KEY_PATH"),
    "a folder": ("is a folder", "id_ed25519"),
    "a fifo": ("is not a file", "SSH_KEY_PATH"),
    "a public key": ("is a public key", "ssh-add"),
    "for all to read": ("can be read by others (mode 644)", "chmod 600"),
    "half": ("is damaged", "anew"),
    "no key": ("holds no key", "ssh-keygen"),
    "PuTTY's": ("PuTTY", "puttygen"),
    "with a blank line before": ("before its first line", "Remove"),
    "absent": ("cannot be read", "SSH_KEY_PATH"),
}


@pytest.mark.parametrize("how", WORDS)
def test_a_key_that_cannot_be_used_is_named_before_a_pod_is_rented(
    product: str, sandbox: Sandbox, home: dict[str, str], tmp_path: Path, how: str
) -> None:
    """Case 28: a stale `.pub` rented a pod that nobody could log in to."""
    key = tmp_path / "k"
    make_key(key)
    spoilt(key, how)
    words, advice = WORDS[how]
    with Service(product, {**home, **sandbox.environment, "SSH_KEY_PATH": str(key)}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **RENTAL)
        assert failed.value.kind == "environmentIncomplete"
        assert words in failed.value.message
        assert advice in failed.value.data["hint"]
        assert sandbox.admin("GET", "/state")["pods"] == []
        checks = service.call("environment/validate")["checks"]
        check = next(check for check in checks if check["name"] == "SSH_KEY_PATH")
        assert (check["state"], words in check["message"]) == ("error", True)
        # What is there can be looked at and ended all the same.
        assert service.call("pods/list")["pods"] == []


@pytest.mark.parametrize("form", ["ed25519", "rsa in PEM", "protected"])
@pytest.mark.parametrize("has_pub", [True, False])
def test_the_public_half_is_the_key_s_own(
    product: str, sandbox: Sandbox, home: dict[str, str], tmp_path: Path, form: str, has_pub: bool
) -> None:
    key = tmp_path / "k"
    kind = ["-t", "rsa", "-b", "2048", "-m", "PEM"] if form == "rsa in PEM" else ["-t", "ed25519"]
    passphrase = "open sesame" if form == "protected" else ""
    subprocess.run(["ssh-keygen", "-q", *kind, "-N", passphrase, "-f", str(key)], check=True)
    half = key.with_suffix(".pub").read_text().split()[:2]
    if not has_pub:
        key.with_suffix(".pub").unlink()
    with Service(product, {**home, **sandbox.environment, "SSH_KEY_PATH": str(key)}) as service:
        service.call("pods/create", **RENTAL)
        (pod,) = sandbox.admin("GET", "/state")["pods"]
        # The account's own keys follow.
        assert pod["env"]["PUBLIC_KEY"].split()[:2] == half


@pytest.mark.parametrize(
    "folder",
    ["50%off", "100%%", "%h%d", "a b", "it's", 'say "hi"', "back\\slash", "$HOME", "#no comment", "~", "é\u0301", "a,b=c", "[x]"],
)
def test_a_key_below_a_folder_of_any_name(
    product: str, environment: dict[str, str], shared_sandbox: Sandbox, tmp_path: Path, folder: str
) -> None:
    """Case 21: `percent_dollar_expand: failed`. State and sockets are below such a folder as well."""
    place = tmp_path / folder
    place.mkdir()
    key = place / "k"
    key.write_bytes(Path(environment["SSH_KEY_PATH"]).read_bytes())
    key.chmod(0o600)
    odd = {"SSH_KEY_PATH": str(key), "XDG_STATE_HOME": str(place / "state"), "XDG_RUNTIME_DIR": str(place / "run")}
    with Service(product, {**environment, **odd}) as service:
        pod = rent(service)
        assert service.call("ssh/connect", podId=pod, attempts=1)["connection"]["username"] == "root"
        assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
        argv = service.call("ssh/command", podId=pod)["argv"]
        done = subprocess.run([*argv, "hostname"], capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout == f"{pod}\n", (shlex.join(argv), done.stderr)
        answer = service.call("ssh/config")
        done = subprocess.run(
            ["ssh", "-F", answer["path"], f"runpod-{pod}", "hostname"], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout == f"{pod}\n", (Path(answer["path"]).read_text(), done.stderr)
        service.call("pods/terminate", podId=pod)


@pytest.mark.parametrize("folder", ["${HOME}", "a\nProxyCommand x", "\u202e"])
def test_a_path_that_ssh_cannot_be_told_is_refused(
    product: str, environment: dict[str, str], elsewhere: Path, folder: str
) -> None:
    place = elsewhere / folder
    place.mkdir()
    key = place / "k"
    key.write_bytes(Path(environment["SSH_KEY_PATH"]).read_bytes())
    key.chmod(0o600)
    with Service(product, environment) as service:
        pod = rent(service)
    with Service(product, {**environment, "SSH_KEY_PATH": str(key)}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("ssh/connect", podId=pod, attempts=1)
        assert failed.value.kind in ("configurationInvalid", "environmentIncomplete")
        assert "SSH_KEY_PATH" in failed.value.message + failed.value.data["hint"]
        service.call("pods/terminate", podId=pod)


def add(key: Path, socket: str) -> None:
    """Puts a key into an agent."""
    subprocess.run(["ssh-add", "-q", str(key)], env={**os.environ, "SSH_AUTH_SOCK": socket}, check=True)


@pytest.mark.parametrize("named", ["private", "public"])
def test_of_many_keys_in_an_agent_the_pod_s_own_is_offered(
    product: str, environment: dict[str, str], agent: str, tmp_path: Path, named: str
) -> None:
    """A server takes six tries (MaxAuthTries), and each key of an agent is one."""
    for number in range(8):
        make_key(tmp_path / f"other{number}")
        add(tmp_path / f"other{number}", agent)
    key = tmp_path / "own"
    make_key(key)
    add(key, agent)
    if named == "public":
        key.unlink()
        key = key.with_suffix(".pub")
    with Service(product, {**environment, "SSH_AUTH_SOCK": agent, "SSH_KEY_PATH": str(key)}) as service:
        pod = rent(service)
        assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
        service.call("pods/terminate", podId=pod)


@pytest.mark.parametrize("how", ["a file", "someone else's", "for all to write", "too long", "a dollar"])
def test_a_runtime_directory_that_cannot_be_used(
    product: str, environment: dict[str, str], elsewhere: Path, how: str
) -> None:
    runtime = elsewhere / "r"
    runtime.mkdir(mode=0o700)
    match how:
        case "a file":
            runtime.rmdir()
            runtime.touch()
        case "someone else's":
            os.chown(runtime, 65534, 65534)
        case "for all to write":
            runtime.chmod(0o777)
        case "too long":
            runtime = runtime / ("x" * 80)
        case "a dollar":
            runtime = runtime / "${HOME}"
    env = {**environment, "XDG_RUNTIME_DIR": str(runtime), "RUNPOD_RPC": product}
    with Service(product, env) as service:
        pod = rent(service)
        assert service.call("ssh/exec", podId=pod, command="hostname")["stdout"] == f"{pod}\n"
    ended = run("runpod-rpc-call", "--quiet", "ssh/exec", f"podId={pod}", "command=hostname", env=env)
    assert json.loads(ended.stdout)["exitCode"] == 0
    assert f"SSH's control sockets are in /tmp/runpod-rpc-{os.geteuid()} instead" in ended.stderr
    assert Path(f"/tmp/runpod-rpc-{os.geteuid()}").stat().st_mode & 0o777 == 0o700
    with Service(product, env) as service:
        service.call("pods/terminate", podId=pod)
