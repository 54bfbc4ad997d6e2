"""Archives that come, and that do not."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from download import Server
from machine import Machine
from pod import Pod
from tree import SYSTEMD


def test_a_download_that_is_cut_off_is_resumed(machine: Machine, server: Server) -> None:
    server.faults += ["cut", "unavailable"]
    machine.ready("install", archive_url=server.url("runner.tar.gz"))
    assert server.requests[0] == "whole" and server.requests[-1].startswith("bytes=")


@pytest.mark.parametrize("tool", ["/usr/bin/curl", "/usr/bin/wget"])
def test_either_tool_will_do(make_pod: Callable[..., Pod], server: Server, tool: str) -> None:
    pod = make_pod(SYSTEMD)
    pod.lose(tool)
    pod.fake("/usr/bin/date", 'if [ "$1" = +%s ]; then echo $(($(date.real +%s) - 3600)); else exec date.real "$@"; fi')
    server.faults += ["cut"]
    installed = pod.ready("install", archive_url=server.url("runner.tar.gz"), reach=server.url(""))
    assert any("the pod's clock is 3" in warning for warning in installed.warnings)
    unreachable = pod.run("install", version="2.2.0", reach="http://nowhere.invalid")
    assert unreachable.failure == "unreachable"
    missing = pod.run("install", version="2.2.0", archive_url=server.url("nothing"))
    assert missing.failure == "download"
    pod.ready("remove")


def test_what_a_runner_needs_must_answer(machine: Machine, server: Server) -> None:
    nowhere = "https://nowhere.invalid"
    refused = machine.run("install", reach=f"{nowhere} {server.url('')}")
    assert refused.failure == "unreachable" and nowhere in refused.last
    assert not machine.base.exists()
    warned = machine.ready("install", reach=f"{server.url('nothing')} {nowhere}")
    assert any(warning.startswith(nowhere) for warning in warned.warnings)
    assert not any("clock" in warning for warning in warned.warnings)


def test_what_cannot_be_reached_is_named(machine: Machine, server: Server) -> None:
    missing = machine.run("install", archive_url=server.url("nothing"))
    assert missing.failure == "download" and "code 22" in missing.last
    unknown = machine.run("install", archive_url="https://nowhere.invalid/runner.tar.gz")
    assert unknown.failure == "unreachable" and "nowhere.invalid cannot be resolved" in unknown.last
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    refused = machine.run("install", archive_url=f"http://127.0.0.1:{port}/runner.tar.gz")
    assert refused.failure == "unreachable" and f"127.0.0.1:{port} cannot be reached" in refused.last
    insecure = machine.run("install", archive_url=server.url("runner.tar.gz").replace("http:", "https:"))
    assert insecure.failure == "unreachable" and "no secure connection" in insecure.last
    assert not machine.base.exists()
