"""What a benchmark found, and how it is kept: results.json, tables in docs/benchmarks.md, plots."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import sqlite3
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("docs/benchmarks")
RESULTS = FOLDER / "results.json"
PAGE = Path("docs/benchmarks.md")


@dataclass(frozen=True)
class Found:
    """`results` are figures by dotted names, such as `reading.ratio_to_ptb`; `table` is Markdown,
    `plots` are SVG by their names, each with an aria-label."""

    results: Mapping[str, float]
    table: str
    plots: Mapping[str, str] = field(default_factory=dict)


def rounded(value: float, digits: int = 3) -> float:
    """To so many significant digits, and whole where it is so large."""
    return float(f"{value:.{digits}g}") if abs(value) < 10**digits else round(value)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        value = rounded(value)
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def conditions(rounds: int) -> str:
    """Where and how it was measured; in bytes of memory and not in names of machines."""
    system = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return f"{day}; {system}; {os.cpu_count()} cores ({_processor()}); median of {rounds}."


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    text = info.read_text("utf-8") if info.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or "unknown"


def write(name: str, found: Found, rounds: int) -> None:
    """Put the figures into the results, beside those of other benchmarks, the table and the plots
    where docs/benchmarks.md has them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    results = nested(kept, found.results)
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", "utf-8")
    for plot, drawn in found.plots.items():
        (FOLDER / f"{plot}.svg").write_text(drawn, "utf-8")
    put(PAGE, name, "\n\n".join((conditions(rounds), found.table, *_shown(found.plots))))


def _shown(plots: Mapping[str, str]) -> Iterable[str]:
    """As the page shows them; of what was not measured there is none."""
    for plot, drawn in plots.items():
        label = re.search(r'aria-label="([^"]*)"', drawn)
        yield f"![{label[1] if label else plot}]({FOLDER.name}/{plot}.svg)"


def put(page: Path, name: str, what: str) -> None:
    """Write that between the markers of this name, in a page."""
    page.write_text(between(page.read_text("utf-8"), name, what), "utf-8")


def nested(kept: Mapping[str, object], results: Mapping[str, float]) -> dict[str, object]:
    """`a.b.c` becomes c in the object b in the object a, which takes the place of the one that was
    kept."""
    new: dict[str, object] = {}
    for name, value in results.items():
        *outer, last = name.split(".")
        inner = new
        for each in outer:
            found = inner.setdefault(each, {})
            assert isinstance(found, dict)
            inner = found
        inner[last] = value
    return dict(kept) | new


def between(text: str, name: str, what: str) -> str:
    """The text with that between the markers of this name. Raises `ValueError` where it has
    none."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, marker, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not marker or not closing:
        raise ValueError(f"there are no markers {begin} and {end}")
    return f"{before}{begin}\n\n{what}\n\n{end}{after}"
