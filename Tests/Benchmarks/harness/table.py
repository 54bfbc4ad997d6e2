"""Measured rows as lines of a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.row import OURS, Measured

HEADINGS = ("what", "who", "median", "from – to", "ours : theirs", "aim")


def table(rows: Iterable[Measured]) -> str:
    """One table of all rows: ours first, then the limit, then the peers from the best on."""
    return markdown(HEADINGS, [line for row in rows for line in _lines(row)])


def missed(rows: Iterable[Measured]) -> list[str]:
    """What was not reached, and why."""
    found = []
    for row in rows:
        if aims := ", ".join(aim.text for aim in row.row.aims if not aim.is_met(row)):
            found.append(f"{row.row.title}: {aims}. {row.row.obstacle}".rstrip())
    return found


def _lines(row: Measured) -> list[tuple[str, ...]]:
    aims = ", ".join(f"{aim.text}: {'yes' if aim.is_met(row) else '**no**'}" for aim in row.row.aims)
    lines = [(row.row.title, f"**{OURS}**", *_figures(row, OURS), "", aims)]
    if row.row.limit:
        lines.append(
            ("", f"{row.row.limit} (limit)", *_figures(row, row.row.limit), f"{row.ratio(row.row.limit):.2f}", "")
        )
    lines += [("", peer, *_figures(row, peer), f"{row.ratio(peer):.2f}", "") for peer in row.peers]
    return lines


def _figures(row: Measured, name: str) -> tuple[str, str]:
    show = row.row.unit.show
    samples = row.samples[name]
    return show(row.figure(name)), f"{show(min(samples))} – {show(max(samples))}"


def markdown(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Aligned, so that it reads well as plain text too."""
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in [headings, rule, *lines]
    )
