"""The whole: one server, its faces, and the environment by which they are found."""

from __future__ import annotations

import asyncio
import subprocess
from typing import Protocol

from .account import Account
from .admin import Admin
from .clock import Clock
from .disk import Disk
from .faults import Faults
from .github import GitHub
from .github_face import GitHubFace
from .graphql_face import GraphQLFace
from .http_server import Request, Response, Server
from .janitor import make_folder
from .privileges import Privileges
from .recorder import Recorder
from .rest_face import RestFace
from .runner_archive import RunnerArchive
from .runner_face import RunnerFace
from .settings import Settings


class Face(Protocol):
    """One API: what it is called, how it names a request's operation, and what it answers."""

    name: str

    def operation(self, request: Request) -> str: ...

    async def handle(self, request: Request) -> Response: ...


class Sandbox:
    """A RunPod, a GitHub, and the API by which tests look behind them."""

    def __init__(self) -> None:
        self.privileges = Privileges()
        self.folder = make_folder()
        self.settings = Settings()
        self.clock = Clock()
        self.recorder = Recorder()
        self.faults = Faults()
        self.key = self.folder / "id_ed25519"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sandbox", "-f", str(self.key)],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        disk = Disk(self.folder / "image", self.privileges)
        self.settings.pub_key = self.key.with_suffix(".pub").read_text()
        self.account = Account(self.folder / "pods", disk, self.settings, self.clock)
        self.github = GitHub(self.settings, self.clock)
        self.archive = RunnerArchive(self.settings)
        self.server = Server(self._handle, self.clock.now)
        self.runners = RunnerFace(self.github)
        self.graphql = GraphQLFace(self.account)
        self.rest = RestFace(self.account)
        self.github_face = GitHubFace(self.github, self.archive)
        self.admin = Admin(self)
        self._ticking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to serve."""
        await self.server.start()
        self.archive.service_url = self.url
        self._ticking = asyncio.create_task(self._tick())

    @property
    def url(self) -> str:
        """Where everything is."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What programs need to know to use it."""
        return {
            "RUNPOD_API_URL": f"{self.url}/graphql",
            "RUNPOD_REST_URL": f"{self.url}/v2",
            "RUNPOD_API_KEY": self.account.keys["all"],
            "GITHUB_API_URL": self.url,
            "GITHUB_TOKEN": self.github.keys["all"],
            "SSH_KEY_PATH": str(self.key),
            "SANDBOX_ADMIN_URL": f"{self.url}/_admin",
        }

    def face(self, path: str) -> Face:
        """Whose path it is."""
        if path == "/graphql":
            return self.graphql
        if path == "/v2" or path.startswith("/v2/"):
            return self.rest
        if path.startswith(("/_runner/", "/actions/runner-registration", "/actions/runners/register")):
            return self.runners
        return self.github_face

    async def _handle(self, request: Request) -> Response:
        if request.path.startswith("/_admin/"):
            request.path = request.path.removeprefix("/_admin")
            return await self.admin.handle(request)
        face = self.face(request.path)
        operation = face.operation(request)
        entry = self.recorder.begin(face.name, operation, request)
        fault = self.faults.take(face.name, operation)
        entry["fault"] = fault.kind if fault else None
        if fault:
            response = await fault.answer(request, face.handle, self.faults.forgotten)
        else:
            response = await face.handle(request)
        entry["status"] = None if response.hang_up else response.status
        return response

    async def _tick(self) -> None:
        """Deadlines are met and bills are sent although nobody asks."""
        while True:
            self.account.settle()
            self.github.settle()
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        """Ends everything; the janitor removes the files."""
        if self._ticking:
            self._ticking.cancel()
        await self.account.close()
