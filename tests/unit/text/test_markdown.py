import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.document import (
    Block,
    CodeBlock,
    Heading,
    ItemList,
    Paragraph,
    Quote,
    Rule,
)
from bot.text.markdown import escape, parse
from bot.text.rich import RichText, Span, Style


def only(markdown: str) -> Block:
    (block,) = parse(markdown).blocks
    return block


def text_of(markdown: str) -> RichText:
    block = only(markdown)
    assert isinstance(block, Paragraph | Heading)
    return block.text


def list_of(markdown: str) -> ItemList:
    block = only(markdown)
    assert isinstance(block, ItemList)
    return block


def styled(markdown: str) -> list[tuple[str, Style, str | None]]:
    text = text_of(markdown)
    return [(text.plain[s.start : s.end], s.style, s.url) for s in text.spans]


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("the right <of> return", "the right <of> return"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<!-- a note -->", "<!-- a note -->"),
        ("<div>\nwords\n</div>", "<div> words </div>"),
        ("bread &amp; roses &lt;3 &nope;", "bread & roses <3 &nope;"),
        ("[1]: word", "[1]: word"),
        ('"straight" -- and (c)...', '"straight" -- and (c)...'),
        ("see www.example.org", "see www.example.org"),
        ("<https://example.org/%D8%A7>", "https://example.org/%D8%A7"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("1986\\. A year", "1986. A year"),
        ("a {#demands}", "a {#demands}"),
        ("١. مطلب", "١. مطلب"),
    ],
)
def test_no_word_is_lost_or_changed(markdown: str, plain: str) -> None:
    assert text_of(markdown).plain == plain


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("one\\\ntwo", "one\ntwo"),
        ("我们要求\n停火。\n（立即）", "我们要求停火。（立即）"),
        ("**我们**\n要求", "我们要求"),
        ("我们\n**要求**", "我们要求"),
        ("我们\nUN", "我们 UN"),
        ("우리는\n요구한다", "우리는 요구한다"),
        ("✊\n✊", "✊ ✊"),
        ("هذا\nنص", "هذا نص"),
    ],
)
def test_line_ends(markdown: str, plain: str) -> None:
    assert text_of(markdown).plain == plain


def test_styles_nest_with_the_outer_one_first() -> None:
    assert styled("**a *b `c`* d** ~~e~~ [f **g**](https://x.org/(h)i)") == [
        ("a b c d", Style.BOLD, None),
        ("b c", Style.ITALIC, None),
        ("c", Style.CODE, None),
        ("e", Style.STRIKE, None),
        ("f g", Style.LINK, "https://x.org/(h)i"),
        ("g", Style.BOLD, None),
    ]


def test_emphasis_beside_chinese_punctuation() -> None:
    assert styled("我们说**「立即」**停火") == [("「立即」", Style.BOLD, None)]


def test_an_image_is_a_link_to_the_picture() -> None:
    assert text_of("see ![the *map*](m.png 'title')").plain == "see the map"
    assert styled("![the *map*](m.png)") == [
        ("the map", Style.LINK, "m.png"),
        ("map", Style.ITALIC, None),
    ]
    assert styled("[![map](m.png)](https://x.org)") == [("map", Style.LINK, "https://x.org")]
    assert text_of("![](m.png)") == RichText("")


@pytest.mark.parametrize(
    ("markdown", "labels"),
    [
        ("3. a\n4. b\n5. c", ["3.", "4.", "5."]),
        ("1. a\n1. b\n1. c", ["1.", "1.", "1."]),
        ("1) a\n\n7) b", ["1)", "7)"]),
        ("007. a", ["007."]),
        ("- a\n- b", ["•", "•"]),
    ],
)
def test_numbers_of_a_list_stay_as_written(markdown: str, labels: list[str]) -> None:
    assert [item.label for item in list_of(markdown).items] == labels


def test_tight_and_loose_lists() -> None:
    assert list_of("- a\n- b").tight
    assert not list_of("- a\n\n- b").tight
    assert list_of("-\n-").tight
    nested = list_of("- a\n  1. b\n\n     c").items[0].blocks[1]
    assert isinstance(nested, ItemList)
    assert nested.ordered
    assert not nested.tight


