"""The golden sessions, call by call through the clients, whoever's they are: they get what the wire says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from clients.shell import BEHAVIOURS, run
from conftest import ROOT
from contract import methods
from golden import Golden, filled, matches
from runpod_rpc import Client, RunPodError
from sandbox import Sandbox
from witness import Witness

# What runpod-rpc-call ends with for these codes.
EXIT_CODES = {-32601: 64, -32602: 64, 1007: 16}
SESSIONS = [Golden.read(path) for path in sorted((ROOT / "protocol" / "sessions").glob("*.jsonl"))]
Call = Callable[[str, Any], dict[str, Any]]


def play(golden: Golden, call: Call) -> None:
    """Makes the calls of a session and asserts that the answers are its answers."""
    bound: dict[str, Any] = {}
    for method, params, expected in golden.calls():
        if not is_for_all(method, expected):
            continue
        # Tokens and params without names are not for clients to pass.
        named = filled(params if isinstance(params, dict) else {}, bound)
        named.pop("workDoneToken", None)
        answer = call(method, named)
        if isinstance(params, list) or (method == "service/ping" and not named):
            assert answer == {"result": {}}
            continue
        known = seen(expected)
        assert matches(known, answer, bound), f"{method}: expected {known}, got {answer}"


def is_for_all(method: str, answer: dict[str, Any]) -> bool:
    """Whether it is a call that does not depend on the dialect; errors that agents read as text do."""
    if "error" in answer:
        return answer["error"]["code"] in EXIT_CODES and not method.startswith(("server/", "tools/", "ping"))
    return method in methods() and not (isinstance(answer["result"], dict) and answer["result"].get("isError"))


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    """What of an answer all clients show alike, whatever else their service has done and for whom."""
    if "error" in answer:
        return {"exit": EXIT_CODES[answer["error"]["code"]], "kind": answer["error"].get("data", {}).get("kind")}
    result = answer["result"]
    if isinstance(result, dict):
        result = result.get("structuredContent", result)
        result = {**result, **{key: "$_" for key in ("requestsAnswered", "processId", "dialect") if key in result}}
    return {"result": result}


@pytest.fixture
def env(product: str, shared_sandbox: Sandbox, home: dict[str, str]) -> dict[str, str]:
    """The clients' environment."""
    return {**home, **shared_sandbox.environment, "RUNPOD_RPC": product}


@pytest.mark.parametrize("golden", SESSIONS, ids=[golden.name for golden in SESSIONS])
def test_python(golden: Golden, env: dict[str, str]) -> None:
    with Client([env["RUNPOD_RPC"]], env=env) as client:

        def call(method: str, params: Any) -> dict[str, Any]:
            try:
                return {"result": client.call(method, params)}
            except RunPodError as error:
                return {"exit": EXIT_CODES[error.code], "kind": error.kind}

        play(golden, call)
    Witness.show("errors", client._stderr.decode())


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
@pytest.mark.parametrize("golden", SESSIONS, ids=[golden.name for golden in SESSIONS])
def test_shell(golden: Golden, behaviour: str, env: dict[str, str]) -> None:
    def call(method: str, params: Any) -> dict[str, Any]:
        ended = run("runpod-rpc-call", method, "@-", env={**env, "BASH_ENV": behaviour}, stdin=json.dumps(params))
        if ended.returncode == 0:
            return {"result": json.loads(ended.stdout)}
        assert ended.stdout == ""
        kind = re.search(r"kind: +(\w+)", ended.stderr)
        return {"exit": ended.returncode, "kind": kind and kind[1]}

    play(golden, call)
