"""What the examples of `protocol/openrpc.json` take for granted, made in the sandbox: their pods, runners, workflows."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from conftest import places
from renting import rent
from sandbox import Sandbox
from service import Call, Service

POD, GONE_POD = "50qynxzilsxoey", "9b2k0s8x7m1qwe"
REPOSITORY = "https://github.com/octo/models"
SETUP, FLEET = "wf-586nq1iqyg5m", "wf-9pfmpp8r271s"
FILE = "/home/me/train.py"
VOLUME, REGISTRY, PASSWORD = "agv6w2qcg7", "clzdaifot0001l90809257ynb", "/run/secrets/ghcr"
RUNNER = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "runnerName": "gpu-1"}

Names = dict[Any, Any]


class Stage:
    """A service in a sandbox, and what has been made there so far."""

    def __init__(self, product: str, sandbox: Sandbox, folder: Path) -> None:
        self.product = product
        self.environment = {**places(folder), **sandbox.environment}
        self.sandbox = sandbox
        self.folder = folder
        # The end of a runner is seen at once.
        sandbox.admin("POST", "/settings", {"offlineDelay": 0})
        self.service = Service(product, self.environment)
        self.keyless = Service(product, {**self.environment, "RUNPOD_API_KEY": ""})

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *failure: object) -> None:
        for workflow in self.service.call("workflows/list", state="running")["workflows"]:
            self.service.call("workflows/cancel", workflowId=workflow["id"])
        self.keyless.__exit__(*failure)
        self.service.__exit__(*failure)

    def service_for(self, method: str) -> Service:
        """Who is asked: the doctor's example is about a key that is missing."""
        return self.keyless if method == "environment/validate" else self.service

    def prepare(self, method: str) -> Names:
        """Makes what the method's examples are about; what their names stand for."""
        return NEEDS.get(method, lambda _: {})(self)

    @cached_property
    def pod(self) -> str:
        """A pod that stays."""
        return rent(self.service)

    @cached_property
    def runner(self) -> Names:
        """A pod with a runner that stays, and a workflow that has made them."""
        return self.new_runner()

    @cached_property
    def endless(self) -> str:
        """A workflow that goes on until it is cancelled: nothing ever listens on its pod."""
        return self.start_endless(self.service)

    def new_runner(self) -> Names:
        """A pod with a runner."""
        repository = new_repository()
        workflow = self.service.call("workflows/setupRunner", 180, repoUrl=repository, **RUNNER)["workflow"]
        return {POD: workflow["result"]["podId"], REPOSITORY: repository, SETUP: workflow["id"]}

    def stopped_runner(self) -> Names:
        """A pod with a runner that was stopped."""
        names = self.new_runner()
        self.service.call("runners/stop", podId=names[POD])
        return names

    def orphan(self) -> Names:
        """A runner that is registered and whose pod is gone, beside one that is well in the same repository."""
        names = self.new_runner()
        workflow = self.service.call(
            "workflows/setupRunner", 180, repoUrl=names[REPOSITORY], **{**RUNNER, "runnerName": "gpu-0"}
        )["workflow"]
        self.sandbox.admin("POST", f"/pods/{workflow['result']['podId']}/terminate")
        self.service.call("pods/get", podId=workflow["result"]["podId"])
        return {**names, GONE_POD: workflow["result"]["podId"]}

    def start_endless(self, service: Service) -> str:
        """The id of a workflow that waits for its pod and does not end by itself."""
        params = {**RUNNER, "imageName": "no-sshd", "repoUrl": new_repository(), "detach": True}
        workflow: str = service.call("workflows/setupRunner", 60, **params)["workflow"]["id"]
        waiting = service.begin("workflows/wait", workflowId=workflow)
        waiting.wait_for("Step 2/5")
        waiting.cancel()
        return workflow

    def interrupted(self) -> Names:
        """A workflow whose server died."""
        with Service(self.product, self.environment) as other:
            workflow = self.start_endless(other)
            other.process.send_signal(signal.SIGKILL)
            other.process.wait()
        return {SETUP: workflow}

    def fleet(self) -> Names:
        """A fleet of one."""
        pods = [{**RUNNER, "repoUrl": new_repository()}]
        return {FLEET: self.service.call("workflows/setupFleet", 180, pods=pods)["workflow"]["id"]}

    def stopped_pod(self) -> Names:
        """A pod that was stopped."""
        pod = rent(self.service)
        self.service.call("pods/stop", podId=pod)
        return {POD: pod}

    def outbid_pod(self) -> Names:
        """A spot pod that was lost to a higher bid."""
        pod = rent(self.service)
        self.sandbox.admin("POST", f"/pods/{pod}/outbid")
        return {POD: pod}

    def volume(self) -> Names:
        """A network volume."""
        params = {"name": "datasets", "sizeInGb": 100, "dataCenterId": "EU-RO-1"}
        return {VOLUME: self.service.call("volumes/create", **params)["volume"]["id"]}

    def password(self) -> Names:
        """A file with a password."""
        path = self.folder / "ghcr"
        path.write_text("a-password-of-ghcr\n")
        return {PASSWORD: str(path)}

    def registry(self) -> Names:
        """Credentials that RunPod keeps."""
        file = self.password()[PASSWORD]
        params = {"name": "ghcr", "username": "octo", "file": file}
        return {REGISTRY: self.service.call("registries/create", **params)["registry"]["id"]}

    def template(self) -> Names:
        """A template, which only RunPod's own console and API make."""
        self.sandbox.graphql(
            """mutation { saveTemplate(input: {name: "trainer", imageName: "runpod/pytorch:2.4.0", containerDiskInGb: 50,
              volumeInGb: 20, volumeMountPath: "/workspace", dockerArgs: "", env: [], ports: "22/tcp"}) { id } }"""
        )
        return {}

    def command_that_reads(self) -> Names:
        """A command on a pod that waits for input."""
        call: Call = self.service.begin("ssh/exec", podId=self.pod, command="echo ready; cat", openStdin=True)
        with call.changed:
            assert call.changed.wait_for(lambda: call.notifications, 60)
        return {7: call.id}

    def forward(self) -> Names:
        """An open port."""
        forward = self.service.call("ssh/forward/open", podId=self.pod, port=8888)["forward"]
        return {"1": forward["forwardId"]}

    def terminal(self) -> Names:
        """An open terminal."""
        return {"1": self.service.call("ssh/session/open", podId=self.pod, columns=80, rows=24)["sessionId"]}

    def file(self) -> Names:
        """A file of two kilobytes."""
        path = self.folder / "train.py"
        path.write_bytes(b"#" * 2048)
        return {POD: self.pod, FILE: str(path)}


