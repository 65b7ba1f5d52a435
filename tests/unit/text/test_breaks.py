import pytest

from bot.text.breaks import graphemes, is_pause, lines, sentences


def test_places_are_code_points_whatever_icu_counts() -> None:
    assert list(graphemes("😀👩‍👧é")) == [1, 4, 5]
    assert list(lines("😀 a b")) == [2, 4, 5]
    assert list(sentences("😀 a. 😀 b.")) == [9]
    assert list(sentences("A 😀. B 😀.")) == [5, 9]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1. We demand. 2. They pay.", ["1. We demand. ", "2. They pay."]),
        ("من؟ هم. ", ["من؟ ", "هم. "]),
        ("谁？我们。", ["谁？", "我们。"]),
        ("Now! ✊", ["Now! ", "✊"]),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    ends = list(sentences(text))
    assert [text[a:b] for a, b in zip([0, *ends], ends, strict=False)] == parts


def test_pauses() -> None:
    assert [is_pause("a b，c", at) for at in range(1, 6)] == [False, True, False, True, False]
    assert not is_pause("ที่", 3)
