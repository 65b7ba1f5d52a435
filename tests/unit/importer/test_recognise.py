"""What is found in texts of several layouts and languages."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.importer import read_file as read
from bot.importer import recognise, report
from tests.unit.importer.texts import PUBLISHED, Published

REFERENCE = Path(__file__).parents[3] / "../shared/reference/iraq-2014.en.txt"


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_structure(published: Published) -> None:
    found = recognise(published.text, published.tag)

    assert (found.title and found.title.text) == published.title
    assert (found.attribution and found.attribution.text) == published.attribution
    assert found.original_language == published.original
    assert (found.issued and found.issued.date.isoformat()) == published.issued
    assert len(found.paragraphs) == published.paragraphs
    assert tuple(demand.marker for demand in found.demands) == published.numbers
    assert len(found.after_demands) == published.after
    assert len(found.closing) == published.closing
    assert tuple((one.name, one.country) for one in found.signatories) == published.signatories
    assert tuple(line.text.strip() for line in found.unplaced) == published.unplaced
    for note in published.noted:
        assert note in found.notes


needs_reference = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the published reference text is not here"
)


@needs_reference
def test_a_real_statement() -> None:
    found = read(REFERENCE, Language("en"))

    lines = report(found)
    assert lines[0].startswith("title: For a Revolutionary Secular Democratic")
    assert lines[1].startswith("attribution: Statement by ")
    assert lines[2:-2] == [
        "original language: ar",
        "paragraphs: 25",
        "demands: 5",
        "closing lines: 6",
        "signatories: 6 (EG, IQ, MA, SY, TN, LB)",
        "not placed: 2",
    ]
    assert [line.split(":")[0] for line in lines[-2:]] == ["  line 1", "  line 3"]
    assert [demand.marker for demand in found.demands] == ["1)", "2)", "3)", "4)", "5)"]
    assert not found.notes


def _wrapped(columns: int) -> Callable[[str], str]:
    return lambda text: "\n".join(
        textwrap.fill(line, columns) if line.strip() else line for line in text.split("\n")
    )


def _numbers(form: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?m)^(\d)\)", lambda m: form.format(m[1]), text)


def _signatories(form: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?m)^ +\S (.+) \((.+)\)$", form, text)


def _numbered_signatories(text: str) -> str:
    numbers = itertools.count(1)
    return re.sub(r"(?m)^ +\S ", lambda _: f"{next(numbers)}. ", text)


@needs_reference
@pytest.mark.parametrize(
    "published_as",
    [
        _wrapped(60),
        _wrapped(72),
        _wrapped(100),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line for line in text.split("\n") if line.strip()),
        lambda text: text.replace("\n\n", "\n\n\t"),
        lambda text: "\ufeff" + text.replace("\n", "\u00a0\u200b\n"),
        _numbers("{}."),
        _numbers("({})"),
        _numbers("{} -"),
        _numbers("{}.-"),
        lambda text: re.sub(r"(?m)^(\d)\)", lambda m: f"{chr(0x660 + int(m[1]))}-", text),
        _signatories(r"\1 (\2)"),
        _signatories(r"- \1, \2"),
        _signatories(r"\1 – \2"),
        _signatories(r"•\1（\2）"),
        _numbered_signatories,
    ],
)
def test_a_real_statement_in_other_layouts(published_as: Callable[[str], str]) -> None:
    found = recognise(published_as(REFERENCE.read_text("utf-8")), Language("en"))

    assert found.title is not None
    assert found.attribution is not None
    assert found.original_language == "ar"
    assert (len(found.paragraphs), len(found.demands), len(found.closing)) == (25, 5, 6)
    assert [one.country for one in found.signatories] == ["EG", "IQ", "MA", "SY", "TN", "LB"]
    assert len(found.unplaced) == 2
