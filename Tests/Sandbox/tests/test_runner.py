"""The runner in the archive, on a pod, installed by the project's own script."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from client import Sandbox, until

SCRIPT = Path(__file__).resolve().parents[3] / "Sources" / "Runners" / "Script"
ROOT = "/opt/actions-runner"


def script(**parameters: str) -> str:
    """What the product sends to a pod's shell: parameters, the parts of its script, and the part that begins."""
    parameters["supervisor"] = (SCRIPT / "supervise.sh").read_text()
    parameters["container"] = (SCRIPT.parents[1] / "SSH" / "Exec" / "container.sh").read_text()
    lines = [f"param_{name}={shlex.quote(value)}\n" for name, value in parameters.items()]
    parts = [path for path in sorted(SCRIPT.glob("*.sh")) if path.name not in ("runner.sh", "supervise.sh")]
    return "".join([*lines, *(path.read_text() for path in [*parts, SCRIPT / "runner.sh"])])


class Machine:
    """A pod, and a repository that nobody else uses."""

    def __init__(self, sandbox: Sandbox, **pod: Any) -> None:
        self.sandbox = sandbox
        self.id: str = sandbox.create(**pod)["id"]
        self.place = f"/repos/octo/{self.id}"
        release = sandbox.github("GET", "/repos/actions/runner/releases/latest").json
        self.asset = next(each for each in release["assets"] if "linux-x64" in each["name"])
        self.url = f"https://github.com/octo/{self.id}"

    def token(self, kind: str = "registration", place: str | None = None) -> str:
        answer = self.sandbox.github("POST", f"{place or self.place}/actions/runners/{kind}-token")
        return answer.json["token"]

    def ssh(self, command: str, input: str = "") -> subprocess.CompletedProcess[str]:
        return self.sandbox.ssh(self.id, command, input=input)

    def unpack(self) -> None:
        """Just the files, for root."""
        command = f"mkdir -p {ROOT} && curl -fsSL {self.asset['browser_download_url']} | tar xz -C {ROOT}"
        assert self.ssh(command).returncode == 0

    def install_libraries(self) -> subprocess.CompletedProcess[str]:
        self.unpack()
        return self.ssh(f"{ROOT}/bin/installdependencies.sh")

    def config(
        self, arguments: str = "", token: str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        values = {"RUNNER_ALLOW_RUNASROOT": "1", "ACTIONS_RUNNER_INPUT_UNATTENDED": "true"}
        if not arguments.startswith("remove"):
            values |= {"ACTIONS_RUNNER_INPUT_URL": self.url, "ACTIONS_RUNNER_INPUT_NAME": "r1"}
        values |= {f"ACTIONS_RUNNER_INPUT_{name.upper()}": value for name, value in variables.items()}
        values["ACTIONS_RUNNER_INPUT_TOKEN"] = token if token is not None else self.token()
        exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())
        return self.ssh(f"cd {ROOT} && {exports} ./config.sh {arguments}")

    def start(self) -> None:
        command = "RUNNER_ALLOW_RUNASROOT=1 RUNNER_MANUALLY_TRAP_SIG=1 setsid -f ./run.sh >run.log 2>&1 </dev/null"
        assert self.ssh(f"cd {ROOT} && {command}").returncode == 0
        until(lambda: "Listening for Jobs" in self.log())

    def log(self) -> str:
        return self.ssh(f"cat {ROOT}/run.log").stdout

    def listed(self) -> list[dict[str, Any]]:
        return self.sandbox.github("GET", f"{self.place}/actions/runners").json["runners"]

    def job(self, text: str) -> dict[str, Any]:
        """Its outcome."""
        id = self.sandbox.admin("POST", "/jobs", {"runner": self.listed()[0]["id"], "script": text})["id"]
        return until(lambda: (job := self.sandbox.admin("GET", f"/jobs/{id}"))["result"] and job)


@pytest.fixture
def machine(shared: Sandbox) -> Iterator[Machine]:
    """In the shared sandbox."""
    machine = Machine(shared)
    yield machine
    shared.mutate("podTerminate", "PodTerminateInput!", "", podId=machine.id)


