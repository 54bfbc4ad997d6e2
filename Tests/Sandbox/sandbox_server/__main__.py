"""`sandbox serve` and `sandbox run -- COMMAND …`."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from .account import Account
from .admin import AdminFace
from .clock import Clock
from .faults import Faults
from .github import GitHub
from .github_face import GitHubFace
from .graphql_face import GraphQLFace
from .recorder import Recorder
from .settings import Settings

PR_SET_PDEATHSIG = 1
USAGE = "usage: sandbox serve | sandbox run -- COMMAND [ARGUMENT…]\n"


class Sandbox:
    """Everything, from the folder to the ports."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
        self._janitor = _start_janitor(self.folder)
        key = self.folder / "key"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sandbox", "-f", str(key)], check=True
        )
        settings, clock, faults, recorder = Settings(), Clock(), Faults(), Recorder()
        self.account = Account(settings, clock, self.folder / "pods")
        github = GitHub(settings, clock)
        graphql = GraphQLFace(faults, recorder, self.account)
        github_face = GitHubFace(faults, recorder, github, settings)
        admin = AdminFace(self.account, github, faults, recorder)
        self.environment = {
            "RUNPOD_API_URL": f"{graphql.url}/graphql",
            "RUNPOD_API_KEY": self.account.key,
            "GITHUB_API_URL": github_face.url,
            "GITHUB_TOKEN": github.token,
            "SSH_KEY_PATH": str(key),
            "SANDBOX_ADMIN_URL": admin.url,
        }

    def close(self) -> None:
        """Ends the containers and removes everything."""
        self.account.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _start_janitor(folder: Path) -> subprocess.Popen[bytes]:
    """Removes the folder when this process is gone, however it went: the pipe's end tells."""
    script = 'read -r _; for _ in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && exit; sleep 0.2; done'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "janitor", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def serve() -> int:
    """Prints the environment and stays until it is told to end, or its parent has gone."""
    stop = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    sandbox = Sandbox()
    print(json.dumps(sandbox.environment), flush=True)
    signal.sigwait(stop)
    sandbox.close()
    return 0


def run(command: list[str]) -> int:
    """Runs a command in the sandbox's environment; its exit code."""
    sandbox = Sandbox()
    # Ctrl-C goes to the command too, which cleans up; the sandbox must outlast it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _die_with_parent()

    try:
        process = subprocess.Popen(command, env=os.environ | sandbox.environment, preexec_fn=prepare)
    except OSError as error:
        print(f"sandbox: {command[0]}: {error.strerror}", file=sys.stderr)
        sandbox.close()
        return 127
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: process.send_signal(number))
    code = process.wait()
    sandbox.close()
    return code if code >= 0 else 128 - code


def main() -> int:
    """The command line."""
    match sys.argv[1:]:
        case ["serve"]:
            return serve()
        case ["run", "--", *command] if command:
            return run(command)
    sys.stderr.write(USAGE)
    return 64


sys.exit(main())
