"""What jobs are given: environment variables, hooks, tools, sudo, devices and directories; and what a runner that is there cannot become."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from machine import Machine
from pod import Pod
from tree import SYSTEMD
from wait import until

MakePod = Callable[..., Pod]
ENV = "GREETING=it's \"quoted\" $HOME\nTOKEN=s3cret\n"


def lines(machine: Machine) -> list[str]:
    """The runner's `.env`."""
    # env.sh adds what it knows to the file (actions/runner v2.336.0, src/Misc/layoutroot/env.sh).
    return [line for line in (machine.base / ".env").read_text().splitlines() if not line.startswith("LANG=")]


def test_variables_are_lines_of_the_runners_own_file(machine: Machine) -> None:
    machine.ready("install")
    assert not (machine.base / ".env").exists()
    answer = machine.ready("install", env=ENV)
    assert answer.facts["variablesChanged"] == "yes"
    assert lines(machine) == ENV.splitlines()
    assert (machine.base / ".env").stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in machine.ready("configure", "start", env=ENV).all
    # A start has them read.
    assert "variablesChanged" not in machine.ready("install", env=ENV).facts
    with (machine.base / ".env").open("a") as file:
        file.write("JAVA_HOME=/opt/java\n")
    assert machine.ready("install", env="TOKEN=other\n").facts["variablesChanged"] == "yes"
    assert sorted(lines(machine)) == ["JAVA_HOME=/opt/java", "TOKEN=other"]
    # Told until the runner is started again, also to who asks once more.
    assert machine.ready("install", env="TOKEN=other\n").facts["variablesChanged"] == "yes"
    machine.ready("install")
    assert lines(machine) == ["JAVA_HOME=/opt/java"]
    machine.ready("stop")


def test_names_that_are_withheld_count_as_variables_also_when_they_go(machine: Machine) -> None:
    assert "variablesChanged" not in machine.ready("install").facts
    assert machine.ready("install", withheld="HF_TOKEN").facts["variablesChanged"] == "yes"
    machine.ready("configure", "start", withheld="HF_TOKEN")
    assert "variablesChanged" not in machine.ready("install", withheld="HF_TOKEN").facts
    # The running one still hides it.
    assert machine.ready("install").facts["variablesChanged"] == "yes"
    machine.ready("stop")


def test_hooks_must_be_there_and_the_tools_directory_is_made(machine: Machine) -> None:
    hook = machine.folder / "before.sh"
    answer = machine.run("install", started_hook=hook)
    assert answer.failure == "usage" and str(hook) in answer.last
    hook.touch()
    tools = machine.folder / "volume" / "tools"
    machine.ready("install", started_hook=hook, completed_hook=hook, tool_cache=tools)
    assert tools.is_dir()


def test_a_registered_runner_keeps_its_user(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.ready("install", "configure")
    answer = pod.run("install", as_root="yes")
    assert answer.failure == "differs" and "runs as runner" in answer.last and "run as root" in answer.last
    owner = pod.execute("stat", "-c", "%U", "/opt/runner/.runner").stdout.strip()
    assert owner == "runner"


def test_no_runner_may_change_what_another_one_runs(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.ready("install", "configure")
    pod.ready("install", "configure", name="r2", as_root="yes")
    as_runner = ["setpriv", "--reuid", "runner", "--regid", "runner", "--clear-groups", "sh", "-c"]
    assert pod.execute(*as_runner, "echo evil >>/opt/runner/bin/Runner.Listener").returncode != 0
    assert pod.execute(*as_runner, "echo own >/opt/runner/own && mv /opt/runner/bin /opt/runner/bin.old").returncode == 0
    assert "evil" not in pod.path("/opt/runner-r2/bin/Runner.Listener").read_text()
    assert pod.execute("stat", "-c", "%U", "/opt/runner/run.sh").stdout == "runner\n"


def test_jobs_become_root_where_that_is_asked_for(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD, "--setenv=RUNPOD_API_KEY=rpa_podkey")
    become_root = ["setpriv", "--reuid", "runner", "--regid", "runner", "--clear-groups", "sudo", "-n", "id", "-u"]
    pod.ready("install")
    assert pod.execute(*become_root).returncode != 0
    answer = pod.ready("install", sudo="yes")
    assert any("become root by sudo" in warning and "API key" in warning for warning in answer.warnings)
    assert not any("does not let" in warning for warning in answer.warnings)
    assert pod.execute(*become_root).stdout == "0\n"


def test_directories_and_devices_that_the_runner_may_not_use_are_told_before_it_is_registered(make_pod: MakePod) -> None:
    pod = make_pod(SYSTEMD)
    pod.path("/workspace").mkdir()
    pod.execute("mkdir", "-p", "/dev/dri")
    pod.execute("sh", "-c", "groupadd render; mknod /dev/dri/renderD128 c 1 3; chgrp render /dev/dri/renderD128; chmod 660 /dev/dri/renderD128")
    pod.execute("sh", "-c", "mknod /dev/nvidia0 c 1 3; chmod 600 /dev/nvidia0")
    warnings = pod.ready("install").warnings
    assert any("/workspace; run 'chown runner /workspace'" in warning for warning in warnings)
    assert any("/dev/nvidia0" in warning for warning in warnings)
    # The group of the device takes the user in.
    assert not any("renderD128" in warning for warning in warnings)
    pod.execute("chown", "runner", "/workspace")
    assert not any("/workspace" in warning for warning in pod.ready("install").warnings)


@pytest.mark.parametrize("boots", [False, True], ids=["supervised", "systemd"])
def test_jobs_do_not_see_what_is_withheld(make_pod: MakePod, boots: bool) -> None:
    pod = make_pod(SYSTEMD, "--setenv=HF_TOKEN=hidden", "--setenv=HF_HOME=/models", boots=boots)
    pod.ready("install", "configure", withheld="HF_TOKEN OTHER")
    pod.ready("start")
    pid = until(lambda: pod.ready("status").facts["listener"].strip())
    found = pod.execute("cat", f"/proc/{pid}/environ").stdout
    assert "HF_HOME=/models" in found and "HF_TOKEN" not in found
    pod.ready("stop")
