"""Several runners on one machine."""

from __future__ import annotations

from machine import Machine


def place(machine: Machine, name: str | None) -> str:
    """Where the script looks for a runner."""
    return machine.ready("status", name=name).facts["workDirectory"]


def test_each_has_its_directory_and_its_processes_and_they_share_an_archive(machine: Machine) -> None:
    machine.ready("install", "configure", "start")
    machine.archive.unlink()
    second = machine.ready("install", name="r2")
    assert second.facts["workDirectory"] == f"{machine.base}-r2"
    machine.ready("configure", "start", name="r2")
    elsewhere = str(machine.folder / "volume" / "three")
    machine.ready("install", name="r3", work_dir=elsewhere)
    machine.ready("configure", "start", name="r3")
    assert [place(machine, name) for name in ("r1", "r2", "r3")] == [str(machine.base), f"{machine.base}-r2", elsewhere]

    listed = machine.ready("list").output
    assert listed.count("@runner\n") == 3
    assert [f"@fact name=r{number}\n" in listed for number in (1, 2, 3)] == [True] * 3
    listeners = [machine.ready("status", name=name).facts["listener"].strip() for name in ("r1", "r2", "r3")]
    assert len(set(listeners)) == 3 and all(pid.isdigit() for pid in listeners)

    machine.ready("stop", name="r2")
    assert machine.ready("status", name="r1").facts["listener"].strip() == listeners[0]
    assert machine.ready("status", name="r3").facts["listener"].strip() == listeners[2]
    for command in ("start", "stop", "status", "remove", "logs"):
        assert machine.run(command, name=None).failure == "ambiguous"
    assert "r1 r2 r3" in machine.run("status", name=None).last

    machine.ready("install", name="unregistered")
    machine.ready("remove", name="r3", token="good-remove-token")
    machine.ready("remove", name="r1", token="good-remove-token")
    assert place(machine, None) == f"{machine.base}-r2"
    machine.ready("remove", name=None, token="good-remove-token")
    assert place(machine, None) == f"{machine.base}-unregistered"
    machine.ready("remove", name=None)
    assert machine.ready("list").output.count("@runner\n") == 0


def test_their_files_are_there_once(machine: Machine) -> None:
    machine.ready("install", "configure")
    machine.ready("install", "configure", name="r2")
    first, second = machine.base, machine.base.with_name("runner-r2")
    assert (first / "bin/Runner.Listener").samefile(second / "bin/Runner.Listener")
    # An update of the runner by itself has to own what it replaces.
    for own in (".runner", ".credentials", ".supervisor/version", "config.sh", "run.sh"):
        assert not (first / own).samefile(second / own)
    # A removal takes nothing from the other one.
    machine.ready("remove", name="r1", token="good-remove-token")
    assert (second / "bin" / "Runner.Listener").stat().st_size > 0
    machine.ready("start", "stop", name="r2")


def test_two_that_are_installed_at_once_do_not_meet(machine: Machine) -> None:
    processes = [machine.begin("install", name=name) for name in ("a", "b", "c")]
    outputs = [process.communicate()[0] for process in processes]
    assert all(output.endswith("@done\n") for output in outputs), outputs
    places = {line for output in outputs for line in output.splitlines() if line.startswith("@fact workDirectory=")}
    assert len(places) == 3


def test_a_name_that_is_not_there_is_no_other_runner(machine: Machine) -> None:
    machine.ready("install", "configure")
    status = machine.ready("status", name="other").facts
    assert (status["installed"], status["workDirectory"]) == ("no", f"{machine.base}-other")
    machine.ready("remove", name="other")
    assert machine.ready("status").facts["configured"] == "yes"
