"""The GraphQL face: what it refuses, and in which words."""

from __future__ import annotations

from http.client import IncompleteRead
from typing import Any

import pytest
from client import Sandbox, http

ON_DEMAND = ("podFindAndDeployOnDemand", "PodFindAndDeployOnDemandInput")
SPOT = ("podRentInterruptable", "PodRentInterruptableInput!")
POD = {"name": "p", "imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ myself { colour } }", 'Cannot query field "colour" on type "User".'),
        ('{ pod(input: {podID: "x"}) { id } }', 'Field "podID" is not defined by type "PodFilter".'),
        ("mutation { podRestart { id } }", 'Cannot query field "podRestart" on type "Mutation".'),
        ('mutation { podBidResume(input: {podId: "x", bidPerGpu: 1}) { id } }', 'Field "PodBidResumeInput.gpuCount"'),
        ("{ __schema { types { name } } }", "introspection is not allowed"),
    ],
)
def test_what_the_schema_does_not_have_is_refused_whole(shared: Sandbox, query: str, message: str) -> None:
    answer = shared.post_graphql(query)
    assert answer.status == 400
    errors = answer.json["errors"]
    assert any(message in error["message"] for error in errors)
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


def test_an_unknown_member_of_a_variable_is_refused_and_rents_nothing(sandbox: Sandbox) -> None:
    query = f"mutation($input: {ON_DEMAND[1]}) {{ {ON_DEMAND[0]}(input: $input) {{ id }} }}"
    answer = sandbox.post_graphql(query, input={**POD, "interruptible": True})
    assert answer.status == 400
    assert (
        'Field "interruptible" is not defined by type "PodFindAndDeployOnDemandInput".'
        in answer.json["errors"][0]["message"]
    )
    assert sandbox.admin("GET", "/state")["pods"] == []


def test_keys_open_what_they_are_for(shared: Sandbox) -> None:
    keys = shared.admin("GET", "/state")["keys"]
    assert shared.post_graphql("{ myself { id } }", "rpa_wrong").status == 401
    refused = shared.post_graphql("{ myself { id } }", keys["restricted"])
    assert (refused.status, refused.json) == (
        200,
        {
            "errors": [{"message": "Unauthorized", "path": ["myself"], "extensions": {"code": "RUNPOD"}}],
            "data": {"myself": None},
        },
    )
    assert shared.post_graphql("{ myself { id } }", keys["readOnly"]).json["data"]["myself"]["id"]
    query = 'mutation { podTerminate(input: {podId: "x"}) }'
    assert shared.post_graphql(query, keys["readOnly"]).json["errors"][0]["message"] == "Unauthorized"
    anonymous = http("POST", shared.environment["RUNPOD_API_URL"], {"query": "{ myself { id } }"})
    assert anonymous.json == {"data": {"myself": None}}
    by_query = http(
        "POST", f"{shared.environment['RUNPOD_API_URL']}?api_key={keys['all']}", {"query": "{ myself { id } }"}
    )
    assert by_query.json["data"]["myself"]["id"]


def test_a_pods_own_key_opens_that_pod_only(sandbox: Sandbox) -> None:
    own, other = sandbox.create()["id"], sandbox.create()["id"]
    key = next(pod["key"] for pod in sandbox.admin("GET", "/state")["pods"] if pod["id"] == own)
    query = "query($id: String!) { pod(input: {podId: $id}) { id } }"
    assert sandbox.post_graphql(query, key, id=own).json["data"]["pod"] == {"id": own}
    assert sandbox.post_graphql(query, key, id=other).json["errors"][0]["message"] == "Unauthorized"
    assert sandbox.post_graphql("{ myself { id } }", key).json["errors"][0]["message"] == "Unauthorized"
    stop = "mutation($id: String!) { podStop(input: {podId: $id}) { desiredStatus } }"
    assert sandbox.post_graphql(stop, key, id=own).json["data"]["podStop"] == {"desiredStatus": "EXITED"}


def test_clients_that_look_like_pythons_own_are_banned(shared: Sandbox) -> None:
    answer = http("POST", shared.environment["RUNPOD_API_URL"], {}, User_Agent="Python-urllib/3.11")
    assert (answer.status, answer.body) == (403, b"error code: 1010")


