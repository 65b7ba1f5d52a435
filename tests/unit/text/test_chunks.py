"""Chunks: examples of how they read, and laws that hold for any text and any limit."""

import json
import time
from itertools import accumulate, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker, LineBreaker

from bot.text.chunks import Fit, chunks
from bot.text.flow import Flow, Level, flow
from bot.text.markdown import escape, parse
from bot.text.rich import RichText, Span, Style


def utf16_units(text: RichText) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text.plain)


def utf8_bytes(text: RichText) -> int:
    return len(text.plain.encode())


def json_bytes(text: RichText) -> int:
    """As an adapter may count that sends the words twice, once with markup around each span."""
    markup = "".join(f"<b>{text.plain[s.start : s.end]}</b>" for s in text.spans)
    return len(json.dumps({"body": text.plain, "formatted_body": markup}))


TELEGRAM = Fit(4096, utf16_units, spans=100)


def flow_of(markdown: str) -> Flow:
    return flow(parse(markdown))


def cut(markdown: str, size: int, limit: int = 4096) -> list[str]:
    return [c.plain for c in chunks(flow_of(markdown), Fit(limit, utf16_units), size)]


def words(count: int, end: str = ".") -> str:
    """A sentence of `count` five-letter words; six characters each with the blank behind."""
    return "We " + " ".join(["stand"] * (count - 1)) + end


# How chunks read


def test_a_short_text_is_one_chunk_and_no_text_is_none() -> None:
    assert cut("# A\n\nb", 1500) == ["A\n\nb"]
    assert cut("", 1500) == []


def test_blocks_are_cut_before_headings_and_paragraphs() -> None:
    sections = "\n\n".join(f"# H{n}\n\n{words(16)}" for n in range(3))
    assert [piece[:2] for piece in cut(sections, 100)] == ["H0", "H1", "H2"]
    paragraphs = "\n\n".join(f"P{n} {words(15)}" for n in range(4))
    assert [piece[:2] for piece in cut(paragraphs, 100)] == ["P0", "P1", "P2", "P3"]


def test_of_two_places_as_good_the_heading_is_taken() -> None:
    assert [p[:4] for p in cut(f"{words(16)}\n\n# H\n\n{words(16)}\n\n{words(16)}", 200)] == [
        "We s",
        "H\n\nW",
    ]


def test_white_space_ends_the_earlier_piece() -> None:
    made = cut(f"{words(20)}\n\n- {words(20)}\n  - {words(20)}", 100)
    assert [piece[0] for piece in made] == ["W", "•", "•"]
    assert [piece[-3:] for piece in made] == [".\n\n", "\n  ", "nd."]


def test_a_long_paragraph_is_cut_between_sentences_into_like_pieces() -> None:
    made = cut(" ".join([words(7)] * 50), 400)
    assert all(piece.rstrip().endswith(".") for piece in made)
    assert all(300 <= len(piece) <= 500 for piece in made)


@pytest.mark.parametrize(
    ("sentence", "marks"),
    [
        ("نحن نطالب بوقف فوري لإطلاق النار؟ ", "؟"),
        ("我们要求立即停火并保护平民。", "。"),
        ("Мы требуем прекращения огня! ", "!"),
    ],
)
def test_sentences_of_other_scripts(sentence: str, marks: str) -> None:
    made = cut(sentence * 40, 200)
    assert len(made) > 2
    assert all(piece.rstrip()[-1] in marks for piece in made)


def test_a_sentence_above_the_limit_is_cut_between_words() -> None:
    made = cut(words(100, end=""), 1500, limit=60)
    assert all(set(piece.split()) <= {"We", "stand"} for piece in made)
    assert all(30 <= len(piece) <= 60 for piece in made)


def test_chinese_without_full_stops_is_cut_behind_a_comma() -> None:
    made = cut("我们要求立即停火并保护平民，" * 40, 1500, limit=100)
    assert all(piece.endswith("，") for piece in made)


def test_thai_without_sentence_marks_is_cut_at_blanks() -> None:
    made = cut("เราเรียกร้องให้หยุดยิงทันที " * 40, 200)
    assert len(made) > 1
    assert all(piece.rstrip().endswith("ที") for piece in made)


