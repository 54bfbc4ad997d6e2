"""A sandbox as a child process, and what tests ask of it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

COMMAND = Path(__file__).resolve().parents[1] / "sandbox"
FIELDS = (
    "id name desiredStatus lastStatusChange imageName machineId gpuCount costPerHr podType env machine { podHostId } "
    "runtime { uptimeInSeconds ports { ip isIpPublic privatePort publicPort type } }"
)


@dataclass
class Answer:
    """Of HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def http(method: str, url: str, body: Any = None, **headers: str) -> Answer:
    """One call, whatever the status; raises OSError when there is no answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {"User-Agent": "sandbox-tests", "Content-Type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """What the condition answers once that is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{condition} was never true"
        time.sleep(0.02)
    return value


class Sandbox:
    """One sandbox; use as a context manager."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([str(COMMAND), "serve"], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line, f"the sandbox ended: {self.process.wait()}"
        self.environment: dict[str, str] = json.loads(line)
        self.folder = Path(self.environment["SSH_KEY_PATH"]).parent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGTERM)

    def end(self, number: int) -> int:
        """Sends it a signal; how it ended."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        answer = http(method, self.environment["SANDBOX_ADMIN_URL"] + path, body)
        assert answer.status < 300, answer.body
        return json.loads(answer.body) if answer.body else None

    def set(self, **settings: Any) -> None:
        self.admin("POST", "/settings", settings)

    def post_graphql(self, query: str, key: str | None = None, **variables: Any) -> Answer:
        bearer = f"Bearer {key or self.environment['RUNPOD_API_KEY']}"
        body = {"query": query, "variables": variables}
        return http("POST", self.environment["RUNPOD_API_URL"], body, Authorization=bearer)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.post_graphql(query, **variables)
        assert answer.status == 200, answer.body
        return answer.json

    def mutate(self, field: str, type: str, selection: str = f"{{ {FIELDS} }}", **input: Any) -> dict[str, Any]:
        return self.graphql(f"mutation($input: {type}) {{ {field}(input: $input) {selection} }}", input=input)

    def create(self, **input: Any) -> dict[str, Any]:
        """A rented pod, with SSH."""
        whole = {
            "name": "p",
            "imageName": "runpod/base:1.0",
            "gpuTypeId": "NVIDIA L4",
            "ports": "8888/http,22/tcp",
            "startSsh": True,
            "supportPublicIp": True,
            **input,
        }
        answer = self.mutate("podFindAndDeployOnDemand", "PodFindAndDeployOnDemandInput", **whole)
        assert "errors" not in answer, answer
        return answer["data"]["podFindAndDeployOnDemand"]

    def refusal(self, field: str, type: str, **input: Any) -> dict[str, Any]:
        """The error that a mutation ends in."""
        answer = self.mutate(field, type, **input)
        assert answer["data"] == {field: None}
        return answer["errors"][0]

    def pod(self, id: str) -> dict[str, Any] | None:
        query = f"query($input: PodFilter) {{ pod(input: $input) {{ {FIELDS} }} }}"
        return self.graphql(query, input={"podId": id})["data"]["pod"]

    def port(self, id: str) -> int | None:
        """The pod's public port for SSH, once it is mapped."""
        pod = self.pod(id)
        rows = (pod["runtime"] or {}).get("ports") or []
        return next((row["publicPort"] for row in rows if row["privatePort"] == 22), None)

    def ssh(self, id: str, command: str, *options: str, input: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command on a pod, once that can be reached."""
        port = until(lambda: self.port(id))
        argv = ["ssh", "-F", "none", "-i", self.environment["SSH_KEY_PATH"], "-p", str(port), "-o", "BatchMode=yes"]
        argv += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        argv += [*options, "root@127.0.0.1", command]

        def attempt() -> subprocess.CompletedProcess[str] | None:
            result = subprocess.run(argv, input=input, capture_output=True, text=True, check=False)
            return None if result.returncode == 255 and "refused" in result.stderr else result

        return until(attempt)

    def github(self, method: str, path: str, body: Any = None, token: str | None = "all", **headers: str) -> Answer:
        if token is not None:
            known = {"all": self.environment["GITHUB_TOKEN"]}
            headers["Authorization"] = f"Bearer {known.get(token, token)}"
        return http(method, self.environment["GITHUB_API_URL"] + path, body, **headers)
