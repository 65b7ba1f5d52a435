"""Searching texts: which passages are found, in what order, on which page, and how it is told."""

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.domain.digest import revision_digest
from bot.domain.ids import Country, Language, StatementId
from bot.services.pages import Pages, Paginator, whole_text
from bot.services.search import Hit, page_of, search
from bot.statements.model import Library, Revision, Signatory, Statement, Terms
from bot.text.chunks import Fit
from bot.text.markdown import parse
from bot.text.rich import RichText
from bot.wording import searching
from bot.wording.voice import Voice
from tests.support.names import SCRIPTS, made_up
from tests.support.pace import is_within

EN, AR = Language("en"), Language("ar")
MOST = 5
FIT = Fit(4096, len)

FIRST_EN = "The port has been closed since the spring. We ask that it be opened."
FIRST_AR = "الميناء مغلق منذ الربيع. نطلب أن يُفتَح للعمّال."

PORT_EN = """\
The port has been closed since the spring. We ask that it be opened.

## What we ask {#demands}

1. Open the port.
2. Keep it open.

   Also at night, for every café.
3. Pay those who work there 1234 dinars.
"""
PORT_AR = """\
الميناء مغلق منذ الربيع. نطلب أن يُفتَح للعمّال.

## ما نطلبه {#demands}

1. افتحوا الميناء.
2. أبقوه مفتوحًا ١٢ شهرًا.
"""


def statement(name: str, texts: Mapping[str, tuple[str, str]]) -> Statement:
    """A statement of `texts`: title and Markdown by language."""
    identity = StatementId(name)
    revisions = {}
    for tag, (title, text) in texts.items():
        language = Language(tag)
        digest = revision_digest(language, title, "", text)
        document = parse(text)
        revisions[language] = Revision(identity, language, title, "", text, digest, "", document)
    languages = tuple(revisions)
    issuer = Signatory({Language(""): "Dockers' Union"}, Country("TN"))
    return Statement(identity, None, languages[0], languages, (issuer,), Terms(), revisions)


def library(*statements: Statement) -> Library:
    return Library({one.id: one for one in statements})


PORT = statement("port", {"en": ("Open the port", PORT_EN), "ar": ("افتحوا الميناء", PORT_AR)})


def hits(typed: str, *wanted: Language, among: Library | None = None, most: int = 9) -> list[Hit]:
    return list(search(among or library(PORT), wanted, typed, most).best)


def passages(typed: str, language: Language = EN) -> list[str]:
    return [hit.passage for hit in hits(typed, language) if hit.revision.language == language]


def pages_of(hit: Hit, limit: int = 4096) -> Pages:
    document = whole_text(hit.statement, hit.revision)
    return Paginator(1500).pages("key", Fit(limit, len), lambda: document)


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("spring", EN, [FIRST_EN]),
        ("SPRING, closed!", EN, [FIRST_EN]),
        ("open", EN, [
            "Open the port",
            FIRST_EN,
            "1. Open the port.",
            "2. Keep it open.\n\n  Also at night, for every café.",
        ]),
        ("keep night", EN, ["2. Keep it open.\n\n  Also at night, for every café."]),
        ("cafe", EN, ["2. Keep it open.\n\n  Also at night, for every café."]),
        ("demands spring", EN, []),
        ("ort", EN, []),
        ("123", EN, []),
        ("1234", EN, ["3. Pay those who work there 1234 dinars."]),
        ("ميناء", AR, ["افتحوا الميناء", FIRST_AR, "1. افتحوا الميناء."]),
        ("الميناء مغلق", AR, [FIRST_AR]),
        ("عمال", AR, [FIRST_AR]),
        ("يفتح", AR, [FIRST_AR]),
        ("ابقوه مفتوحا", AR, ["2. أبقوه مفتوحًا ١٢ شهرًا."]),
        ("12", AR, ["2. أبقوه مفتوحًا ١٢ شهرًا."]),
        ("يناء", AR, []),
        ("", EN, []),
        ("?!", EN, []),
    ],
)  # fmt: skip
def test_what_is_found(typed: str, language: Language, found: list[str]) -> None:
    assert passages(typed, language) == found


@pytest.mark.parametrize(
    ("text", "typed", "bold"),
    [
        ("我们要求开放港口，支付工资。", "港口", ["港口"]),
        ("我们要求开放港口，支付工资。", "工资 开放", ["开放", "工资"]),
        ("เราขอให้เปิดท่าเรือทุกคืน", "ท่าเรือ", ["ท่าเรือ"]),
        ("항구를 열어라", "항구", ["항구"]),
        ("मज़दूरों को वेतन दो", "मजदूरों", ["मज़दूरों"]),
        ("Ouvrez l’eau au Café", "eau cafe", ["eau", "Café"]),
        ("Откройте порты ещё", "порт еще", ["порты", "ещё"]),
        ("ﻻ تغلقوا", "لا", ["ﻻ"]),
        ("می‌خواهیم باز شود", "میخواهیم", ["می‌خواهیم"]),
        ("العُمَّالُ هنا", "عمال", ["العُمَّالُ"]),
    ],
)
def test_the_words_found_are_bold(text: str, typed: str, bold: list[str]) -> None:
    one = statement("one", {"en": ("Title", text)})
    (hit,) = hits(typed, EN, among=library(one))
    assert [hit.passage[start:end] for start, end in hit.words] == bold
    told = searching.snippet(hit.passage, hit.words)
    assert [told.plain[s.start : s.end] for s in told.spans] == bold


