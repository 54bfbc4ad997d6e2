"""What people met with other programs that copy files, tried on this one.

A case runs `pod` on the pod and `local` here, calls `method`, and looks at `expect` in the result and by `check` here. `$D` is a
folder of the test's own, which is the home directory of the service as well.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from service import CallFailed, Service

CASES = {path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "cases").glob("*.json"))}
# Those in which the copy has to fail, as what it is called.
REFUSED = {"27-dev-null": "environmentIncomplete"}


@pytest.mark.parametrize("name", CASES)
def test_it_is_safe_here(
    name: str, product: str, home: dict[str, str], shared_sandbox: Sandbox, pod: str, tmp_path: Path
) -> None:
    case = CASES[name]
    folder = tmp_path / "own"
    folder.mkdir()
    environment = {**home, **shared_sandbox.environment, "HOME": str(folder)}

    def fill_in(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill_in(item) for key, item in value.items()}
        return value.replace("$POD", pod).replace("$D", str(folder)) if isinstance(value, str) else value

    def run(script: str) -> None:
        subprocess.run(["sh", "-c", script], check=True, cwd=folder, env={**os.environ, "D": str(folder), "HOME": str(folder)})

    with Service(product, environment) as service:
        if "pod" in case:
            made = service.call("ssh/exec", podId=pod, command=case["pod"])
            assert made["exitCode"] == 0, made
        if "local" in case:
            run(case["local"])
        try:
            result = service.call(case["method"], **fill_in(case["params"]))
            assert name not in REFUSED
            assert case.get("expect", {}).items() <= result.items()
        except CallFailed as failed:
            assert failed.kind == REFUSED.get(name)
    if "check" in case:
        run(case["check"])
    assert not list(tmp_path.rglob("PWNED"))
    assert not list(tmp_path.rglob(".runpod-rpc-*"))
