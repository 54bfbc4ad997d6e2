"""The look for secrets finds them, wherever they are."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from executions import executions, traced
from processes import Seen
from witness import Witness

SECRETS = ("rpa_ACCOUNT0123456789", "APODKEY0123456789", "ATOKEN0123456789012345")


def state(**more: Any) -> dict[str, Any]:
    """What a sandbox says that it has given out."""
    account, pod, runner = SECRETS
    github = {"keys": {}, "tokens": [runner], "credentials": []}
    pods = [{"id": "p1", "key": pod, "env": more, "disk": "/no/such"}]
    return {"keys": {"all": account}, "pods": pods, "github": github}


def request(face: str, bearer: str = "", **more: Any) -> dict[str, Any]:
    """What a sandbox was asked."""
    headers = {"Authorization": f"Bearer {bearer}"}
    return {"face": face, "operation": "x", "path": "/x", "query": {}, "headers": headers, "body": "", **more}


@pytest.fixture
def witness() -> Iterator[Witness]:
    """One that only sees what the test shows it, where the other one does not look."""
    with tempfile.TemporaryDirectory() as folder:
        yield Witness(Path(folder))


def test_arguments_and_environments(witness: Witness) -> None:
    witness.learn(state(), [])
    hidden = {"PATH": "/usr/bin:/bin", "NOTE": " ".join(SECRETS)}
    with subprocess.Popen(["sh", "-c", "read line", *SECRETS], env=hidden, stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not any(variable.startswith(b"NOTE=") for _, variable in witness.processes.seen.variables.copy()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.communicate(b"end\n")
    found = witness.judge()
    for kind in ("an account's key", "a pod's key", "a runner's token"):
        assert f"{kind} is in arguments of sh" in found and f"{kind} is in NOTE on this machine" in found


def test_what_lives_for_a_moment_only(witness: Witness, tmp_path: Path) -> None:
    witness.learn(state(), [])
    script = "read a b c; RUNPOD_API_KEY=$a NOTE=\"1\n[$b\" /bin/[ \"it's \\\"$c\\\" é\" ]"
    subprocess.run([*traced(tmp_path / "trace"), "sh", "-c", script], input=" ".join(SECRETS).encode(), check=True)
    seen = Seen()
    for arguments, variables in executions(tmp_path / "trace"):
        seen.take(False, arguments, variables)
    assert f"/bin/[\0it's \"{SECRETS[2]}\" é\0]".encode() in seen.arguments
    found = sorted(witness.misplaced(seen))
    assert found == ["a pod's key is in NOTE on this machine", "a runner's token is in arguments of /bin/["]
    witness.judge()


def test_what_bash_has_cut_in_two_for_a_moment(witness: Witness) -> None:
    witness.learn(state(), [])
    account, pod, runner = SECRETS[:3]
    seen = Seen()
    seen.take(False, b"bash", [word.encode() for word in ("A=1", "GITHUB_TOKEN", account, "NOTE", pod, runner, "")])
    assert sorted(witness.misplaced(seen)) == [
        "a pod's key is in NOTE on this machine",
        f"a runner's token is in {runner} on this machine",
    ]
    witness.judge()


def test_files(witness: Witness) -> None:
    witness.learn(state(), [])
    witness.place("errors").write_text(f"failed with {SECRETS[0]}\n")
    assert witness.judge() == ["an account's key is in evidence/1-errors"]


def test_disks_of_pods(witness: Witness) -> None:
    account, pod, _ = SECRETS
    known = state()
    known["pods"][0]["disk"] = str(witness.folder / "pods" / "p1")
    (witness.folder / "pods" / "p1").mkdir(parents=True)
    (witness.folder / "pods" / "p1" / "environment").write_text(f"RUNPOD_API_KEY={pod}\nKEY={account}\n")
    witness.learn(known, [])
    assert witness.findings == ["an account's key is in p1/environment on a pod"]
    witness.processes.end()


def test_private_keys(witness: Witness) -> None:
    key = witness.folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    assert witness.judge() == []
    witness.place("output").write_text(key.read_text())
    (witness.folder / "log").write_text("read " + key.read_text().splitlines()[-2])
    assert witness.judge() == ["a private key is in evidence/1-output", "a private key is in log"]


def test_requests_and_pods(witness: Witness) -> None:
    account, pod, runner = SECRETS
    witness.learn(state(RUNPOD_API_KEY=pod), [request("rest", bearer=account), request("graphql", bearer=pod)])
    assert witness.findings == []
    bad = [request("github", query={"key": runner}), request("runner", bearer=account)]
    witness.learn(state(HF_TOKEN=account), bad)
    assert witness.findings == [
        "a runner's token is in github x",
        "runner x was authorized by an account's key",
        "an account's key is in the environment of pod p1",
    ]
    witness.judge()
