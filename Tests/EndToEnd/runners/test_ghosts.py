"""What becomes of a runner whose pod is gone, and what GitHub says of one that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from renting import rent
from runners.steps import GiveJob, install, until
from sandbox import Sandbox
from service import Service


def listed(service: Service, repository: str) -> dict[str, str]:
    """Status by name."""
    return {entry["name"]: entry["status"] for entry in service.call("runners/list", repoUrl=repository)["runners"]}


def test_terminating_a_pod_leaves_no_ghost(service: Service, repository: str) -> None:
    pod = rent(service)
    install(service, pod, repository, name="a")
    install(service, pod, repository, name="b")
    assert listed(service, repository) == {"a": "online", "b": "online"}
    ended = service.call("pods/terminate", podId=pod, seconds=120)
    ghosts = [(ghost["name"], ghost["repoUrl"], ghost["removed"]) for ghost in ended["runners"]]
    assert ghosts == [("a", repository, True), ("b", repository, True)]
    assert listed(service, repository) == {}
    assert service.call("pods/terminate", podId=pod)["runners"] == []


def test_a_pod_that_vanished_leaves_a_ghost_that_is_shown_and_cleared_away(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = rent(service)
        install(service, pod, repository, name="gone")
        assert service.call("pods/reconcile")["ghosts"] == []
        sandbox.admin("POST", "/settings", {"terminatedVisible": 600, "offlineDelay": 0})
        sandbox.admin("POST", f"/pods/{pod}/terminate")
        assert service.call("pods/get", podId=pod)["pod"]["status"] == "lost"
        until(lambda: listed(service, repository) == {"gone": "orphan"})
        (orphan,) = service.call("runners/list", repoUrl=repository)["runners"]
        assert "runners/remove" in orphan["reasons"][0] and orphan["podId"] == pod
        (ghost,) = service.call("pods/reconcile")["ghosts"]
        assert (ghost["name"], ghost["removed"]) == ("gone", False) and "pods/reconcile with apply" in ghost["advice"]
        (ghost,) = service.call("pods/reconcile", apply=True, seconds=120)["ghosts"]
        assert ghost["removed"]
        assert listed(service, repository) == {}


def test_a_job_that_github_believes_in_keeps_the_ghost_known(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    sandbox.admin("POST", "/settings", {"busyLinger": 3600})
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = rent(service)
        install(service, pod, repository, name="busy")
        sandbox.admin("POST", "/jobs", {"runner": "busy", "script": "sleep 600"})
        until(lambda: service.call("runners/status", podId=pod)["runner"]["status"] == "busy")
        (ghost,) = service.call("pods/terminate", podId=pod, seconds=120)["runners"]
        assert not ghost["removed"] and "still running a job" in ghost["advice"]
        sandbox.admin("POST", "/settings", {"busyLinger": 0})
        (ghost,) = service.call("pods/reconcile", apply=True, seconds=120)["ghosts"]
        assert ghost["removed"]


def test_a_pod_that_goes_while_its_runner_is_removed(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    with Service(product, {**home, **sandbox.environment}) as service:
        pod = rent(service)
        install(service, pod, repository, name="going")
        fault = {"face": "runner", "operation": "POST /actions/runner-registration", "kind": "hang"}
        sandbox.admin("POST", "/faults", fault)
        removing = service.begin("runners/remove", podId=pod)
        removing.wait_for("Removing the registration")
        sandbox.admin("POST", f"/pods/{pod}/terminate")
        removal = removing.result(240)["removal"]
        assert removal["deregistered"] and not removal["filesRemoved"]
        assert "could not be cleaned" in removal["warnings"][0]
        assert listed(service, repository) == {}


def test_what_github_says_is_not_believed_alone(
    product: str, sandbox: Sandbox, home: dict[str, str], repository: str
) -> None:
    def job(script: str) -> Callable[[], Any]:
        id = sandbox.admin("POST", "/jobs", {"runner": "healthy", "script": script})["id"]
        return lambda: sandbox.admin("GET", f"/jobs/{id}")["result"]

    def status() -> dict[str, Any]:
        return service.call("runners/status", podId=pod)["runner"]

    with Service(product, {**home, **sandbox.environment}) as service:
        pod = rent(service)
        install(service, pod, repository, name="healthy")
        sandbox.admin("POST", "/settings", {"reportedOffline": True})
        assert listed(service, repository) == {"healthy": "offline"}
        assert (status()["status"], status()["reasons"]) in [
            ("offline", ["It listens for jobs, but GitHub shows it offline."]),
            ("starting", ["It listens for jobs; GitHub does not show it online yet."]),
        ]
        slow = job("sleep 600")
        until(lambda: status()["status"] == "busy")
        service.call("runners/stop", podId=pod, seconds=180)
        until(slow)
        sandbox.admin("POST", "/settings", {"reportedOffline": False, "reportedOnline": True})
        dead = status()
        assert dead["status"] == "stopped" and "GitHub still shows it online." in dead["reasons"]


def test_several_on_one_pod_are_told_apart(
    service: Service, pod: str, repository: str, give_job: GiveJob
) -> None:
    names = [f"{repository[-8:]}-{letter}" for letter in "ab"]
    places = [install(service, pod, repository, name=name)["workDirectory"] for name in names]
    assert len(set(places)) == 2
    for job, place in zip([give_job(name, "pwd") for name in names], places, strict=True):
        until(lambda job=job: job()["result"])
        assert job()["log"].strip().startswith(place + "/")
    on_pod = service.call("runners/list", podId=pod)["runners"]
    assert sorted(runner["name"] for runner in on_pod) == names
    service.call("runners/stop", podId=pod, name=names[0], seconds=180)
    assert service.call("runners/status", podId=pod, name=names[1])["runner"]["status"] == "online"
    assert service.call("runners/remove", podId=pod, name=names[0], seconds=180)["removal"]["filesRemoved"]
    assert listed(service, repository) == {names[1]: "online"}


def test_logs_are_followed_without_their_secrets(service: Service, pod: str, repository: str) -> None:
    place = install(service, pod, repository)["workDirectory"]
    following = service.begin("runners/logs", podId=pod, follow=True, timeoutSeconds=600)
    said: Callable[[], str] = lambda: str([message["params"]["lines"] for message in following.notifications])
    with following.changed:
        assert following.changed.wait_for(lambda: "Listening for Jobs" in said(), 60)
    words = "ghp_$(printf 0123456789%.0s 1 2 3)abcdef Authorization: Bearer s3cretw0rd-of-24-letters"
    service.call("ssh/exec", podId=pod, command=f'echo "it said {words}" >>{place}/runner.log')
    with following.changed:
        assert following.changed.wait_for(lambda: "it said" in said(), 60)
    following.cancel()
    assert "0123456789" not in said() and "s3cretw0rd" not in said()
    lines = str(service.call("runners/logs", podId=pod)["lines"])
    assert "it said" in lines and "0123456789" not in lines
