"""Numbers, countries, dates, languages, and lines that are or are not what they look like."""

from __future__ import annotations

import pytest

from bot.domain.ids import Language
from bot.importer import recognise, report
from bot.importer.dates import dateline
from bot.importer.labels import numbered
from bot.importer.lexicon import is_attribution, is_scrap, is_signatories_heading
from bot.importer.located import located
from bot.importer.terminal import preview
from bot.importer.tongues import original_language
from bot.statements.countries import country_of

ENGLISH = Language("en")
PROSE = (
    "The port of our town has fed its families for more than a century, and the plan to sell it"
    " was made without asking a single one of them what they think. That must change."
)


@pytest.mark.parametrize(
    ("text", "value", "marker"),
    [
        ("1. one", 1, "1."),
        ("12) twelve", 12, "12)"),
        ("(3) three", 3, "3)"),
        ("4 - four", 4, "4."),
        ("4- four", 4, "4."),
        ("5.- cinco", 5, "5."),
        ("6º seis", 6, "6."),
        ("7/ sept", 7, "7."),
        ("٨) ثمانية", 8, "8)"),
        ("۹. نه", 9, "9."),
        ("（１０）十", 10, "10)"),
        ("③ three", 3, "3."),
        ("4️⃣ four", 4, "4."),
        ("十二、十二", 12, "12."),
        ("（二）二", 2, "2)"),
        ("IV. four", 4, "4."),
        ("ثالثاً - الخبز", 3, "3."),
        ("رابعا: الخبز", 4, "4."),
    ],
)
def test_numbers(text: str, value: int, marker: str) -> None:
    found = numbered(text)

    assert found is not None
    assert (found.value, found.marker) == (value, marker)
    assert text.startswith(found.written)


@pytest.mark.parametrize(
    "text",
    ["1.5 million people", "10:30 in the square", "3-4 years", "2014. A year", "one: two", "0) no"],
)
def test_no_numbers(text: str) -> None:
    assert numbered(text) is None


@pytest.mark.parametrize(
    ("printed", "language", "code"),
    [
        ("UK", "en", "GB"),
        ("U.S.A.", "en", "US"),
        ("England", "en", "GB"),
        ("Turkey", "en", "TR"),
        ("Côte d’Ivoire", "fr", "CI"),
        ("COTE D'IVOIRE", "fr", "CI"),
        ("EE. UU.", "es", "US"),
        ("Morocco", "ar", "MA"),
        ("فلسطين المحتلة", "ar", "PS"),
        ("巴勒斯坦", "zh", "PS"),
        ("Brasilien", "de", "BR"),
        ("Myanmar", "en", "MM"),
        ("Kurdistan", "en", None),
        ("PS", "fr", None),
        ("Iraq and Syria", "en", None),
        ("Europe", "en", None),
    ],
)
def test_countries(printed: str, language: str, code: str | None) -> None:
    assert country_of(printed, Language(language)) == code


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Dockers (Egypt)", "Dockers", "EG"),
        ("Dockers (DWU) (Egypt).", "Dockers (DWU)", "EG"),
        ("Dockers, Port Said, Egypt", "Dockers, Port Said", "EG"),
        ("Dockers – Egypt", "Dockers", "EG"),
        ("Egypt: Dockers", "Dockers", "EG"),
        ("Dockers［Egypt］", "Dockers", "EG"),
    ],
)
def test_places_of_the_country(text: str, name: str, code: str) -> None:
    found = located(text, ENGLISH)

    assert found is not None
    assert (found.name, found.country) == (name, code)


@pytest.mark.parametrize(
    ("text", "language", "date"),
    [
        ("24 June 2014", "en", "2014-06-24"),
        ("Tuesday, June 24th, 2014", "en", "2014-06-24"),
        ("2014-06-24", "en", "2014-06-24"),
        ("24/06/2014", "fr", "2014-06-24"),
        ("Paris, le 1er mai 2014", "fr", "2014-05-01"),
        ("24 de junio de 2014", "es", "2014-06-24"),
        ("24. Juni 2014", "de", "2014-06-24"),
        ("٢٤ حزيران ٢٠١٤", "ar", "2014-06-24"),
        ("24 جوان 2014", "ar", "2014-06-24"),
        ("2014年6月24日", "zh", "2014-06-24"),
    ],
)
def test_dates(text: str, language: str, date: str) -> None:
    found = dateline(text, Language(language))

    assert found is not None
    assert found.date is not None
    assert found.date.isoformat() == date


