"""Nothing outlives a sandbox, however it ends; and several can be side by side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from client import COMMAND, Sandbox, until


def processes_of(folder: Path, ids: list[str]) -> list[str]:
    """Command lines of what a sandbox has started: they name its folder or a pod's host name."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (place / "environ").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line or any(f"RUNPOD_POD_ID={id}" in environment for id in ids):
            found.append(line)
    return found


def busy_pods(sandbox: Sandbox) -> list[str]:
    """Pods with a session each that would go on for ever."""
    ids = [sandbox.create()["id"] for _ in range(2)]
    for id in ids:
        sandbox.ssh(id, "setsid -f sleep 600 </dev/null >/dev/null 2>&1; touch /root/busy")
    assert len(processes_of(sandbox.folder, ids)) >= 4
    return ids


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left(number: int) -> None:
    sandbox = Sandbox()
    ids = busy_pods(sandbox)
    assert sandbox.end(number) == (-number if number == signal.SIGKILL else 0)
    until(lambda: not processes_of(sandbox.folder, ids))
    until(lambda: not sandbox.folder.exists())


def test_a_folder_whose_janitor_was_killed_too_is_removed_by_the_next() -> None:
    sandbox = Sandbox()
    children = subprocess.run(
        ["pgrep", "-P", str(sandbox.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    sandbox.end(signal.SIGKILL)
    assert sandbox.folder.exists()
    os.utime(sandbox.folder, (0, 0))
    with Sandbox():
        assert not sandbox.folder.exists()


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    with Sandbox() as one, Sandbox() as two:
        pods = [sandbox.create(name="same")["id"] for sandbox in (one, two)]
        assert one.environment["RUNPOD_API_URL"] != two.environment["RUNPOD_API_URL"]
        assert one.pod(pods[1]) is None
        assert one.post_graphql("{ myself { id } }", two.environment["RUNPOD_API_KEY"]).status == 401
        for sandbox, id in zip((one, two), pods, strict=True):
            assert sandbox.ssh(id, "hostname").stdout == f"{id}\n"
        one.end(signal.SIGKILL)
        assert two.ssh(pods[1], "true").returncode == 0


def test_many_pods_at_once(sandbox: Sandbox) -> None:
    sandbox.set(balance=10_000, spendLimit=10_000)
    ids = [sandbox.create()["id"] for _ in range(40)]
    assert len({until(lambda id=id: sandbox.port(id)) for id in ids}) == 40
    for id in ids[::8]:
        assert sandbox.ssh(id, "hostname").stdout == f"{id}\n"


def test_a_command_runs_in_the_environment_and_its_code_is_kept() -> None:
    command = 'echo "$RUNPOD_API_URL $SANDBOX_ADMIN_URL"; echo "${PYTHONPATH-none}"; test -r "$SSH_KEY_PATH"; exit 7'
    result = subprocess.run([COMMAND, "run", "--", "sh", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 7
    assert result.stdout.startswith("http://127.0.0.1:") and result.stdout.endswith("\nnone\n")
    assert subprocess.run([COMMAND, "run", "--", "sh", "-c", "kill -9 $$"], check=False).returncode == 137
    assert subprocess.run([COMMAND, "run", "--", "/no/such/thing"], capture_output=True, check=False).returncode == 127
    assert subprocess.run([COMMAND, "dance"], capture_output=True, check=False).returncode == 64


def test_killing_the_runner_of_a_command_ends_the_command_and_the_sandbox() -> None:
    text = "import os, sys, time; print(os.getpid(), os.environ['SSH_KEY_PATH'], flush=True); time.sleep(600)"
    process = subprocess.Popen([COMMAND, "run", "--", sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    pid, key = process.stdout.readline().split()
    folder = Path(key).parent
    assert folder.exists()
    process.kill()
    process.wait()
    until(lambda: not Path(f"/proc/{pid}").exists())
    until(lambda: not folder.exists() and not processes_of(folder, []))


def test_an_ordinary_user_gets_what_user_namespaces_allow() -> None:
    if os.geteuid() != 0:
        pytest.skip("this is one already")
    probe = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    if subprocess.run([*probe, "bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"], check=False).returncode != 0:
        pytest.skip("there are no user namespaces here")
    root = COMMAND.parents[2]
    server = [root / ".build/sandbox-venv/bin/python", "-P", "-m", "sandbox_server", "serve"]
    if subprocess.run([*probe, "test", "-x", server[0]], check=False).returncode != 0:
        pytest.skip("the environment is not another user's to use")
    process = subprocess.Popen(
        [*probe, *server],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
            "PYTHONPATH": str(COMMAND.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    sandbox = Sandbox.__new__(Sandbox)
    sandbox.process = process
    sandbox.environment = json.loads(process.stdout.readline())
    sandbox.folder = Path(sandbox.environment["SSH_KEY_PATH"]).parent
    try:
        id = sandbox.create()["id"]
        assert sandbox.ssh(id, "hostname; pwd").stdout == f"{id}\n/root\n"
    finally:
        sandbox.end(signal.SIGTERM)
    assert "not root" in process.stderr.read()
    until(lambda: not sandbox.folder.exists())


def test_a_machine_on_which_no_container_starts_is_told_at_once(tmp_path: Path) -> None:
    bubblewrap = tmp_path / "bwrap"
    bubblewrap.write_text("#!/bin/sh\necho 'bwrap: no namespaces here' >&2\nexit 1\n")
    bubblewrap.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    refused = subprocess.run([COMMAND, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 69
    assert "bwrap: no namespaces here" in refused.stderr
