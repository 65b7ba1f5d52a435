"""What docs/scaling.md reckons from docs/benchmarks/results.json: how much one process does beside
what a platform lets it do, and what ten million endorsements need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.found import rounded, table

UNKNOWN = "not measured yet"
TELEGRAM = 30
"""Messages a second to different chats (https://core.telegram.org/bots/faq)."""

MESSAGES = 7
"""That a signature takes: an answer to each of its updates."""

FEW, MILLION = 1_000, 1_000_000
SIZES = (100_000, MILLION)
Results = Mapping[str, Any]


def one_process(results: Results) -> str:
    """Beside what Telegram and a homeserver let a bot do."""
    return table(
        ("what", "one process", "what the platform allows", "times"),
        [
            _beside(results, "pages turned a second, Telegram", "reading.per_second", TELEGRAM),
            _beside(
                results,
                f"signatures a minute, Telegram ({MESSAGES} answers each)",
                "signing.per_minute",
                TELEGRAM * 60 / MESSAGES,
            ),
            _row("decisions a second", results, "verifying.decisions_per_second"),
            _row("answers a second, Matrix, limits lifted", results, "matrix.answers_per_second"),
            _row(
                "answers a minute, Matrix, Synapse's limits as they are",
                results,
                "matrix.limited_answers_per_minute",
            ),
        ],
    )


def ten_million(results: Results) -> str:
    """What a million takes, and ten, of both databases."""
    rows = [
        [what, *_grown(results, "sqlite", name, share), *_grown(results, "postgresql", name, share)]
        for what, name, share in (
            ("on the disk, GiB", "file_mib", 1024),
            ("memory when idle, GiB", "memory_mib", 1024),
            ("start to the first poll, s", "start_ms", 1000),
            ("until all is read and looked at, min", "all_read_ms", 60_000),
            ("export, min", "export_seconds", 60),
            ("backup, min", "backup_seconds", 60),
            ("size of the backup, GiB", "backup_mib", 1024),
        )
    ]
    head = ("", "SQLite, 1,000,000", "10,000,000", "PostgreSQL, 1,000,000", "10,000,000")
    return table(head, rows)


def _grown(results: Results, database: str, name: str, share: float) -> tuple[object, object]:
    """Of a million, and of ten; a line through a thousand and the most that was measured."""
    for most in sorted(SIZES, reverse=True):
        few, many = (_known(results, f"scale.{database}.{n}.{name}") for n in (FEW, most))
        if few and many:
            each = (many - few) / (most - FEW)
            one, ten = (few + each * (count - FEW) for count in (MILLION, 10 * MILLION))
            return rounded(one / share), rounded(ten / share, 2)
    return UNKNOWN, UNKNOWN


def _row(what: str, results: Results, name: str) -> tuple[object, ...]:
    value = _known(results, name)
    return (what, UNKNOWN if value is None else value, "", "")


def _beside(results: Results, what: str, name: str, allowed: float) -> tuple[object, ...]:
    value = _known(results, name)
    if value is None:
        return (what, UNKNOWN, rounded(allowed), "")
    return (what, value, rounded(allowed), rounded(value / allowed, 2))


def _known(results: Results, name: str) -> float | None:
    """The figure of that dotted name, None where it was not measured."""
    found: Any = results
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if found is None else float(found)