@pytest.mark.parametrize(
    "text",
    ["31 February 2014", "The massacre of 24 June 2014", "June 2014", "2014", "On 4 May we march"],
)
def test_no_dates(text: str) -> None:
    assert dateline(text, ENGLISH) is None


@pytest.mark.parametrize(
    ("text", "language", "original"),
    [
        ("Original Arabic here", "en", "ar"),
        ("Translated from the Kurdish by friends", "en", "ku"),
        ("Traduit de l’arabe", "fr", "ar"),
        ("Traducido del francés", "es", "fr"),
        ("مترجم عن الإنجليزية", "ar", "en"),
        ("原文为阿拉伯文", "zh", "ar"),
        ("English translation", "en", None),
        ("The Arabic spring", "en", None),
    ],
)
def test_original_languages(text: str, language: str, original: str | None) -> None:
    assert original_language(text, Language(language)) == original


def test_attributions() -> None:
    for line in (
        "Joint statement by dockers and fishers",
        "Open letter to the minister from the nurses of the North",
        "Déclaration commune de quatre syndicats",
        "Declaración de las asambleas",
        "بيان صادر عن لجان الأحياء",
        "نداء من عمال الميناء",
        "由五家工厂的工人发表",
    ):
        assert is_attribution(line), line
    for line in (
        "Open letter to the minister of health",
        "Statement on the sale of the harbour",
        "Appel à la grève",
        "Carta abierta al gobierno de Chile",
        "بيان حول بيع الميناء",
        "关于夜班的联合声明",
    ):
        assert not is_attribution(line), line


def test_headings_and_scraps() -> None:
    for line in (
        "Signed by:",
        "Les signataires",
        "Organizaciones firmantes",
        "الموقعون",
        "签署组织：",
    ):
        assert is_signatories_heading(line), line
    assert not is_signatories_heading("This deal was not signed in our name")
    for line in (
        "The dockers' logo",
        "A version of",
        "Home | News",
        "Photo: A. Nonymous",
        "www.a.org",
    ):
        assert is_scrap(line), line
    assert not is_scrap("Keep the Harbour Public")


def test_titles() -> None:
    for head, title in (
        ("KEEP THE HARBOUR\nPUBLIC AND OPEN", "KEEP THE HARBOUR PUBLIC AND OPEN"),
        ("Menu\n\nA translation of\n\nKeep the Harbour", "Keep the Harbour"),
        ("24 June 2014\nKeep the Harbour", "Keep the Harbour"),
        ("Statement by dockers\n\nKeep the Harbour", "Keep the Harbour"),
        ("Statement by dockers on the harbour", "Statement by dockers on the harbour"),
        ("Keep the Harbour.", "Keep the Harbour."),
        ("Dockers United\n\nKeep the Harbour", "Keep the Harbour"),
        ("Keep the Harbour\n\nPRESS RELEASE", "Keep the Harbour"),
        ("PRESS RELEASE\n\nKeep the Harbour\n24 June 2014", "Keep the Harbour"),
    ):
        found = recognise(f"{head}\n\n{PROSE}\n", ENGLISH)
        assert found.title is not None
        assert found.title.text == title
        assert found.paragraphs[-1].text == PROSE


def test_a_text_that_is_all_prose_has_no_title() -> None:
    found = recognise(f"{PROSE}\n\n{PROSE}\n", ENGLISH)

    assert found.title is None
    assert len(found.paragraphs) == 2
    assert found.notes[0].startswith("no title was found")


def test_other_numbered_lines_stay_paragraphs() -> None:
    found = recognise(
        f"Keep the Harbour\n\n1. {PROSE}\n\n2. {PROSE}\n\nWe ask for this:\n\n"
        "1. A vote.\n2. The papers.\n\nThe harbour is ours!\n",
        ENGLISH,
    )

    assert [part.text[:2] for part in found.paragraphs] == ["1.", "2."]
    assert found.demands_heading is not None
    assert found.demands_heading.text == "We ask for this:"
    assert [demand.paragraphs[0].text for demand in found.demands] == ["A vote.", "The papers."]


def test_a_number_that_is_left_out_is_told() -> None:
    found = recognise(f"Title Here\n\n{PROSE}\n\nWe ask:\n\n1) A.\n2) B.\n4) D.\n", ENGLISH)

    assert [demand.marker for demand in found.demands] == ["1)", "2)", "4)"]
    assert "the numbers jump from '2)' to '4)'" in found.notes


