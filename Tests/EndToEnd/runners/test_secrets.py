"""Where tokens, keys and registrations are seen while a runner comes and goes: where they belong, and nowhere else."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from sandbox import Sandbox
from service import Service


class Watcher(threading.Thread):
    """Reads every process's arguments and environment, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, set[bytes]] = {"cmdline": set(), "environ": set()}
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                for kind, seen in self.seen.items():
                    try:
                        seen.add(process.joinpath(kind).read_bytes())
                    except OSError:
                        pass

    def __enter__(self) -> Watcher:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()


@pytest.mark.parametrize("jit", [False, True])
def test_no_secret_leaves_its_place(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str, tmp_path: Path, jit: bool
) -> None:
    with Watcher() as watcher, Service(product, {**home, **sandbox.environment}) as service:
        pod = service.call("pods/create", imageName="runpod/base:1.0", gpuTypeId="NVIDIA L4")["pod"]["id"]
        service.call("pods/wait", podId=pod, timeoutSeconds=120, seconds=180)
        service.call("runners/install", podId=pod, repoUrl=repository, jit=jit, seconds=300)
        service.call("runners/logs", podId=pod, lines=10_000)
        service.call("runners/remove", podId=pod, seconds=180)
        said = json.dumps(service.received)

    keys = [sandbox.environment["GITHUB_TOKEN"], sandbox.environment["RUNPOD_API_KEY"]]
    requests = sandbox.admin("GET", "/requests")
    tokens = [
        line.split()[-1]
        for request in requests
        for name, line in (request.get("headers") or {}).items()
        if name.lower() == "authorization"
    ]
    runner_tokens = sorted({token for token in tokens if token not in keys})
    assert runner_tokens
    secrets = keys + runner_tokens

    arguments = b"\n".join(watcher.seen["cmdline"])
    assert b"runpod-rpc" in arguments
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.encode() not in arguments, "on an argument list"
        assert secret not in said, "in an answer, a notification or a log"
        assert secret.encode() not in files, "in the state"
    for environment in watcher.seen["environ"]:
        if b"SANDBOX" not in environment:
            lines = [line for line in environment.split(b"\0") if any(secret.encode() in line for secret in secrets)]
            variables = {line.split(b"=")[0] for line in lines}
            assert variables <= {b"GITHUB_TOKEN", b"RUNPOD_API_KEY", b"ACTIONS_RUNNER_INPUT_TOKEN"}
    for request in requests:
        bare = json.dumps({**request, "headers": {}})
        assert not any(key in bare for key in keys), "in an address or a body"
