"""The short form of `make bench`: that it measures what it says, not how fast this machine is."""

from __future__ import annotations

from pathlib import Path

from benchmarks.__main__ import table
from benchmarks.presses import Measured, compare, programs

PEOPLE, PRESSES = 4, 2


async def test_every_press_is_answered_by_this_bot_and_a_bare_one() -> None:
    compared = programs(Path("not needed"))[:2]
    found = await compare(compared, rounds=1, people=PEOPLE, presses=PRESSES)
    assert list(found) == ["undersigned", "python-telegram-bot"]
    for (measured,) in found.values():
        assert measured.rate > 0
        assert measured.processor > 0


def test_the_table_compares_medians() -> None:
    ours = [Measured(rate, 1.0) for rate in (90.0, 300.0, 310.0)]
    other = [Measured(rate, 2.5) for rate in (100.0, 150.0, 1000.0)]
    rows = table({"ours": ours, "other": other}).splitlines()
    assert rows[2] == "| ours | 300 | 90, 310 | 1.00 | 1.00 |"
    assert rows[3] == "| other | 150 | 100, 1000 | 2.50 | 2.00 |"
