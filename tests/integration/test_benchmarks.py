"""The short form of `make bench`: that it measures what it says, not how fast this machine is."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import capacity, reading, signing, takeover
from benchmarks.found import Found, between, nested, write
from benchmarks.plots import bars, lines
from benchmarks.processes import Program
from tests.support.botapi import BotApiServer, fast

PEOPLE, PRESSES = 4, 2


async def test_every_press_is_answered_by_this_bot_and_bare_ones() -> None:
    compared = [reading.OURS, reading.OTHERS["ptb"], reading.OTHERS["aiohttp"]]
    found = await reading.compare(compared, rounds=1, people=PEOPLE, presses=PRESSES)
    assert list(found) == ["undersigned", "python-telegram-bot", "a loop on aiohttp"]
    for (measured,) in found.values():
        assert measured.rate > 0
        assert measured.processor > 0


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(reading.OURS, id="ours"),
        pytest.param(signing.PTB, id="bare", marks=pytest.mark.soak),
    ],
)
async def test_what_was_signed_is_stored(program: Program) -> None:
    async with BotApiServer(rules=fast()) as server:
        measured = await signing.once(server, program, PEOPLE, "once")
    assert measured.rate > 0


def test_the_table_compares_medians() -> None:
    ours = [reading.Measured(rate, 1.0) for rate in (90.0, 300.0, 310.0)]
    other = [reading.Measured(rate, 2.5) for rate in (100.0, 150.0, 1000.0)]
    found = reading.found({"undersigned": ours, "python-telegram-bot": other})
    rows = found.table.splitlines()
    assert rows[2] == "| undersigned | 300 | 90, 310 | 1.00 | 1.00 |"
    assert rows[3] == "| python-telegram-bot | 150 | 100, 1000 | 2.50 | 2.00 |"
    assert found.results["reading.ratio_to_ptb"] == 2.0


def test_figures_stand_in_objects_and_tables_between_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "docs" / "benchmarks.md"
    page.parent.mkdir()
    page.write_text("Before.\n\n<!-- reading -->\nold\n<!-- /reading -->\n\nAfter.\n", "utf-8")
    plots = {"reading": '<svg aria-label="Presses a second"/>'}
    for figure in (1.0, 2.0):
        write("reading", Found({"reading.ratio": figure}, "| new |", plots), 5)
    text = page.read_text("utf-8")
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert text.count("| new |\n\n![Presses a second](benchmarks/reading.svg)\n") == 1
    assert "old" not in text
    results = json.loads((tmp_path / "docs/benchmarks/results.json").read_text("utf-8"))
    assert results == {"reading": {"ratio": 2.0}}
    assert (tmp_path / "docs/benchmarks/reading.svg").exists()


def test_other_figures_stay() -> None:
    assert nested({"desk": {"taps": 3}, "a": {"b": 1}}, {"a.c.d": 2.0}) == {
        "desk": {"taps": 3},
        "a": {"c": {"d": 2.0}},
    }
    with pytest.raises(ValueError, match="no markers"):
        between("nothing", "reading", "")


def test_plots_are_svg() -> None:
    drawn = (
        bars("Two & three", {"ours": (2.0, 1.0, 3.0), "other": (1.0, 1.0, 1.0)}),
        lines("Growing", (1000, 100_000), {"signing": (2.0, 3.0), "find": (0.5, None)}),
    )
    for svg in drawn:
        assert ET.fromstring(svg).tag.endswith("svg")


def test_a_line_through_what_was_measured() -> None:
    """Of a file of 1 MiB and one more for each thousand."""
    measured = {"1000": {"file_mib": 1.0}, "100000": {"file_mib": 100.0}}
    rows = capacity.ten_million({"scale": {"sqlite": measured}}).splitlines()
    unknown = f"{capacity.UNKNOWN} | {capacity.UNKNOWN}"
    assert rows[2] == f"| on the disk, GiB | 0.977 | 9.8 | {unknown} |"
    assert capacity.UNKNOWN in rows[3]


def test_what_one_process_does_stands_beside_what_it_may() -> None:
    rows = capacity.one_process({"reading": {"per_second": 450.0}}).splitlines()
    assert rows[2] == "| pages turned a second, Telegram | 450 | 30 | 15 |"


def test_the_longest_takeover_counts() -> None:
    said = "takeover.max_seconds=9.1 [5.0, 6.0, 9.1]\n.\ntakeover.primary_seconds=30.2 [30.2]\n"
    found = takeover.found(said)
    assert found.results["takeover.max_seconds"] == 9.1
    assert found.results["takeover.median_seconds"] == 6.0
    assert found.results["takeover.primary_seconds"] == 30.2
