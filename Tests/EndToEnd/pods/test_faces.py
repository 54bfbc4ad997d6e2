"""What differs between RunPod's APIs, and the way from one to the other."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from sandbox import Sandbox
from service import CallFailed, Service

pytestmark = pytest.mark.one_face("these are about what differs between the APIs")

ON_DEMAND = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "interruptible": False}


@pytest.fixture(autouse=True)
def two_faces(sandbox: Sandbox) -> None:
    """These need both."""
    if "RUNPOD_REST_URL" not in sandbox.environment:
        pytest.skip("this sandbox has no REST face")


def faces(sandbox: Sandbox) -> list[str]:
    """Of the calls so far, in order."""
    return [entry["face"] for entry in sandbox.admin("GET", "/requests") if entry["face"] in ("graphql", "rest")]


def test_the_service_moves_to_rest_by_itself_and_an_editor_is_told_once(
    product: str, sandbox: Sandbox, home: dict[str, str]
) -> None:
    sandbox.admin("POST", "/settings", {"graphqlRetired": True})
    with Service(product, {**home, **sandbox.environment}) as service:
        service.call("initialize", capabilities={})
        pod = service.call("pods/create", **ON_DEMAND)["pod"]
        service.call("pods/wait", podId=pod["id"])
        service.call("pods/terminate", podId=pod["id"])
        told = [message["params"] for message in service.received if message.get("method") == "window/logMessage"]
        assert len(told) == 1
        assert "REST" in told[0]["message"]
        service.call("shutdown")
    assert faces(sandbox).count("graphql") == 1


def test_a_script_is_told_on_standard_error(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"graphqlRetired": True})
    # Without a URL of its own, REST is beside GraphQL.
    environment = {**home, **sandbox.environment}
    del environment["RUNPOD_REST_URL"]
    line = b'{"jsonrpc":"2.0","id":1,"method":"pods/list"}\n'
    ended = subprocess.run([product], input=line * 2, capture_output=True, env=environment, timeout=60, check=True)
    assert ended.stderr.count(b"runpod-rpc: ") == 1
    assert b"REST" in ended.stderr
    assert ended.stdout.count(b'"result"') == 1


def test_graphql_alone_says_that_it_is_gone(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"graphqlRetired": True})
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "graphql"}) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/list")
    assert failed.value.kind == "apiRetired"
    assert "RUNPOD_API" in failed.value.data["hint"]


@pytest.mark.parametrize(
    ("interruptible", "outcome"), [(True, "configurationInvalid"), ("prefer", False), (False, False)]
)
def test_rest_has_no_spot_pods_and_says_so(
    product: str, sandbox: Sandbox, home: dict[str, str], interruptible: Any, outcome: Any
) -> None:
    environment = {**home, **sandbox.environment, "RUNPOD_API_URL": sandbox.environment["RUNPOD_REST_URL"]}
    with Service(product, environment) as service:
        params = {**ON_DEMAND, "interruptible": interruptible}
        if outcome is False:
            assert service.call("pods/create", **params)["pod"]["interruptible"] is False
        else:
            with pytest.raises(CallFailed) as failed:
                service.call("pods/create", **params)
            assert failed.value.kind == outcome
            assert "prefer" in failed.value.data["hint"]
            assert faces(sandbox) == []


def test_a_long_list_is_read_to_its_end(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"restPageSize": 2})
    with Service(product, {**home, **sandbox.environment, "RUNPOD_API": "rest"}) as service:
        ids = {service.call("pods/create", **ON_DEMAND)["pod"]["id"] for _ in range(5)}
        listed = service.call("pods/list")["pods"]
        assert {pod["id"] for pod in listed if pod["status"] == "starting" or pod["status"] == "running"} == ids


def test_cloudflares_ban_is_not_a_bad_key(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    sandbox.admin("POST", "/settings", {"userAgentBan": True})
    for api in ["graphql", "rest"]:
        with Service(product, {**home, **sandbox.environment, "RUNPOD_API": api}) as service:
            with pytest.raises(CallFailed) as failed:
                service.call("auth/validate")
        assert failed.value.kind == "forbidden"
        assert "not the key" in failed.value.message
