"""What became of each fault: a line at the end of a test run, and build/soak.json of `make soak`.

The file is a list of {"fault", "database", "tried", "lost", "doubled", "unsent"}; a run puts its
own in the place of what earlier ones said of the same fault and database.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

PROPERTY = "fault"
FILE = Path(__file__).parents[2] / "build" / "soak.json"


@dataclass
class Outcome:
    """`lost` are endorsements that were acknowledged and are not there, and people whose updates
    were taken and never answered; `doubled` what is there, or was said, more than once; `unsent`
    what is there and was never said."""

    fault: str
    database: str = "sqlite"
    tried: int = 0
    lost: int = 0
    doubled: int = 0
    unsent: int = 0
    began: float = field(default_factory=time.monotonic, compare=False)

    def add(self, other: Outcome) -> None:
        self.lost += other.lost
        self.doubled += other.doubled
        self.unsent += other.unsent

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.unsent)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "began"}


class Record(Protocol):
    """Puts an outcome down and fails where it is not clean."""

    def __call__(self, outcome: Outcome) -> None: ...


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A hook of tests/conftest.py: what the tests of all processes put down."""
    found = [
        (dict(value), report.duration)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY and getattr(report, "when", "") == "call"
    ]
    if not found:
        return
    terminalreporter.section("faults")
    for each, seconds in found:
        counts = ", ".join(f"{name} {each[name]}" for name in ("tried", "lost", "doubled"))
        line = f"{each['fault']} ({each['database']}): {counts}, unsent {each['unsent']}"
        terminalreporter.write_line(f"{line}; {seconds:.1f} s")
    if "SOAK" in os.environ:
        _keep([each for each, _ in found])


def _keep(new: list[dict[str, Any]]) -> None:
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    merged = {(each["fault"], each["database"]): each for each in (*known, *new)}
    FILE.parent.mkdir(exist_ok=True)
    lines = ",\n".join(f" {json.dumps(each)}" for _, each in sorted(merged.items()))
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
