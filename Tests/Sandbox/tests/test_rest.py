"""The REST v2 face, over the same account."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from client import Answer, Sandbox, http, until

POD = {
    "name": "p",
    "image": "runpod/base:1.0",
    "gpu": {"id": "NVIDIA L4"},
    "ports": ["22/tcp", "8888/http"],
    "startSsh": True,
}


def call(sandbox: Sandbox, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
    """One call with the account's key, or another."""
    bearer = f"Bearer {key or sandbox.environment['RUNPOD_API_KEY']}"
    return http(method, sandbox.environment["RUNPOD_REST_URL"] + path, body, Authorization=bearer)


def problem(answer: Answer, status: int) -> dict[str, Any]:
    """The refusal's body."""
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status and answer.json["title"]
    return answer.json


def act(sandbox: Sandbox, id: str, action: str) -> Answer:
    """A transition."""
    return call(sandbox, "POST", f"/pods/{id}/action", {"action": action})


def test_a_pod_from_creation_to_its_end(shared: Sandbox) -> None:
    answer = call(shared, "POST", "/pods", {**POD, "mounts": {"persistent": {"size": 20, "path": "/workspace"}}})
    assert answer.status == 201
    pod = answer.json
    path = f"/pods/{pod['id']}"
    assert (pod["status"], pod["ssh"]["direct"]) == ("PROVISIONING", None)
    assert (pod["cloud"], pod["gpu"]["count"], pod["mounts"]["persistent"]["size"]) == ("SECURE", 1, 20)
    ready = until(lambda: (seen := call(shared, "GET", path).json)["status"] == "RUNNING" and seen)
    assert ready["actions"] == ["stop", "restart", "terminate"]
    assert ready["ssh"]["direct"]["port"] == shared.port(pod["id"])
    assert {row["private"] for row in ready["runtime"]["ports"]} == {22, 8888}
    assert shared.ssh(pod["id"], "hostname").stdout == f"{pod['id']}\n"
    assert "start" in problem(act(shared, pod["id"], "start"), 409)["detail"]
    stopped = act(shared, pod["id"], "stop").json
    assert (stopped["status"], stopped["cost"], stopped["runtime"]) == ("EXITED", 0.0, None)
    problem(act(shared, pod["id"], "restart"), 409)
    assert act(shared, pod["id"], "start").json["status"] == "PROVISIONING"
    assert call(shared, "DELETE", path).status == 204
    assert problem(call(shared, "DELETE", path), 404)["detail"] == "pod not found"
    problem(call(shared, "GET", path), 404)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"bidPerGpu": 0.2}, 422, "$: additional properties 'bidPerGpu' not allowed"),
        ({"gpu": {"id": "NVIDIA L4", "count": 0}}, 422, "$.gpu.count: minimum"),
        ({"name": 5}, 422, "$.name: got integer, want string"),
        ({"mounts": {"persistent": {"size": 20}}}, 422, "missing property 'path'"),
        ({"cloud": "ALL"}, 422, "$.cloud"),
        ({"image": None}, 422, "$.image"),
        ({"cpu": {"id": "cpu3c", "vcpuCount": 2}}, 400, "exactly one of gpu or cpu"),
        ({"gpu": {"id": "NVIDIA 9000"}}, 400, "no longer any instances available"),
        ({"mounts": {"network": [{"volumeId": "x", "path": "/x"}]}}, 404, "network volume not found"),
        ({"env": {"A": "a" * 103_000}}, 413, "too large"),
    ],
)
def test_what_is_refused(shared: Sandbox, change: dict[str, Any], status: int, words: str) -> None:
    body = problem(call(shared, "POST", "/pods", {**POD, **change}), status)
    assert words in " ".join([body["detail"], *body.get("errors", [])])


def test_no_money_is_402_and_no_key_401(sandbox: Sandbox) -> None:
    sandbox.set(balance=0)
    assert "balance" in problem(call(sandbox, "POST", "/pods", POD), 402)["detail"]
    assert (
        problem(http("GET", sandbox.environment["RUNPOD_REST_URL"] + "/pods"), 401)["detail"] == "missing bearer token"
    )
    problem(call(sandbox, "GET", "/pods", key="rpa_wrong"), 401)
    keys = sandbox.admin("GET", "/state")["keys"]
    assert problem(call(sandbox, "GET", "/pods", key=keys["restricted"]), 403)["detail"] == "access denied"
    problem(call(sandbox, "POST", "/pods", POD, key=keys["readOnly"]), 403)


