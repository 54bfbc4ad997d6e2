"""What a key, a gateway, a limit and an address can do to a call, on both APIs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pods.conftest import Face
from sandbox import Sandbox
from service import CallFailed, Service

ON_DEMAND = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "interruptible": False}


def told(service: Service) -> list[str]:
    """What an editor was told."""
    return [
        message["params"]["message"] for message in service.received if message.get("method") == "window/logMessage"
    ]


@pytest.mark.one_face("these are about leaving GraphQL")
@pytest.mark.parametrize(
    "settings", [{"graphqlForbidden": True}, {"graphqlLimited": True, "graphqlRetryAfter": 3600}]
)
def test_a_key_without_graphql_moves_to_rest_once(
    product: str, sandbox: Sandbox, home: dict[str, str], settings: dict[str, object]
) -> None:
    sandbox.admin("POST", "/settings", settings)
    with Service(product, {**home, **sandbox.environment}) as service:
        service.call("initialize", capabilities={})
        pod = service.call("pods/create", **{**ON_DEMAND, "interruptible": "prefer"})["pod"]
        assert pod["interruptible"] is False
        service.call("pods/terminate", podId=pod["id"])
        [words] = told(service)
        assert "RUNPOD_API=rest" in words
        service.call("shutdown")
    calls = [entry["face"] for entry in sandbox.admin("GET", "/requests") if entry["face"] in ("graphql", "rest")]
    # The catalogue is open to every key; the first call that is not moves all the others.
    assert "graphql" not in calls[calls.index("rest") :]
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "graphql"}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/list")
        assert failed.value.kind == ("forbidden" if "graphqlForbidden" in settings else "rateLimited")
        if failed.value.kind == "forbidden":
            assert "RUNPOD_API=rest" in failed.value.data["hint"]


def test_a_rate_limit_is_waited_out_by_a_creation_too(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        face.break_next(sandbox, face.create, kind="limit", seconds=1)
        pod = face.rent(service)
        assert len(face.calls(sandbox, face.create)) == 2
        live = [each for each in sandbox.admin("GET", "/state")["pods"] if not each["gone"]]
        assert [each["id"] for each in live] == [pod["id"]]
        service.call("pods/stop", podId=pod["id"])
        resume = "podBidResume" if face.name == "graphql" else f"POST /pods/{pod['id']}/action"
        face.break_next(sandbox, resume, kind="limit", seconds=1)
        assert service.call("pods/resume", podId=pod["id"])["pod"]["status"] == "starting"


def test_ssh_is_never_at_a_private_address(product: str, face: Face, sandbox: Sandbox, own: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"privatePortFirst": True})
    with Service(product, own) as service:
        pod = face.rent(service)
        assert service.call("pods/wait", podId=pod["id"], timeoutSeconds=30)["pod"]["host"] == "127.0.0.1"


@pytest.mark.parametrize("before", [True, False])
def test_a_wait_for_a_pod_that_we_stopped_says_so(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], before: bool
) -> None:
    sandbox.admin("POST", "/settings", {"sshdDelay": None})
    with Service(product, own) as service:
        pod = face.rent(service)["id"]
        if before:
            service.call("pods/stop", podId=pod)
        call = service.begin("pods/wait", podId=pod, timeoutSeconds=60)
        if not before:
            service.call("pods/stop", podId=pod)
        with pytest.raises(CallFailed) as failed:
            call.result(60)
        assert failed.value.kind == "conflict"
        assert "stopped" in failed.value.message
        assert "image" not in failed.value.message


def test_an_adopted_pod_has_its_gpu_type(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    with Service(product, {**own, "XDG_STATE_HOME": str(tmp_path / "elsewhere")}) as other:
        pod = face.rent(other)["id"]
    with Service(product, own) as service:
        assert service.call("pods/get", podId=pod)["pod"]["gpuTypeId"] == face.rental["gpuTypeId"]


def test_a_list_with_a_hole_says_nothing_about_the_rest(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str]
) -> None:
    with Service(product, own) as service:
        ids = [face.rent(service)["id"] for _ in range(2)]
        sandbox.admin("POST", "/settings", {"nullInList": True})
        listed = service.call("pods/list")["pods"]
        assert {pod["id"] for pod in listed} == set(ids) and not any(pod["status"] == "lost" for pod in listed)
        sandbox.admin("POST", "/settings", {"nullInList": False})
        assert {pod["id"] for pod in service.call("pods/list")["pods"]} == set(ids)


def test_the_keys_of_the_account_open_the_pod_as_well(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(theirs)], check=True)
    public = theirs.with_suffix(".pub").read_text()
    sandbox.admin("POST", "/settings", {"pubKey": f"{public}\n{public}"})
    with Service(product, own) as service:
        pod = face.rent(service)["id"]
        service.call("pods/wait", podId=pod, timeoutSeconds=30)
        assert service.call("ssh/exec", podId=pod, command="echo ours")["stdout"] == "ours\n"
        [state] = [each for each in sandbox.admin("GET", "/state")["pods"] if each["id"] == pod]
        lines = state["env"]["PUBLIC_KEY"].splitlines()
        assert len(lines) == 2 and public.strip() in lines
        own_key = face.rent(service, env={"PUBLIC_KEY": "ssh-ed25519 AAAA mine"})["id"]
        [state] = [each for each in sandbox.admin("GET", "/state")["pods"] if each["id"] == own_key]
        assert state["env"]["PUBLIC_KEY"] == "ssh-ed25519 AAAA mine"


def test_what_the_caller_got_wrong_is_told_as_that(face: Face, service: Service) -> None:
    with pytest.raises(CallFailed) as failed:
        face.rent(service, env={f"V{number}": "x" for number in range(60)})
    assert failed.value.kind == "configurationInvalid"
    assert "50 environment variables" in failed.value.message


@pytest.mark.one_face("these call no API")
@pytest.mark.parametrize(
    ("variable", "url", "words"),
    [
        ("RUNPOD_API_URL", "http://api.runpod.io/graphql", "without TLS"),
        ("RUNPOD_REST_URL", "http://127.0.0.1.example.com/v2", "without TLS"),
        ("RUNPOD_API_URL", "https://rest.runpod.io/v1", "version 1"),
        ("RUNPOD_API_URL", "api.runpod.io", "not a URL"),
    ],
)
def test_a_key_goes_nowhere_in_the_open(
    product: str, home: dict[str, str], variable: str, url: str, words: str
) -> None:
    with Service(product, {**home, "RUNPOD_API_KEY": "rpa_x", variable: url}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/list")
        assert failed.value.kind == "configurationInvalid"
        assert words in failed.value.message
        if "TLS" in words:
            checks = {check["name"]: check for check in service.call("environment/validate")["checks"]}
            assert checks[variable]["state"] == "error"
        if "version 1" in words:
            assert "https://api.runpod.io/v2" in failed.value.data["hint"]
