"""Sees what the tests and the servers that they start let out, and looks for secrets in it when all tests are over."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from processes import Processes, Seen

ACCOUNT, POD, RUNNER, CREDENTIALS = "an account's key", "a pod's key", "a runner's token", "a runner's credentials"
VARIABLES = {
    (False, ACCOUNT): {"RUNPOD_API_KEY", "GITHUB_TOKEN"},
    (False, POD): {"RUNPOD_API_KEY"},
    (True, POD): {"RUNPOD_API_KEY"},
    (True, RUNNER): {"ACTIONS_RUNNER_INPUT_TOKEN"},
}
"""Where secrets belong: in these, here (clients, servers, container engines) and on a pod."""
BEARERS = {
    "graphql": {ACCOUNT, POD},
    "rest": {ACCOUNT, POD},
    "github": {ACCOUNT, RUNNER},
    "runner": {RUNNER, CREDENTIALS},
}
"""Whose authorization is of which kind."""


class Witness:
    """Of one run of tests."""

    current: ClassVar[Witness | None] = None
    """None in benchmarks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = folder / "evidence"
        self.evidence.mkdir()
        self.secrets: dict[str, str] = {}
        self.findings: list[str] = []
        self.numbers = itertools.count(1)
        self.processes = Processes()
        self.processes.start()

    def place(self, kind: str) -> Path:
        """A file for something that is said."""
        return self.evidence / f"{next(self.numbers)}-{kind}"

    @classmethod
    def show(cls, kind: str, text: str) -> None:
        """Keeps something that was said, if anybody looks."""
        if cls.current and text:
            cls.current.place(kind).write_text(text)

    # What sandboxes know.

    def learn(self, state: dict[str, Any], requests: list[dict[str, Any]]) -> None:
        """Takes in what a sandbox has given out, and what it was asked."""
        github = state["github"]
        known = {
            **dict.fromkeys([*state["keys"].values(), *github["keys"].values()], ACCOUNT),
            **{pod["key"]: POD for pod in state["pods"]},
            **dict.fromkeys(github["tokens"], RUNNER),
            **dict.fromkeys(github["credentials"], CREDENTIALS),
        }
        self.secrets |= known
        for request in requests:
            self._examine(request, known)
        for pod in state["pods"]:
            settings = json.dumps({name: value for name, value in pod["env"].items() if name != "RUNPOD_API_KEY"})
            self._search(settings, known, f"the environment of pod {pod['id']}")
            self._search_disk(Path(pod["disk"]), known)

    def learn_private_key(self, path: Path) -> None:
        """A line of it that no other key has."""
        self.secrets[path.read_text().splitlines()[-2]] = "a private key"

    def _examine(self, request: dict[str, Any], known: dict[str, str]) -> None:
        operation = f"{request['face']} {request['operation']}"
        headers = {name.lower(): value for name, value in request["headers"].items()}
        bearer = headers.pop("authorization", "").rpartition(" ")[2]
        if bearer in known and known[bearer] not in BEARERS[request["face"]]:
            self.findings.append(f"{operation} was authorized by {known[bearer]}")
        if bearer and "/releases/download/" in request["path"]:
            self.findings.append(f"{operation} had an authorization")
        public = json.dumps([request["path"], request["query"], headers, request["body"]])
        self._search(public, known, operation)

    def _search_disk(self, disk: Path, known: dict[str, str]) -> None:
        """A pod keeps its own key and its runner's credentials."""
        foreign = {secret: kind for secret, kind in known.items() if kind in (ACCOUNT, RUNNER)}
        for path in files_with(foreign, disk):
            self._search(path.read_text(errors="replace"), foreign, f"{path.relative_to(disk.parent)} on a pod")

    def _search(self, text: str, secrets: dict[str, str], place: str) -> None:
        self.findings += [f"{kind} is in {place}" for secret, kind in secrets.items() if secret in text]

    # The end.

    def judge(self) -> list[str]:
        """Where secrets were seen that do not belong there."""
        self.processes.end()
        self.findings += self.misplaced(self.processes.seen)
        self._search_files()
        return sorted(set(self.findings))

    def misplaced(self, seen: Seen) -> list[str]:
        """Where secrets are among what was seen of processes and do not belong."""
        findings = []
        lists = {arguments.decode(errors="replace") for arguments in seen.arguments}
        environments = b"\n".join(variable for _, variable in seen.variables).decode(errors="replace")
        for secret, kind in self.secrets.items():
            findings += [f"{kind} is in arguments of {text.partition(chr(0))[0]}" for text in lists if secret in text]
            if secret not in environments:
                continue
            for in_pod, name in seen.naming(secret):
                if name not in VARIABLES.get((in_pod, kind), ()):
                    findings.append(f"{kind} is in {name} {'on a pod' if in_pod else 'on this machine'}")
        for variable in seen.runner_variables:
            if variable.startswith((b"RUNPOD_", b"ACTIONS_RUNNER_INPUT_")):
                findings.append(f"a runner sees {variable.partition(b'=')[0].decode()}")
        return findings

    def _search_files(self) -> None:
        """State files, recordings, logs, output: whatever is in the tests' folders."""
        found = files_with(["-----BEGIN OPENSSH PRIVATE KEY-----"], self.folder)
        keys = [path for path in found if path.parent != self.evidence]
        for path in keys:
            self.learn_private_key(path)
        for path in files_with(self.secrets, self.folder):
            if path not in keys:
                text = path.read_text(errors="replace")
                self._search(text, self.secrets, str(path.relative_to(self.folder)))


def files_with(words: Iterable[str], folder: Path) -> list[Path]:
    """The files below a folder that have one of these words."""
    # The words go by standard input: this, too, is a process with arguments.
    found = subprocess.run(
        ["grep", "-rlaF", "-f", "-", "--", str(folder)],
        input="\n".join(words),
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [Path(line) for line in found.splitlines()]