def test_the_projects_script_installs_a_runner_that_comes_online(machine: Machine) -> None:
    parameters = {
        "url": machine.url,
        "name": "by-script",
        "labels": "gpu",
        "version": machine.asset["name"].split("-")[-1].removesuffix(".tar.gz"),
        "archive_url": machine.asset["browser_download_url"],
        "sha256": machine.asset["digest"].removeprefix("sha256:"),
        "token": machine.token(),
    }

    def run(command: str, **more: str) -> str:
        result = machine.ssh("sh -s", input=script(**parameters | more, command=command))
        assert result.stdout.rstrip().endswith("@done"), result.stdout + result.stderr
        return result.stdout

    for command in ("preflight", "install", "configure", "start"):
        run(command)
    runner = until(lambda: [each for each in machine.listed() if each["status"] == "online"])[0]
    assert (runner["name"], runner["os"], runner["busy"]) == ("by-script", "linux", False)
    assert [label["name"] for label in runner["labels"]] == ["self-hosted", "Linux", "X64", "gpu"]
    assert machine.ssh("ps -o user= -C Runner.Listener").stdout.split() == ["runner"]
    assert machine.job("id -un")["log"].split() == ["runner"]
    assert "@fact deregistered=yes" in run("remove", token=machine.token("remove"))
    assert machine.listed() == []


def test_configuring_says_what_the_real_one_says(machine: Machine) -> None:
    machine.unpack()
    assert machine.ssh(f"cd {ROOT} && ./config.sh").stdout == "Must not run with sudo\n"
    refused = machine.config(token="AWRONG")
    assert refused.returncode == 1
    assert (
        "Http response code: NotFound from 'POST https://api.github.com/actions/runner-registration'" in refused.stderr
    )
    assert machine.config(token=machine.token("remove")).returncode == 1
    assert machine.config(token=machine.token(place="/repos/octo/elsewhere")).returncode == 1
    done = machine.config(labels="gpu,gpu, big")
    assert done.returncode == 0 and done.stderr == ""
    for line in ("√ Connected to GitHub", "√ Runner successfully added", "√ Settings Saved."):
        assert line in done.stdout
    files = machine.ssh(
        f"cd {ROOT} && stat -c '%n %a' .credentials_rsaparams svc.sh && head -c 3 .runner | od -An -tx1"
    ).stdout
    assert files.split("\n")[:2] == [".credentials_rsaparams 600", "svc.sh 755"] and "ef bb bf" in files
    assert [label["name"] for label in machine.listed()[0]["labels"]][-2:] == ["gpu", "big"]
    assert "already configured" in machine.config().stderr
    assert machine.config("remove", token=machine.token()).returncode == 1
    removed = machine.config("remove", token=machine.token("remove"))
    assert "√ Runner removed successfully" in removed.stdout and machine.listed() == []
    assert "config files are missing" in machine.config("remove", token=machine.token("remove")).stdout


def test_a_taken_name_needs_replace(machine: Machine) -> None:
    machine.unpack()
    assert machine.config().returncode == 0
    first = machine.listed()[0]["id"]
    assert machine.config("remove --local").returncode == 0
    taken = machine.config()
    assert taken.returncode == 1 and "A runner exists with the same name r1." in taken.stderr
    replaced = machine.config(replace="true")
    assert replaced.returncode == 0 and "√ Successfully replaced the runner" in replaced.stdout
    assert [each["id"] for each in machine.listed()] == [first]


def test_registration_tokens_last_an_hour(sandbox: Sandbox) -> None:
    machine = Machine(sandbox)
    machine.unpack()
    token = machine.token()
    sandbox.admin("POST", "/clock", {"advance": 3700})
    assert "404 (Not Found)" in machine.config(token=token).stderr
    assert machine.config().returncode == 0


def test_jobs_run_are_cancelled_and_keep_their_runner_from_being_deleted(machine: Machine) -> None:
    machine.unpack()
    machine.config()
    machine.start()
    assert machine.job("echo fine")["result"] == "Succeeded"
    assert machine.job("echo bad; exit 3") | {"id": 0} == {
        "id": 0,
        "name": "build",
        "runnerId": machine.listed()[0]["id"],
        "taken": True,
        "result": "Failed",
        "log": "bad\n",
    }
    runner = machine.listed()[0]
    id = machine.sandbox.admin("POST", "/jobs", {"runner": runner["id"], "script": "sleep 600"})["id"]
    until(lambda: machine.ssh("pgrep -x Runner.Worker").stdout)
    assert machine.listed()[0]["busy"]
    refused = machine.sandbox.github("DELETE", f"{machine.place}/actions/runners/{runner['id']}")
    assert (refused.status, refused.json["message"]) == (422, 'Bad request - Runner "r1" is still running a job')
    machine.sandbox.admin("POST", f"/jobs/{id}/cancel")
    until(lambda: machine.sandbox.admin("GET", f"/jobs/{id}")["result"] == "Canceled")
    until(lambda: "completed with result: Canceled" in machine.log())
    assert machine.ssh("pgrep -x sleep").stdout == ""