@pytest.mark.parametrize(
    ("settings", "call", "input", "message", "code"),
    [
        (
            {"capacity": 0},
            ON_DEMAND,
            {},
            (
                "There are no longer any instances available with the requested specifications. "
                "Please refresh and try again."
            ),
            "SUPPLY_CONSTRAINT",
        ),
        (
            {"capacity": 0},
            SPOT,
            {},
            "There are no longer any instances available with the request specifications. Please try again later.",
            None,
        ),
        (
            {"balance": 0.1},
            ON_DEMAND,
            {},
            "Your account balance is too low to rent a pod. Please add funds to your account.",
            "INSUFFICIENT_BALANCE",
        ),
        (
            {"balance": 1000},
            ON_DEMAND,
            {"gpuTypeId": "NVIDIA B200", "gpuCount": 8, "n": 2},
            "Renting this pod would put you over your current spending limit ($80.00/hr).",
            "INSUFFICIENT_BALANCE",
        ),
        (
            {},
            ON_DEMAND,
            {"containerDiskInGb": 100_000},
            "There are no longer any instances available with enough disk space.",
            None,
        ),
        (
            {},
            ON_DEMAND,
            {"minMemoryInGb": 100_000},
            "This machine does not have the resources to deploy your pod. Please try a different machine",
            None,
        ),
        ({}, SPOT, {"bidPerGpu": 0.01}, "Your bid is below the minimum bid price of $0.195/hr per GPU.", "BID_TOO_LOW"),
        ({}, ON_DEMAND, {"name": "n" * 192}, "A pod's name can have at most 191 characters.", "BAD_USER_INPUT"),
    ],
)
def test_refusals_have_runpods_words(
    sandbox: Sandbox,
    settings: dict[str, Any],
    call: tuple[str, str],
    input: dict[str, Any],
    message: str,
    code: str | None,
) -> None:
    sandbox.set(**settings)
    for _ in range(input.pop("n", 1) - 1):
        assert "errors" not in sandbox.mutate(*call, **POD | input)
    error = sandbox.refusal(*call, **POD | input)
    assert error["message"] == message
    assert error["path"] == [call[0]]
    assert error["extensions"].get("code") == code


def test_an_unknown_gpu_is_no_capacity_for_ever(shared: Sandbox) -> None:
    assert shared.refusal(*ON_DEMAND, **POD | {"gpuTypeId": "NVIDIA 9000"})["extensions"]["code"] == "SUPPLY_CONSTRAINT"
    assert shared.graphql('{ gpuTypes(input: {id: "NVIDIA 9000"}) { id } }')["data"]["gpuTypes"] == []


def test_capacity_is_by_place_and_told_by_the_catalogue(sandbox: Sandbox) -> None:
    sandbox.set(capacities={"NVIDIA L4": 0, "NVIDIA L4/SECURE/EU-SE-1": 2})
    query = """query($input: GpuLowestPriceInput) {
      gpuTypes(input: {id: "NVIDIA L4"}) { securePrice lowestPrice(input: $input) { stockStatus minimumBidPrice } } }"""

    def stock(center: str) -> str:
        answer = sandbox.graphql(query, input={"gpuCount": 1, "dataCenterId": center})
        return answer["data"]["gpuTypes"][0]["lowestPrice"]["stockStatus"]

    assert (stock("EU-RO-1"), stock("EU-SE-1")) == ("None", "Low")
    assert sandbox.mutate(*ON_DEMAND, "{ machine { dataCenterId } }", **POD | {"gpuCount": 2})["data"][
        ON_DEMAND[0]
    ] == {"machine": {"dataCenterId": "EU-SE-1"}}
    assert stock("EU-SE-1") == "None"
    assert sandbox.refusal(*ON_DEMAND, **POD)["extensions"]["code"] == "SUPPLY_CONSTRAINT"


def test_no_capacity_can_be_silent(sandbox: Sandbox) -> None:
    sandbox.set(capacity=0, silentNoCapacity=True)
    assert sandbox.mutate(*ON_DEMAND, **POD) == {"data": {ON_DEMAND[0]: None}}


def test_what_is_not_there(shared: Sandbox) -> None:
    assert shared.pod("nosuchpod") is None
    missing = {"podId": "nosuchpod"}
    assert (
        shared.refusal("podStop", "PodStopInput!", **missing)["message"] == "Attempted to stop pod that does not exist"
    )
    answer = shared.mutate("podTerminate", "PodTerminateInput!", "", **missing)
    assert answer["data"] == {"podTerminate": None}
    assert answer["errors"][0]["message"] == "pod not found to terminate"
    assert answer["errors"][0]["extensions"] == {"code": "POD_NOT_FOUND"}


def test_the_accounts_keys_are_replaced_whole(sandbox: Sandbox) -> None:
    answer = sandbox.mutate(
        "updateUserSettings", "UpdateUserSettingsInput", "{ pubKey }", pubKey="ssh-ed25519 AAAA one"
    )
    assert answer["data"]["updateUserSettings"] == {"pubKey": "ssh-ed25519 AAAA one"}
    assert "PUBLIC_KEY=ssh-ed25519 AAAA one" in sandbox.create()["env"]
    assert "PUBLIC_KEY=mine" in sandbox.create(env=[{"key": "PUBLIC_KEY", "value": "mine"}])["env"]
    assert sandbox.create(startSsh=False)["env"] == []