def test_lists_come_in_pages_that_can_be_short(sandbox: Sandbox) -> None:
    made = [call(sandbox, "POST", "/pods", {**POD, "name": f"p{n}"}).json["id"] for n in range(5)]
    sandbox.set(restPageSize=2)
    seen, cursor = [], ""
    while True:
        page = call(sandbox, "GET", f"/pods?limit=100&cursor={cursor}").json
        seen += [pod["id"] for pod in page["pods"]]
        if not page["pagination"]["hasNextPage"]:
            break
        cursor = page["pagination"]["nextCursor"]
    assert seen == made[::-1]


def test_a_pod_is_changed_and_restarted_in_place(shared: Sandbox) -> None:
    id = call(shared, "POST", "/pods", POD).json["id"]
    shared.ssh(id, "touch /root/lost")
    assert call(shared, "PATCH", f"/pods/{id}", {"name": "renamed"}).json["name"] == "renamed"
    problem(call(shared, "PATCH", f"/pods/{id}", {"gpu": {"id": "NVIDIA L4"}}), 422)
    assert act(shared, id, "restart").status == 200
    assert shared.ssh(id, "ls /root").stdout == ""
    assert call(shared, "PATCH", f"/pods/{id}", {"locked": True}).json["locked"] is True
    problem(act(shared, id, "stop"), 409)


def test_the_catalogue_tells_stock_in_capitals(sandbox: Sandbox) -> None:
    sandbox.set(capacities={"NVIDIA L4": 0, "NVIDIA L4/SECURE/EU-SE-1": 1})
    plain = call(sandbox, "GET", "/catalog/gpus/NVIDIA L4".replace(" ", "%20")).json
    assert "availability" not in plain and plain["price"]["secure"] == 0.39
    wanted = "include=AVAILABILITY&product=POD"
    gpu = call(sandbox, "GET", f"/catalog/gpus/NVIDIA%20L4?{wanted}").json
    assert gpu["availability"] == "LOW"
    assert {row["id"]: row["availability"] for row in gpu["dataCenters"]}["EU-SE-1"] == "LOW"
    assert call(sandbox, "GET", f"/catalog/gpus/NVIDIA%20L4?{wanted}&count=2").json["availability"] == "NONE"
    problem(call(sandbox, "GET", "/catalog/gpus?include=AVAILABILITY"), 400)
    centers = call(sandbox, "GET", "/catalog/datacenters?regions=EUROPE&include=GPU_AVAILABILITY").json["dataCenters"]
    assert {center["region"] for center in centers} == {"EUROPE"} and centers[0]["gpuAvailability"]


def test_keys_and_volumes(sandbox: Sandbox) -> None:
    problem(call(sandbox, "PUT", "/account/ssh-keys", {"keys": ["nonsense"]}), 422)
    keys = {"keys": ["ssh-ed25519 AAAA one", "ssh-rsa BBBB two"]}
    assert call(sandbox, "PUT", "/account/ssh-keys", keys).json == keys
    assert call(sandbox, "GET", "/account/ssh-keys").json == keys
    volume = call(sandbox, "POST", "/network-volumes", {"name": "v", "size": 10, "dataCenter": "EU-SE-1"}).json
    mounts = {"network": [{"volumeId": volume["id"], "path": "/data"}]}
    pod = call(sandbox, "POST", "/pods", {**POD, "mounts": mounts}).json
    assert (pod["dataCenterId"], pod["mounts"]) == ("EU-SE-1", mounts)
    problem(call(sandbox, "PATCH", f"/network-volumes/{volume['id']}", {"size": 9}), 422)
    assert call(sandbox, "DELETE", f"/network-volumes/{volume['id']}").status == 204


def test_logs_tell_why_a_pod_ended(shared: Sandbox) -> None:
    id = call(shared, "POST", "/pods", {**POD, "image": "x-bad-image"}).json["id"]
    until(lambda: call(shared, "GET", f"/pods/{id}").json["status"] == "ERROR")
    url = f"{shared.environment['RUNPOD_REST_URL']}/pods/{id}/logs?source=system"
    header = f"Authorization: Bearer {shared.environment['RUNPOD_API_KEY']}"
    with subprocess.Popen(["curl", "-sN", "-H", header, url], stdout=subprocess.PIPE, text=True) as stream:
        line = next(line for line in stream.stdout if line.startswith("data: "))
        stream.kill()
    event = json.loads(line.removeprefix("data: "))
    assert event["source"] == "system" and "error pulling image" in event["line"]


def test_quotas_are_told_and_kept(sandbox: Sandbox) -> None:
    sandbox.set(restQuota=2)
    answers = [call(sandbox, "GET", "/pods?limit=1") for _ in range(4)]
    assert '"minute";q=2;w=60' in answers[0].headers["ratelimit-policy"]
    limited = answers[-1]
    assert problem(limited, 429)["detail"] == "rate limit exceeded for the minute window"
    assert 0 < int(limited.headers["retry-after"]) <= 60
