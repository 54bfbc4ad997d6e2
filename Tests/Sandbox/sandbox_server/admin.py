"""The tests' own door: settings, faults, the clock, and everything that is known."""

from __future__ import annotations

from typing import Any

from .account import Account
from .faults import Fault, Faults
from .github import GitHub
from .http_face import Face, Request, Response
from .recorder import Recorder


class AdminFace(Face):
    """JSON over HTTP; what is wrong is answered with 400 and a sentence."""

    name = "admin"

    def __init__(self, account: Account, github: GitHub, faults: Faults, recorder: Recorder) -> None:
        self.account = account
        self.github = github
        self.requests = recorder
        super().__init__(faults, None)

    def answer(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            return Response(400, {"message": str(error)})

    def _answer(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match (request.method, *parts):
            case ("GET", "requests"):
                return Response(200, self.requests.all())
            case ("DELETE", "requests"):
                self.requests.clear()
            case ("GET", "state"):
                return Response(200, self._state())
            case ("POST", "settings"):
                with self.account.lock, self.github.lock:
                    self.account.settings.merge(request.json())
            case ("POST", "faults"):
                self.faults.add(Fault(**request.json()))
            case ("DELETE", "faults"):
                self.faults.clear()
            case ("POST", "clock"):
                self.account.clock.advance(float(request.json()["advance"]))
            case ("POST", "pods", id, "outbid"):
                self.account.outbid(id)
            case ("POST", "pods", id, "kill"):
                container = self.account.pods[id].container
                if container:
                    container.stop()
            case ("POST", "jobs"):
                return self._give_job(request.json())
            case ("GET", "jobs", number):
                job = self.github.jobs[int(number)]
                return Response(200, {"id": job.id, "taken": job.is_taken, "result": job.result, "log": job.log})
            case _:
                return Response(404, {"message": f"there is no {request.method} {request.path}"})
        return Response(204)

    def _give_job(self, wish: dict[str, Any]) -> Response:
        with self.github.lock:
            runner = next(runner for runner in self.github.runners.values() if runner.name == wish["runner"])
            return Response(201, {"id": self.github.give(runner, wish["script"]).id})

    def _state(self) -> dict[str, Any]:
        with self.account.lock, self.github.lock:
            return {
                "pods": [
                    {
                        "id": pod.id,
                        "name": pod.name,
                        "status": pod.status,
                        "gone": pod.is_gone,
                        "lastStatusChange": pod.last_change,
                        "port": pod.public_port,
                        "interruptible": pod.interruptible,
                        "gpuTypeId": pod.gpu_type,
                        "env": pod.env,
                        "terminateAfter": pod.terminate_after,
                    }
                    for pod in self.account.pods.values()
                ],
                "github": {
                    "tokens": list(self.github.tokens),
                    "runners": [
                        {"scope": runner.scope, **self.github.describe(runner)}
                        for runner in self.github.runners.values()
                    ],
                },
                "clock": self.account.clock.text(),
            }