def test_a_word_above_the_limit_is_cut_between_graphemes() -> None:
    family = "👩‍👩‍👧"
    made = cut(family * 10, 1500, limit=20)
    assert all(piece == family * 2 for piece in made)


def test_a_grapheme_above_the_limit_is_cut_between_code_points() -> None:
    assert cut("👩‍👩‍👧", 1500, limit=5) == ["👩\u200d", "👩\u200d👧"]
    with pytest.raises(ValueError, match="single character"):
        cut("a👩", 1500, limit=1)


def test_a_heading_goes_with_what_it_heads() -> None:
    made = cut(f"{words(14)}\n\n# Head\n\n## Under\n\n{words(15)}", 100)
    assert made[1].startswith("Head\n\nUnder\n\nWe ")


def test_a_heading_goes_with_the_first_sentence_of_a_long_paragraph() -> None:
    made = cut("# Head. Line\n\n" + " ".join([words(5)] * 20), 100)
    assert made[0].startswith("Head. Line\n\nWe ")


def test_a_heading_stands_alone_rather_than_a_demand_is_cut() -> None:
    demand = words(16)
    made = cut(f"# Our demands {{#demands}}\n\n1. {demand}\n2. b", 50, limit=len(demand) + 5)
    assert made == ["Our demands\n\n", f"1. {demand}\n", "2. b"]


def test_of_two_headings_the_upper_one_stands_alone() -> None:
    demand = words(16)
    made = cut(f"# Title\n\n## D {{#demands}}\n\n1. {demand}", 50, limit=len(demand) + 8)
    assert made == ["Title\n\n", f"D\n\n1. {demand}"]


def test_a_heading_goes_with_a_demand_however_long() -> None:
    demand = words(60)
    made = cut(f"# Title\n\n{words(9)}\n\n## D {{#demands}}\n\n1. {demand}", 50, limit=400)
    assert made == [f"Title\n\n{words(9)}\n\n", f"D\n\n1. {demand}"]
    made = cut(f"# Title\n\n# T\n\n## D {{#demands}}\n\n1. {demand}", 50, limit=len(demand) + 8)
    assert made == ["Title\n\nT\n\n", f"D\n\n1. {demand}"]
    made = cut(f"# T\n\n# T\n\n# D {{#demands}}\n\n1. {demand}", 999, limit=len(demand) + 8)
    assert made == ["T\n\nT\n\n", f"D\n\n1. {demand}"]


def test_a_demand_is_cut_only_when_it_is_above_the_limit() -> None:
    long, longer = " ".join([words(8)] * 5), " ".join([words(8)] * 12)
    made = cut(f"# D {{#demands}}\n\n1. {long}\n2. {longer}\n3. {long}", 60, limit=300)
    assert made[0] == f"D\n\n1. {long}\n"
    assert made[-1] == f"3. {long}"
    assert len(made) > 3
    assert made[1].startswith("2. We ")
    assert all(piece.rstrip().endswith(".") for piece in made[1:-1])


def test_a_number_is_not_left_by_its_text() -> None:
    made = cut("\n".join(f"{n}. {words(30)} {words(30)}" for n in range(1, 9)), 120)
    assert all(len(piece) > 60 for piece in made)


def test_a_demand_with_a_list_inside_is_not_cut_either() -> None:
    demand = f"1. {words(9)}\n  • {words(9)}\n  • {words(9)}"
    made = cut(
        f"# D {{#demands}}\n\n1. {words(9)}\n   - {words(9)}\n   - {words(9)}\n2. {words(9)}", 50
    )
    assert made == [f"D\n\n{demand}\n", f"2. {words(9)}"]


def test_a_dense_part_of_a_long_text_stays_within_the_limit() -> None:
    text = flow_of(f"{' '.join([words(20)] * 150)}\n\n{'👍🏿' * 200}")
    made = chunks(text, Fit(1200, json_bytes))
    check_laws(text, Fit(1200, json_bytes), made)


def test_much_white_space_is_not_a_piece_of_its_own() -> None:
    text = Flow(RichText("xxxx" + " " * 6 + "yy"))
    assert all(piece.plain.strip() for piece in chunks(text, Fit(5, utf8_bytes)))