def new_repository() -> str:
    """The address of a repository that nothing else uses."""
    return f"https://github.com/octo/{uuid.uuid4().hex[:8]}"


def on_the_pod(stage: Stage) -> Names:
    """What only needs a pod."""
    return {POD: stage.pod}


def on_a_pod_of_its_own(stage: Stage) -> Names:
    """What changes its pod."""
    return {POD: rent(stage.service), REPOSITORY: new_repository()}


NEEDS: dict[str, Callable[[Stage], Names]] = {
    "pods/extend": on_a_pod_of_its_own,
    "pods/get": on_the_pod,
    "pods/list": on_the_pod,
    "pods/logs": on_the_pod,
    "pods/reconcile": Stage.outbid_pod,
    "pods/restart": on_a_pod_of_its_own,
    "pods/resume": Stage.stopped_pod,
    "pods/status": on_the_pod,
    "pods/stop": on_a_pod_of_its_own,
    "pods/terminate": on_a_pod_of_its_own,
    "pods/unwatch": lambda stage: {1: stage.service.call("pods/watch")["watchId"]},
    "pods/update": on_a_pod_of_its_own,
    "pods/wait": on_the_pod,
    "pods/watch": on_the_pod,
    "registries/create": Stage.password,
    "registries/delete": Stage.registry,
    "registries/list": Stage.registry,
    "runners/install": on_a_pod_of_its_own,
    "runners/list": Stage.orphan,
    "runners/logs": lambda stage: stage.runner,
    "runners/remove": Stage.orphan,
    "runners/start": Stage.stopped_runner,
    "runners/status": lambda stage: stage.runner,
    "runners/stop": Stage.new_runner,
    "ssh/command": on_the_pod,
    "ssh/config": on_the_pod,
    "ssh/connect": on_the_pod,
    "ssh/copy": Stage.file,
    "ssh/exec": on_the_pod,
    "ssh/execMany": on_the_pod,
    "ssh/forward/close": Stage.forward,
    "ssh/forward/list": Stage.forward,
    "ssh/forward/open": on_the_pod,
    "ssh/input": Stage.command_that_reads,
    "ssh/resolve": on_the_pod,
    "ssh/session/close": Stage.terminal,
    "ssh/session/input": Stage.terminal,
    "ssh/session/open": on_the_pod,
    "ssh/session/resize": Stage.terminal,
    "templates/list": Stage.template,
    "volumes/delete": Stage.volume,
    "volumes/list": Stage.volume,
    "workflows/cancel": lambda stage: {SETUP: stage.start_endless(stage.service)},
    "workflows/events": lambda stage: stage.runner,
    "workflows/get": lambda stage: stage.runner,
    "workflows/list": lambda stage: {SETUP: stage.endless},
    "workflows/resume": Stage.interrupted,
    "workflows/setupFleet": lambda _: {REPOSITORY: new_repository()},
    "workflows/setupRunner": lambda _: {REPOSITORY: new_repository()},
    "workflows/teardownFleet": Stage.fleet,
    "workflows/teardownRunner": Stage.new_runner,
    "workflows/wait": lambda stage: stage.runner,
}
