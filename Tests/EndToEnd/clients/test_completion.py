"""Completion of `runpod-rpc-call` in the real shells."""

from __future__ import annotations

import subprocess

import pytest

from clients.shell import SHELL, Terminal

CASES = {
    "a method": ("runpod-rpc-call pods/cre", "pods/create"),
    "a param that is a string": ("runpod-rpc-call pods/create imageN", "imageName="),
    "a param that is none": ("runpod-rpc-call pods/create gpuC", "gpuCount:="),
    "a param after others": ("runpod-rpc-call pods/create imageName=x gpuTy", "gpuTypeId="),
    "an option": ("runpod-rpc-call --wat", "--watch"),
    "the method after an option": ("runpod-rpc-call --watch service/sta", "service/status"),
    "the method of --params": ("runpod-rpc-call --params ssh/res", "ssh/resolve"),
}


@pytest.mark.parametrize(("typed", "completed"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab(shell: str, typed: str, completed: str, product: str, home: dict[str, str]) -> None:
    env = {**home, "PATH": f"{SHELL}:{home['PATH']}", "RUNPOD_RPC": product, "PS1": "ready> "}
    argv = {
        "bash": ["/bin/bash", "--norc", "-i"],
        "zsh": ["/usr/bin/zsh", "-f", "-i"],
    }[shell]
    setup = "autoload -U compinit; compinit -D -u; " if shell == "zsh" else ""
    with Terminal(*argv, env=env) as terminal:
        terminal.read_until("ready> ")
        terminal.type(f"{setup}source {SHELL}/completion.{shell}; echo sour''ced\r")
        terminal.read_until("sourced")
        terminal.type(f"{typed}\t")
        terminal.read_until(completed)


def test_all_methods_are_offered(product: str, home: dict[str, str]) -> None:
    script = (
        f"source {SHELL}/completion.bash; COMP_WORDS=({SHELL}/runpod-rpc-call pods/); COMP_CWORD=1; "
        '_runpod_rpc_call; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    argv = ["bash", "-c", script]
    output = subprocess.run(argv, env={**home, "RUNPOD_RPC": product}, capture_output=True, text=True, timeout=30).stdout
    assert {"pods/create", "pods/wait", "pods/terminate"} <= set(output.split())
    assert all(name.startswith("pods/") for name in output.split())
