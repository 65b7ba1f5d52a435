"""Packages as they come out: read by the loader, refused when in the way, carried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.ids import Country, Language, StatementId
from bot.importer import ImportFault, recognise, write
from bot.statements.loader import load
from bot.statements.model import Statement
from bot.text.flow import flow
from tests.unit.importer.texts import GLACIERS, HARBOUR, NIGHT_TRAINS, PUBLISHED, WATER, Published

ARABIC_HARBOUR = """\
الميناء ملك للجميع

أطعم ميناء مدينتنا عائلاتها أكثر من قرن، وخطة بيعه وُضعت من دون أن يُسأل أحد منها عن رأيه في ذلك.

نطلب من المجلس ما يلي:

1. وقف بيع الأرصفة.
2. إجراء تصويت لجميع السكان.
3. إعادة العمال المفصولين.

الموقعون:
* عمال الميناء (بريطانيا)
* صيادو الرصيف الشمالي (أيرلندا)
"""


def made(published: Published, out: Path) -> Statement:
    write(recognise(published.text, published.tag), "harbour", out)
    loaded = load(out)
    assert not loaded.faults
    statement = loaded.library.get("harbour")
    assert statement is not None
    return statement


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_the_bot_reads_what_was_written(published: Published, tmp_path: Path) -> None:
    statement = made(published, tmp_path / "statements")

    revision = statement.revisions[published.tag]
    assert statement.id == StatementId("harbour")
    assert revision.title == published.title
    assert revision.attribution == (published.attribution or "")
    assert statement.original_language == (published.original or published.language)
    assert statement.official_languages == (published.tag,)
    assert (statement.issued and statement.issued.isoformat()) == published.issued
    assert tuple(demand.label for demand in revision.document.demands) == published.numbers
    assert len(revision.document.section("closing")) == published.closing
    signatories = [(one.name(published.tag), one.country) for one in statement.signatories]
    assert tuple(signatories) == published.signatories
    assert statement.terms.persons
    assert statement.terms.organisations


def test_no_word_is_added_for_the_headings(tmp_path: Path) -> None:
    text = flow(made(HARBOUR, tmp_path).revisions[HARBOUR.tag].document).text.plain

    assert text.split("\n\n")[2:] == [
        "1. Stop the sale of the quays and publish every contract that has been signed so far.\n"
        "2. Hold a vote in which all residents can take part, with enough time to read the"
        " papers.\n"
        "3. Hire the dock workers who were dismissed.",
        "The harbour is ours!",
        "No sale without a vote!",
    ]


def test_a_heading_of_the_text_stands_over_the_demands(tmp_path: Path) -> None:
    made(NIGHT_TRAINS, tmp_path)

    written = (tmp_path / "harbour" / "fr.md").read_text("utf-8")
    assert "## Nos revendications\u00a0: {#demands}\n\n1) Rouvrir" in written
    assert "\n\n   Un calendrier public" in written


def test_an_existing_text_is_overwritten_by_force_only(tmp_path: Path) -> None:
    made(HARBOUR, tmp_path)
    changed = recognise(HARBOUR.text.replace("dismissed", "sent away"), HARBOUR.tag)

    with pytest.raises(ImportFault, match="exists already; use --force"):
        write(changed, "harbour", tmp_path)
    assert "dismissed" in (tmp_path / "harbour" / "en.md").read_text("utf-8")

    written = write(changed, "harbour", tmp_path, force=True)
    assert [path.name for path in written.paths] == ["en.md"]
    assert "sent away" in (tmp_path / "harbour" / "en.md").read_text("utf-8")


def test_a_dry_run_writes_nothing_and_says_what_is_in_the_way(tmp_path: Path) -> None:
    found = recognise(HARBOUR.text, HARBOUR.tag)

    written = write(found, "harbour", tmp_path / "statements", dry_run=True)
    assert [path.name for path in written.paths] == ["statement.yaml", "en.md"]
    assert not (tmp_path / "statements").exists()

    write(found, "harbour", tmp_path)
    assert "needs --force" in write(found, "harbour", tmp_path, dry_run=True).notes[0]


def test_a_second_language_joins_the_package(tmp_path: Path) -> None:
    made(HARBOUR, tmp_path)
    metadata = tmp_path / "harbour" / "statement.yaml"
    metadata.write_text("# ours\n" + metadata.read_text("utf-8") + "  goal: 500\n", "utf-8")

    write(recognise(ARABIC_HARBOUR, Language("ar")), "harbour", tmp_path)

    statement = load(tmp_path).library.get("harbour")
    assert statement is not None
    assert statement.official_languages == ("en", "ar")
    assert [one.names for one in statement.signatories] == [
        {"en": "Dock Workers Local 12", "ar": "عمال الميناء"},
        {"en": "Fishers of the North Quay", "ar": "صيادو الرصيف الشمالي"},
    ]
    assert statement.terms.goal == 500
    assert metadata.read_text("utf-8").startswith("# ours\n")


@pytest.mark.parametrize(
    "signatories",
    [
        "signatories:\n  - name: Dockers\n    country: GB # !\n  - name: Fishers\n    country: IE",
        "signatories: [{name: Dockers, country: GB}, {name: 'Fishers'}]",
        "signatories:\n- {country: IE, name: {en: Fishers}}\n"
        "- name:\n    en: Dockers\n  country: GB",
        "signatories: []",
        "",
    ],
    ids=["block", "flow", "other order", "empty list", "none"],
)
def test_a_hand_written_package_is_carried_on(signatories: str, tmp_path: Path) -> None:
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / "statement.yaml").write_text(
        f"id: harbour\noriginal language: en\n{signatories}\n", "utf-8"
    )
    (folder / "en.md").write_text(
        "---\ntitle: Harbour\n---\n\n## {#demands}\n\n1. A\n2. B\n3. C\n", "utf-8"
    )

    write(recognise(ARABIC_HARBOUR, Language("ar")), "harbour", tmp_path)

    loaded = load(tmp_path)
    assert not loaded.faults
    statement = loaded.library.get("harbour")
    assert statement is not None
    assert statement.official_languages == ("en", "ar")
    named = {one.country: one.name(Language("ar")) for one in statement.signatories}
    assert named[Country("GB")] == "عمال الميناء"
    if signatories not in ("", "signatories: []"):
        assert {one.name(Language("en")) for one in statement.signatories} == {"Dockers", "Fishers"}


def test_other_signatories_are_refused(tmp_path: Path) -> None:
    made(HARBOUR, tmp_path)
    fewer = ARABIC_HARBOUR.replace("* صيادو الرصيف الشمالي (أيرلندا)\n", "")

    with pytest.raises(ImportFault, match="1 signatories which cannot be matched with the 2"):
        write(recognise(fewer, Language("ar")), "harbour", tmp_path)
    assert not (tmp_path / "harbour" / "ar.md").exists()


def test_a_translation_with_fewer_demands_is_refused(tmp_path: Path) -> None:
    made(HARBOUR, tmp_path)
    fewer = ARABIC_HARBOUR.replace("3. إعادة العمال المفصولين.\n", "")

    with pytest.raises(ImportFault, match="2 demands"):
        write(recognise(fewer, Language("ar")), "harbour", tmp_path)
    assert not (tmp_path / "harbour" / "ar.md").exists()


@pytest.mark.parametrize(
    ("text", "name", "language", "message"),
    [
        (WATER.text, "Water", "ar", "must be 1 to 32 of a-z"),
        (WATER.text, "../water", "ar", "must be 1 to 32 of a-z"),
        (WATER.text, "water", "arabic", "not a known language"),
        ("", "water", "en", "No title was found"),
        (
            "Title\n\nA \x07 bell rings in this long sentence.",
            "w",
            "en",
            "U\\+0007",
        ),
        ("Only a Title\n", "water", "en", "no text"),
    ],
    ids=["upper case", "outside", "language", "empty", "control", "title only"],
)
def test_what_cannot_be_written_is_refused(
    text: str, name: str, language: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ImportFault, match=message):
        write(recognise(text, Language(language)), name, tmp_path / "statements")
    assert not (tmp_path / "statements").exists()


def test_a_source_is_kept(tmp_path: Path) -> None:
    found = recognise(GLACIERS.text + "\nhttps://example.org/glaciares\n", GLACIERS.tag)
    write(found, "glaciers", tmp_path)

    statement = load(tmp_path).library.get("glaciers")
    assert statement is not None
    assert statement.revisions[GLACIERS.tag].source == "https://example.org/glaciares"
    assert "https://example.org/glaciares" not in [line.text for line in found.unplaced]
