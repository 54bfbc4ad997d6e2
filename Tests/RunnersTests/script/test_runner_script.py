"""The script by itself, on this machine, with an archive that is small and obeys."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from conftest import SCRIPT


def test_a_runner_is_installed_registered_started_stopped_and_removed(machine):
    machine.ready("preflight", "install", "configure")
    started = machine.ready("start")
    assert started.facts["listening"] == "yes" and started.facts["mode"] == "supervised"
    status = machine.ready("status").facts
    assert status["name"] == "r1" and status["agentId"] == "42" and status["url"] == "https://github.com/octo/demo"
    assert status["version"] == "9.9.9" and status["state"] == "running" and status["listener"].strip().isdigit()
    machine.ready("stop")
    status = machine.ready("status").facts
    assert (status["mode"], status["listener"], status["state"]) == ("none", "", "stopped")
    removed = machine.run("remove", token="good-remove-token").facts
    assert removed["deregistered"] == "yes" and removed["filesRemoved"] == "yes"
    assert not machine.root.exists() and not machine.root.with_name("runner.lock").exists()


def test_an_archive_with_the_wrong_checksum_is_never_opened(machine):
    answer = machine.run("install", sha256="0" * 64)
    assert (answer.code, answer.failure) == (1, "checksumMismatch")
    assert not machine.root.exists() and not list(machine.folder.glob("opt/runner-archives/*"))


def test_a_damaged_kept_archive_is_fetched_again(machine):
    machine.ready("install")
    kept, = machine.folder.glob("opt/runner-archives/*.tar.gz")
    kept.write_bytes(b"damaged")
    shutil.rmtree(machine.root)
    machine.ready("install")
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == machine.sha256


def test_everything_can_be_repeated(machine):
    machine.ready("install", "configure", "start")
    before = machine.ready("status").facts["listener"]
    machine.archive.unlink()
    machine.ready("install")
    assert machine.ready("configure").facts["configured"] == "kept"
    assert machine.ready("start").facts["started"] == "already"
    assert machine.ready("status").facts["listener"] == before
    machine.ready("stop", "stop", "remove", "remove")


def test_the_token_is_in_one_environment_and_nowhere_else(machine):
    machine.ready("install")
    answer = machine.run("configure", environment={"RUNPOD_API_KEY": "pod-key", "CUDA_HOME": "/cuda"})
    assert "ACTIONS_RUNNER_INPUT_TOKEN=good-token" in (machine.root / "config-environment").read_text()
    assert (machine.root / "config-arguments").read_text().strip() == ""
    assert "good-token" not in answer.output + answer.errors
    machine.run("start", environment={"RUNPOD_API_KEY": "pod-key", "CUDA_HOME": "/cuda"})
    running = (machine.root / "run-environment").read_text()
    assert "CUDA_HOME=/cuda" in running and "RUNPOD" not in running and "good-token" not in running
    assert "RUNNER_MANUALLY_TRAP_SIG=1" in running and "LANG=C.UTF-8" in running
    for file in machine.root.rglob("*"):
        if file.is_file() and file.name not in ("config-environment", "config.sh"):
            assert b"good-token" not in file.read_bytes(), file


def test_a_refused_token_is_told_and_leaves_no_half_configuration_in_the_way(machine):
    machine.ready("install")
    assert machine.run("configure", token="expired").failure == "tokenRefused"
    assert (machine.root / ".credentials").exists()
    assert machine.ready("configure").facts["configured"] == "new"


def test_a_taken_name_and_another_runner_in_the_directory_are_told(machine):
    machine.ready("install")
    assert machine.run("configure", name="taken").failure == "nameTaken"
    machine.ready("configure")
    assert machine.run("configure", name="r2").failure == "alreadyConfigured"


def test_a_removal_that_github_refuses_still_removes_the_files_and_says_so(machine):
    machine.ready("install", "configure")
    answer = machine.run("remove", token="wrong")
    assert answer.facts["deregistered"] == "no" and answer.facts["filesRemoved"] == "yes"
    assert answer.facts["agentId"] == "42" and "@warning" in answer.output


def test_a_directory_of_someone_else_is_left_alone(machine):
    machine.root.mkdir(parents=True)
    (machine.root / "thesis.tex").write_text("years of work")
    assert machine.run("install").failure == "occupied"
    assert machine.run("remove").facts["filesRemoved"] == "no"
    assert (machine.root / "thesis.tex").exists()


def test_a_listener_that_will_not_end_is_killed(machine):
    machine.ready("install", "configure")
    (machine.root / "behaviour").write_text("stubborn")
    machine.ready("start")
    answer = machine.run("stop", stop_seconds=0)
    assert answer.last == "@done" and answer.facts["killed"] == "yes"
    assert machine.ready("status").facts["listener"] == ""


def test_a_listener_that_died_is_started_again(machine):
    machine.ready("install", "configure", "start")
    first = int(machine.ready("status").facts["listener"])
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while True:
        second = machine.ready("status").facts["listener"].strip()
        if second and int(second) != first:
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_version_that_github_refuses_is_not_called_started(machine):
    machine.ready("install", "configure")
    (machine.root / "behaviour").write_text("deprecated")
    answer = machine.run("start", start_seconds=1)
    assert answer.facts.get("listening") == "no" and "is deprecated" in answer.output


def test_one_at_a_time_but_the_dead_hold_no_lock(machine):
    lock = machine.root.with_name("runner.lock")
    lock.mkdir(parents=True)
    start = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19]
    (lock / "owner").write_text(f"{os.getpid()} {start}\n")
    assert machine.run("install").failure == "locked"
    assert machine.run("status").last == "@done"
    (lock / "owner").write_text(f"{os.getpid()} 1\n")
    machine.ready("install")
    assert not lock.exists()


def test_status_words_before_anything_is_there(machine):
    assert machine.ready("status").facts["installed"] == "no"
    assert machine.run("start").failure == "notConfigured"
    assert machine.run("configure").failure == "notConfigured"
    machine.ready("stop")
    assert machine.run("explode").failure == "usage"


def test_half_a_script_does_nothing(machine):
    text = machine.text("install")
    subprocess.run(["sh", "-s"], input=text[: len(text) * 9 // 10], text=True, capture_output=True, check=False)
    assert not machine.root.exists()


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say(machine):
    machine.ready("install", "configure", "start")
    supervisor = machine.root / ".supervisor" / "supervise.sh"
    result = subprocess.run(["shellcheck", SCRIPT, supervisor], capture_output=True, text=True, check=False)
    assert result.stdout == ""
