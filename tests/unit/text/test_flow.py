import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.flow import Flow, Level, demand_text, flow
from bot.text.markdown import escape, parse
from bot.text.rich import RichText, Style

STATEMENT = """\
# Title

Intro *now*.

## Demands {#demands}

3. First\\
   line

   more
4. Second
   - a
   - b

> quoted
>
> twice

- x
- y
  1. deep\\
     down

***

```
code
 here
```

# End
## Very end

Bye."""

RENDERED = """\
Title

Intro now.

Demands

3. First
  line

  more

4. Second

  • a
  • b

quoted

twice

• x
• y
  1. deep
    down

⁂

code
 here

End

Very end

Bye."""


def flow_of(markdown: str) -> Flow:
    return flow(parse(markdown))


def begins(made: Flow, level: Level) -> list[str]:
    """The words that stand behind the cuts of one level, each up to the end of its line."""
    return [made.text.plain[c.at :].partition("\n")[0] for c in made.cuts if c.level is level]


def test_blocks_stand_apart_and_lists_are_indented() -> None:
    assert flow_of(STATEMENT).text.plain == RENDERED


def test_levels_of_the_cuts() -> None:
    made = flow_of(STATEMENT)
    assert begins(made, Level.SECTION) == ["Demands", "End"]
    assert begins(made, Level.AFTER_HEADING) == ["Intro now.", "3. First", "Very end", "Bye."]
    assert begins(made, Level.BLOCK) == ["4. Second", "quoted", "• x", "• y", "⁂", "code"]
    assert begins(made, Level.INNER) == ["more", "• a", "• b", "twice", "1. deep"]


def test_styles_of_blocks() -> None:
    made = flow_of(STATEMENT).text
    found = {(made.plain[s.start : s.end], s.style) for s in made.spans}
    assert found == {
        ("Title", Style.HEADING),
        ("now", Style.ITALIC),
        ("Demands", Style.HEADING),
        ("quoted\n\ntwice", Style.QUOTE),
        ("code\n here", Style.PRE),
        ("End", Style.HEADING),
        ("Very end", Style.HEADING),
    }


def test_the_outer_style_comes_first() -> None:
    spans = flow_of("> # *a*\n> > **b**").text.spans
    assert [span.style for span in spans] == [
        Style.QUOTE,
        Style.HEADING,
        Style.ITALIC,
        Style.QUOTE,
        Style.BOLD,
    ]


def test_a_style_over_an_indented_line_leaves_the_indentation_out() -> None:
    made = flow_of("- **a\\\n  b**").text
    assert made.plain == "• a\n  b"
    assert [(s.start, s.end) for s in made.spans] == [(2, 3), (6, 7)]


def test_demands_are_whole_and_can_stand_alone() -> None:
    document = parse(STATEMENT)
    made = flow(document)
    for demand, (start, end) in zip(document.demands, made.whole, strict=True):
        alone = demand_text(demand)
        assert alone.text == made.text.cut(start, end)
        assert alone.whole == ((0, end - start),)
        assert [c.at for c in alone.cuts] == [c.at - start for c in made.cuts if start < c.at < end]
    assert [made.text.plain[s:e].split()[0] for s, e in made.whole] == ["3.", "4."]


def test_other_lists_are_not_whole() -> None:
    assert flow_of("1. a\n2. b").whole == ()


@pytest.mark.parametrize("markdown", ["", "\n\n", "#", ">", "&nbsp;", "![](x)", "```\n```"])
def test_what_cannot_be_seen_leaves_nothing(markdown: str) -> None:
    assert flow_of(markdown) == Flow(RichText(""))
    assert flow_of(f"a\n\n{markdown}\n\nb").text.plain == "a\n\nb"


def test_an_empty_item_is_its_label() -> None:
    assert flow_of("-\n- b").text.plain == "•\n• b"
    assert flow_of("- - a").text.plain == "• • a"


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6) | st.sampled_from(
    ["<of>", "1986.", "- x", "*", "`", "&amp;", "{#demands}", "مطلب", "字", "#", "2)"]
)
paragraphs = st.lists(words.map(escape), min_size=1, max_size=6).map(" ".join)


def _indented(text: str, mark: str) -> str:
    first, *rest = text.split("\n")
    lines = [mark + first, *(" " * len(mark) + line if line else "" for line in rest)]
    return "\n".join(lines)


blocks = st.recursive(
    paragraphs | paragraphs.map(lambda text: f"## {text}"),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: "> " + "\n\n".join(parts).replace("\n", "\n> ")
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: "\n".join(_indented(part, "- ") for part in parts)
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: "\n\n".join(_indented(p, f"{n}. ") for n, p in enumerate(parts, 3))
        ),
    ),
    max_leaves=6,
)


@given(st.lists(blocks, max_size=5).map("\n\n".join))
def test_every_word_comes_out_once_and_in_order(markdown: str) -> None:
    made = flow_of(markdown)
    assert _letters(made.text.plain) == _letters(_unmarked(markdown))
    at = [cut.at for cut in made.cuts]
    assert at == sorted(set(at))
    for place in at:
        assert made.text.plain[place - 1].isspace()
        assert not made.text.plain[place].isspace()
    assert all(0 <= s.start < s.end <= len(made.text) for s in made.text.spans)


def _unmarked(markdown: str) -> str:
    """Markdown without its escapes; entities do not occur but as escaped text."""
    return re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", markdown)


def _letters(text: str) -> str:
    """Letters and digits alone: marks of blocks have none but the numbers that must stay."""
    return "".join(char for char in text if char.isalnum())
