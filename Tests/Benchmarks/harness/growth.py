"""How a figure changes with the size of something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.plot import Line, plot
from harness.row import Measured, Row, Unit
from harness.table import markdown


@dataclass(frozen=True)
class Growth:
    """The same row at several sizes; `name` is the plot's file name."""

    name: str
    title: str
    across: str
    rows: Mapping[int, Row]

    def measured(self, rounds: int, progress: Callable[[str], None]) -> MeasuredGrowth:
        """Measures the rows, one size after another."""
        return MeasuredGrowth(self, {size: row.measured(rounds, progress) for size, row in self.rows.items()})


@dataclass(frozen=True)
class MeasuredGrowth:
    """A growth with its figures."""

    growth: Growth
    points: Mapping[int, Measured]

    @property
    def unit(self) -> Unit:
        """The unit of the figures."""
        return next(iter(self.growth.rows.values())).unit

    @property
    def names(self) -> list[str]:
        """The subjects."""
        return list(next(iter(self.points.values())).samples)

    def table(self) -> str:
        """A line a size, a column a subject, as Markdown."""
        lines = [
            (f"{size:,}", *(self.unit.show(point.figure(name)) for name in self.names))
            for size, point in self.points.items()
        ]
        return markdown((self.growth.across, *self.names), lines)

    def plot(self) -> str:
        """The same as SVG."""
        lines = [Line(name, [(size, point.figure(name)) for size, point in self.points.items()]) for name in self.names]
        return plot(self.growth.title, self.growth.across, self.unit.name, lines)
