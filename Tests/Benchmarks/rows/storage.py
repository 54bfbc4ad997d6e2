"""The state file: what is done to it, and how that grows with what is in it. No peer keeps such books."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial

from harness.growth import Growth
from harness.paths import RELEASE
from harness.row import MILLISECONDS, OURS, Aim, Row, Subject, at_most

FLUSH = "the disk's flush of a block"


def milliseconds(figure: str, count: int, folder: str) -> float:
    command = [str(RELEASE / "storage-speed"), figure, str(count), folder]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def growth(name: str, title: str, across: str, counts: list[int], figures: dict[str, str], folder: str) -> Growth:
    rows = {
        count: Row(
            f"{count:,} {across}",
            MILLISECONDS,
            [Subject(title, partial(milliseconds, figure, count, folder)) for title, figure in figures.items()],
        )
        for count in counts
    }
    return Growth(name, title, across, rows)


def rows() -> Iterator[Row | Growth]:
    many = 100_000
    # Not /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=RELEASE.parent) as folder:
        yield Row(
            f"a page of 100 pods, {many:,} in the books",
            MILLISECONDS,
            [Subject(OURS, partial(milliseconds, "page", many, folder))],
            aims=[at_most(2, MILLISECONDS)],
        )
        yield Row(
            f"one pod's update, {many:,} in the books",
            MILLISECONDS,
            [Subject(OURS, partial(milliseconds, "update", many, folder))],
            aims=[at_most(1, MILLISECONDS)],
        )
        yield Row(
            "the same, on the disk",
            MILLISECONDS,
            [
                Subject(OURS, partial(milliseconds, "flushedUpdate", many, folder)),
                Subject(FLUSH, partial(milliseconds, "flush", many, folder)),
            ],
            limit=FLUSH,
            aims=[Aim("≤ 1 ms + the flush", lambda row: row.figure() <= 1 + row.figure(FLUSH))],
        )
        figures = {"a page of 100": "page", "one update": "update", "one update, flushed": "flushedUpdate"}
        yield growth("books", "The books", "pods", [100, 1_000, 10_000, many], figures, folder)
        figures = {"append an event": "event", "find the unfinished": "unfinished"}
        yield growth("journal", "The journal", "workflows", [1, 10, 100, 1_000], figures, folder)
