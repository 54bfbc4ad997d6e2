"""What most tests of runners do."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from sandbox import Sandbox
from service import Service

GiveJob = Callable[[str, str], Callable[[], dict[str, Any]]]


def install(service: Service, pod: str, repository: str, **more: Any) -> dict[str, Any]:
    """The runner, installed."""
    answer = service.call("runners/install", podId=pod, repoUrl=repository, seconds=300, **more)
    runner: dict[str, Any] = answer["runner"]
    return runner


def until(condition: Callable[[], Any], seconds: float = 90) -> Any:
    """The condition's first value that is true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
    return value


def ask_github(
    sandbox: Sandbox, repository: str, path: str, body: Any = None, method: str = "POST"
) -> dict[str, Any]:
    """What GitHub answers to a user who asks for something about a repository's runners."""
    scope = repository.removeprefix("https://github.com")
    request = urllib.request.Request(
        f"{sandbox.environment['GITHUB_API_URL']}/repos{scope}/actions/runners/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {sandbox.environment['GITHUB_TOKEN']}", "User-Agent": "curl/8"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.loads(response.read() or "{}")
    return answer
