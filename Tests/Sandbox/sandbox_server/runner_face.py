"""What runners talk to: registration as the real service has it, sessions and jobs in a form of the sandbox's own."""

from __future__ import annotations

import re
from typing import Any

from .github import GitHub, scope_of
from .http_server import Request, Response
from .runner import Runner, label_rows

ARCHITECTURES = {"x86_64": "X64", "aarch64": "ARM64"}
POLL_SECONDS = 25.0


def not_found() -> Response:
    """What a bad token gets, too."""
    return Response(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})


class RunnerFace:
    """Answers the runners' own calls."""

    name = "runner"

    def __init__(self, github: GitHub) -> None:
        self.github = github
        self.settings = github.settings

    def operation(self, request: Request) -> str:
        """Method and path."""
        return f"{request.method} {request.path}"

    async def handle(self, request: Request) -> Response:
        """One call."""
        match request.method, request.path:
            case "POST", "/actions/runner-registration":
                return self.register_or_remove(request)
            case "POST", "/actions/runners/register":
                return self.register(request)
        runner = self.github.by_key(request.bearer)
        if runner is None:
            return not_found()
        if request.path == "/_runner/sessions" and request.method == "POST":
            return self.connect(runner, request)
        if match := re.fullmatch(r"/_runner/sessions/(\w+)(/message)?", request.path):
            return await self.session(runner, request, match[1])
        if match := re.fullmatch(r"/_runner/jobs/(\d+)/(script|result)", request.path):
            return self.job(runner, request, int(match[1]))
        return not_found()

    def register_or_remove(self, request: Request) -> Response:
        """Changes a registration or remove token into the key for the calls that follow."""
        body = request.json()
        kind = {"register": "registration", "remove": "remove"}.get(body.get("runner_event"), "")
        ticket = self.github.ticket(request.bearer, kind)
        if ticket is None or ticket.scope != scope_of(body.get("url", "")):
            return not_found()
        if kind == "registration" and self._is_too_old(request):
            text = f"Runner update required: the least version is {self.settings.minimum_version}"
            return Response(404, {"message": text.replace("U", "u"), "status": "404"})
        tenant = self.github.issue("tenant", ticket.scope)
        answer = {"url": body["url"], "token_schema": "OAuthAccessToken", "token": tenant.token, "use_v2_flow": True}
        return Response(200, {**answer, "path": ticket.scope})

    def _is_too_old(self, request: Request) -> bool:
        version = request.headers.get("user-agent", "").rpartition("/")[2]
        return _numbers(version) < _numbers(self.settings.minimum_version)

    def register(self, request: Request) -> Response:
        """Makes a runner."""
        body = request.json()
        ticket = self.github.ticket(request.bearer, "tenant")
        if ticket is None or ticket.scope != scope_of(body["url"]):
            return not_found()
        if self.github.named(ticket.scope, body["name"]) and not body.get("replace"):
            text = f"Already exists - A runner with the name {body['name']} already exists."
            return Response(409, {"message": text, "status": "409"})
        labels = [name.strip() for name in body.get("labels", "").split(",") if name.strip()]
        defaults = ["self-hosted", "Linux", ARCHITECTURES.get(body.get("architecture", ""), "X64")]
        rows = label_rows(labels, defaults if body.get("default_labels", True) else [])
        more = {name: body[name] for name in ("ephemeral", "version", "group_id")}
        runner = self.github.add(ticket.scope, body["name"], rows, **more)
        return Response(200, self._credentials(runner))

    def _credentials(self, runner: Runner) -> dict[str, Any]:
        return {"id": runner.id, "name": runner.name, "authorization": {"client_id": runner.key}}

    def connect(self, runner: Runner, request: Request) -> Response:
        """Gives a listener its session."""
        session = runner.connect(request.json().get("version", ""))
        if session is None:
            return Response(
                409, {"message": "A session for this runner already exists.", "retry": self.settings.session_retry}
            )
        return Response(200, {"session": session.id})

    async def session(self, runner: Runner, request: Request, id: str) -> Response:
        """A listener's next message, or its goodbye."""
        session = runner.session
        if session is None or session.id != id:
            return Response(410, "")
        if request.method == "DELETE":
            runner.disconnect()
            return Response(204)
        if runner.version in self.settings.refuse_versions:
            return Response(403, "")
        message = await session.next_message(POLL_SECONDS)
        if runner.id not in self.github.runners:
            return not_found()
        return Response(204) if message is None else Response(200, message)

    def job(self, runner: Runner, request: Request, id: int) -> Response:
        """What a worker is to run, and what came of it."""
        job = runner.job
        if job is None or job.id != id:
            return not_found()
        if request.method == "GET":
            return Response(200, job.script)
        runner.finish(
            request.query.get("result", "Failed"), request.body.decode("utf-8", "replace").replace("\t", "\n")
        )
        return Response(204)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