@pytest.mark.parametrize(
    ("markdown", "plain", "name"),
    [
        ("## Our demands {#demands}", "Our demands", "demands"),
        ("## Our demands {#demands} ##", "Our demands", "demands"),
        ("المطالب {#demands}\n===", "المطالب", "demands"),
        ("# {#closing}", "", "closing"),
        ("# A \\{#closing}", "A {#closing}", None),
        ("# A {#closing} b", "A {#closing} b", None),
        ("# A {closing}", "A {closing}", None),
    ],
)
def test_the_id_of_a_heading(markdown: str, plain: str, name: str | None) -> None:
    heading = only(markdown)
    assert isinstance(heading, Heading)
    assert (heading.text.plain, heading.id) == (plain, name)


def test_demands_are_found_under_their_heading() -> None:
    document = parse("1. no\n\n## D {#demands}\n\nIntro\n\n3. a\n4. b\n\n- no\n\n## E\n\n5. no")
    assert [(demand.label, demand.item.line) for demand in document.demands] == [
        ("3.", 7),
        ("4.", 8),
    ]


def test_every_block_knows_its_line() -> None:
    document = parse("# a\n\nb\nc\n\n> d\n>\n> e\n\n---\n\n- f\n\n  g\n\n```\nh\n```\n")
    assert [(type(block), block.line) for block in document.blocks] == [
        (Heading, 1),
        (Paragraph, 3),
        (Quote, 6),
        (Rule, 10),
        (ItemList, 12),
        (CodeBlock, 16),
    ]
    quote, items = document.blocks[2], document.blocks[4]
    assert isinstance(quote, Quote)
    assert isinstance(items, ItemList)
    assert [block.line for block in quote.blocks] == [6, 8]
    assert [block.line for block in items.items[0].blocks] == [12, 14]


def test_code_keeps_its_blanks() -> None:
    assert only("```py\n a\n\n  b\n```") == CodeBlock(" a\n\n  b", 1)
    assert only("     a\n    b") == CodeBlock(" a\nb", 1)


@pytest.mark.parametrize("mark", [">", "> ", "- ", "1. "])
def test_nesting_is_kept_or_refused_but_never_lost(mark: str) -> None:
    assert "word" in repr(parse(mark * 40 + "word"))
    with pytest.raises(ValueError, match=r"line 3: .* nested too deep"):
        parse("fine\n\n" + mark * 500 + "word")


@pytest.mark.parametrize(
    "text",
    ["We demand: an end (now)!", "3.5 million -- at 12:00 + more", "#hashtag user_name a&b ~5 {x}"],
)
def test_plain_words_are_escaped_by_leaving_them_alone(text: str) -> None:
    assert escape(text) == text


TRAPS = [
    *"\t #>-+*_~`[]()<>&;{}=!\\|:.)'\"^a1字。「é",
    *("1986. A", "1)", "12. ", "***", "===", "---", "- - -", "&amp;", "&#35;", "<of>", "~~", "```"),
    *(
        "[x](y)",
        "![x](y)",
        "[x]: y",
        "<https://x.org>",
        "{#demands}",
        "    ",
        "__",
        "\u00a0",
        "\n",
        "a #",
        "a ##",
    ),
]
traps = st.lists(
    st.sampled_from(TRAPS) | st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).map("".join)


@given(traps)
@example("we are #1 #")
def test_escaped_text_comes_back(text: str) -> None:
    assert only(escape(text)) == Paragraph(RichText(text), 1)
    assert only(f"## {escape(text)}") == Heading(2, RichText(text), None, 1)
    assert text_of(f"word {escape(text)}").plain == f"word {text}"
    assert [item.blocks for item in list_of(f"- {escape(text)}").items] == [
        (Paragraph(RichText(text), 1),)
    ]


@given(traps)
def test_anything_can_be_read(markdown: str) -> None:
    for block in parse(markdown).blocks:
        assert block.line >= 1
        if isinstance(block, Paragraph | Heading):
            spans = block.text.spans
            assert all(0 <= span.start < span.end <= len(block.text) for span in spans)


def test_a_span_never_covers_nothing() -> None:
    assert text_of("a[](https://x.org)b") == RichText("ab")
    assert text_of("*a*b").spans == (Span(0, 1, Style.ITALIC),)
