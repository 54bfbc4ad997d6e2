"""A hundred runners at once: what is waited for is the pods, which take as long as pods do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from harness.fleet import Fleet
from harness.row import MEGABYTES, OURS, SECONDS, Row, Subject, below, of, of_limit_at_most
from peers import fleet_by_hand

RUNNERS = 100
DELAY = 60
ALONE = "one runner alone"
BY_HAND = f"{RUNNERS} × ssh with the bare commands"
OBSTACLE = (
    "From when the pods have come, both processors are busy with the pods themselves, which elsewhere are a hundred other "
    "machines: their sshd, the runner's script, config.sh and the runner take 0.4 s of processor time a pod (0.2 s with "
    "the bare commands), the service with its SSH clients 0.03 s a pod. It takes machines for the pods, or more processors."
)


class Setups:
    """Fleets that are set up, and the most memory that the service ever had meanwhile."""

    def __init__(self) -> None:
        self.peaks: dict[int, float] = {}

    def seconds(self, count: int) -> float:
        """How long it takes to set up so many."""
        setup = {"imageName": "runpod/base:1.0", "gpuTypeId": "NVIDIA L4", "repoUrl": "https://github.com/octo/models"}
        members = [{**setup, "runnerName": f"gpu-{number}"} for number in range(count)]
        with _slow_pods() as fleet, fleet.service() as service:
            answer = service.call("workflows/setupFleet", 900, pods=members, maxParallel=count)["workflow"]["result"]
            self.peaks[count] = _peak(service.process.pid)
        assert answer["succeeded"] == count, answer
        return answer["durationSeconds"]

    def peak(self, count: int) -> float:
        """In MB, of the setup before."""
        return self.peaks[count]


def by_hand() -> float:
    with _slow_pods() as fleet:
        return fleet_by_hand.seconds(fleet, RUNNERS)


def _slow_pods() -> Fleet:
    return Fleet(0, runtimeDelay=DELAY, portDelay=DELAY, sshdDelay=DELAY)


def _peak(process: int) -> float:
    [line] = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1000


def rows() -> Iterator[Row]:
    setups = Setups()
    title = f"{RUNNERS} runners set up at once, pods take {DELAY} s to come"
    subjects = [
        Subject(OURS, partial(setups.seconds, RUNNERS)),
        Subject(ALONE, partial(setups.seconds, 1)),
        Subject(BY_HAND, by_hand),
    ]
    aims = [of_limit_at_most(1.1), of(BY_HAND, 1.1)]
    yield Row(title, SECONDS, subjects, limit=ALONE, aims=aims, rounds=1, obstacle=OBSTACLE)
    subjects = [Subject(OURS, partial(setups.peak, RUNNERS)), Subject(ALONE, partial(setups.peak, 1))]
    yield Row("its memory at the peak of that", MEGABYTES, subjects, limit=ALONE, aims=[below(64, MEGABYTES)], rounds=1)
