"""A runner's life on this machine, by the script alone: installed, registered, started, stopped, removed, and all of it again."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from machine import Machine, make_archive
from wait import until


def test_a_runner_is_installed_registered_started_stopped_and_removed(machine: Machine) -> None:
    machine.ready("preflight", "install", "configure")
    # One that was written while systemd did run, or seemed to.
    unit = machine.folder / "units" / f"runpod-runner{str(machine.base).replace('/', '-')}.service"
    unit.parent.mkdir()
    unit.touch()
    started = machine.ready("start")
    assert not unit.exists()
    assert started.facts["listening"] == "yes" and started.facts["mode"] == "supervised"
    status = machine.ready("status").facts
    assert status["name"] == "r1" and status["agentId"] == "42" and status["url"] == "https://github.com/octo/demo"
    assert status["version"] == "9.9.9" and status["state"] == "running" and status["listener"].strip().isdigit()
    assert status["saidLast"] == "listening" and int(status["seconds"]) >= 0
    machine.ready("stop")
    status = machine.ready("status").facts
    assert (status["mode"], status["listener"], status["state"]) == ("none", "", "stopped")
    removed = machine.run("remove", token="good-remove-token").facts
    assert removed["deregistered"] == "yes" and removed["filesRemoved"] == "yes"
    assert {path.name for path in machine.base.parent.iterdir()} == {"runner-shared"}
    assert not list((machine.base.parent / "runner-shared" / "runners").iterdir())


def test_an_archive_with_the_wrong_checksum_is_never_opened(machine: Machine) -> None:
    answer = machine.run("install", sha256="0" * 64)
    assert (answer.code, answer.failure) == (1, "checksumMismatch")
    assert not machine.base.exists() and not list(machine.folder.glob("opt/runner-shared/archives/*"))


def test_a_damaged_kept_archive_is_fetched_again(machine: Machine) -> None:
    machine.ready("install")
    kept, = machine.folder.glob("opt/runner-shared/archives/*.tar.gz")
    kept.write_bytes(b"damaged")
    shutil.rmtree(machine.base)
    machine.ready("install")
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == machine.parameters["sha256"]


def test_what_runners_have_left_goes_with_its_age(machine: Machine) -> None:
    machine.ready("install", "configure", ephemeral="yes")
    machine.ready("start")
    (machine.base / "job").touch()
    until(lambda: machine.ready("status").facts.get("worker"))
    (machine.base / "job").unlink()
    until(lambda: machine.ready("status").facts["state"] == "finished")
    shared = machine.base.with_name("runner-shared")
    left = [machine.base / ".supervisor" / "state", *(shared / "trees").iterdir(), *(shared / "archives").iterdir()]
    assert len(left) == 3
    machine.ready("install", name="r2")
    assert all(path.exists() for path in left)
    for path in left:
        os.utime(path, (time.time() - 8 * 86_400,) * 2)
    # Of another version, which has a tree of its own.
    other = machine.archive.with_name("other.tar.gz")
    machine.ready("remove", name="r2")
    machine.ready("install", name="r3", version="2.2.0", archive_url=other.as_uri(), sha256=make_archive(other, "other"))
    assert not machine.base.exists() and not any(path.exists() for path in left)
    assert "r1" not in machine.ready("list").output


def test_everything_can_be_repeated(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    before = machine.ready("status").facts["listener"]
    machine.archive.unlink()
    machine.ready("install")
    assert machine.ready("configure").facts["configured"] == "kept"
    assert machine.ready("start").facts["started"] == "already"
    assert machine.ready("status").facts["listener"] == before
    machine.ready("stop", "stop", "remove", "remove")


def test_an_installation_that_was_cut_short_is_finished(machine: Machine) -> None:
    half = machine.base.with_name("runner.new")
    half.mkdir(parents=True)
    (half / "config.sh").write_text("half")
    archives = machine.base.with_name("runner-shared") / "archives"
    archives.mkdir(parents=True)
    part = archives / "actions-runner-linux-x64-2.1.0.tar.gz.part"
    part.write_bytes(machine.archive.read_bytes()[:1000])
    machine.ready("install", "configure")
    assert not half.exists() and not part.exists()


def test_a_refused_token_is_told_and_leaves_no_half_configuration_in_the_way(machine: Machine) -> None:
    machine.ready("install")
    assert machine.run("configure", token="expired").failure == "tokenRefused"
    assert (machine.base / ".credentials").exists()
    assert machine.ready("configure").facts["configured"] == "new"


def test_a_taken_name_an_unknown_group_and_another_runner_in_the_directory_are_told(machine: Machine) -> None:
    machine.ready("install")
    assert machine.run("configure", name="taken").failure == "nameTaken"
    assert machine.run("configure", group="gpus").failure == "groupUnknown"
    assert machine.run("configure", name="old").failure == "deprecated"
    machine.ready("configure")
    assert machine.run("configure", work_dir=machine.base, name="r2").failure == "alreadyConfigured"


def test_a_registration_made_by_github_is_written_and_runs(machine: Machine) -> None:
    machine.ready("install")
    runner = {"AgentId": "7", "AgentName": "r1", "Ephemeral": "True", "GitHubUrl": "https://github.com/octo/demo"}
    files = {".runner": json.dumps(runner, separators=(",", ":")), ".credentials": "{}", ".credentials_rsaparams": '{"d": "secret"}'}
    lines = [f"{name} {base64.b64encode(text.encode()).decode()}\n" for name, text in files.items()]
    configured = machine.ready("configure", jit_files="".join(lines), token="")
    assert configured.facts["agentId"] == "7"
    for name, text in files.items():
        assert (machine.base / name).read_text() == text and (machine.base / name).stat().st_mode & 0o777 == 0o600
    machine.ready("start")
    (machine.base / "job").touch()
    until(lambda: machine.ready("status").facts["worker"])
    (machine.base / "job").unlink()
    until(lambda: machine.ready("status").facts["state"] == "finished")
    status = machine.ready("status").facts
    assert (status["installed"], status["name"]) == ("no", "r1")
    # What tells of it stays; the 600 MB do not.
    assert {path.name for path in machine.base.iterdir()} == {".supervisor", "runner.log"}
    assert "@fact name=r1\n" in machine.ready("list").output
    machine.ready("install", "configure", "start", "stop")


def test_a_removal_that_github_refuses_still_removes_the_files_and_says_so(machine: Machine) -> None:
    machine.ready("install", "configure")
    answer = machine.run("remove", token="wrong")
    assert answer.facts["deregistered"] == "no" and answer.facts["filesRemoved"] == "yes"
    assert answer.facts["agentId"] == "42" and answer.warnings


def test_a_directory_of_someone_else_is_left_alone(machine: Machine) -> None:
    machine.base.mkdir(parents=True)
    (machine.base / "thesis.tex").write_text("years of work")
    assert machine.run("install").failure == "occupied"
    assert machine.run("remove").facts["filesRemoved"] == "no"
    assert (machine.base / "thesis.tex").exists()


@pytest.mark.parametrize("place", ["/", "/opt", "relative/runner", "/opt/../etc", "/opt/a b", "/opt//x"])
def test_no_directory_that_is_none_is_touched(machine: Machine, place: str) -> None:
    for command in ("install", "remove", "stop"):
        assert machine.run(command, work_dir=place).failure == "usage"


def test_a_link_is_not_followed_to_what_it_points_to(machine: Machine) -> None:
    target = machine.folder / "elsewhere"
    target.mkdir()
    (target / "config.sh").write_text("of someone else")
    machine.base.parent.mkdir()
    machine.base.symlink_to(target)
    assert machine.run("install").failure == "occupied"
    assert machine.run("remove").facts["filesRemoved"] == "no"
    assert (target / "config.sh").exists()


def test_status_words_before_anything_is_there(machine: Machine) -> None:
    assert machine.ready("status").facts["installed"] == "no"
    assert machine.run("start").failure == "notConfigured"
    assert machine.run("configure").failure == "notConfigured"
    assert machine.run("logs").failure == "notConfigured"
    machine.ready("stop")
    assert machine.run("explode").failure == "usage"


def test_one_at_a_time_but_the_dead_hold_no_lock(machine: Machine) -> None:
    lock = machine.base.with_name("runner.lock")
    lock.parent.mkdir(parents=True)
    start = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19]
    lock.symlink_to(f"{os.getpid()} {start}")
    assert machine.run("install", lock_seconds=0).failure == "locked"
    assert machine.run("status").last == "@done"
    lock.unlink()
    lock.symlink_to(f"{os.getpid()} 1")
    machine.ready("install")
    assert not lock.is_symlink()


def test_a_script_that_is_killed_is_in_nobodys_way(machine: Machine) -> None:
    fifo = machine.folder / "endless"
    os.mkfifo(fifo)
    process = machine.begin("install", archive_url=fifo.as_uri())
    until(machine.base.with_name("runner.lock").is_symlink)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    machine.ready("install")
