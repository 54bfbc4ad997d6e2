"""Pods in a sandbox, for rows about what is done to pods."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.caller import plain_environment
from harness.paths import PACKAGE, RELEASE

# The tests' own client and sandbox.
sys.path.append(str(PACKAGE / "Tests" / "EndToEnd"))

from sandbox import Sandbox
from service import Service

# A pod is there as soon as its containers are: the sandbox's delays are not what is measured.
AT_ONCE = {"balance": 1e6, "spendLimit": 1e6, "runtimeDelay": 0, "portDelay": 0, "sshdDelay": 0, "keyDelay": 0}

# Pods that are rented and whose image is pulled for ever: a container that crashes is started again twice a second.
WITHOUT_CONTAINER = {"image": "bad-image", "badImageDelay": 1e6}


@dataclass(frozen=True)
class Target:
    """How others than the service reach a pod."""

    pod: str
    host: str
    port: int
    user: str


class Fleet:
    """A sandbox with `count` pods in the books of a service; use as a context manager."""

    def __init__(self, count: int, image: str = "runpod/base:1.0", **settings: Any) -> None:
        self.count = count
        self.image = image
        self.settings = {**AT_ONCE, **settings}
        self.folder = tempfile.TemporaryDirectory()
        self.sandbox = Sandbox()
        self.environment = {**plain_environment(self.folder.name), **self.sandbox.environment}
        self.key = self.sandbox.environment["SSH_KEY_PATH"]
        self.pods: list[str] = []

    def __enter__(self) -> Fleet:
        self.sandbox.admin("POST", "/settings", self.settings)
        with self.service() as service:
            wish = {"imageName": self.image, "gpuTypeId": "NVIDIA L4"}
            calls = [service.begin("pods/create", **wish) for _ in range(self.count)]
            self.pods = [call.result()["pod"]["id"] for call in calls]
        return self

    def __exit__(self, *error: object) -> None:
        self.sandbox.__exit__(*error)
        self.folder.cleanup()

    def service(self) -> Service:
        """A new process that knows the pods and has no connection yet."""
        service = Service(str(RELEASE / "runpod-rpc"), self.environment)
        service.call("service/ping")
        return service

    def targets(self) -> list[Target]:
        """The pods' addresses, when all of them can be reached."""
        with self.service() as service:
            for call in [service.begin("pods/wait", podId=pod, timeoutSeconds=120) for pod in self.pods]:
                call.result(150)
            addresses = [service.call("ssh/resolve", podId=pod) for pod in self.pods]
        return [
            Target(pod, address["host"], address["port"], address["username"])
            for pod, address in zip(self.pods, addresses, strict=True)
        ]

    def config(self, targets: list[Target], masters: Path | None = None) -> Path:
        """A configuration for OpenSSH in which each pod's name is its id; with `masters`, connections are shared."""
        common = [
            *("Host *", f"IdentityFile {self.key}", "IdentitiesOnly yes", "BatchMode yes", "LogLevel ERROR"),
            *("StrictHostKeyChecking no", "UserKnownHostsFile /dev/null"),
        ]
        if masters:
            common += ["ControlMaster auto", f"ControlPath {masters}/%n", "ControlPersist 60"]
        hosts = [f"Host {t.pod}\nHostName {t.host}\nPort {t.port}\nUser {t.user}" for t in targets]
        path = Path(self.folder.name) / ("shared.config" if masters else "plain.config")
        path.write_text("\n".join([*hosts, *common, ""]), encoding="utf-8")
        return path
