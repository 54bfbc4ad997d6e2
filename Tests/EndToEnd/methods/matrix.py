"""Workflows in a sandbox of their own, each run in its own books, and what must be true when all are over."""

from __future__ import annotations

import os
import random
import shutil
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from runners.steps import until
from sandbox import Sandbox
from service import CallFailed, Service

Point = TypeVar("Point")
FULL = os.environ.get("RUNPOD_RPC_MATRIX") == "full"
"""Whether every point is tried, and not only a few."""
SEED = int(os.environ.get("RUNPOD_RPC_SEED", random.randrange(10_000)))
AT_ONCE = 6
QUICK = {"rateLimit": 10**9, "balance": 1e6, "spendLimit": 1e6, "runtimeDelay": 0, "portDelay": 0, "sshdDelay": 0, "keyDelay": 0}


@dataclass(frozen=True)
class Scenario:
    """A workflow, and what there must be before it."""

    name: str
    method: str
    params: Callable[[dict[str, Any], dict[str, Any] | None], dict[str, Any]]
    """From a member's params and what came of `before`."""
    before: str | None = None
    """The method that makes what is there before."""


def members(member: dict[str, Any], *names: str) -> dict[str, Any]:
    """Params of a fleet with these runners; GitHub itself registers the one that is called "b"."""
    pods = [{**member, "runnerName": name, "jit": name == "b"} for name in names]
    return {"name": "gpus", "pods": pods, "maxParallel": 3}


SCENARIOS = [
    Scenario("setup", "workflows/setupRunner", lambda member, _: member),
    Scenario(
        "setup that fails",
        "workflows/setupRunner",
        lambda member, _: {**member, "verify": "job", "runnerToken": "not-a-token"},
    ),
    Scenario(
        "teardown",
        "workflows/teardownRunner",
        lambda member, before: {"podId": before["podId"], "repoUrl": member["repoUrl"], "runnerName": "r"},
        before="workflows/setupRunner",
    ),
    Scenario("fleet", "workflows/setupFleet", lambda member, _: members(member, "a", "b")),
    Scenario(
        "fleet that changes",
        "workflows/setupFleet",
        lambda member, _: members({**member, "labels": ["big"]}, "a") | {"minSuccess": 1},
        before="workflows/setupFleet",
    ),
    Scenario(
        "fleet teardown", "workflows/teardownFleet", lambda member, _: {"name": "gpus"}, before="workflows/setupFleet"
    ),
]


