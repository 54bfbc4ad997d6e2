"""The API for tests: looks behind the faces, sets, breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .http_server import Request, Response
from .job import Job
from .pod import Pod
from .runner import Runner

if TYPE_CHECKING:
    from .sandbox import Sandbox


class Absent(Exception):
    """A test asks for what is not there."""


class Admin:
    """One method a route; arguments are the request and the variable parts of its path."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.account = sandbox.account
        self.clock = sandbox.clock
        self.faults = sandbox.faults
        self.github = sandbox.github
        self.recorder = sandbox.recorder
        self.settings = sandbox.settings
        self.routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/state", self.get_state),
            ("GET", "/settings", self.get_settings),
            ("POST", "/settings", self.change_settings),
            ("GET", "/requests", self.get_requests),
            ("DELETE", "/requests", self.forget_requests),
            ("GET", "/faults", self.get_faults),
            ("POST", "/faults", self.order_faults),
            ("DELETE", "/faults", self.forget_faults),
            ("POST", "/clock", self.move_clock),
            ("POST", "/pods/([^/]+)/([^/]+)", self.hit_pod),
            ("POST", "/runners/([^/]+)/update", self.update_runner),
            ("POST", "/jobs", self.give_job),
            ("GET", "/jobs/([0-9]+)", self.get_job),
            ("POST", "/jobs/([0-9]+)/cancel", self.cancel_job),
        ]

    async def handle(self, request: Request) -> Response:
        """One call of a test."""
        for method, pattern, function in self.routes:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                try:
                    answer = function(request, *match.groups())
                except Absent as absent:
                    return Response(404, {"error": str(absent)})
                except (ValueError, TypeError, KeyError) as error:
                    return Response(400, {"error": str(error)})
                return Response(204) if answer is None else Response(200, answer)
        known = ", ".join(f"{method} {pattern}" for method, pattern, _ in self.routes)
        return Response(404, {"error": f"there is no {request.method} {request.path}; there are {known}"})

    def get_state(self, _: Request) -> dict[str, Any]:
        """Everything there is, keys included."""
        self.account.settle()
        self.github.settle()
        return {
            "clock": self.clock.iso(),
            "keys": self.account.keys,
            "balance": self.settings.balance,
            "spendPerHour": self.account.spend_per_hour,
            "pods": [pod_state(pod) for pod in self.account.pods.values()],
            "github": {
                "keys": self.github.keys,
                "tokens": list(self.github.tickets),
                "credentials": self.github.credentials,
                "runners": [runner.behind() for runner in self.github.runners.values()],
            },
        }

    def get_settings(self, _: Request) -> dict[str, Any]:
        """All settings."""
        return self.settings.view()

    def change_settings(self, request: Request) -> dict[str, Any]:
        """Changes some settings; all of them."""
        self.settings.merge(request.json())
        return self.settings.view()

    def get_requests(self, request: Request) -> list[dict[str, Any]]:
        """What was asked of the faces; the query filters by an entry's members."""
        return self.recorder.find(request.query)

    def forget_requests(self, _: Request) -> None:
        """Empties the record."""
        self.recorder.entries.clear()

    def get_faults(self, _: Request) -> list[dict[str, Any]]:
        """Orders not yet used up."""
        return self.faults.view()

    def order_faults(self, request: Request) -> list[dict[str, Any]]:
        """Orders one fault, or several."""
        body = request.json()
        for order in body if isinstance(body, list) else [body]:
            self.faults.add(order)
        return self.faults.view()

    def forget_faults(self, _: Request) -> None:
        """Nothing is to go wrong any more."""
        self.faults.forget()

    def move_clock(self, request: Request) -> dict[str, Any]:
        """Moves the clock on, in steps, so that what falls due on the way is done in order."""
        left = float(request.json()["advance"])
        while left > 0:
            step = min(left, 60.0)
            self.clock.offset += step
            self.account.settle()
            left -= step
        self.github.settle()
        return {"clock": self.clock.iso()}

    def hit_pod(self, _: Request, id: str, deed: str) -> None:
        """Does something to a pod that its owner did not ask for."""
        pod = self.account.pod(id)
        if pod is None:
            raise Absent(f"there is no pod {id}")
        deeds: dict[str, Callable[[], None]] = {
            "outbid": pod.outbid,
            "kill": pod.kill,
            "crash": lambda: pod.order_container("exit"),
            "kill-sshd": lambda: pod.order_container("kill-sshd"),
            "start-sshd": lambda: pod.order_container("sshd"),
            "stop": lambda: pod.stop("Exited by Runpod"),
            "terminate": lambda: pod.terminate("Terminated by RunPod"),
        }
        if deed not in deeds:
            raise Absent(f"nothing is called {deed}; there are {', '.join(deeds)}")
        deeds[deed]()

    def update_runner(self, request: Request, name: str) -> None:
        """Has a runner replace itself by another version."""
        self._runner(name).update(request.json()["version"])

    def give_job(self, request: Request) -> dict[str, Any]:
        """Has a runner, known by name or number, run a shell script as a job."""
        body = request.json()
        return self.github.give_job(self._runner(body["runner"]), body.get("name", "build"), body["script"]).view()

    def get_job(self, _: Request, id: str) -> dict[str, Any]:
        """How a job does."""
        self.github.settle()
        return self._job(id).view()

    def cancel_job(self, _: Request, id: str) -> None:
        """Cancels a job as a user would."""
        self.github.cancel_job(self._job(id))

    def _runner(self, wanted: str | int) -> Runner:
        runner = next((each for each in self.github.runners.values() if wanted in (each.name, each.id)), None)
        if runner is None:
            raise Absent(f"there is no runner {wanted}")
        return runner

    def _job(self, id: str) -> Job:
        job = self.github.jobs.get(int(id))
        if job is None:
            raise Absent(f"there is no job {id}")
        return job


def pod_state(pod: Pod) -> dict[str, Any]:
    """A pod with what no API shows."""
    return {
        "id": pod.id,
        "name": pod.order.name,
        "imageName": pod.order.image,
        "status": pod.status,
        "gone": pod.status == "TERMINATED",
        "lastStatusChange": pod.last_change,
        "gpuTypeId": pod.place.gpu_type,
        "cloud": pod.place.cloud,
        "dataCenterId": pod.place.data_center,
        "interruptible": pod.order.spot,
        "machineId": pod.machine_id,
        "costPerHour": pod.cost,
        "env": pod.env,
        "key": pod.key,
        "port": pod.public_ports.get(22),
        "terminateAfter": pod.order.terminate_after,
        "isAlive": pod.is_alive,
        "restarts": pod.restarts,
        "log": [f"{line.source}: {line.text}" for line in pod.journal.lines],
        "workspace": str(pod.volume),
        "disk": str(pod.disk),
    }
