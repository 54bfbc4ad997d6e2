"""GitHub's REST API, as far as runners go: https://docs.github.com/rest/actions/self-hosted-runners"""

from __future__ import annotations

import re
import secrets
from typing import Any

from . import jit
from .github import GitHub, Ticket
from .github_quota import Quota
from .github_releases import Releases
from .http_server import Request, Response
from .runner import Runner, label_rows
from .runner_archive import RunnerArchive

DOCUMENTATION = "https://docs.github.com/rest"
VERSIONS = ("2022-11-28", "2026-03-10")
SCOPE = r"(/repos/[^/]+/[^/]+|/orgs/[^/]+|/enterprises/[^/]+)"


def error(status: int, message: str, **more: Any) -> Response:
    """An error's body; GitHub writes the status as text."""
    return Response(status, {"message": message, **more, "documentation_url": DOCUMENTATION, "status": str(status)})


class GitHubFace:
    """Answers the REST API, with and without `/api/v3` in front."""

    name = "github"

    def __init__(self, github: GitHub, archive: RunnerArchive) -> None:
        self.github = github
        self.settings = github.settings
        self.releases = Releases(github.settings, archive)
        self.quota = Quota(github.settings, github.clock)

    def operation(self, request: Request) -> str:
        """Method and path, without `/api/v3`."""
        return f"{request.method} {request.path.removeprefix('/api/v3')}"

    async def handle(self, request: Request) -> Response:
        """One call, and the headers that every answer has."""
        path = request.path.removeprefix("/api/v3")
        if path.startswith(("/actions/runner/releases/download/", "/_cdn/")):
            return self.releases.download(path)
        has_token = request.bearer is not None
        if path == "/rate_limit":
            rate = self.quota.view(has_token)
            response = Response(200, {"resources": {"core": rate}, "rate": rate})
        elif self.quota.spend(has_token):
            response = self._answer(request, path)
        else:
            who = (
                "user ID 1."
                if has_token
                else "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit.)"
            )
            response = error(self.settings.rate_limit_status, f"API rate limit exceeded for {who}")
        response.headers |= self.quota.headers(has_token)
        response.headers["x-github-request-id"] = ":".join(secrets.token_hex(2).upper() for _ in range(5))
        response.headers["x-github-media-type"] = "github.v3; format=json"
        return response

    def _answer(self, request: Request, path: str) -> Response:
        if not request.headers.get("user-agent"):
            return Response(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
                f"({DOCUMENTATION}/overview/resources-in-the-rest-api#user-agent-required).",
            )
        version = request.headers.get("x-github-api-version")
        if version is not None and version not in VERSIONS:
            return error(400, f"Invalid API version: {version} is not a supported version")
        base = f"http://{request.headers.get('host')}"
        if match := re.fullmatch(r"/repos/actions/runner/releases/(latest|tags/v([\d.]+))", path):
            if request.bearer and request.bearer not in self.github.keys.values():
                return error(401, "Bad credentials")
            return self.releases.describe(base, match[2])
        if match := re.fullmatch(r"(/repos/[^/]+/[^/]+)/actions/workflows/[^/]+/dispatches", path):
            return self._refuse(request, match[1].lower()) or self._dispatch(request, match[1].lower())
        match = re.fullmatch(SCOPE + r"/actions/(runners(?:/.*)?|runner-groups)", path)
        if not match:
            return error(404, "Not Found")
        scope, rest = match[1].lower(), match[2].removeprefix("runners")
        refused = self._refuse(request, scope)
        if rest == "runner-groups":
            return refused or self._groups(request, scope, base)
        return refused or self._runners(request, scope, rest, base)

    def _refuse(self, request: Request, scope: str) -> Response | None:
        """What the key does not get; none when it gets everything."""
        tenant = self.github.ticket(request.bearer, "tenant")
        if tenant and tenant.scope == scope:
            return None
        keys = self.github.keys
        match request.bearer:
            case None:
                return error(401, "Requires authentication")
            case token if token == keys["all"] and self.settings.github_may_administer:
                return None
            case token if token in (keys["all"], keys["noPermission"]):
                refused = error(403, "Resource not accessible by personal access token")
                refused.headers["x-accepted-github-permissions"] = "administration=write"
                return refused
            case token if token == keys["invisible"]:
                return error(404, "Not Found")
        return error(401, "Bad credentials")

    def _runners(self, request: Request, scope: str, rest: str, base: str) -> Response:
        match request.method, rest.split("/")[1:]:
            case "GET", []:
                return self._list(request, scope, base)
            case "POST", ["registration-token"]:
                return self._token(self.github.issue("registration", scope))
            case "POST", ["remove-token"]:
                return self._token(self.github.issue("remove", scope))
            case "POST", ["generate-jitconfig"]:
                return self._jit(request, scope, base)
            case "GET", ["downloads"]:
                return self.releases.downloads(base)
            case "GET", ["deprecations", version]:
                return self.releases.deprecation(version)
            case method, [id, *more]:
                runner = self.github.runner(scope, id)
                if runner is None:
                    return error(404, "Not Found")
                return self._runner(request, method, runner, more)
        return error(404, "Not Found")

    def _dispatch(self, request: Request, scope: str) -> Response:
        """Starts a workflow whose one job runs on the label in its input `runner`, as docs.github.com/rest/actions/workflows
        has it: 204, or 422 for what the workflow does not take."""
        body = request.json()
        label = (body.get("inputs") or {}).get("runner")
        if not body.get("ref") or not label or request.method != "POST":
            return error(422, "Unexpected inputs provided")
        for runner in self.github.of(scope):
            if label in [each["name"] for each in runner.labels]:
                self.github.give_job(runner, "smoke", "echo run by $RUNNER_NAME")
                break
        return Response(204)

    def _token(self, ticket: Ticket) -> Response:
        return Response(201, {"token": ticket.token, "expires_at": self.github.clock.iso(ticket.expires)})

    def _list(self, request: Request, scope: str, base: str) -> Response:
        found = self.github.of(scope)
        if name := request.query.get("name"):
            found = [runner for runner in found if runner.name == name]
        return self._page(request, base, "runners", [runner.view() for runner in found])

    def _groups(self, request: Request, scope: str, base: str) -> Response:
        if request.method != "GET" or scope.startswith("/repos/"):
            return error(404, "Not Found")
        rows = [
            {"id": id, "name": name, "visibility": "all", "default": id == 1}
            for id, name in enumerate(self.github.groups(scope), 1)
        ]
        return self._page(request, base, "runner_groups", rows)

    def _page(self, request: Request, base: str, member: str, found: list[dict[str, Any]]) -> Response:
        size = min(max(int(request.query.get("per_page") or 30), 1), 100)
        page = max(int(request.query.get("page") or 1), 1)
        last = max((len(found) + size - 1) // size, 1)
        response = Response(200, {"total_count": len(found), member: found[(page - 1) * size : page * size]})
        pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        shown = (["prev", "first"] if page > 1 else []) + (["next", "last"] if page < last else [])
        links = [f'<{base}{request.path}?per_page={size}&page={pages[name]}>; rel="{name}"' for name in shown]
        if links:
            response.headers["link"] = ", ".join(links)
        return response

    def _runner(self, request: Request, method: str, runner: Runner, rest: list[str]) -> Response:
        match method, rest:
            case "GET", []:
                return Response(200, runner.view())
            case "DELETE", []:
                if runner.job:
                    return error(422, f'Bad request - Runner "{runner.name}" is still running a job')
                self.github.remove(runner)
                return Response(204)
            case _, ["labels", *names]:
                return self._labels(request, runner, names)
        return error(404, "Not Found")

    def _labels(self, request: Request, runner: Runner, names: list[str]) -> Response:
        fixed = [label["name"] for label in runner.labels if label["type"] == "read-only"]
        custom = [label["name"] for label in runner.labels if label["type"] == "custom"]
        match request.method, names:
            case "GET", []:
                pass
            case (("POST" | "PUT"), []):
                wanted = request.json().get("labels", [])
                custom = (custom if request.method == "POST" else []) + wanted
            case "DELETE", []:
                custom = []
            case "DELETE", [name]:
                if name in fixed:
                    return error(422, "Validation Failed")
                if name not in custom:
                    return error(404, "Not Found")
                custom.remove(name)
            case _:
                return error(404, "Not Found")
        runner.labels = label_rows(custom, fixed)
        return Response(200, {"total_count": len(runner.labels), "labels": runner.labels})

    def _jit(self, request: Request, scope: str, base: str) -> Response:
        web = base if request.path.startswith("/api/v3/") else "https://github.com"
        try:
            runner, blob = jit.generate(self.github, scope, request.json(), base, web)
        except ValueError:
            return error(400, "Problems parsing JSON")
        except jit.Invalid as invalid:
            return error(invalid.status, invalid.message)
        return Response(201, {"runner": runner.view(), "encoded_jit_config": blob})
