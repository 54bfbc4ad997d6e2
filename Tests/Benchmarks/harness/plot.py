"""Lines over two logarithmic axes, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 170, 50, 60
COLOURS = ("#d6336c", "#495057", "#1971c2", "#2f9e44", "#e8590c", "#7048e8")
LABEL_HEIGHT = 15


@dataclass(frozen=True)
class Line:
    """A name and its points; all numbers above 0."""

    name: str
    points: Sequence[tuple[float, float]]


class _Axis:
    """Whole decades around some values, mapped to a range of pixels."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = floor(log10(min(values)) + 1e-9)
        self.high = max(ceil(log10(max(values)) - 1e-9), self.low + 1)
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        return self.start + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _number(value: float) -> str:
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"


def _text(x: float, y: float, text: str, anchor: str = "middle", extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{escape(text)}</text>'


def _grid(x_axis: _Axis, y_axis: _Axis) -> list[str]:
    parts = []
    for tick in x_axis.ticks:
        x = x_axis.place(tick)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dee2e6"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 18, _number(tick)))
    for tick in y_axis.ticks:
        y = y_axis.place(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dee2e6"/>')
        parts.append(_text(LEFT - 8, y + 4, _number(tick), "end"))
    return parts


def _labels(lines: Sequence[Line], y_axis: _Axis) -> dict[str, float]:
    """Where the names stand at the lines' ends: near them, but never over one another."""
    places: dict[str, float] = {}
    free = float(TOP)
    for line in sorted(lines, key=lambda line: -line.points[-1][1]):
        places[line.name] = max(y_axis.place(line.points[-1][1]), free)
        free = places[line.name] + LABEL_HEIGHT
    return places


def plot(title: str, x_label: str, y_label: str, lines: Sequence[Line]) -> str:
    """A picture of the lines, each named at its end."""
    x_axis = _Axis([x for line in lines for x, _ in line.points], LEFT, WIDTH - RIGHT)
    y_axis = _Axis([y for line in lines for _, y in line.points], HEIGHT - BOTTOM, TOP)
    labels = _labels(lines, y_axis)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12" fill="#212529">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 26, title, "start", 'font-size="15" font-weight="bold"'),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, x_label),
        _text(LEFT - 8, TOP - 10, y_label, "end"),
        *_grid(x_axis, y_axis),
    ]
    for line, colour in zip(lines, COLOURS, strict=False):
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(_text(places[-1][0] + 8, labels[line.name] + 4, line.name, "start", f'style="fill:{colour}"'))
    return "\n".join([*parts, "</svg>", ""])
