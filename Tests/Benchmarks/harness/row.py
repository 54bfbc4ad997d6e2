"""What a row of the table is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

OURS = "runpod-rpc"


@dataclass(frozen=True)
class Subject:
    """Something measured: `measure` runs it once and returns one figure in the row's unit."""

    name: str
    measure: Callable[[], float]


@dataclass(frozen=True)
class Unit:
    """What figures are counted in, and whether more of it is better."""

    name: str
    more_is_better: bool

    def show(self, figure: float) -> str:
        """The figure with three digits that matter."""
        if not self.name.endswith("/s"):
            return f"{figure:,.0f} {self.name}" if figure >= 100 else f"{figure:.3g} {self.name}"
        for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
            if figure >= scale:
                return f"{figure / scale:.3g} {letter}{self.name}"
        return f"{figure:.3g} {self.name}"


PER_SECOND = Unit("/s", more_is_better=True)
BYTES_PER_SECOND = Unit("B/s", more_is_better=True)
SECONDS = Unit("s", more_is_better=False)
MILLISECONDS = Unit("ms", more_is_better=False)
MEGABYTES = Unit("MB", more_is_better=False)


@dataclass(frozen=True)
class Aim:
    """What our figure should be: against another subject, the best of the peers, or an amount."""

    text: str
    is_met: Callable[[Measured], bool]


@dataclass(frozen=True)
class Row:
    """One line of the table. Subjects that are neither ours nor the limit are peers."""

    title: str
    unit: Unit
    subjects: Sequence[Subject]
    limit: str | None = None
    aims: Sequence[Aim] = ()
    # For what is counted and not timed, one is enough.
    rounds: int | None = None
    # What keeps it from an aim that it misses, and what would have to change.
    obstacle: str = ""

    def measured(self, rounds: int, progress: Callable[[str], None]) -> Measured:
        """Measures every subject once a round, one after another, so that a slow minute slows all of them."""
        rounds = self.rounds or rounds
        samples: dict[str, list[float]] = {subject.name: [] for subject in self.subjects}
        for number in range(1, rounds + 1):
            for subject in self.subjects:
                progress(f"{self.title}, {number} of {rounds}: {subject.name}")
                samples[subject.name].append(subject.measure())
        return Measured(self, samples)


@dataclass(frozen=True)
class Measured:
    """A row with its figures, one a round for each subject."""

    row: Row
    samples: dict[str, list[float]] = field(repr=False)

    def figure(self, name: str = OURS) -> float:
        """The median of a subject's figures."""
        return median(self.samples[name])

    def ratio(self, name: str) -> float:
        """Ours to another's: the median of the rounds' own ratios, in which the machine's moods cancel out."""
        pairs = zip(self.samples[OURS], self.samples[name], strict=True)
        return median(ours / theirs for ours, theirs in pairs)

    @property
    def peers(self) -> list[str]:
        """The peers' names, the best first."""
        names = [name for name in self.samples if name not in (OURS, self.row.limit)]
        return sorted(names, key=self.figure, reverse=self.row.unit.more_is_better)


def of_limit(least: float) -> Aim:
    """At least this part of the limit."""
    return Aim(f"≥ {least} of the limit", lambda row: row.ratio(row.row.limit or "") >= least)


def of_limit_at_most(most: float) -> Aim:
    """At most this part of the limit, where less is better."""
    return Aim(f"≤ {most} of the limit", lambda row: row.ratio(row.row.limit or "") <= most)


def times_best_peer(least: float) -> Aim:
    """At least this many times the best peer."""
    return Aim(f"≥ {least} × the best peer", lambda row: row.ratio(row.peers[0]) >= least)


def below(most: float, unit: Unit) -> Aim:
    """Less than this amount."""
    return Aim(f"< {most:g} {unit.name}", lambda row: row.figure() < most)


def of_best_peer(most: float) -> Aim:
    """At most this part of the best peer, where less is better."""
    return Aim(f"≤ {most} of the best peer", lambda row: row.ratio(row.peers[0]) <= most)


def of(name: str, most: float) -> Aim:
    """At most this part of a named peer, where less is better."""
    return Aim(f"≤ {most} of {name}", lambda row: row.ratio(name) <= most)


def at_most(most: float, unit: Unit) -> Aim:
    """No more than this amount."""
    return Aim(f"≤ {most:g} {unit.name}", lambda row: row.figure() <= most)


def ahead_of_all_but(name: str) -> Aim:
    """Better than every peer except one."""

    def is_met(row: Measured) -> bool:
        ratio = row.ratio(next(peer for peer in row.peers if peer != name))
        return ratio > 1 if row.row.unit.more_is_better else ratio < 1

    return Aim(f"ahead of every peer but {name}", is_met)
