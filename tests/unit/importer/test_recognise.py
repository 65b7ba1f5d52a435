"""What is found in texts of several layouts and languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.statements.importer import read, recognise, report
from tests.unit.importer.texts import PUBLISHED, Published

REFERENCE = Path("../shared/reference/iraq-2014.en.txt")


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


@pytest.mark.skipif(not REFERENCE.exists(), reason="the published reference text is not here")
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
