"""Measures the rows named, or all of them, and prints the table; all of them are also kept in RESULTS.md."""

from __future__ import annotations

import os
import sys
from importlib import import_module

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


def measure(names: list[str]) -> list[Measured]:
    """The rows of the files named."""
    return [
        row.measured(ROUNDS, progress)
        for name in names
        for row in import_module("rows." + name.replace("-", "_")).rows()
    ]


def report(rows: list[Measured], load_before: float) -> str:
    """The table and what it was made with, as Markdown."""
    misses = missed(rows)
    verdict = "Not reached:\n\n" + "\n".join(f"- {miss}" for miss in misses) if misses else "Every aim is reached."
    return "\n\n".join(
        [
            "# How fast, how small",
            "Written by `Tests/Benchmarks/run`, all of it in one run on one machine. Medians of "
            f"{ROUNDS} rounds, in each of which every program is measured once, one after another; "
            "“ours : theirs” is the median of the rounds' own ratios.",
            description(load_before),
            table(rows),
            verdict,
        ]
    )


def main() -> int:
    load_before = os.getloadavg()[0]
    known = row_names()
    names = sys.argv[1:]
    if unknown := [name for name in names if name not in known]:
        print(f"Tests/Benchmarks/run: no row {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 64
    text = report(measure(names or known), load_before) + "\n"
    progress("")
    print(text)
    if not names:
        (BENCHMARKS / "RESULTS.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
