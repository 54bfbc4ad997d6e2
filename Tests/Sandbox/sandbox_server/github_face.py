"""GitHub's REST API as far as runners need it, and the private door that the runner in the archive uses."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .faults import Faults
from .github import GitHub, Runner
from .http_face import Face, Request, Response
from .recorder import Recorder
from .releases import Releases
from .settings import Settings

SCOPE = re.compile(
    r"(?P<scope>/(?:repos/[^/]+/[^/]+|orgs/[^/]+|enterprises/[^/]+))/actions/runners(?P<rest>(?:/[^/]+)*)$"
)
PERMISSION = {"repos": "administration=write", "orgs": "organization_self_hosted_runners=write"}


class GitHubFace(Face):
    """`https://api.github.com`; also below `/api/v3`."""

    name = "github"

    def __init__(self, faults: Faults, recorder: Recorder, github: GitHub, settings: Settings) -> None:
        self.github = github
        self.settings = settings
        super().__init__(faults, recorder)
        self.releases = Releases(settings, self.url)

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/api/v3")
        if path.startswith("/_runner/"):
            return self._runner_door(path.removeprefix("/_runner/"), request)
        if path.startswith("/actions/runner/releases/download/"):
            return Response(302, b"", {"Location": f"{self.url}/_cdn{path}"})
        if path.startswith("/_cdn/"):
            version = path.split("/")[6].removeprefix("v")
            return Response(200, self.releases.archive(version), {"Content-Type": "application/octet-stream"})
        response = self._api(path, request)
        response.headers |= {
            "x-github-request-id": "ABCD:1234:5678",
            "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": str(max(self.settings.rateLimit, 0)),
            "x-ratelimit-reset": str(int(self.github.clock.now()) + 60),
        }
        return response

    def limited(self) -> Response:
        return Response(
            403, {"message": "You have exceeded a secondary rate limit. Please wait."}, {"Retry-After": "1"}
        )

    def _api(self, path: str, request: Request) -> Response:
        if not request.headers.get("user-agent"):
            return _refused(403, "Request forbidden by administrative rules. User-Agent header is required.")
        if request.headers.get("x-github-api-version", "2022-11-28") not in ("2022-11-28", "2026-03-10"):
            return _refused(400, "Invalid API version")
        self.settings.rateLimit -= 1
        if self.settings.rateLimit < 0:
            return _refused(403, "API rate limit exceeded for user.")
        token = request.headers.get("authorization", "").partition(" ")[2]
        if token and token != self.github.token:
            return _refused(401, "Bad credentials")
        if path == "/repos/actions/runner/releases/latest":
            return Response(200, self.releases.describe(self.settings.releaseVersion))
        if path.startswith("/repos/actions/runner/releases/tags/v"):
            return Response(200, self.releases.describe(path.rpartition("/v")[2]))
        match = SCOPE.match(path)
        if not match or not token:
            return _refused(404, "Not Found")
        scope, rest = match["scope"], match["rest"].split("/")[1:]
        if not self.settings.githubMayAdminister:
            refused = _refused(403, "Resource not accessible by personal access token")
            refused.headers["x-accepted-github-permissions"] = PERMISSION.get(scope.split("/")[1], "")
            return refused
        with self.github.lock:
            return self._runners(scope, rest, request)

    def _runners(self, scope: str, rest: list[str], request: Request) -> Response:
        match (request.method, rest):
            case ("GET", []):
                return self._list(scope, request)
            case ("POST", ["registration-token" | "remove-token" as kind]):
                value, token = self.github.mint(kind, scope)
                return Response(201, {"token": value, "expires_at": self.github.clock.text(token.expires)})
            case ("POST", ["generate-jitconfig"]):
                return self._jit(scope, request.json() or {})
            case ("GET", ["downloads"]):
                return Response(200, self._downloads())
            case ("GET", ["deprecations", version]):
                if version != self.settings.releaseVersion:
                    return _refused(404, "Not Found")
                dates = {"runner_version": version, "runtime_deprecates_at": "2027-01-01T00:00:00Z"}
                return Response(200, dates)
            case ("GET" | "DELETE", [number]) if number.isdigit():
                runner = self.github.runners.get(int(number))
                if runner is None or runner.scope.lower() != scope.lower():
                    return _refused(404, "Not Found")
                if request.method == "GET":
                    return Response(200, self.github.describe(runner))
                if self.github.describe(runner)["busy"]:
                    return _refused(422, f'Bad request - Runner "{runner.name}" is still running a job')
                self.github.delete(runner.id)
                return Response(204)
        return _refused(404, "Not Found")

    def _list(self, scope: str, request: Request) -> Response:
        runners = self.github.in_scope(scope)
        if name := request.query.get("name"):
            # A prefix, since the real one does not promise to be exact.
            runners = [runner for runner in runners if runner.name.startswith(name)]
        size = min(int(request.query.get("per_page", 30)), 100)
        page = int(request.query.get("page", 1))
        shown = runners[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(runners):
            headers["Link"] = f'<{self.url}{request.path}?per_page={size}&page={page + 1}>; rel="next"'
        body = {"total_count": len(runners), "runners": [self.github.describe(runner) for runner in shown]}
        return Response(200, body, headers)

    def _jit(self, scope: str, wish: dict[str, Any]) -> Response:
        labels = wish.get("labels") or []
        if not 1 <= len(labels) <= 100 or "runner_group_id" not in wish:
            return _refused(422, "Validation Failed")
        if self.github.find(scope, wish["name"]):
            return _refused(409, f"Already exists - A runner with the name {wish['name']} already exists.")
        runner = self.github.add(scope, wish["name"], labels, ephemeral=True, version=None)
        runner.os = "unknown"
        files = {
            ".runner": json.dumps({"agentId": runner.id, "agentName": runner.name, "gitHubUrl": _web_url(scope)}),
            ".credentials": json.dumps({"secret": runner.secret}),
            ".credentials_rsaparams": "{}",
        }
        encoded = {name: base64.b64encode(text.encode()).decode() for name, text in files.items()}
        blob = base64.b64encode(json.dumps(encoded).encode()).decode()
        return Response(201, {"runner": self.github.describe(runner), "encoded_jit_config": blob})

    def _downloads(self) -> list[dict[str, str]]:
        version = self.settings.releaseVersion
        name = f"actions-runner-linux-x64-{version}.tar.gz"
        return [
            {
                "os": "linux",
                "architecture": "x64",
                "download_url": f"{self.url}/actions/runner/releases/download/v{version}/{name}",
                "filename": name,
                "sha256_checksum": self.releases.sha256(version),
            }
        ]

    # The runner's door: what config.sh and the listener of the archive ask.

    def _runner_door(self, path: str, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        with self.github.lock:
            if path == "register":
                return self._register(form)
            if path == "remove":
                return self._remove(form)
            runner = self.github.runners.get(int(form.get("id") or 0))
            if runner is None or runner.secret != form.get("secret"):
                return Response(404, b"gone")
            return self._session(path, runner, form)

    def _register(self, form: dict[str, str]) -> Response:
        scope = _scope_of(form["url"])
        if scope is None or not self.github.is_good(form["token"], "registration-token", scope):
            return Response(404, b"NotFound")
        known = self.github.find(scope, form["name"])
        if known and not form["replace"]:
            return Response(409, b"exists")
        if known:
            self.github.delete(known.id)
        labels = ["self-hosted", "Linux", "X64", *filter(None, form["labels"].split(","))]
        runner = self.github.add(
            scope, form["name"], list(dict.fromkeys(labels)), ephemeral=bool(form["ephemeral"]), version=form["version"]
        )
        return Response(200, f"{runner.id} {runner.secret} {'replaced' if known else 'added'}\n".encode())

    def _remove(self, form: dict[str, str]) -> Response:
        runner = self.github.runners.get(int(form.get("id") or 0))
        if runner is None:
            return Response(410, b"does not exist")
        if not self.github.is_good(form["token"], "remove-token", runner.scope):
            return Response(404, b"NotFound")
        self.github.delete(runner.id)
        return Response(200, b"removed\n")

    def _session(self, path: str, runner: Runner, form: dict[str, str]) -> Response:
        now = self.github.clock.now()
        runner.last_seen = now
        match path:
            case "poll":
                if runner.version in self.settings.refuseVersions:
                    return Response(403, b"deprecated")
                if runner.listening_since is None:
                    runner.listening_since = now
                job = runner.job
                if job and not job.is_taken:
                    job.is_taken = True
                    return Response(200, f"job {job.id}\n{job.script}".encode())
                return Response(200, b"idle\n")
            case "bye":
                runner.listening_since = None
                return Response(200, b"ok\n")
            case "finished":
                job = self.github.jobs.get(int(form["job"]))
                if job:
                    job.result, job.log = form["result"], form.get("log", "")
                runner.job = None
                if runner.ephemeral:
                    self.github.delete(runner.id)
                return Response(200, b"ok\n")
        return Response(404, b"no such door")


def _refused(status: int, message: str) -> Response:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Response(status, body)


def _scope_of(url: str) -> str | None:
    parts = [part for part in urlsplit(url).path.split("/") if part]
    match parts:
        case ["enterprises", name]:
            return f"/enterprises/{name}"
        case [owner, repository]:
            return f"/repos/{owner}/{repository}"
        case [organisation]:
            return f"/orgs/{organisation}"
    return None


def _web_url(scope: str) -> str:
    return "https://github.com/" + scope.removeprefix("/repos/").removeprefix("/orgs/").lstrip("/")
