"""A RunPod and a GitHub on loopback, as a child process."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from witness import Witness

COMMAND = Path(__file__).resolve().parents[1] / "Sandbox" / "sandbox"


class Sandbox:
    """One sandbox; use as a context manager."""

    def __init__(self, *before: str) -> None:
        """With a command that it is to be started by."""
        self.process = subprocess.Popen([*before, str(COMMAND), "serve"], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line, f"the sandbox ended: {self.process.wait()}"
        self.environment: dict[str, str] = json.loads(line)
        if Witness.current:
            Witness.current.learn_private_key(Path(self.environment["SSH_KEY_PATH"]))

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.tell()
        self.process.terminate()
        self.process.wait(120)

    def graphql(self, query: str) -> Any:
        """A call to RunPod's GraphQL API by nobody's service."""
        request = urllib.request.Request(
            self.environment["RUNPOD_API_URL"],
            data=json.dumps({"query": query}).encode(),
            headers={
                "Content-Type": "application/json",
                "User-Agent": "test",
                "Authorization": f"Bearer {self.environment['RUNPOD_API_KEY']}",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.loads(response.read())
        assert "errors" not in answer, answer
        return answer["data"]

    def tell(self) -> None:
        """Shows the witness how things are now."""
        if Witness.current:
            Witness.current.learn(self.admin("GET", "/state"), self.admin("GET", "/requests"))

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """A call to the sandbox's own API."""
        if (method, path) == ("DELETE", "/requests"):
            self.tell()
        request = urllib.request.Request(
            self.environment["SANDBOX_ADMIN_URL"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None
