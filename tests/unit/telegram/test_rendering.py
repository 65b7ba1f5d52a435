"""Styles as Telegram's entities: always legal, and never at the cost of a character."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.adapters.telegram.rendering import (
    FIT,
    LIMIT,
    LONG_QUOTE,
    MOST_ENTITIES,
    measure,
    render,
)
from bot.text.rich import RichText, Span, Style, bold, code, concat, isolated, italic, link, styled
from tests.support.botapi.texts import find_entities

URLS = ["https://example.org/", "tg://user?id=1", "javascript:alert(1)", "mailto:a@b.c", "http://["]
QUOTES = {MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE}
OPAQUE = {MessageEntity.CODE, MessageEntity.PRE}


@st.composite
def texts(draw: st.DrawFn) -> RichText:
    plain = draw(st.text(st.sampled_from("ab c\nعن😀👩\u200d"), min_size=1, max_size=30))
    spans = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, len(plain) - 1))
        end = draw(st.integers(start + 1, len(plain)))
        style = draw(st.sampled_from(Style))
        url = draw(st.sampled_from(URLS)) if style is Style.LINK else None
        spans.append(Span(start, end, style, url))
    return RichText(plain, tuple(spans))


def shown(text: RichText) -> list[tuple[str, str]]:
    """Each entity with what it covers."""
    plain, entities = render(text)
    units = plain.encode("utf-16-le")
    return [
        (e["type"], units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
        for e in entities
    ]


@given(texts())
def test_entities_are_legal(text: RichText) -> None:
    plain, entities = render(text)
    assert plain == text.plain
    assert len(entities) <= MOST_ENTITIES
    assert [(e["offset"], -e["length"]) for e in entities] == sorted(
        (e["offset"], -e["length"]) for e in entities
    )
    shown(text)  # Nothing begins or ends within a character.
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= measure(text)
    for outer, inner in combinations(entities, 2):
        apart = outer["offset"] + outer["length"] <= inner["offset"]
        if apart:
            continue
        ends = [each["offset"] + each["length"] for each in (inner, outer)]
        assert ends[0] <= ends[1], "they cross"
        kinds = {outer["type"], inner["type"]}
        assert not kinds & OPAQUE or kinds & QUOTES, "something in code"
        assert len(kinds) == 2 or outer["type"] == MessageEntity.BOLD, "a kind within itself"


@given(texts())
def test_every_styled_character_keeps_its_style(text: RichText) -> None:
    """Unless it lies in code, or in a link that cannot be opened."""
    _, entities = render(text)
    above = [i for i, c in enumerate(text.plain) if c > "\uffff"]

    def units(index: int) -> int:
        return index + sum(1 for i in above if i < index)

    opaque = {
        i for s in text.spans if s.style in {Style.CODE, Style.PRE} for i in range(s.start, s.end)
    }
    kinds = {
        Style.BOLD: "bold", Style.HEADING: "bold", Style.ITALIC: "italic",
        Style.STRIKE: "strikethrough",
    }  # fmt: skip
    for span in text.spans:
        for index in set(range(span.start, span.end)) - opaque:
            if span.style in kinds:
                at = units(index)
                assert any(
                    e["type"] == kinds[span.style] and e["offset"] <= at < e["offset"] + e["length"]
                    for e in entities
                )


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        (bold("a" + italic("b") + "c"), [("bold", "abc"), ("italic", "b")]),
        ("😀" + bold("x😀") + "y", [("bold", "x😀")]),
        (bold("a" + code("b") + "c"), [("code", "b"), ("bold", "a"), ("bold", "c")]),
        (link("here", "https://example.org/?q=1"), [("text_link", "here")]),
        (link("here", "javascript:alert(1)"), []),
        (link("here", "https:///nowhere"), []),
        (styled("Title", Style.HEADING), [("bold", "Title")]),
        (bold(styled("Title", Style.HEADING)), [("bold", "Title"), ("bold", "Title")]),
        (styled("short", Style.QUOTE), [("blockquote", "short")]),
        (
            styled("l" * LONG_QUOTE, Style.QUOTE),
            [("expandable_blockquote", "l" * LONG_QUOTE)],
        ),
        (styled("a" + code("b"), Style.QUOTE), [("blockquote", "ab"), ("code", "b")]),
        (
            RichText("abc", (Span(0, 2, Style.BOLD), Span(1, 3, Style.ITALIC))),
            [("bold", "ab"), ("italic", "b"), ("italic", "c")],
        ),
    ],
)
def test_examples(text: RichText, entities: list[tuple[str, str]]) -> None:
    assert sorted(shown(text)) == sorted(entities)


def test_what_matters_least_is_left_out_first() -> None:
    text = concat((*(italic(f"i{n} ") + "-" for n in range(80)), *(
        styled(f"s{n} ", Style.STRIKE) + "-" for n in range(90))))  # fmt: skip
    kinds = [kind for kind, _ in shown(text)]
    assert (kinds.count("strikethrough"), kinds.count("italic")) == (90, 10)
    assert render(text)[0] == text.plain


def test_the_measure_counts_as_telegram_counts_offsets() -> None:
    assert (FIT.limit, FIT.spans) == (LIMIT, MOST_ENTITIES)
    assert [measure(RichText(each)) for each in ("", "a", "ع", "😀", "\ud83d")] == [0, 1, 1, 2, 1]


def test_a_name_calls_nobody() -> None:
    """Neither in a card nor in a list; the bot's own links and whoever writes a word so stay."""
    text = concat(("By @undersigned_bot: ", isolated(bold("@zaid")), ", ", isolated("(@amal_h)")))
    plain, entities = render(text)
    assert [e["type"] for e in find_entities(plain)] == ["mention"]
    assert find_entities(plain)[0]["offset"] == 3
    assert [(e["offset"], e["length"]) for e in entities] == [(plain.index("zaid") - 1, 5)]
    for kept in ("Compañer@s por la paz", "amal@example.org"):
        assert kept in render(isolated(kept))[0]
