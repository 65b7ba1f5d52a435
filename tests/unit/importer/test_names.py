"""Long lists of names, and people with roles."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.importer import Recognised, recognise, report, write
from bot.importer import read_file as read
from bot.statements.loader import load

ENGLISH = Language("en")
HEAD = (
    "Publish the Maps\n\nThe ministry has measured every street with public money, and it sells"
    " what it has measured to those who can pay for it.\n\n"
    "We ask:\n\n1. Publish them.\n\n2. Suggestions us.\n\n"
)


def entry(line: str) -> tuple[str, str, str | None, str]:
    """Name, affiliation, country and address of an entry of a long list."""
    filler = "".join(f"* Somebody Else{i}\n" for i in range(60))
    found = recognise(f"{HEAD}Signed by:\n{filler}* {line}\n", ENGLISH)
    last = found.names[-1]
    return last.name, last.affiliation, last.country, last.url


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Jane Doe", ("Jane Doe", "", None, "")),
        (
            "Jane Doe, nurse, Hospital Union (Canada)",
            ("Jane Doe", "nurse, Hospital Union", "CA", ""),
        ),
        ("Jane Doe (Hospital Union)", ("Jane Doe", "Hospital Union", None, "")),
        ("Jane Doe — Hospital Union", ("Jane Doe", "Hospital Union", None, "")),
        ("Jane Anne-Doe, Chile", ("Jane Anne-Doe", "", "CL", "")),
        ("Jane Doe, https://example.org/j", ("Jane Doe", "", None, "https://example.org/j")),
        ("Dr. Jane Doe; nurse", ("Dr. Jane Doe", "nurse", None, "")),
        ("أمل حداد، معلمة", ("أمل حداد", "معلمة", None, "")),
    ],
)
def test_entries(line: str, wanted: tuple[str, str, str | None, str]) -> None:
    assert entry(line) == wanted


@pytest.mark.parametrize(
    "ending",
    [
        "md",
        pytest.param("txt", marks=pytest.mark.soak),
        pytest.param("html", marks=pytest.mark.soak),
    ],
)
def test_thousands_of_names(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"letter.{ending}"
    path.write_text(thousands(ending), "utf-8")

    start = time.process_time()
    found = read(path, ENGLISH)
    write(found, "maps", tmp_path / "statements")
    taken = time.process_time() - start

    assert (len(found.names), len(found.demands), len(found.signatories)) == (5000, 2, 0)
    assert (found.names[41].name, found.names[41].country) == ("Person Number42", "CA")
    assert found.names[4999].affiliation == "Engineer, Company 5000"
    assert f"names for signatories.yaml: {5000}" in report(found)
    assert not load(tmp_path / "statements").faults
    assert taken < 10


def thousands(ending: str) -> str:
    people = [f"Person Number{i}, Engineer, Company {i} (Canada)" for i in range(1, 5001)]
    if ending == "html":
        items = "".join(f"<li>{person}</li>" for person in people)
        head = "".join(f"<p>{line}</p>" for line in HEAD.split("\n\n")[1:])
        return f"<html><body><h1>Publish</h1>{head}<h2>Signatures</h2><ol>{items}</ol>"
    title, heading = ("# ", "## ") if ending == "md" else ("", "")
    lines = "".join(f"{number}. {person}\n" for number, person in enumerate(people, 1))
    return f"{title}{HEAD}{heading}Signatures\n\n{lines}"


def long_list(count: int) -> Recognised:
    names = "".join(f"- Person Number{i}\n" for i in range(count))
    return recognise(f"{HEAD}Signatures\n\n{names}", ENGLISH)


def test_the_list_beside_the_package_is_overwritten_by_force_only(tmp_path: Path) -> None:
    write(long_list(60), "maps", tmp_path)
    place = tmp_path / "maps" / "signatories.yaml"
    before = place.read_text("utf-8")

    longer = long_list(61)
    (tmp_path / "maps" / "en.md").unlink()
    kept = write(longer, "maps", tmp_path)
    assert place.read_text("utf-8") == before
    assert "stays as it is (60 names; this text has 61)" in kept.notes[-1]

    write(longer, "maps", tmp_path, force=True)
    assert len(place.read_text("utf-8").splitlines()) == 61


def test_short_lists_are_the_signatories() -> None:
    assert len(long_list(50).signatories) == 50
    assert len(long_list(51).names) == 51
