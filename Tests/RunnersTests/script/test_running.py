"""What keeps a runner running, and what ends it."""

from __future__ import annotations

import os
import signal

from machine import Machine
from wait import until


def listener(machine: Machine) -> int:
    """The listener's process, once it is there."""
    return until(lambda: int(machine.ready("status").facts["listener"].strip() or 0))


def begin_job(machine: Machine) -> None:
    """Gives the runner a job that lasts until `job` is removed."""
    (machine.base / "job").touch()
    until(lambda: machine.ready("status").facts["worker"])


def test_a_listener_that_will_not_end_is_killed(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("stubborn")
    machine.ready("start")
    answer = machine.run("stop", stop_seconds=0)
    assert answer.last == "@done" and answer.facts["killed"] == "yes"
    assert machine.ready("status").facts["listener"] == ""


def test_a_listener_that_died_is_started_again(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    first = listener(machine)
    os.kill(first, signal.SIGKILL)
    until(lambda: listener(machine) != first)


def test_a_supervisor_that_was_killed_leaves_a_crash_that_start_repairs(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    pid = int((machine.base / ".supervisor" / "pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    until(lambda: machine.ready("status").facts["mode"] == "none")
    assert machine.ready("status").facts["state"] == "running"
    assert machine.ready("start").facts["started"] == "yes"
    assert len(machine.ready("status").facts["listener"].split()) == 1
    machine.ready("stop")
    assert machine.ready("status").facts["listener"] == ""


def test_a_job_outlives_its_supervisor_and_start_does_not_cut_it(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    begin_job(machine)
    os.kill(int((machine.base / ".supervisor" / "pid").read_text().split()[0]), signal.SIGKILL)
    until(lambda: machine.ready("status").facts["mode"] == "none")
    assert machine.run("start").failure == "jobRunning"
    assert machine.ready("status").facts["worker"]
    assert machine.ready("stop").facts["jobCut"] == "yes"
    (machine.base / "job").unlink()
    machine.ready("start", "stop")


def test_a_version_that_github_refuses_is_not_called_started(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("deprecated")
    answer = machine.run("start", start_seconds=60)
    assert answer.failure == "deprecated" and "is deprecated" in answer.last
    assert machine.ready("status").facts["state"] == "deprecated"


def test_a_registration_that_github_has_dropped_is_told(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("forgotten")
    assert machine.run("start", start_seconds=60).failure == "unregistered"
    status = machine.ready("status").facts
    assert (status["state"], status["mode"]) == ("unregistered", "none")


def test_a_session_conflict_is_waited_for(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("conflict")
    answer = machine.ready("start", start_seconds=1)
    assert answer.facts["listening"] == "no" and answer.warnings
    assert machine.ready("status").facts["saidLast"] == "conflict"


def test_a_job_is_cut_only_by_a_stop_that_may(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    begin_job(machine)
    assert machine.run("stop", if_idle="yes").failure == "jobRunning"
    assert machine.ready("status").facts["worker"]
    assert machine.ready("stop").facts["jobCut"] == "yes"
    status = machine.ready("status").facts
    assert (status["worker"], status["listener"]) == ("", "")
    (machine.base / "job").unlink()
    machine.ready("start")
    assert "jobCut" not in machine.ready("stop", if_idle="yes").facts


def test_a_job_that_comes_with_the_stop_is_cut_too(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("late")
    machine.ready("start")
    assert machine.ready("stop", if_idle="yes").facts["jobCut"] == "yes"


def test_a_call_whose_answer_was_lost_still_tells_of_the_job_that_it_cut(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    begin_job(machine)
    assert machine.ready("stop", call="first").facts["jobCut"] == "yes"
    assert machine.ready("stop", call="first").facts["jobCut"] == "yes"
    assert "jobCut" not in machine.ready("stop", call="second").facts
    assert machine.ready("remove", call="first").facts["jobCut"] == "yes"
    assert machine.ready("remove", call="first").facts["jobCut"] == "yes"


def test_what_a_job_left_running_ends_with_the_runner(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    work = machine.base / "_work"
    work.mkdir()
    stray = machine.spawn("sleep", "600", folder=work)
    machine.ready("stop")
    assert stray.wait(10) == -signal.SIGKILL


def test_a_log_that_grows_is_rotated_and_the_runner_still_listens(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    log = machine.base / "runner.log"
    with log.open("ab") as file:
        file.write(b"noise\n" * 2_000_000)
    os.kill(listener(machine), signal.SIGKILL)
    until(lambda: log.stat().st_size < 1_000_000)
    assert (machine.base / "runner.log.1").stat().st_size > 10_000_000
    until(lambda: machine.ready("status").facts["listening"] == "yes")


def test_a_runner_that_replaces_itself_is_there_all_the_time(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("update")
    assert machine.ready("start", start_seconds=0).facts["listening"] == "no"
    until(lambda: not (machine.base / "bin").exists() and not machine.ready("status").facts["listener"])
    status = machine.ready("status").facts
    assert (status["installed"], status["mode"], status["saidLast"]) == ("yes", "supervised", "updating")
    (machine.base / "bin.2.1.0").rename(machine.base / "bin")
    (machine.base / "update.finished").touch()
    until(lambda: machine.ready("status").facts["saidLast"] == "listening")
    assert listener(machine)


def test_a_runner_that_cannot_replace_itself_says_why_and_goes_on(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "behaviour").write_text("failed-update")
    machine.ready("start")
    until(lambda: machine.ready("status").facts["saidLast"] == "listening" and not (machine.base / "behaviour").exists())
    status = machine.ready("status").facts
    assert status["updateFailure"] == "Runner package 'https://example.com/runner.tar.gz' failed after 3 download attempts"
    assert listener(machine) and status["listening"] == "yes"


def test_leftovers_of_updates_go_at_the_next_start(machine: Machine) -> None:
    machine.ready("install", "configure")
    (machine.base / "bin").rename(machine.base / "bin.2.2.0")
    (machine.base / "bin").symlink_to(machine.base / "bin.2.2.0")
    (machine.base / "bin.2.1.0").mkdir()
    machine.ready("start")
    assert not (machine.base / "bin.2.1.0").exists() and (machine.base / "bin.2.2.0").is_dir()


def test_logs_are_told_and_followed(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    assert "@log 2026-01-01 00:00:00Z: Listening for Jobs" in machine.ready("logs").output
    assert machine.ready("logs", lines=1).output.count("@log ") == 1
    diag = machine.base / "_diag"
    diag.mkdir()
    (diag / "Worker_20260101-000000-utc.log").write_text("@done\n")
    assert "@log @done\n" in machine.ready("logs", source="worker").output
    follower = machine.begin("logs", follow="yes", lines=1)
    while "@log " not in follower.stdout.readline():
        pass
    begin_job(machine)
    while "Running job: build" not in follower.stdout.readline():
        pass
    os.killpg(follower.pid, signal.SIGTERM)