def test_no_few_words_are_left_over() -> None:
    made = cut(f"{words(30)}\n\n{words(30)}\n\nThank you.", 190)
    assert [piece.split("\n")[-1] for piece in made][-1] == "Thank you."
    assert len(made) == 2
    split = cut(" ".join([words(4)] * 25) + " Thank you.", 1500, limit=400)
    assert [len(piece) > 250 for piece in split] == [True, True]


def test_at_most_so_many_spans_go_into_a_piece() -> None:
    made = chunks(flow_of(" ".join(["**We** *stand*."] * 90)), TELEGRAM)
    assert len(made) == 2
    assert all(80 <= len(piece.spans) <= 100 for piece in made)
    uneven = chunks(flow_of(f"{' '.join([words(20)] * 20)}\n\n{'**a** ' * 300}"), TELEGRAM)
    assert max(len(piece.spans) for piece in uneven) <= 100


def test_spans_are_cut_with_the_text() -> None:
    text = RichText("aaaa bbbb", (Span(0, 9, Style.QUOTE), Span(2, 7, Style.BOLD)))
    assert chunks(Flow(text), Fit(5, utf8_bytes)) == (
        RichText("aaaa ", (Span(0, 5, Style.QUOTE), Span(2, 5, Style.BOLD))),
        RichText("bbbb", (Span(0, 4, Style.QUOTE), Span(0, 2, Style.BOLD))),
    )


# Laws

SENTENCES = {
    "latin": "We, the undersigned, call for an end to it. Who profits? “They do!” Née à Łódź… ",
    "arabic": "نحن الموقّعين أدناه، نطالب بوقفٍ فوري. من المستفيد؟ هُم! ",
    "chinese": "我们，签署人，要求立即停火。谁获利？「他们！」𠮷野家。",
    "thai": "เราผู้ลงนามข้างท้ายนี้ ขอเรียกร้องให้หยุดยิงทันที ใครได้ประโยชน์ ",
    "emoji": "👩🏽‍🚀👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇵🇸🇮🇪1️⃣e\u0301\u0327 ✊🏿 नमस्ते क्षि 각 ",
}
FITS = [
    TELEGRAM,
    Fit(200, utf16_units, spans=10),
    Fit(700, json_bytes),
    Fit(250, utf8_bytes),
    Fit(60, utf8_bytes),
]

snippets = st.one_of(
    st.sampled_from([*SENTENCES.values(), *"".join(SENTENCES.values()).split()]),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8),
    st.text("aé. !،。字\u200d\u0301\u0600👩🏽🇵🇸\u0e33\u1100\u1161", min_size=1, max_size=20),
)
passages = st.builds(
    lambda parts, times, glue: glue.join(parts * times),
    st.lists(snippets, min_size=1, max_size=5),
    st.integers(1, 12),
    st.sampled_from([" ", "", ". "]),
)
styled_passages = st.builds(
    lambda text, mark: f"{mark}{escape(text)}{mark}", passages, st.sampled_from(["", "", "**", "*"])
)
titles = st.sampled_from(["# Who we are", "## مطالبنا", "### 我们"])
demands = st.lists(styled_passages, min_size=1, max_size=4).map(
    lambda items: (
        "## D {#demands}\n\n" + "\n".join(f"{n}. {text}" for n, text in enumerate(items, 1))
    )
)
bullets = st.lists(styled_passages, min_size=1, max_size=4).map(
    lambda items: "\n".join(f"- {text}" for text in items)
)
statements = (
    st.lists(styled_passages | titles | demands | bullets, min_size=1, max_size=6)
    .map("\n\n".join)
    .map(flow_of)
)
flows = statements | passages.map(lambda text: Flow(RichText(text)))


@given(flows)
@example(flow_of("# A\n\n## D {#demands}\n\n1. " + "0&#160;" * 18))
def test_laws_hold_for_any_text_and_limit(text: Flow) -> None:
    for fit in FITS:
        made = chunks(text, fit)
        check_laws(text, fit, made)
        check_wholes_and_headings(text, fit, made)


LONG = list(
    product(SENTENCES, (TELEGRAM, Fit(6000, json_bytes), Fit(1000, utf8_bytes)), (True, False))
)


