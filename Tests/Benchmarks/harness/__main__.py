"""Measures the rows named, or all of them, and prints the table; all of them are also kept in RESULTS.md."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from harness.growth import MeasuredGrowth
from harness.machine import description
from harness.paths import BENCHMARKS
from harness.row import Measured
from harness.table import missed, table

ROUNDS = 5


def row_names() -> list[str]:
    """What can be named on the command line: the files of the folder `rows`."""
    return sorted(path.stem.replace("_", "-") for path in (BENCHMARKS / "rows").glob("[!_]*.py"))


def progress(text: str) -> None:
    """Says what is being measured, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure(names: list[str]) -> list[Measured | MeasuredGrowth]:
    """What the files named hold."""
    return [
        row.measured(ROUNDS, progress)
        for name in names
        for row in import_module("rows." + name.replace("-", "_")).rows()
    ]


def growth_section(growth: MeasuredGrowth) -> str:
    """A growth's figures and its plot."""
    title = growth.growth.title
    return f"## {title}\n\n{growth.table()}\n\n![{title}](plots/{growth.growth.name}.svg)"


def report(measured: list[Measured | MeasuredGrowth], load_before: float) -> str:
    """The table and what it was made with, as Markdown."""
    rows = [row for row in measured if isinstance(row, Measured)]
    growths = [growth for growth in measured if isinstance(growth, MeasuredGrowth)]
    misses = missed(rows)
    verdict = "Not reached:\n\n" + "\n".join(f"- {miss}" for miss in misses) if misses else "Every aim is reached."
    return "\n\n".join(
        [
            "# How fast, how small",
            "Written by `Tests/Benchmarks/run`, all of it in one run on one machine. Medians of "
            f"{ROUNDS} rounds, in each of which every program is measured once, one after another; "
            "“ours : theirs” is the median of the rounds' own ratios.",
            description(load_before),
            *([table(rows), verdict] if rows else []),
            *map(growth_section, growths),
        ]
    )


def keep(text: str, measured: list[Measured | MeasuredGrowth]) -> None:
    """Writes RESULTS.md and its plots."""
    (BENCHMARKS / "RESULTS.md").write_text(text, encoding="utf-8")
    plots = BENCHMARKS / "plots"
    plots.mkdir(exist_ok=True)
    for growth in measured:
        if isinstance(growth, MeasuredGrowth):
            (plots / f"{growth.growth.name}.svg").write_text(growth.plot(), encoding="utf-8")


def main() -> int:
    load_before = os.getloadavg()[0]
    known = row_names()
    names = sys.argv[1:]
    if unknown := [name for name in names if name not in known]:
        print(f"Tests/Benchmarks/run: no row {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 64
    measured = measure(names or known)
    text = report(measured, load_before) + "\n"
    progress("")
    print(text)
    if not names:
        keep(text, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
