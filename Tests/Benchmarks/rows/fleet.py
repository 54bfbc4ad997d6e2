"""A hundred runners at once beside one alone: what is waited for is the pods, which take as long as pods do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from harness.fleet import Fleet
from harness.row import OURS, SECONDS, Row, Subject, of_limit_at_most

RUNNERS = 100
DELAY = 60
ALONE = "one runner alone"


def seconds(count: int) -> float:
    setup = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": "https://github.com/octo/models"}
    members = [{**setup, "runnerName": f"gpu-{number}"} for number in range(count)]
    with Fleet(0, runtimeDelay=DELAY, portDelay=DELAY, sshdDelay=DELAY) as fleet, fleet.service() as service:
        answer = service.call("workflows/setupFleet", 900, pods=members, maxParallel=count)["workflow"]["result"]
    assert answer["succeeded"] == count, answer
    return answer["durationSeconds"]


def rows() -> Iterator[Row]:
    subjects = [Subject(OURS, partial(seconds, RUNNERS)), Subject(ALONE, partial(seconds, 1))]
    title = f"{RUNNERS} runners set up at once, pods take {DELAY} s to come"
    yield Row(title, SECONDS, subjects, limit=ALONE, aims=[of_limit_at_most(1.1)], rounds=1)
