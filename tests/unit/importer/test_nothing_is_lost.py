"""Whatever a text is, each of its lines is placed or reported, and no word of it changes."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.ids import Language
from bot.importer import ImportFault, Recognised, recognise, report, write
from bot.importer.check import check_lines
from bot.importer.model import Line
from bot.importer.scripts import stripped
from tests.unit.importer.texts import PUBLISHED, Published

FRAGMENTS = st.sampled_from(
    [
        "Keep the Harbour Public",
        "Statement by the Dock Workers. Original Spanish here",
        "بيان صادر عن لجان الأحياء",
        "24 June 2014",
        "Beirut, 24/6/2014",
        "https://example.org/a",
        "Home | News",
        "We met in the market and we talked for hours about the sale of the quays, and now we ask:",
        "A sentence that is long enough to be a paragraph of its own, with a full stop.",
        "1) First",
        "2) Second",
        "(1) premier",
        "(2) deuxième",
        "١- أولها",
        "٢- ثانيها",
        "أولاً: الخبز",
        "ثانياً: السلام",
        "一、面包",
        "二、和平",
        "1.",
        "   more of it, indented",
        "- a bullet",
        "Our demands:",
        "No sale without a vote!",
        "Slogans:",
        "Signed by:",
        "Signatories: Readers (Canada), Staff (USA) and Night School (Wales)",
        "• Dock Workers (UK)",
        "• Fishers (Kurdistan)",
        "Red de Mujeres, Chile",
        "Egypt:",
        "half a word, hyphen-",
        "*starred* [link](x) <b> & &amp; # {#demands}",
        "",
        "",
        "\u200b",
        "\u00a0",
        "\f",
    ]
)
LINES = st.one_of(FRAGMENTS, FRAGMENTS, st.text(max_size=40))
TEXTS = st.lists(LINES, max_size=25).map("\n".join)
LANGUAGES = st.sampled_from([Language(tag) for tag in ("en", "ar", "fr", "es", "zh", "pt-BR")])


def words(text: str) -> Counter[str]:
    """Letters and digits: blanks and signs around a list's items may go."""
    return Counter(character for character in text if character.isalnum())


def held(found: Recognised) -> str:
    """All that the parts hold, numbers as published."""
    single = (found.title, found.attribution, found.demands_heading, found.closing_heading)
    parts = [part.text for part in single if part]
    parts += [p.text for p in (*found.paragraphs, *found.after_demands, *found.closing)]
    for demand in found.demands:
        parts += ["" if demand.label.word else demand.label.written]
        parts += [paragraph.text for paragraph in demand.paragraphs]
    return "".join(parts)


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_every_line_is_placed_or_reported_once(text: str, language: Language) -> None:
    found = recognise(text, language)

    placed = [line.number for line in found.placed()]
    unplaced = [line.number for line in found.unplaced]
    assert len(set(placed)) == len(placed)
    assert not set(placed) & set(unplaced)
    every = [line for line in text.splitlines() if stripped(line)]
    lines = [*found.placed(), *found.unplaced]
    assert words("".join(line.text for line in lines)) == words("".join(every))


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_the_parts_hold_the_words_of_their_lines(text: str, language: Language) -> None:
    found = recognise(text, language)

    check_lines(found)
    elsewhere = {line for one in found.signatories for line in one.lines}
    elsewhere |= set(found.issued.lines) if found.issued else set()
    elsewhere |= set(found.source.lines) if found.source else set()
    lines = [line.text for line in found.placed() if line not in elsewhere]
    assert words(held(found)) == words("".join(lines))


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_the_report_quotes_each_line_without_a_place(text: str, language: Language) -> None:
    found = recognise(text, language)

    lines = report(found)
    count = len(found.unplaced)
    assert f"not placed: {count}" in lines
    printable: list[Line] = [line for line in found.unplaced if line.text.isprintable()]
    for line in printable:
        assert f"  line {line.number}: {line.text}" in lines[len(lines) - count :]


@given(TEXTS, LANGUAGES)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_package_holds_the_text_or_is_refused_with_a_reason(
    text: str, language: Language
) -> None:
    found = recognise("Keep the Harbour Public\n\n" + text, language)

    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "statements"
        refusal = ""
        try:
            write(found, "harbour", out)
        except ImportFault as fault:
            refusal = str(fault)
        assert "report this" not in refusal
        assert out.exists() == (refusal == "")


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_lines_may_end_as_they_like(published: Published) -> None:
    plain = published.text.replace("\r\n", "\n")

    for ends in ("\n", "\r\n", "\r", "\u200f\n", " \t\n", "\u00a0\r\n"):
        found = recognise(plain.replace("\n", ends), published.tag)
        assert len(found.paragraphs) == published.paragraphs
        assert len(found.demands) == len(published.numbers)
        assert len(found.signatories) == len(published.signatories)
        assert len(found.unplaced) == len(published.unplaced)
