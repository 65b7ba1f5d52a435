"""Styled text as Markdown: every word, and the styles where Markdown has a way to write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importer.inline import inline
from bot.importer.scripts import stripped
from bot.text.document import Paragraph
from bot.text.markdown import parse
from bot.text.rich import RichText, Span, Style

STYLES = st.sampled_from([Style.BOLD, Style.ITALIC, Style.STRIKE, Style.CODE, Style.LINK])
PIECES = st.lists(
    st.sampled_from(
        ["word", " ", "*", "_", "“x”", "1. ", "字", "`", "[", "](", "\\", "<b>", "&amp;"]
    ),
    min_size=1,
    max_size=8,
).map("".join)


@st.composite
def styled(draw: st.DrawFn) -> RichText:
    plain = stripped(draw(PIECES)) or "x"
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(plain) - 1))
        end = draw(st.integers(start + 1, len(plain)))
        style = draw(STYLES)
        url = "https://example.org/a(b) c" if style is Style.LINK else None
        spans.append(Span(start, end, style, url))
    return RichText(plain, tuple(spans))


@given(styled())
@settings(deadline=None, max_examples=300)
def test_no_word_changes(text: RichText) -> None:
    (block,) = parse(inline(text)).blocks
    assert isinstance(block, Paragraph)
    assert block.text.plain == text.plain


@pytest.mark.parametrize(
    ("spans", "written"),
    [
        ([], "some words here"),
        ([(0, 5, Style.BOLD)], "**some** words here"),
        ([(0, 5, Style.BOLD), (5, 10, Style.BOLD)], "**some words** here"),
        ([(0, 10, Style.BOLD), (5, 15, Style.ITALIC)], "**some *words*** *here*"),
        ([(0, 15, Style.LINK), (5, 10, Style.ITALIC)], "[some *words* here](https://example.org)"),
        ([(5, 10, Style.CODE), (6, 8, Style.BOLD)], "some `words` here"),
    ],
)
def test_styles(spans: list[tuple[int, int, Style]], written: str) -> None:
    url = {Style.LINK: "https://example.org"}
    made = tuple(Span(start, end, style, url.get(style)) for start, end, style in spans)
    assert inline(RichText("some words here", made)) == written
