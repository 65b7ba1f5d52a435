"""Folding: what looks or is typed a little differently is the same, and where it stands is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.folding import characters, fold, folded_with_positions, is_unspaced, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Łódź ØSTERBRO Đorđe", "lodz osterbro dorde", id="letters with strokes"),
        pytest.param("Straße STRASSE", "strasse strasse", id="sharp s"),
        pytest.param("İstanbul ISTANBUL ısı", "istanbul istanbul isi", id="Turkish i"),
        pytest.param("Café cafe\u0301", "cafe cafe", id="accents, composed or not"),
        pytest.param("Nguyễn", "nguyen", id="two accents on one letter"),
        pytest.param("أحمد إلى آمن ٱلنور", "احمد الي امن النور", id="hamza on and under alif"),
        pytest.param("مؤمن قائمة مدرسة", "مومن قايمه مدرسه", id="hamza on waw and ya, ta marbuta"),
        pytest.param("مصطفى یوسف کریم", "مصطفي يوسف كريم", id="Persian ya and kaf, alif maqsura"),
        pytest.param("هـــذا مُحَمَّدٌ هٰذا", "هذا محمد هذا", id="tatweel, vowels, dagger alif"),
        pytest.param("١٢ ۳۴ १२ １２", "12 34 12 12", id="digits"),
        pytest.param("می‌روم میروم", "ميروم ميروم", id="zero-width non-joiner"),
        pytest.param("ﷲ ﻻ", "الله لا", id="presentation forms"),
        pytest.param("ＦＵＬＬ ｶﾞ", "full ガ", id="full width, half width"),
        pytest.param("Ёлка", "елка", id="Russian yo"),
        pytest.param("ΑΘΗΝΑΣ Ἀθηνᾶς", "αθηνασ αθηνασ", id="Greek"),
        pytest.param("ज़मीन हिंदी", "जमीन हिंदी", id="Devanagari keeps its vowels"),
        pytest.param("각 ガ", "각 ガ", id="Korean and kana stay composed"),
        pytest.param("L'eau d’Artagnan", "l eau d artagnan", id="elision parts words"),
        pytest.param("O'Brien Sana’a", "obrien sanaa", id="an apostrophe inside a word"),
        pytest.param("“Stop!” (now) – №1, 3.5", "stop now no1 3 5", id="punctuation"),
        pytest.param(" \t\n", "", id="nothing"),
        pytest.param("!?…", "", id="nothing but signs"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Al-Jazeera الجزيرة", ["al", "jazeera", "الجزيره"]),
        ("Linux系统12号", ["linux", "系统", "12", "号"]),
        ("สวัสดี ชาวโลก", ["สวัสดี", "ชาวโลก"]),
        ("अमित शर्मा", ["अमित", "शर्मा"]),
        ("한국 사람", ["한국", "사람"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_scripts_without_blanks_are_taken_by_characters() -> None:
    assert [is_unspaced(word) for word in words("王小明 ชัย 한국 Al محمد अमित")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert characters("王小明") == ["王", "小", "明"]
    assert characters("สวัสดี") == ["ส", "วั", "ส", "ดี"]


def test_a_place_in_the_folded_text_leads_back() -> None:
    text = "Die Straße, مُحَمَّد: l’eau"
    folded, positions = folded_with_positions(text)
    assert folded == "die strasse  محمد  l eau"
    for found, there in (("strasse", "Straße"), ("eau", "eau"), ("محمد", "مُحَمَّد")):
        at = folded.index(found)
        assert text[positions[at] :].startswith(there)


@given(st.text())
def test_positions_ascend_inside_the_text(text: str) -> None:
    text = unicodedata.normalize("NFKC", text)
    folded, positions = folded_with_positions(text)
    assert len(folded) == len(positions)
    assert list(positions) == sorted(positions)
    assert all(0 <= at < len(text) for at in positions)
    assert " ".join(folded.split()) == fold(text)


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text())
def test_words_are_the_folded_text(text: str) -> None:
    assert "".join(words(text)) == fold(text).replace(" ", "")