def test_an_interrupted_runner_says_goodbye_and_a_killed_one_does_not(sandbox: Sandbox) -> None:
    sandbox.set(offlineDelay=2, sessionLinger=600)
    machine = Machine(sandbox)
    machine.unpack()
    machine.config()
    machine.start()
    assert machine.listed()[0]["status"] == "online"
    machine.ssh("pkill -INT -x Runner.Listener")
    until(lambda: "stop the service, no retry needed" in machine.log())
    assert machine.listed()[0]["status"] == "offline"
    machine.start()
    machine.ssh("pkill -KILL -x Runner.Listener")
    assert machine.listed()[0]["status"] == "online"
    until(lambda: machine.listed()[0]["status"] == "offline")
    machine.ssh(f"cd {ROOT} && RUNNER_ALLOW_RUNASROOT=1 setsid -f ./run.sh >run.log 2>&1 </dev/null")
    until(lambda: "A session for this runner already exists." in machine.log())


def test_a_deleted_runner_cleans_up_and_ends(machine: Machine) -> None:
    machine.unpack()
    machine.config()
    machine.start()
    runner = machine.listed()[0]
    assert machine.sandbox.github("DELETE", f"{machine.place}/actions/runners/{runner['id']}").status == 204
    until(lambda: "The runner no longer exists on the server" in machine.log())
    until(lambda: machine.ssh("pgrep -x Runner.Listener").stdout == "")
    assert machine.ssh(f"ls -A {ROOT} | grep '^.runner$'").stdout == ""


def test_an_ephemeral_runner_does_one_job(machine: Machine) -> None:
    machine.unpack()
    machine.config(ephemeral="true")
    machine.start()
    assert machine.job("true")["result"] == "Succeeded"
    assert machine.listed() == []
    until(lambda: "Exiting runner..." in machine.log())


def test_a_version_is_refused_after_it_has_listened(sandbox: Sandbox) -> None:
    sandbox.set(refuseVersions=["2.338.0"])
    machine = Machine(sandbox)
    machine.unpack()
    machine.config()
    command = "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1 RUNNER_ALLOW_RUNASROOT=1 ./run.sh"
    result = machine.ssh(f"cd {ROOT} && {command}")
    assert result.returncode == 7
    assert "Listening for Jobs" in result.stdout
    assert "is deprecated and cannot receive messages" in result.stdout


def test_an_image_without_libicu_needs_its_dependencies_installed(sandbox: Sandbox) -> None:
    assert Machine(sandbox, imageName="x-no-libicu-no-network").install_libraries().returncode == 1
    machine = Machine(sandbox, imageName="x-no-libicu")
    machine.unpack()
    refused = machine.config()
    assert refused.returncode == 1 and "Libicu's dependencies is missing" in refused.stdout
    assert "Finish Install Dependencies" in machine.install_libraries().stdout
    assert machine.config().returncode == 0


def test_the_token_is_on_no_argument_list(machine: Machine) -> None:
    machine.unpack()
    watch = "while :; do cat /proc/[0-9]*/cmdline; done 2>/dev/null | tr '\\0' ' ' >/tmp/seen & watcher=$!;"
    token = machine.token()
    command = f"{watch} cd {ROOT}; read -r t; ACTIONS_RUNNER_INPUT_TOKEN=$t RUNNER_ALLOW_RUNASROOT=1 "
    command += f'./config.sh --unattended --url {machine.url} --name r1; kill $watcher; grep -c "$t" /tmp/seen'
    result = machine.ssh(command, input=f"{token}\n")
    assert "Settings Saved" in result.stdout
    assert result.stdout.splitlines()[-1] == "0"
