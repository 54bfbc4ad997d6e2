"""The recipes of clients/README.md in the real Neovim and Emacs, and VS Code's on its runtime: a runner is set up with
progress, the set-up of another one is cancelled by the editor's button, and the server ends well.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from clients.shell import Terminal
from sandbox import Sandbox
from service import Service
from witness import Witness

HERE = Path(__file__).parent
RUNNER = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4"}
# Keeps the exit code of the server that an editor ends.
SHIM = '#!/bin/sh\n"$PRODUCT" "$@"\necho $? > "$HOME/exit"\n'


def recipe(title: str) -> str:
    """The code of a chapter of clients/README.md."""
    chapter = (ROOT / "clients" / "README.md").read_text().split(f"\n## {title}\n")[1]
    found = re.search(r"```\w+\n(.*?)```", chapter, re.DOTALL)
    assert found
    return found[1]


def neovim(folder: Path) -> list[str]:
    """The recipe and what comes after it are one file: a file's own names end with it."""
    script = folder / "script.lua"
    script.write_text(recipe("Neovim") + (HERE / "neovim.lua").read_text())
    return ["nvim", "--headless", "--clean", "-u", "NONE", "-c", f"luafile {script}", "-c", "cquit"]


def emacs(folder: Path) -> list[str]:
    """Debian's packages for Emacs are loaded by its site file, which --quick leaves out."""
    script = folder / "recipe.el"
    script.write_text(recipe("Emacs"))
    start = ["--batch", "--no-init-file", "--eval", "(package-initialize)"]
    return ["emacs", *start, "--load", str(script), "--load", str(HERE / "emacs.el")]


def vscode(folder: Path) -> list[str]:
    """Its extensions run on Node.js."""
    (folder / "recipe.js").write_text(recipe("VS Code"))
    return ["node", str(HERE / "vscode.js")]


@pytest.mark.parametrize("editor", [neovim, emacs, vscode])
def test_editor(
    editor: Callable[[Path], list[str]], product: str, shared_sandbox: Sandbox, home: dict[str, str], tmp_path: Path
) -> None:
    command = editor(tmp_path)
    assert shutil.which(command[0]), f"{command[0]} is not installed; Tests/run installs it"
    shim = tmp_path / "bin" / "runpod-rpc"
    shim.parent.mkdir()
    shim.write_text(SHIM)
    shim.chmod(0o755)
    repository = f"https://github.com/octo/{editor.__name__}"
    environment = {
        **home,
        **shared_sandbox.environment,
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "PRODUCT": product,
        "REPORT": str(tmp_path / "report.json"),
        "RECIPE": str(tmp_path / "recipe.js"),
        "SETUP": json.dumps({**RUNNER, "repoUrl": repository, "runnerName": "gpu-1"}),
        # Nothing ever listens on such a pod.
        "ENDLESS": json.dumps({**RUNNER, "imageName": "no-sshd", "repoUrl": repository, "runnerName": "gpu-2"}),
        "TERM": os.environ.get("TERM", "dumb"),
    }
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    Witness.show("editor", ended.stdout + ended.stderr)
    assert (tmp_path / "report.json").exists(), ended.stderr
    report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    assert "failure" not in report, (report["failure"], ended.stderr)
    assert {"pods/create", "workflows/setupRunner"} <= set(report["commands"])
    workflow = report["setup"]["workflow"]
    assert workflow["state"] == "succeeded"
    assert "cancelled" in report["cancelled"]
    assert workflow["result"]["podId"] in report["printed"]
    # Emacs kills what it has just told to exit.
    assert editor is emacs or exit_code(tmp_path / "exit") == "0\n"
    check_progress(report["progress"])
    # What Emacs shows goes there when it has no screen.
    assert editor is not emacs or {"Step 1/5", "Step 5/5"} <= set(re.findall("^Step ./5", ended.stderr, re.MULTILINE))
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        live = [pod["id"] for pod in service.call("pods/list", status="running")["pods"]]
        assert live == [workflow["result"]["podId"]]
        assert service.call("pods/list", status="starting")["pods"] == []
        runners = service.call("runners/list", repoUrl=repository)["runners"]
        assert [runner["name"] for runner in runners] == ["gpu-1"]
        service.call("workflows/teardownRunner", 120, podId=live[0], repoUrl=repository)


def exit_code(file: Path) -> str:
    """What the shim has written: an editor does not wait for the server's end."""
    deadline = time.monotonic() + 60
    while not file.exists() or not file.read_text():
        assert time.monotonic() < deadline, "the server did not end"
        time.sleep(0.05)
    return file.read_text()


def check_progress(progress: list[dict[str, Any]]) -> None:
    """Both set-ups have begun, said their steps, and ended. Whatever else took long had progress as well."""
    first, second = dict.fromkeys(value["token"] for value in progress if "Step " in (value.get("message") or ""))
    for token, last_step in ((first, "Step 5/5"), (second, "Step 2/5")):
        values = [value for value in progress if value["token"] == token]
        kinds = [value["kind"] for value in values]
        assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("begin", "end", {"report"})
        assert any(last_step in (value["message"] or "") for value in values if "message" in value)


def test_neovim_shows_the_pods_on_its_screen(
    product: str, shared_sandbox: Sandbox, home: dict[str, str], tmp_path: Path
) -> None:
    """`:Pods` left a lone `}` on a real screen, where only the last line of a message stays."""
    env = {**home, **shared_sandbox.environment, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    (tmp_path / "runpod-rpc").symlink_to(product)
    (tmp_path / "recipe.lua").write_text(recipe("Neovim"))
    with Service(product, env) as service:
        pods = [service.call("pods/create", **RUNNER, name=name)["pod"]["id"] for name in ("first", "second")]
        with Terminal("/usr/bin/nvim", "--clean", "-u", "NONE", "-c", f"luafile {tmp_path}/recipe.lua", env=env) as terminal:
            terminal.read_until("NVIM")
            terminal.type(":Pods\r")
            terminal.read_until(pods[0])
            for words in (pods[1], "first", "second"):
                terminal.read_until(words)
            terminal.type("\x1b:qall!\r")
            terminal.end()
        for pod in pods:
            service.call("pods/terminate", podId=pod)


def test_the_pages_tell_vs_code_to_connect_by_the_configuration_file() -> None:
    chapter = (ROOT / "clients" / "README.md").read_text().split("\n## VS Code\n")[1].split("\n## ")[0]
    assert "ssh/config" in chapter and "ssh-remote+runpod-" in chapter and "ssh/command" not in chapter
