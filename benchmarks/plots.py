"""Plots as SVG, drawn by hand: bars beside each other, and lines over how many there are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH = 720
LABELS = 250
ROW = 34
FONT = 'font-family="system-ui, sans-serif" font-size="13"'
OWN, OTHER, INK, GRID = "#1f6feb", "#9aa4b2", "#24292f", "#d8dee4"
COLOURS = (OWN, "#bf5700", "#1a7f37", "#8250df", "#cf222e", "#57606a")


def bars(title: str, values: Mapping[str, tuple[float, float, float]]) -> str:
    """For each label the median, the least and the most; the first is ours."""
    top = max(most for _, _, most in values.values()) or 1.0
    scale = (WIDTH - LABELS - 90) / top
    drawn = []
    for at, (label, (middle, least, most)) in enumerate(values.items()):
        y = 40 + at * ROW
        colour = OTHER if at else OWN
        line = y + 11
        end = LABELS + most * scale
        drawn += [
            _text(LABELS - 8, y + 16, label, anchor="end"),
            f'<rect x="{LABELS}" y="{y}" width="{middle * scale:.1f}" height="22" '
            f'fill="{colour}"/>',
            f'<path d="M{LABELS + least * scale:.1f} {line}H{end:.1f}" stroke="{INK}"/>',
            _text(end + 8, y + 16, f"{middle:,.3g}" if middle < 100 else f"{middle:,.0f}"),
        ]
    return _svg(title, 50 + len(values) * ROW, drawn)


def lines(title: str, counts: Sequence[int], series: Mapping[str, Sequence[float | None]]) -> str:
    """For each series a value at each count (None: not measured); both axes are logarithmic."""
    known = [value for values in series.values() for value in values if value]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    high = max(high, low + 1)
    left, right, upper, lower = 70, WIDTH - 220, 45, 330

    def place(count: int, value: float) -> tuple[float, float]:
        span = math.log10(counts[-1] / counts[0]) or 1.0
        x = left + (right - left) * math.log10(count / counts[0]) / span
        return x, lower - (lower - upper) * (math.log10(value) - low) / (high - low)

    drawn = []
    for power in range(low, high + 1):
        _, y = place(counts[0], 10.0**power)
        drawn.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{GRID}"/>')
        drawn.append(_text(left - 8, y + 4, f"{10.0**power:,g}", anchor="end"))
    drawn += [
        _text(place(count, 10.0**low)[0], lower + 20, f"{count:,}", anchor="middle")
        for count in counts
    ]
    for at, (label, values) in enumerate(series.items()):
        colour = COLOURS[at % len(COLOURS)]
        points = [place(count, v) for count, v in zip(counts, values, strict=True) if v]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = 60 + at * 22
        drawn.append(f'<path d="M{right + 20} {y}h20" stroke="{colour}" stroke-width="2"/>')
        drawn.append(_text(right + 46, y + 4, label))
    return _svg(title, 365, drawn)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {where} fill="{INK}" {FONT}>{escape(text)}</text>'


def _svg(title: str, height: int, drawn: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    )
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join((head, paper, _text(16, 24, title), *drawn, "</svg>")) + "\n"