def test_bullets_that_are_led_by_words_that_ask_are_demands() -> None:
    found = recognise(f"Title Here\n\n{PROSE}\n\nWe ask:\n• A vote.\n• The papers.\n", ENGLISH)

    assert [demand.marker for demand in found.demands] == ["1.", "2."]
    assert [demand.paragraphs[0].text for demand in found.demands] == ["A vote.", "The papers."]
    assert "the demands have bullets and get the numbers 1. to 2." in found.notes


def test_lists_that_nothing_leads_to_are_named() -> None:
    found = recognise(f"Title Here\n\n{PROSE}\n\nWe saw:\n• A vote.\n• The papers.\n", ENGLISH)

    assert not found.demands
    assert [part.text for part in found.paragraphs][2:] == ["• A vote.", "• The papers."]
    assert any("those at line 6 to 7 stay text" in note for note in found.notes)


def test_slogans_that_name_a_country_are_no_signatories() -> None:
    found = recognise(
        f"Title Here\n\n{PROSE}\n\nWe ask:\n1) A.\n2) B.\n\nHands off Syria, Iraq!"
        "\nFreedom for Iraq\n",
        ENGLISH,
    )

    assert not found.signatories
    assert len(found.closing) == 2


def test_a_list_of_names_inside_the_text_stays_there() -> None:
    found = recognise(f"Title Here\n\nWe are:\n• A (Iraq)\n• B (Iran)\n\n{PROSE}\n", ENGLISH)

    assert not found.signatories
    assert len(found.paragraphs) == 4


def test_control_characters_cannot_steer_the_terminal() -> None:
    found = recognise(f"Menu \x1b[2J\n\nTitle Here\n\n{PROSE}\n", ENGLISH)

    assert "  line 1: Menu \\x1b[2J" in report(found)
    found = recognise(f"Title \x1b[2J Here\n\n{PROSE}\n", ENGLISH)
    assert "  title        Title \\x1b[2J Here" in preview(found)


def test_countries_as_headings_of_groups() -> None:
    found = recognise(
        f"Title Here\n\n{PROSE}\n\nSignatories\n\nEgypt\nDockers\nFishers\n\nLebanon:\nCooks\n",
        ENGLISH,
    )

    assert [(one.name, one.country) for one in found.signatories] == [
        ("Dockers", "EG"),
        ("Fishers", "EG"),
        ("Cooks", "LB"),
    ]
    assert [line.text for line in found.unplaced] == ["Signatories"]


def test_a_list_inside_a_demand_belongs_to_it() -> None:
    found = recognise(
        f"Title Here\n\n{PROSE}\n\nWe ask:\n1) A vote:\n(1) by all,\n(2) soon.\n2) The papers.\n",
        ENGLISH,
    )

    assert [len(demand.paragraphs) for demand in found.demands] == [3, 1]


def test_lines_between_head_and_text_begin_the_text() -> None:
    found = recognise(
        f"Keep the Harbour\nOpen letter to the mayor\n24 June 2014\n\nDear mayor,\n\n{PROSE}\n",
        ENGLISH,
    )

    assert found.title is not None
    assert found.title.text == "Keep the Harbour"
    texts = [part.text for part in found.paragraphs]
    assert texts == ["Open letter to the mayor", "Dear mayor,", PROSE]
    assert not found.unplaced


def test_the_last_of_demands_that_are_headings_keeps_its_paragraph() -> None:
    lines = ["1. Keep it open", PROSE, "2. Pay the staff", PROSE, "3. Buy books", PROSE]
    found = recognise("\n\n".join(["Title Here", PROSE, "We ask:", *lines, PROSE]), ENGLISH)

    assert [len(demand.paragraphs) for demand in found.demands] == [2, 2, 2]
    assert [part.text for part in found.after_demands] == [PROSE]


def test_the_last_of_demands_that_are_sentences_keeps_nothing_behind_it() -> None:
    lines = ["1. Keep it open.", PROSE, "2. Pay the staff.", PROSE, "3. Buy books.", PROSE]
    found = recognise("\n\n".join(["Title Here", PROSE, "We ask:", *lines]), ENGLISH)

    assert [len(demand.paragraphs) for demand in found.demands] == [2, 2, 1]
    assert [part.text for part in found.after_demands] == [PROSE]
