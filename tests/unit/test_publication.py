"""When names come onto the lists together, and what the configuration takes for that."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import ConfigFaults, load_settings
from bot.services.campaign import Publication

PARIS = ZoneInfo("Europe/Paris")


def test_the_next_time_is_always_later_and_on_every_day() -> None:
    """Also where the clocks are changed at that time: in 2026 on 29 March and 25 October."""
    rules = Publication(dt.time(2, 30))
    for begin in (dt.date(2026, 3, 27), dt.date(2026, 10, 23)):
        now = dt.datetime.combine(begin, dt.time(), dt.UTC)
        found = []
        for _ in range(5):
            due = rules.next(now, PARIS)
            assert due is not None
            assert now < due <= now + dt.timedelta(hours=26)
            found.append(due.astimezone(PARIS).date())
            now = due
        assert found == [begin + dt.timedelta(days=n) for n in range(5)]


def test_without_a_time_there_is_none() -> None:
    assert Publication().next(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), PARIS) is None


def test_a_time_of_day_is_read() -> None:
    settings = load_settings(None, {"UNDERSIGNED_PUBLICATION__NAMES_AT": "9:05"}, ["en", "ar"])
    assert settings.publication.names_at == dt.time(9, 5)


@pytest.mark.parametrize("text", ['names_at: "24:00"', "names_at: noon", "round_counts_to: 0"])
def test_what_is_no_time_and_no_number_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"publication:\n  {text}\n", encoding="utf-8")
    with pytest.raises(ConfigFaults) as told:
        load_settings(file, {}, ["en", "ar"])
    (fault,) = told.value.faults
    assert fault.line == 2