@pytest.mark.parametrize(
    ("fault", "status", "exists"),
    [
        ({"kind": "status", "status": 503}, 503, False),
        ({"kind": "status", "status": 502, "after": True}, 502, True),
        ({"kind": "garbage"}, 200, True),
        ({"kind": "html"}, 200, False),
        ({"kind": "limit", "seconds": 7}, 429, False),
    ],
)
def test_faults_strike_before_or_after_the_effect(
    sandbox: Sandbox, fault: dict[str, Any], status: int, exists: bool
) -> None:
    sandbox.admin("POST", "/faults", {"face": "graphql", "operation": "podFind*", **fault})
    query = f"mutation($input: {ON_DEMAND[1]}) {{ {ON_DEMAND[0]}(input: $input) {{ id }} }}"
    answer = sandbox.post_graphql(query, input=POD)
    assert answer.status == status
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    with pytest.raises((ValueError, KeyError)):
        answer.json["data"]
    assert bool(sandbox.admin("GET", "/state")["pods"]) == exists
    assert sandbox.create()["id"]


@pytest.mark.parametrize(("kind", "after"), [("drop", False), ("drop", True), ("cut", True)])
def test_connections_break_before_or_after_the_effect(sandbox: Sandbox, kind: str, after: bool) -> None:
    order = {"face": "graphql", "operation": ON_DEMAND[0], "kind": kind, "after": after}
    sandbox.admin("POST", "/faults", order)
    with pytest.raises((OSError, IncompleteRead)):
        sandbox.create()
    assert len(sandbox.admin("GET", "/state")["pods"]) == after


def test_a_retired_api_answers_410(sandbox: Sandbox) -> None:
    sandbox.set(graphqlRetired=True)
    assert sandbox.post_graphql("{ myself { id } }").status == 410


def test_requests_are_recorded(sandbox: Sandbox) -> None:
    sandbox.create(name="recorded")
    (entry,) = sandbox.admin("GET", "/requests?operation=podFindAndDeployOnDemand")
    assert (entry["face"], entry["method"], entry["path"], entry["status"]) == ("graphql", "POST", "/graphql", 200)
    assert entry["headers"]["authorization"] == f"Bearer {sandbox.environment['RUNPOD_API_KEY']}"
    assert "recorded" in entry["body"]
    sandbox.admin("DELETE", "/requests")
    assert sandbox.admin("GET", "/requests") == []


def test_a_wrong_setting_or_fault_is_told(shared: Sandbox) -> None:
    url = shared.environment["SANDBOX_ADMIN_URL"]
    assert http("POST", f"{url}/settings", {"colour": 1}).status == 400
    assert http("POST", f"{url}/faults", {"face": "graphql", "operation": "*", "kind": "flood"}).status == 400


@pytest.mark.parametrize("count", [1, 2, 8])
def test_the_lowest_price_is_for_all_of_the_gpus(shared: Sandbox, count: int) -> None:
    query = """query($input: GpuLowestPriceInput) { gpuTypes(input: {id: "NVIDIA H100 80GB HBM3"}) {
      securePrice secureSpotPrice lowestPrice(input: $input) { minimumBidPrice uninterruptablePrice } } }"""
    [gpu] = shared.post_graphql(query, input={"gpuCount": count, "secureCloud": True}).json["data"]["gpuTypes"]
    assert gpu["lowestPrice"]["uninterruptablePrice"] == pytest.approx(count * gpu["securePrice"])
    assert gpu["lowestPrice"]["minimumBidPrice"] == pytest.approx(count * gpu["secureSpotPrice"])


def test_where_spot_is_gone_no_bid_is_enough(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/settings", {"spot": "gone"})
    query = """{ gpuTypes(input: {id: "NVIDIA L4"}) {
      lowestPrice(input: {gpuCount: 2, secureCloud: true}) { minimumBidPrice uninterruptablePrice } } }"""
    prices = sandbox.post_graphql(query).json["data"]["gpuTypes"][0]["lowestPrice"]
    assert prices["minimumBidPrice"] == prices["uninterruptablePrice"]
    query = f"mutation($input: {SPOT[1]}) {{ {SPOT[0]}(input: $input) {{ id }} }}"
    answer = sandbox.post_graphql(query, input={**POD, "bidPerGpu": 9.0}).json
    assert answer["data"] == {SPOT[0]: None}
    assert answer["errors"][0]["message"] == (
        "There are no instances available with the request specifications. Please try again later."
    )


def test_a_key_may_be_kept_from_graphql_alone(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/settings", {"graphqlForbidden": True})
    assert sandbox.post_graphql("{ myself { id } }").json["errors"][0]["message"] == "Unauthorized"
    key = f"Bearer {sandbox.environment['RUNPOD_API_KEY']}"
    assert http("GET", sandbox.environment["RUNPOD_REST_URL"] + "/pods", Authorization=key).status == 200
