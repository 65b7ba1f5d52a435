"""The collection of texts: each has its structure, and each word of it comes out somewhere."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
import yaml

from bot.importer import Recognised, report, write
from bot.importer import read_file as read
from bot.importer.folding import words
from bot.statements.countries import country_name
from bot.statements.loader import load
from tests.unit.importer.collection import BY_FILE, COLLECTION
from tests.unit.importer.expected import FOLDER, Expected

every_text = pytest.mark.parametrize("expected", COLLECTION, ids=lambda one: one.file)


def imported(expected: Expected, tmp_path: Path) -> Recognised:
    path = tmp_path / expected.file
    path.write_bytes(expected.content)
    return read(path, expected.language)


def test_every_file_has_its_expectations() -> None:
    assert {path.name for path in FOLDER.iterdir()} <= BY_FILE.keys()
    assert len(COLLECTION) >= 12


@every_text
def test_structure(expected: Expected, tmp_path: Path) -> None:
    found = imported(expected, tmp_path)

    assert (found.title and found.title.text) == expected.title
    assert (found.attribution and found.attribution.text) == expected.attribution
    assert (found.issued and found.issued.date.isoformat()) == expected.issued
    assert len(found.paragraphs) == expected.paragraphs
    assert tuple(len(demand.paragraphs) for demand in found.demands) == expected.demands
    assert tuple(demand.marker for demand in found.demands) == expected.numbers
    assert (len(found.after_demands), len(found.closing)) == (expected.after, expected.closing)
    assert tuple((one.name, one.country) for one in found.signatories) == expected.signatories
    assert len(found.names) == expected.names
    assert tuple(line.text.strip() for line in found.unplaced) == expected.unplaced
    for note in expected.noted:
        assert note in found.notes
    if expected.groups:
        groups = dict.fromkeys((one.group, one.kind) for one in found.signatories)
        assert tuple(groups) == expected.groups
    if expected.why:
        assert expected.why in found.evidence


@every_text
def test_the_bot_reads_the_package(expected: Expected, tmp_path: Path) -> None:
    write(imported(expected, tmp_path), "letter", tmp_path / "statements")

    loaded = load(tmp_path / "statements")
    assert not loaded.faults
    assert not loaded.warnings
    statement = loaded.library.get("letter")
    assert statement is not None
    revision = statement.revisions[expected.language]
    assert tuple(demand.label for demand in revision.document.demands) == expected.numbers
    assert len(revision.document.section("closing")) == expected.closing
    lines = revision.text.split("\n")
    for line in expected.written:
        assert line in lines


@every_text
def test_every_line_is_in_the_package_or_in_the_report(expected: Expected, tmp_path: Path) -> None:
    found = imported(expected, tmp_path)
    written = write(found, "letter", tmp_path / "statements")

    told = [*report(found), *(str(path.read_text("utf-8")) for path in written.paths)]
    told += [
        country_name(one.country, expected.language) for one in found.signatories if one.country
    ]
    # The package has the codes of countries; numbers of signatories are told of, once for all.
    countries = [one.country for one in found.signatories if one.country]
    countries += [one.country for one in found.names if one.country]
    told += [country_name(country, expected.language) for country in countries]
    told += [name.label for name in found.names]
    somewhere = Counter(parts(unquote("\n".join(told)), expected))
    for line in source_lines(expected):
        missing = Counter(parts(unquote(line), expected)) - somewhere
        assert not missing, line


def parts(text: str, expected: Expected) -> list[str]:
    """The words of `text`; its characters where no blanks stand between words."""
    return (
        words(text) if expected.language not in ("zh", "ja") else [c for c in text if c.isalnum()]
    )


def source_lines(expected: Expected) -> list[str]:
    """The lines of a file as text, however it is made."""
    if expected.file.endswith(".docx"):
        document = docx.Document(io.BytesIO(expected.content))
        return [paragraph.text for paragraph in document.paragraphs]
    encoding = {"market": "windows-1256", "school": "windows-1256", "wells": "utf-16"}
    encoding |= {"rails": "windows-1252", "roof": "koi8-r", "planes": "windows-1254"}
    encoding |= {"bridge": "euc_jp"}
    text = expected.content.decode(encoding.get(expected.file.split(".")[0], "utf-8-sig"))
    if expected.file.endswith(".html"):
        text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", text)
        text = html.unescape(text)
    return text.replace("<br>", " ").splitlines()


def test_a_long_list_goes_to_a_file_of_its_own(tmp_path: Path) -> None:
    found = imported(BY_FILE["maps.en.md"], tmp_path)
    write(found, "maps", tmp_path / "statements")

    names = yaml.safe_load((tmp_path / "statements/maps/signatories.yaml").read_text("utf-8"))
    assert names[0] == {
        "name": "Person Example1",
        "affiliation": "Open Mappers",
        "url": "https://example.org/people/1",
    }
    assert names[1] == {
        "name": "Person Example2",
        "country": "CL",
        "url": "https://example.org/people/2",
    }
    assert names[2] == {"name": "Person Example3"}
    assert names[3] == {
        "name": "Person Example4",
        "affiliation": "Surveyor, Company 4",
        "country": "CA",
        "url": "https://example.org/people/4",
    }
