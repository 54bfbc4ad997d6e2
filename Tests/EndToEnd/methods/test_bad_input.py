"""What each kind of wrong input gets, and that it loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from service import CallFailed, Service


def failure(service: Service, method: str, **params: Any) -> CallFailed:
    """The failure that the call ends in."""
    with pytest.raises(CallFailed) as failed:
        service.call(method, **params)
    return failed.value


POD = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4"}


def test_a_missing_key_is_named_with_the_way_to_get_one(product: str, home: dict[str, str]) -> None:
    with Service(product, home) as service:
        for method, params in [("auth/validate", {}), ("pods/create", POD), ("ssh/exec", {"podId": "x", "command": "y"})]:
            error = failure(service, method, **params)
            assert error.kind == "environmentIncomplete"
            assert "RUNPOD_API_KEY" in error.message
            assert "https://" in error.data["hint"]


def test_a_wrong_key_is_unauthorized(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> None:
    with Service(product, {**home, **shared_sandbox.environment, "RUNPOD_API_KEY": "rpa_wrong"}) as service:
        for method, params in [("auth/validate", {}), ("pods/create", POD), ("pods/list", {})]:
            error = failure(service, method, **params)
            assert (error.kind, error.data["retryable"]) == ("unauthorized", False)
            assert "rpa_wrong" not in str(error.data) + error.message


def test_a_missing_tool_is_named(product: str, shared_sandbox: Sandbox, home: dict[str, str], tmp_path: Path) -> None:
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        pod = service.call("pods/create", **POD)["pod"]["id"]
        service.call("pods/wait", podId=pod)
    with Service(product, {**home, **shared_sandbox.environment, "PATH": str(tmp_path)}) as service:
        error = failure(service, "ssh/exec", podId=pod, command="true")
        assert error.kind == "environmentIncomplete"
        assert "ssh" in error.message
        checks = {check["name"]: check for check in service.call("environment/validate")["checks"]}
        assert checks["ssh"]["state"] == "error"
        assert "openssh-client" in checks["ssh"]["hint"]
        service.call("pods/terminate", podId=pod)


def test_an_unknown_pod_is_not_found(service: Service) -> None:
    for method in ["pods/get", "pods/status", "pods/wait", "pods/stop", "pods/resume", "pods/terminate", "ssh/resolve"]:
        assert failure(service, method, podId="nosuchpod").kind == "notFound"


@pytest.mark.parametrize(
    ("method", "params", "path"),
    [
        ("pods/create", {"imageName": ["x"]}, "imageName"),
        ("pods/create", {**POD, "interruptible": "maybe"}, "interruptible"),
        ("pods/create", {**POD, "volumeInGb": -1}, "volumeInGb"),
        ("pods/create", {**POD, "vcpuCount": 10**9}, "vcpuCount"),
        ("pods/create", {**POD, "globalNetworking": "yes"}, "globalNetworking"),
        ("volumes/create", {"name": "x", "sizeInGb": 5, "dataCenterId": "EU-RO-1"}, "sizeInGb"),
        ("registries/create", {"name": "x", "username": "y", "password": "z"}, "password"),
        ("pods/create", {**POD, "gpuCount": "two"}, "gpuCount"),
        ("pods/create", {**POD, "gpuCount": 0}, "gpuCount"),
        ("pods/create", {**POD, "env": {"A": 1}}, "env.A"),
        ("pods/create", {**POD, "terminateAfter": "tomorrow"}, "terminateAfter"),
        ("pods/create", {**POD, "gpuTypeID": "x"}, "gpuTypeID"),
        ("pods/list", {"status": "asleep"}, "status"),
        ("ssh/exec", {"podId": "x"}, "command"),
        ("ssh/exec", {"podId": "x", "command": ["a", 5]}, "command"),
        ("runners/install", {"podId": "x"}, "repoUrl"),
    ],
)
def test_bad_params_name_the_field_and_what_was_expected(
    service: Service, method: str, params: dict[str, Any], path: str
) -> None:
    error = failure(service, method, **params)
    assert error.code == -32602
    assert error.data["path"] == path
    assert error.data["expected"]


def test_a_damaged_state_file_is_named_and_left_alone(
    product: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    file = Path(home["XDG_STATE_HOME"]) / "runpod-rpc" / "state.sqlite"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is no database" * 100)
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        error = failure(service, "pods/create", **POD)
        assert error.kind == "storeFailure"
        assert str(file) in error.message
        checks = {check["name"]: check for check in service.call("environment/validate")["checks"]}
        assert checks["state"]["state"] == "error"
    assert file.read_bytes() == b"this is no database" * 100


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "line 1, column 2"), ('{"sshUserName": "me"}', "did you mean sshUsername?"), ('{"workDir": 5}', "workDir")],
)
def test_a_wrong_configuration_file_is_named(product: str, home: dict[str, str], text: str, words: str) -> None:
    file = Path(home["HOME"]) / ".config" / "runpod-rpc" / "config.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with Service(product, home) as service:
        error = failure(service, "environment/show")
        assert error.kind == "configurationInvalid"
        assert str(file) in error.message and words in error.message
        assert not service.call("environment/validate")["ok"]


def test_settings_come_from_the_strongest_source(product: str, home: dict[str, str]) -> None:
    file = Path(home["HOME"]) / ".config" / "runpod-rpc" / "config.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"sshUsername": "file", "workDir": "/file", "githubToken": "ghp_hidden"}')
    with Service(product, {**home, "WORK_DIR": "/environment"}, "--ssh-username", "flag") as service:
        shown = {setting["name"]: setting for setting in service.call("environment/show")["settings"]}
    assert (shown["SSH_USERNAME"]["value"], shown["SSH_USERNAME"]["source"]) == ("flag", "flag")
    assert (shown["WORK_DIR"]["value"], shown["WORK_DIR"]["source"]) == ("/environment", "environment")
    assert shown["GITHUB_TOKEN"]["source"] == "file"
    assert "ghp_hidden" not in str(shown)