@pytest.mark.parametrize(
    ("script", "fit", "marks"),
    [pytest.param(*each, marks=[pytest.mark.soak] * (n % 11 > 0)) for n, each in enumerate(LONG)],
)
def test_one_paragraph_of_60_000_characters(script: str, fit: Fit, marks: bool) -> None:
    sentence = SENTENCES[script]
    if not marks:
        sentence = "".join(char for char in sentence if char not in " .,?!،؟。，？！")
    text, tenth = repeated(sentence, 60_000), repeated(sentence, 6_000)
    # Ten times the text takes ten times as long on any machine; what is quadratic, a hundred times.
    assert any(seconds_for(text, fit) < 40 * seconds_for(tenth, fit) for _ in range(3))
    check_laws(text, fit, chunks(text, fit))


def repeated(sentence: str, length: int) -> Flow:
    plain = (sentence * (length // len(sentence) + 1))[:length]
    spans = tuple(Span(at, at + 5, Style.BOLD) for at in range(0, length - 1000, 50))
    return Flow(RichText(plain, spans))


def seconds_for(text: Flow, fit: Fit) -> float:
    """Of the processor."""
    began = time.process_time()
    chunks(text, fit)
    return time.process_time() - began


def check_laws(text: Flow, fit: Fit, made: tuple[RichText, ...]) -> None:
    plain = text.text.plain
    assert "".join(piece.plain for piece in made) == plain
    for piece in made:
        assert fit.measure(piece) <= fit.limit
        assert fit.spans is None or len(piece.spans) <= fit.spans
        assert piece.plain.strip() or not plain.strip() or too_blank(plain, fit)
    ends = list(accumulate(len(piece) for piece in made))
    assert made == tuple(text.text.cut(a, b) for a, b in zip([0, *ends], ends, strict=False))
    forbidden = set(ends) - set(accumulate(map(len, CharacterBreaker(plain, "en"))))
    assert not forbidden or any(
        fit.measure(RichText(grapheme)) > fit.limit for grapheme in CharacterBreaker(plain, "en")
    )


def too_blank(plain: str, fit: Fit) -> bool:
    """Whether white space with one character at each side does not fit into one message."""
    longest = max(len(run) for run in "".join("b" if c.isspace() else " " for c in plain).split())
    return longest + 2 > fit.limit // 12


def check_wholes_and_headings(text: Flow, fit: Fit, made: tuple[RichText, ...]) -> None:
    plain = text.text.plain
    ends = list(accumulate(len(piece) for piece in made))
    bounds = set(ends)

    def fits(start: int, end: int) -> bool:
        piece = text.text.cut(start, end)
        return fit.measure(piece) <= fit.limit and len(piece.spans) <= (fit.spans or len(plain))

    whole: dict[int, int] = {}
    for start, end in text.whole:
        behind = end + len(plain[end:]) - len(plain[end:].lstrip())
        if fits(start, behind):
            whole[start] = behind
            assert not any(start < bound < behind for bound in bounds)
    for headings in runs_of_headings(text):
        last, body = headings[-2:]
        behind = whole.get(body, first_words(plain, body))
        if body in bounds and fits(last, body):
            assert not fits(last, behind)
        if any(place in bounds for place in headings[1:-1]) and fits(headings[0], body):
            assert not fits(headings[0], behind)


def first_words(plain: str, body: int) -> int:
    """The end of what a line may hold at the least, with the white space behind it and without a
    cut inside a grapheme."""
    places = set(accumulate(map(len, CharacterBreaker(plain, "en"))))
    ends = (body + end for end in accumulate(map(len, LineBreaker(plain[body:], "en"))))
    return next(
        end for end in ends if end in places and (end == len(plain) or not plain[end].isspace())
    )


def runs_of_headings(text: Flow) -> list[list[int]]:
    """For headings directly one under the other: where each begins, and what is under the last."""
    runs: list[list[int]] = []
    before = 0
    for place in text.cuts:
        if place.level is Level.AFTER_HEADING:
            if runs and runs[-1][-1] == before:
                runs[-1].append(place.at)
            else:
                runs.append([before, place.at])
        before = place.at
    return runs
