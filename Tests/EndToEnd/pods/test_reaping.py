"""`runpod-rpc reap`: one shot on another machine, with the account's key alone."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import places
from pods.conftest import Face
from sandbox import Sandbox
from service import Service

HOUR = 3600


@pytest.fixture
def reap(product: str, face: Face, own: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Runs the command as another machine would; its exit code, result and sentences."""

    def run(*arguments: str, **changes: str | None) -> tuple[int, Any, str]:
        elsewhere = {**own, **places(tmp_path / "elsewhere"), **changes}
        # It has nothing to do on pods.
        elsewhere["SSH_KEY_PATH"] = None
        environment = {name: value for name, value in elsewhere.items() if value is not None}
        done = subprocess.run([product, "reap", *arguments], env=environment, capture_output=True, text=True, timeout=120)
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


def pods(sandbox: Sandbox) -> dict[str, str]:
    """The status of each by its id."""
    return {pod["id"]: pod["status"] for pod in sandbox.admin("GET", "/state")["pods"]}


def test_it_ends_what_is_past_its_deadline_and_nothing_else(
    product: str, face: Face, sandbox: Sandbox, own: dict[str, str], reap: Callable[..., Any], tmp_path: Path
) -> None:
    with Service(product, own) as service:
        due = face.rent(service, maxLifetimeSeconds=HOUR)["id"]
        stopping = face.rent(service, stopAfter="2199-01-01T00:00:00Z", maxLifetimeSeconds=9 * HOUR)["id"]
        costly = face.rent(service, maxCost=0.6)["id"]
        kept = face.rent(service, maxLifetimeSeconds=9 * HOUR)["id"]
        unlimited = face.rent(service)["id"]
        service.process.kill()
        service.process.wait()
    sandbox.admin("POST", "/clock", {"advance": 2 * HOUR})
    code, result, words = reap("--dry-run")
    verdicts = {pod["podId"]: pod["verdict"] for pod in result["pods"]}
    expected = {due: "wouldTerminate", costly: "wouldTerminate", stopping: "kept", kept: "kept", unlimited: "unlimited"}
    assert (code, verdicts) == (2, expected)
    assert set(pods(sandbox).values()) == {"RUNNING"}
    code, result, words = reap()
    assert (code, {pod["podId"]: pod["verdict"] for pod in result["pods"]}) == (
        0,
        {**expected, due: "terminated", costly: "terminated"},
    )
    gone = {id for id, status in pods(sandbox).items() if status == "TERMINATED"}
    assert gone == {due, costly}
    assert f"Terminated pod {due}" in words
    assert f"Left pod {unlimited}" in words
    assert "has no deadline" in words
    assert not (tmp_path / "elsewhere").exists()
    assert reap()[0] == 0


def test_it_says_when_runpod_cannot_be_asked_and_when_a_pod_is_left(
    face: Face, sandbox: Sandbox, product: str, own: dict[str, str], reap: Callable[..., Any]
) -> None:
    code, result, words = reap(RUNPOD_API_KEY=None)
    assert result is None
    assert code not in (0, 2)
    assert "RUNPOD_API_KEY" in words
    refused, result, words = reap(RUNPOD_API_KEY="rpa_wrong")
    assert result is None
    assert refused not in (0, 2)
    assert refused != code
    assert "key" in words
    with Service(product, own) as service:
        pod = face.rent(service, maxLifetimeSeconds=HOUR)["id"]
        service.process.kill()
        service.process.wait()
    sandbox.admin("POST", "/clock", {"advance": 2 * HOUR})
    operation = "podTerminate" if face.name == "graphql" else "DELETE /pods/*"
    sandbox.admin("POST", "/faults", {"face": face.name, "operation": operation, "kind": "status", "status": 403, "times": -1})
    code, result, words = reap()
    assert code == 2
    assert [row["verdict"] for row in result["pods"]] == ["failed"]
    assert f"pods/terminate podId={pod}" in words


GARBAGE = [
    "",
    "tomorrow",
    "0",
    "-1",
    "1e308",
    "99999-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2026-01-01T00:00:00+00:00",
    "2026-02-31T00:00:00Z",
    "2026-01-01T00:00:00Z; rm -rf /",
    "９９９９-01-01T00:00:00Z",
    "\u0000" * 3,
    "x" * 20_000,
]


NAMES = [f"RUNPOD_RPC_{name}" for name in ("OWNER", "CREATED", "TERMINATE_AFTER", "STOP_AFTER", "MAX_COST")]


def create_by_hand(sandbox: Sandbox, env: dict[str, str]) -> str:
    """The id of a pod that no runpod-rpc created. It has no container, so that there can be many."""
    sandbox.admin("POST", "/settings", {"badImageDelay": 1e9, "balance": 1e6, "spendLimit": 1e6, "capacity": 10_000})
    request = urllib.request.Request(
        sandbox.environment["RUNPOD_REST_URL"] + "/pods",
        json.dumps({"name": "by hand", "image": "bad-image", "gpu": {"id": "NVIDIA L4"}, "env": env}).encode(),
        {
            "Authorization": f"Bearer {sandbox.environment['RUNPOD_API_KEY']}",
            "Content-Type": "application/json",
            "User-Agent": "tests",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())["id"]


def test_garbage_for_a_deadline_ends_nothing_and_is_told(
    face: Face, sandbox: Sandbox, reap: Callable[..., Any]
) -> None:
    for value in GARBAGE:
        create_by_hand(sandbox, dict.fromkeys(NAMES, value))
    before = pods(sandbox)
    assert len(before) == len(GARBAGE)
    code, result, words = reap()
    assert code == 0
    assert pods(sandbox) == before
    assert {row["verdict"] for row in result["pods"]} == {"unlimited"}
    assert all("RUNPOD_RPC_TERMINATE_AFTER" in row["unreadable"] for row in result["pods"])
    assert "cannot be read" in words


def test_an_account_of_a_thousand_pods(face: Face, sandbox: Sandbox, reap: Callable[..., Any]) -> None:
    sandbox.admin("POST", "/settings", {"restPageSize": 300})
    past = {"RUNPOD_RPC_OWNER": "abc me@here", "RUNPOD_RPC_TERMINATE_AFTER": "2026-01-01T00:00:00Z"}
    due = {create_by_hand(sandbox, past) for _ in range(5)}
    others = {create_by_hand(sandbox, {}) for _ in range(995)}
    code, result, _ = reap()
    assert code == 0
    assert {row["podId"]: row["verdict"] for row in result["pods"]} == dict.fromkeys(due, "terminated")
    assert result["others"]["count"] == 995
    assert {id for id, status in pods(sandbox).items() if status == "TERMINATED"} == due
    assert {id for id, status in pods(sandbox).items() if status == "RUNNING"} == others