class Trial:
    """One run of a scenario: its own books, repository and pod names."""

    def __init__(self, product: str, mortal: str, sandbox: Sandbox, home: Path, scenario: Scenario) -> None:
        self.product, self.mortal, self.sandbox, self.scenario = product, mortal, sandbox, scenario
        self.key = uuid.uuid4().hex[:10]
        self.home = home / self.key
        self.home.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            **sandbox.environment,
        }
        self.member = {
            "imageName": "runpod/base:1.0",
            "gpuTypeId": "NVIDIA L4",
            "name": self.key,
            "repoUrl": f"https://github.com/octo/{self.key}",
            "runnerName": "r",
        }
        before = None
        if scenario.before:
            with Service(product, self.environment) as service:
                fleet = scenario.before.endswith("Fleet")
                params = members(self.member, "a", "b") if fleet else self.member
                before = service.call(scenario.before, 240, **params)["workflow"]["result"]
        self.params = scenario.params(self.member, before)

    def live(self, **environment: str) -> Service:
        """A server that dies where the environment says."""
        return Service(self.mortal, {**self.environment, **environment})

    def recover(self, mode: str = "resume") -> list[dict[str, Any]]:
        """The next start: takes up what was left. All workflows, members as well, when they are over."""
        with Service(self.product, {**self.environment, "RECOVER": mode}) as service:
            workflows = []
            for known in service.call("workflows/list")["workflows"]:
                end = service.call("workflows/wait", 240, workflowId=known["id"])["workflow"]
                ends = [end]
                if "teardown" in end["kind"] and end["state"] != "succeeded":
                    # It said what is left; given again, it does the rest.
                    assert "Still there: pod" in end["error"]["message"], end["error"]
                    ends.append(service.call("workflows/" + end["kind"], 240, **self.params)["workflow"])
                for workflow in ends:
                    parts = [member.get("workflowId") for member in (workflow.get("result") or {}).get("members", [])]
                    mine = [part for part in parts if part and part.startswith(workflow["id"] + ".")]
                    workflows += [workflow, *(service.call("workflows/get", workflowId=id)["workflow"] for id in mine)]
            left = {pod for workflow in workflows for pod in left_by(workflow)}
            if left:
                # What could not be ended is overdue, and any server that lives ends it.
                service.call("pods/list")
                until(lambda: not left & self.pods())
            for workflow in workflows:
                events = service.call("workflows/events", workflowId=workflow["id"])["events"]
                self.check_events(workflow, events)
            return workflows

    def check_events(self, workflow: dict[str, Any], events: list[dict[str, Any]]) -> None:
        """No event is missing or doubled."""
        kinds = [event["type"] for event in events]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1)), events
        assert kinds[0] == "started" and kinds.count("started") == 1, kinds
        assert kinds[-1] == "finished" and events[-1]["state"] == workflow["state"], events[-3:]
        shares = [event["fraction"] for event in events if "fraction" in event]
        assert shares == sorted(shares), shares

    def check(self, workflows: list[dict[str, Any]], *, may_refuse: bool = False) -> None:
        """The account has exactly the pods, GitHub exactly the runners, that the journal says. Where they may refuse to end
        one, the journal says that, and whoever came later may have done it."""
        runners: dict[str, str] = {}
        for workflow in workflows:
            assert workflow["state"] in ("succeeded", "failed", "cancelled"), workflow
            if workflow["kind"] == "setupRunner" and workflow["state"] == "succeeded":
                runners[workflow["result"]["podId"]] = workflow["result"]["runnerName"]
        doubtful: set[str] = set()
        for workflow in workflows:
            if workflow["kind"] != "teardownRunner":
                continue
            teardown = workflow["result"]
            if workflow["state"] == "succeeded":
                runners.pop(teardown["podId"], None)
            elif may_refuse:
                doubtful |= {teardown["podId"], teardown["runnerName"]}
            if may_refuse and not teardown["deregistered"]:
                doubtful.add(teardown["runnerName"])
        runners_there = self.sandbox.admin("GET", "/state")["github"]["runners"]
        names = [runner["name"] for runner in runners_there if self.key in str(runner)]
        pods = self.pods()
        assert pods - doubtful == set(runners) - doubtful, (pods, workflows)
        assert sorted(set(names) - doubtful) == sorted(set(runners.values()) - doubtful), (names, workflows)

    def pods(self) -> set[str]:
        """The ids of those that cost money."""
        pods = self.sandbox.admin("GET", "/state")["pods"]
        return {pod["id"] for pod in pods if not pod["gone"] and pod["name"].startswith(self.key)}

    def clear(self) -> None:
        """Takes away what would only burden the machine."""
        for pod in self.pods():
            self.sandbox.admin("POST", f"/pods/{pod}/terminate")
        shutil.rmtree(self.home, ignore_errors=True)


def left_by(workflow: dict[str, Any]) -> list[str]:
    """The ids of pods that a setup could not undo, as its error says."""
    if workflow["kind"] != "setupRunner":
        return []
    words = workflow.get("error", {}).get("details", {}).get("remaining", "")
    return [each.removeprefix("pod ") for each in words.split(", ") if each.startswith("pod ")]


def outcome(call: Any, seconds: float = 240) -> str:
    """How the call ended: "done", "died" or the kind of its failure."""
    try:
        call.result(seconds)
    except CallFailed as failed:
        return "died" if failed.kind == "serverDied" else failed.kind or str(failed.code)
    return "done"


def try_all(points: Iterable[Point], attempt: Callable[[Point], None]) -> int:
    """Makes an attempt for each point, several at once; raises one error that names all points that failed."""
    failures: list[str] = []
    count = 0

    def run(point: Point) -> None:
        try:
            attempt(point)
        except Exception as error:
            failures.append(f"{point}: {type(error).__name__}: {str(error)[:1500]}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(run, points):
            count += 1
    assert not failures, f"seed {SEED}: {len(failures)} of {count}:\n" + "\n".join(failures)
    return count
