"""Every program that the service, its children, the sandbox and its pods execute in a runner's life."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from executions import executions, traced
from processes import Seen
from runners.steps import install
from sandbox import Sandbox
from service import Service
from witness import Witness


@pytest.mark.skipif(os.geteuid() != 0, reason="what is traced by an ordinary user cannot become another one")
def test_no_secret_is_where_it_does_not_belong_even_for_a_moment(
    product: str, home: dict[str, str], repository: str, tmp_path: Path, no_secret_leaves_its_place: Witness
) -> None:
    seen = Seen()
    # Not where the witness would find what belongs in an environment.
    with tempfile.TemporaryDirectory() as folder:
        here, pods = Path(folder, "here"), Path(folder, "pods")
        with Sandbox(*traced(pods)) as sandbox:
            strace, *options = traced(here)
            with Service(strace, {**home, **sandbox.environment}, *options, product) as service:
                live(service, repository, tmp_path / "file")
        for trace, in_pod in ((here, False), (pods, True)):
            for arguments, variables in executions(trace):
                seen.take(in_pod, arguments, variables)
    programs = {Path(os.fsdecode(arguments).partition("\0")[0]).name for arguments in seen.arguments}
    assert {"runpod-rpc", "ssh", "bwrap", "sshd", "config.sh", "Runner.Listener"} <= programs, programs
    assert seen.runner_variables
    assert no_secret_leaves_its_place.misplaced(seen) == []


def live(service: Service, repository: str, file: Path) -> None:
    """The main job and what may come after it."""
    wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": repository}
    workflow = service.call("workflows/setupRunner", 180, runnerName="first", **wish)["workflow"]
    pod = workflow["result"]["podId"]
    assert service.call("ssh/exec", podId=pod, command="echo $HOME")["exitCode"] == 0
    file.write_text("some data")
    service.call("ssh/copy", podId=pod, direction="upload", source=str(file), destination="/root/file")
    service.call("runners/status", podId=pod)
    service.call("runners/logs", podId=pod)
    install(service, pod, repository, name="second", jit=True)
    service.call("runners/remove", 180, podId=pod, name="second")
    service.call("workflows/teardownRunner", 180, podId=pod, repoUrl=repository)
