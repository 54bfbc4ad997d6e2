"""No number ends the service: not of params, not in the state file, not in an answer of RunPod's."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import TimeoutError as Late
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import BUILD, ROOT
from renting import rent
from sandbox import Sandbox
from service import Call, CallFailed, Service

NUMBERS = [0, -1, 2**31, 2**53, 2**63 - 1, 1e19, 1e300, -0.0]
# Not what is looked at by the contract: an absurd number that RunPod or the state file tells is passed on as it is.
PLAIN = str(BUILD / "runpod-rpc")
DOCUMENT = json.loads((ROOT / "protocol" / "openrpc.json").read_text())


def numbers(schema: dict[str, Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each number in values of a schema; an element of a list is the first."""
    if schema.get("type") in ("integer", "number"):
        yield path
    for other in schema.get("oneOf", []):
        yield from numbers(other, path)
    if "items" in schema:
        yield from numbers(schema["items"], (*path, 0))
    for name, member in schema.get("properties", {}).items():
        yield from numbers(member, (*path, name))


def put(params: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Params with another value there."""
    copy = json.loads(json.dumps(params))
    place = copy
    for step in path[:-1]:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    place[path[-1]] = value
    return copy


def outcome(call: Call, seconds: float = 30) -> Any:
    """The answer, whatever it is; what goes on for long is cancelled."""
    try:
        try:
            return call.result(seconds)
        except Late:
            call.cancel()
            return call.result(60)
    except CallFailed as failed:
        assert failed.kind != "serverDied", f"call {call.id} has ended the server"
        return failed


CASES = [
    (method["name"], (param["name"], *path))
    for method in DOCUMENT["methods"]
    if "result" in method
    for param in method["params"]
    for path in numbers(param["schema"])
]


def test_any_number_for_any_param_leaves_a_service_that_lives(
    product: str, shared_sandbox: Sandbox, home: dict[str, str]
) -> None:
    examples = {method["name"]: method["examples"][0]["params"] for method in DOCUMENT["methods"]}
    calls = []
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        pod = rent(service)
        for method, path in CASES:
            params = {param["name"]: param["value"] for param in examples[method]}
            params = json.loads(json.dumps(params).replace("50qynxzilsxoey", pod))
            # Nothing is rented that nobody wants: each of these is refused by RunPod, after all that is reckoned here.
            params = json.loads(re.sub(r'"gpuTypeIds?": "[^"]*"', '"gpuTypeId": "no such GPU"', json.dumps(params)))
            params.pop("detach", None)
            for number in NUMBERS:
                calls.append((method, path, number, service.begin(method, **put(params, path, number))))
        for method, path, number, call in calls:
            answer = outcome(call, 5)
            if number in (2**63 - 1, 1e19, 1e300) and path[-1] != "requestId":
                assert isinstance(answer, CallFailed) and answer.code == -32602, (method, path, number, answer)
                assert answer.data["path"].endswith(str(path[-1])), (method, path, number)
                assert "at most" in answer.message, (method, path, number, answer.message)
        service.call("service/ping")
    with Service(product, {**home, **shared_sandbox.environment}) as service:
        # Some of the calls have ended it; it is known all the same.
        assert pod in [listed.get("id") for listed in service.call("pods/list")["pods"]]
        service.call("pods/terminate", podId=pod)


def test_the_largest_limits_of_a_pod_can_be_kept(product: str, sandbox: Sandbox, home: dict[str, str]) -> None:
    own = {**home, **sandbox.environment}
    limits = {"maxCost": 1_000_000, "maxLifetimeSeconds": 3_155_760_000, "idleTimeoutSeconds": 3_155_760_000}
    wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4"}
    with Service(product, own) as service:
        with pytest.raises(CallFailed) as failed:
            service.call("pods/create", **wish, maxCost=1e12)
        assert (failed.value.code, failed.value.data["path"]) == (-32602, "maxCost")
        assert "at most 1000000" in failed.value.message
        assert sandbox.admin("GET", "/state")["pods"] == []
        pod = service.call("pods/create", **wish, **limits)["pod"]
        service.call("pods/wait", podId=pod["id"], timeoutSeconds=3_155_760_000)
        assert service.call("ssh/exec", podId=pod["id"], command="echo ok", timeoutSeconds=3e9)["stdout"] == "ok\n"
    with Service(product, own) as service:
        assert [listed["id"] for listed in service.call("pods/list")["pods"]] == [pod["id"]]
        service.call("pods/terminate", podId=pod["id"])


ABSURD: dict[str, list[float | int]] = {
    "INTEGER": [-1, 2**63 - 1, -(2**63), 10**17],
    "REAL": [-1.0, 1e300, -1e300, float("inf")],
}


def columns(file: Path) -> list[tuple[str, str, str]]:
    """Table, name and type of each column that holds numbers."""
    with sqlite3.connect(file) as state:
        tables = [name for (name,) in state.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [
            (table, column[1], column[2])
            for table in tables
            if table in ("pods", "workflows", "workflow_events")
            for column in state.execute(f"PRAGMA table_info({table})")
            if column[2] in ABSURD
        ]


def test_any_number_in_the_state_file_leaves_a_service_that_lives(sandbox: Sandbox, home: dict[str, str]) -> None:
    own = {**home, **sandbox.environment}
    folder = Path(home["XDG_STATE_HOME"]) / "runpod-rpc"
    wish = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4"}
    with Service(PLAIN, own) as service:
        pod = service.call("pods/create", **wish, maxCost=5, maxLifetimeSeconds=3600, idleTimeoutSeconds=600)["pod"]["id"]
        service.call("pods/wait", podId=pod)
        with pytest.raises(CallFailed):
            service.call(
                "workflows/setupRunner", 120, **{**wish, "imageName": "bad-image"}, repoUrl="https://github.com/a/b"
            )
        workflow = service.call("workflows/list")["workflows"][0]["id"]
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    for table, column, kind in columns(folder / "state.sqlite"):
        for number in ABSURD[kind]:
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)
            with sqlite3.connect(folder / "state.sqlite") as state:
                try:
                    state.execute(f"UPDATE {table} SET {column} = ?", (number,))
                except sqlite3.IntegrityError:
                    continue
            with Service(PLAIN, own) as service:
                for method, params in [
                    ("pods/list", {}),
                    ("pods/get", {"podId": pod}),
                    ("pods/status", {"podId": pod}),
                    ("pods/reconcile", {}),
                    ("workflows/list", {}),
                    ("workflows/get", {"workflowId": workflow}),
                    ("workflows/events", {"workflowId": workflow}),
                    ("workflows/wait", {"workflowId": workflow}),
                ]:
                    answer = outcome(service.begin(method, **params))
                    if isinstance(answer, CallFailed):
                        assert answer.kind in ("storeFailure", "notFound"), (table, column, number, method, answer)
                service.call("service/ping")


class Absurd:
    """Stands before RunPod's API, and answers another number for each of its numbers; use as a context manager."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.number: str | None = None
        stand = self

        class Handler(BaseHTTPRequestHandler):
            """One call."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Passes the call on."""
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                headers = {name: self.headers[name] for name in ("Authorization", "Content-Type", "User-Agent")}
                request = urllib.request.Request(sandbox.environment["RUNPOD_API_URL"], body, headers)
                try:
                    with urllib.request.urlopen(request, timeout=30) as response:
                        status, text = response.status, response.read()
                except urllib.error.HTTPError as error:
                    status, text = error.code, error.read()
                if stand.number is not None:
                    text = re.sub(rb'(?<=[:\[, ])-?\d+(?:\.\d+)?(?=[,}\]])', stand.number.encode(), text)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Absurd:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_any_number_in_an_answer_leaves_a_service_that_lives(sandbox: Sandbox, home: dict[str, str]) -> None:
    with Absurd(sandbox) as absurd:
        url = f"http://127.0.0.1:{absurd.server.server_address[1]}/graphql"
        own = {**home, **sandbox.environment}
        with Service(PLAIN, own) as service:
            pod = rent(service)
        for number in ["-1", "2147483648", "9007199254740992", "9223372036854775807", "1e300", "-1e300", "-0.0", "1e999"]:
            absurd.number = number
            with Service(PLAIN, {**own, "RUNPOD_API_URL": url}) as service:
                for method, params in [
                    ("auth/validate", {}),
                    ("pods/offers", {}),
                    ("pods/get", {"podId": pod}),
                    ("pods/status", {"podId": pod}),
                    ("pods/list", {}),
                    ("pods/reconcile", {}),
                    ("pods/wait", {"podId": pod, "timeoutSeconds": 1}),
                    ("pods/create", {"imageName": "bad-image", "gpuTypeId": "NVIDIA L4", "maxCost": 1}),
                ]:
                    outcome(service.begin(method, **params))
                service.call("service/ping")
        with Service(PLAIN, own) as service:
            listed = {listed.get("id"): listed["status"] for listed in service.call("pods/list")["pods"]}
            assert pod in listed
            assert service.call("ssh/exec", podId=pod, command="echo ok")["stdout"] == "ok\n"