def test_the_language_of_the_person_comes_first_then_titles_then_the_order() -> None:
    other = statement("zoo", {"ar": ("حديقة", "port port"), "en": ("Port of animals", "No port.")})
    found = hits("port", EN, AR, among=library(PORT, other))
    assert [(hit.statement.id, hit.revision.language, hit.passage) for hit in found] == [
        ("port", "en", "Open the port"),
        ("zoo", "en", "Port of animals"),
        ("port", "en", "The port has been closed since the spring. We ask that it be opened."),
        ("port", "en", "1. Open the port."),
        ("zoo", "en", "No port."),
        ("zoo", "ar", "port port"),
    ]
    first, *_ = hits("port", AR, EN, among=library(PORT, other))
    assert first.revision.language == "ar"


def test_a_base_language_counts_as_the_language() -> None:
    brazil = statement("a", {"en": ("One", "porto"), "pt-BR": ("Dois", "porto")})
    assert hits("porto", Language("pt"), among=library(brazil))[0].revision.language == "pt-BR"


def test_all_are_counted_and_the_best_returned() -> None:
    found = search(library(PORT), [EN], "open", 2)
    assert (len(found.best), found.total) == (2, 4)


def test_a_changed_text_is_searched_anew() -> None:
    assert hits("quay", EN) == []
    changed = statement("port", {"en": ("Open the port", PORT_EN.replace("spring", "quay"))})
    assert len(hits("quay", EN, among=library(changed))) == 1
    assert hits("spring", EN, among=library(changed)) == []


@pytest.mark.parametrize("limit", [120, 400, 4096])
def test_the_page_holds_the_hit(limit: int) -> None:
    words = ["spring", "night", "dinars", "open", "ميناء", "شهرا"]
    for hit in (hit for word in words for hit in hits(word, EN)):
        pages = pages_of(hit, limit)
        number = page_of(pages, hit.at)
        start, end = hit.words[0]
        before = sum(len(page) for page in pages[: number - 1])
        assert pages[number - 1].plain[hit.at - before :].startswith(hit.passage[start : start + 2])
        assert "".join(page.plain for page in pages)[hit.at :].startswith(hit.passage[start:end])


def test_a_snippet_is_short_and_cut_at_words() -> None:
    text = "word " * 100 + "needle and a second needle " + "more " * 100
    at = text.index("needle")
    second = text.index("needle", at + 1)
    told = searching.snippet(text, [(at, at + 6), (second, second + 6)])
    assert told.plain.startswith("… word word")
    assert told.plain.endswith("more …")
    assert len(told) <= searching.SNIPPET + 6
    assert [told.plain[s.start : s.end] for s in told.spans] == ["needle", "needle"]
    assert set(told.plain.strip("… ").split()) == {"word", "needle", "and", "a", "second", "more"}


@pytest.mark.parametrize("text", ["港口" * 200, "ท่าเรือ" * 100, "x" * 500, "short"])
def test_a_snippet_of_any_text(text: str) -> None:
    for start in range(0, len(text) - 1, 7):
        told = searching.snippet(text, [(start, start + 2)])
        shown = [told.plain[s.start : s.end] for s in told.spans]
        assert shown == [text[start : start + 2]]
        assert len(told) <= max(searching.SNIPPET, 500) + 6


def test_a_snippet_is_one_line() -> None:
    assert searching.snippet("1. One\n\n  two", [(3, 6)]).plain == "1. One two"


def test_how_hits_are_told() -> None:
    (hit,) = hits("spring closed", EN)
    passage = searching.Passage(
        hit.statement.id, hit.revision.title, hit.revision.language, hit.passage, hit.words, 2, 7
    )
    other = replace(passage, language=AR)
    told: RichText = searching.results(Voice(EN), [passage, other], 12)
    plain = told.plain.replace("\u2068", "").replace("\u2069", "")
    assert plain.split("\n\n") == [
        "Found in 12 places:",
        "1. Open the port\nThe port has been closed since the spring. We ask that it be opened.",
        "2. Open the port · العربية\n"
        "The port has been closed since the spring. We ask that it be opened.",
        "And in 10 more. Add a word to narrow it down.",
    ]
    assert searching.hit_label(1, passage) == "1 › 2/7"


def test_a_hundred_searches_of_ten_long_texts_take_less_than_a_second() -> None:
    chance = random.Random(1)
    vocabulary = [name for names in made_up(3000, seed=9) for name in names.split()]
    texts = []
    for number in range(10):
        paragraphs = [" ".join(chance.choices(vocabulary, k=80)) for _ in range(50 * 6)]
        text = "\n\n".join(paragraphs)
        assert len(text) > 50 * 2500
        texts.append(statement(f"long-{number}", {"en": (f"Title {number}", text)}))
    long = library(*texts)
    search(long, [EN], "warm", MOST)
    typed = [" ".join(chance.sample(vocabulary, 1 + at % 3)) for at in range(100 - len(SCRIPTS))]
    typed += ["maria", "محمد", "анна", "अमित", "王", "ส"]

    def all_of_them() -> None:
        for words in typed:
            search(long, [EN], words, MOST)

    assert is_within(1, all_of_them)
