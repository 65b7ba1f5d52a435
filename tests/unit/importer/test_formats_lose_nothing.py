"""Whatever a file of any format is, no word of it is neither in the package nor in the report."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.ids import Language
from bot.importer import ImportFault, recognise_page, write
from bot.importer.check import check_lines
from bot.importer.formats import page_of
from bot.importer.layout import units
from tests.unit.importer.word_files import word_file

MARKDOWN = st.sampled_from(
    [
        "# Keep the Harbour Public",
        "## Our demands",
        "### People {#people}",
        "## Signed by",
        "Setext heading\n-----",
        "---",
        "***",
        "---\ntitle: Keep the Harbour\nlayout: page\n---",
        "Open letter from the dock workers",
        "24 June 2014",
        "**Bold** and *slanted* and ***both***, ~~struck~~ and `code *x*`.",
        "half**bold**word, **bold with *slanted* inside** and **open",
        '[a link](https://example.org/a_b(c) "a title") and [another](page.md)',
        "[by name][there] and [there] and [nowhere]",
        "[there]: https://example.org/there 'named'",
        "[unused]: https://example.org/unused",
        "<https://example.org/auto> https://example.org/bare",
        "![badge](https://example.org/b.svg) [![ci](x.png)](https://example.org/ci)",
        "<!-- a comment\nof two lines -->",
        "{% include nav.html %}",
        "We are {{ site.count }} people.",
        "{: .class #id}",
        '<div align="center">inside</div> <b>bold</b>',
        "one<br>two<br/>three",
        '<a href="https://example.org/h" target="_blank">anchor</a>',
        "<of> is no tag, 1 < 2 & 3 &gt; 2 &amp; \\*escaped\\*",
        "a line with two blanks  \nand a backslash\\\nat its end",
        "1. First\n2. Second\n3. Third",
        "1. same\n1. number\n1. again",
        "3) three\n4) four",
        "1. loose\n\n   second paragraph\n\n2. item\n   - inner\n     1. deeper",
        "- a bullet\n- another\n\n  with more",
        "1.\n2. after an empty one",
        "> quoted\n> > twice\n>\n> 1. listed",
        "    code by indent",
        "```js\nfenced {{ code }}\n```",
        "| a | b |\n|---|---|\n| c | d |",
        "- [Jane Doe](https://example.org/jane), nurse (Canada)\n- Fishers (Egypt)",
        "a) lettered\nb) too",
        "A sentence that is long enough to be a paragraph of its own, with a full stop.",
        "نطالب بما يلي:\n\n١- أولها\n٢- ثانيها",
        "",
        "\t tabbed",
    ]
)
HTML = st.sampled_from(
    [
        "<h1>Keep the Harbour Public</h1>",
        "<h2>Signed by</h2>",
        "<article>",
        "</article>",
        "<main>",
        "</main>",
        "<div class='share'>Share this</div>",
        "<nav><ul><li>Home<li>News</ul></nav>",
        "<p>A <b>bold <i>slanted</b> crossing</i> word and <a href='https://example.org'>link</a>.</p>",
        "<p>one<br>two<br><br>three",
        "<ol><li>First<li>Second<ul><li>inner</ul><li><p>Third</p><p>more</p></ol>",
        "<ol type=i start=3><li>roman<li value=9>nine</ol>",
        "<ol reversed><li>b<li>a</ol>",
        "<ul><li>Dock Workers (UK)</li><li>Fishers (Ireland)</li></ul>",
        "<blockquote><p>quoted</p><ul><li>in it</ul></blockquote>",
        "<table><tr><th>Year<td>Sum<tr><td>2020<td><p>12</table>",
        "<script>var hidden = 'program';</script><style>p { color: red }</style>",
        "<!-- a comment -->",
        "<p hidden>hidden words</p><span style='display:none'>also</span>",
        "<pre>kept   as\n  it is</pre>",
        "<figure><img alt='a picture'><figcaption>caption</figcaption></figure>",
        "<footer>The footer</footer><aside>Beside</aside>",
        "<p style='color:red'><span style='font-weight:700'>heavy</span> &amp; &lt;of&gt;</p>",
        "text outside of everything",
        "<form><button>Sign</button><option>One</form>",
        "<dl><dt>Term<dd>Meaning</dl>",
        "</div></p></ul></li>",
        "<p>نطالب بما يلي:</p>",
        "<p>A sentence that is long enough to be a paragraph of its own, with a full stop.</p>",
        "<title>A title</title>",
        "<textarea><p>typed</textarea>",
        "<template><p>not shown</template><noscript>no program</noscript>",
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        "2 &lt; 3 <",
    ]
)
WORDS = st.text(st.characters(exclude_characters="\0"), max_size=30)
FILES = [
    (st.lists(st.one_of(MARKDOWN, MARKDOWN, WORDS), max_size=14).map("\n\n".join), "letter.md"),
    (st.lists(st.one_of(MARKDOWN, MARKDOWN, WORDS), max_size=14).map("\n".join), "letter.md"),
    (st.lists(st.one_of(HTML, HTML, WORDS), max_size=14).map("\n".join), "letter.html"),
]


def check(data: bytes, name: str) -> None:
    """Imports the file; only faults that ask for a change of the text are allowed."""
    language = Language("en")
    page = page_of(data, name, language)
    placed = [line for unit in units(page.rows) for line in unit.lines]
    assert placed == [line for row in page.rows for line in row.lines]
    found = recognise_page(page, language)
    check_lines(found)
    with tempfile.TemporaryDirectory() as place:
        refusal = ""
        try:
            write(found, "harbour", Path(place))
        except ImportFault as fault:
            refusal = str(fault)
        assert "report this" not in refusal


@pytest.mark.parametrize("strategy", FILES, ids=["markdown", "dense markdown", "html"])
def test_texts(strategy: tuple[st.SearchStrategy[str], str]) -> None:
    texts, name = strategy

    @given(texts)
    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    def every_word_is_somewhere(text: str) -> None:
        body = f"# Keep It\n\n{text}" if name.endswith(".md") else f"<h1>Keep It</h1>{text}"
        check(body.encode("utf-8", "ignore"), name)

    every_word_is_somewhere()


PARAGRAPHS = st.tuples(
    st.sampled_from(
        ["Normal", "Title", "Heading 1", "Heading 2", "List Number", "List Bullet", "Quote"]
    ),
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "word ",
                    " two words",
                    "1) numbered",
                    "تعداد",
                    "Signed by",
                    "A (Egypt)",
                    "\n",
                    "x.\t",
                ]
            ),
            st.sampled_from(["", "b", "i", "bi", "deleted", "inserted", "hidden", "link"]),
        ),
        max_size=4,
    ),
)


@given(st.lists(PARAGRAPHS, max_size=10))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_word_files(paragraphs: list[tuple[str, list[tuple[str, str]]]]) -> None:
    check(word_file([("Title", [("Keep It", "")]), *paragraphs]), "letter.docx")
