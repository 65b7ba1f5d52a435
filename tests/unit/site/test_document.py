"""A statement's text as HTML: every word, in order, and nothing that runs."""

from __future__ import annotations

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from bot.site.document import document_html, inline
from bot.text.flow import flow
from bot.text.markdown import parse
from bot.text.rich import RichText, Span, Style

DEMANDS = """\
Before.

## We ask {#demands}

1. One **and** *only*.
2. Two,

   with more.

### And again

1) Not the first.
"""


def soup(markdown: str, called: dict[str, str] | None = None) -> BeautifulSoup:
    return BeautifulSoup(document_html(parse(markdown), called or {}), "html.parser")


def test_demands_can_be_linked_to() -> None:
    found = soup(DEMANDS, {"1": "Link to demand 1", "2": "Link to demand 2"})
    assert [each["id"] for each in found.select("[id]")] == ["demands", "demand-1", "demand-2"]
    links = found.select("a.anchor")
    assert [link["href"] for link in links] == ["#demand-1", "#demand-2"]
    assert [link["aria-label"] for link in links] == ["Link to demand 1", "Link to demand 2"]
    assert [label.text for label in found.select(".label")] == ["1.", "2.", "1)"]


def test_no_level_of_headings_is_left_out() -> None:
    found = soup("#### Deep\n\n# Top\n\n###### Deepest\n\n## Two\n")
    assert [heading.name for heading in found.select("h1,h2,h3,h4,h5,h6")] == [
        *("h2", "h2", "h3", "h3")
    ]


def test_nothing_runs() -> None:
    found = soup(
        "<script>alert(1)</script> [link](javascript:alert(1)) [good](https://example.org/?a=1&b=2)"
        ' ![<b>](data:text/html,x) `<i>`\n\n    <b onclick="x">\n\n> "quoted" & more'
    )
    assert {tag.name for tag in found.find_all()} <= {"p", "a", "code", "pre", "blockquote"}
    assert [link["href"] for link in found.select("a")] == ["https://example.org/?a=1&b=2"]
    assert "<script>alert(1)</script>" in found.text


def test_styles_lie_in_each_other() -> None:
    spans = (Span(0, 5, Style.BOLD), Span(3, 8, Style.ITALIC), Span(4, 6, Style.CODE))
    html = inline(RichText("abcdefgh\ni", spans))
    assert html == ("<strong>abc<em>d<code>e</code></em></strong><em><code>f</code>gh</em><br>\ni")


@given(st.text(alphabet="ab <&\"'*_[]()#>-1.\n`~\\\u202e\u2067", max_size=80))
def test_every_word_is_there(markdown: str) -> None:
    document = parse(markdown)
    said = BeautifulSoup(document_html(document, {}), "html.parser").text
    for bullet in ("•", "⁂"):
        said = said.replace(bullet, "")
    wanted = flow(document).text.plain.replace("•", "").replace("⁂", "")
    assert "".join(said.split()) == "".join(wanted.split())
