"""Letters in sections: which heading is the title, and which one stands over names."""

from __future__ import annotations

import pytest

from bot.domain.ids import Language
from bot.importer import Recognised, recognise, recognise_page
from bot.importer.formats import page_of
from bot.importer.lexicon import group_kind

ENGLISH = Language("en")
PROSE = (
    "The archive of our town was closed without a word to those who had filled it, and nobody has"
    " said since where its boxes went or who may look at them."
)


def markdown(text: str) -> Recognised:
    return recognise_page(page_of(text.encode(), "letter.md", ENGLISH), ENGLISH)


def test_the_title_in_the_front_matter_stands_over_sections() -> None:
    found = markdown(
        f"---\ntitle: Open the archive\n---\n\n# Summary\n\n{PROSE}\n\n# What is known\n\n{PROSE}\n"
    )

    assert found.title is not None
    assert found.title.text == "Open the archive"
    assert [one.text for one in found.paragraphs if one.shape.heading] == [
        "Summary",
        "What is known",
    ]


@pytest.mark.parametrize("head", ["Open the archive", "Letter no. 4"])
def test_the_one_heading_of_the_text_is_its_title(head: str) -> None:
    found = markdown(f"---\ntitle: {head}\n---\n\n# Open the archive\n\n{PROSE}\n\n{PROSE}\n")

    assert found.title is not None
    assert found.title.text == "Open the archive"
    assert any(head in line.text for line in found.unplaced)


@pytest.mark.parametrize("heading", ["Leaving people without an answer", "People"])
def test_paragraphs_under_a_heading_of_people_are_text(heading: str) -> None:
    items = f"- {PROSE}\n- {PROSE}\n"
    found = markdown(f"# Open the archive\n\n{PROSE}\n\n## {heading}\n\n{PROSE}\n\n{items}")

    assert (*found.signatories, *found.names) == ()
    assert sum(not one.shape.heading for one in found.paragraphs) == 4


def test_a_heading_that_only_mentions_people_heads_no_list_of_them() -> None:
    assert group_kind("Leaving people without an answer") == ""
    assert group_kind("People who work in the town") == "person"
    assert group_kind("Other supporting organisations") == "organisation"


def test_one_of_many_names_may_say_more_of_itself() -> None:
    long = "Person Sixty, who kept the boxes of the archive for thirty years, " * 3
    names = [f"Person {n}a, clerk" for n in range(30)]
    lines = [*names, *names, long.strip(), *names]
    found = recognise_page(
        page_of(
            "\n".join(("Open the archive", "", PROSE, "", "Signed by:", "", *lines)).encode(),
            "letter.txt",
            ENGLISH,
        ),
        ENGLISH,
    )

    assert len(found.names) == len(lines)


def test_a_heading_over_no_names_is_told() -> None:
    found = markdown(f"# Open the archive\n\n{PROSE}\n\nSigned,\n\n{PROSE} {PROSE}\n")

    assert (found.signatories, found.names) == ((), ())
    assert "no names were recognised under 'Signed,' (line 5)" in found.notes


def test_a_long_list_that_words_ask_for_is_the_demands() -> None:
    items = "".join(f"- open room {n} of the archive\n" for n in range(60))
    found = markdown(f"# Open the archive\n\n{PROSE}\n\nWe ask the council to:\n\n{items}")

    assert len(found.demands) == 60
    assert found.names == ()


@pytest.mark.parametrize(
    "card",
    [
        '<div class="card"><h4>{}</h4><p>{}</p></div>',
        '<div><div class="name">{}</div><div class="role">{}</div></div>',
        '<div class="card"><img src="a.jpg"><strong>{}</strong><br>{}</div>',
        "<li><h3>{}</h3>{}</li>",
    ],
)
def test_names_on_cards(card: str) -> None:
    people = [("Ana One", "Baker, Lower Street"), ("Ben Two", "Teacher")]
    shown = "".join(card.format(*one) for one in people)
    page = f"<html><body><h1>Keep the mill</h1><p>{PROSE}</p><h2>Signatories</h2><div>{shown}</div>"
    found = recognise_page(page_of(page.encode(), "mill.html", ENGLISH), ENGLISH)

    assert [one.name for one in found.signatories] == [", ".join(one) for one in people]
    assert [part.text for part in found.paragraphs] == [PROSE]


def test_groups_in_columns_are_no_cards() -> None:
    columns = "".join(
        f"<div><h3>{kind}</h3><p>{a}</p><p>{b}</p></div>"
        for kind, a, b in (("Organisations", "Mill Ring", "Corn Ring"), ("People", "Ana", "Ben"))
    )
    page = f"<html><body><h1>Keep the mill</h1><p>{PROSE}</p><h2>Signatories</h2>{columns}"
    found = recognise_page(page_of(page.encode(), "mill.html", ENGLISH), ENGLISH)

    assert [one.name for one in found.signatories] == ["Mill Ring", "Corn Ring", "Ana", "Ben"]


def test_demands_behind_a_paragraph_that_asks_before_its_last_sentence() -> None:
    need = "We need trains at night. It is little that has to change until the winter begins:"
    found = recognise(f"Trains\n\n{PROSE}\n\n{need}\n\n1. a train\n2. light\n", ENGLISH)

    assert [demand.marker for demand in found.demands] == ["1.", "2."]
    assert any("check that the list is the demands" in note for note in found.notes)
    assert found.unsure == ("demands",)
