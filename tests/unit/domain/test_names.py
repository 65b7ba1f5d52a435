"""Names: every script passes, nothing that hides or reorders text does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadName, NameFault
from bot.domain.names import LONGEST_NAME, clean_name

ZWNJ, ZWJ = "\u200c", "\u200d"

REAL = [
    "أمل الحدّاد",
    "عبد الرحمٰن بن خالد",
    "شيرين أبو عاقلة",
    f"مه{ZWNJ}دی می{ZWNJ}خواهم",
    f"علی{ZWNJ}رضا رضایی",
    "ئاوات قه‌ره‌داغی",
    "Rojîn Ağa",
    "सुनीता शर्मा",
    f"क्{ZWJ}ष",
    "রবীন্দ্রনাথ ঠাকুর",
    f"മോഹന്{ZWJ}",
    "李小龍",
    "毛泽东",
    "山田 太郎",
    "김철수",
    "สมชาย ใจดี",
    "Nguyễn Thị Ánh Nguyệt",
    "O'Brien",
    "O’Brien",
    "Jean-Luc Picard",
    "María José Carreño-Quiñones",
    "ʻIolani Kaʻahumanu",
    "Þórður Ægisson",
    "Αλέξανδρος Παπαδόπουλος",
    "Олексій Ґудзь",
    "አበበ ቢቂላ",
    "ⵜⵉⴼⵉⵏⴰⵖ",
    "ისტორია",
    "Հայկ Հարությունյան",
    "משה כהן",
    "ဒေါ်အောင်ဆန်းစုကြည်",
    "Dr. Amal Haddad, PhD",
    "X Æ A-12",
    "Amal (Sfax)",
    "J.",
    "李",
    "𠮷田",
    "Amal 🌹",
    f"Amal 👩🏽{ZWJ}🏫",
    f"Amal 🏳️{ZWJ}🌈",
    f"ශ්{ZWJ}රී",
    "בְּרֵאשִׁ֖ית",
    "မြွှုံ့",
    "น้ำผึ้ง",
    "ąą̈́̇",
]


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_passes_as_it_is(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)
    assert clean_name(unicodedata.normalize("NFD", name)) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Amal   Haddad ", "Amal Haddad"),
        ("Amal\tHaddad", "Amal Haddad"),
        ("Amal\u00a0Haddad", "Amal Haddad"),
        ("\u200fأمل\u200e", "أمل"),
        ("\u2068Amal\u2069", "Amal"),
        ("\ufeffAmal", "Amal"),
        ("Re\u0301ne\u0301e", "Rénée"),
        ("Am\u200bal", "Amal"),
        ("Am\u00adal", "Amal"),
        ("Am\u2060al\ufeff", "Amal"),
        ("\ufffcAmal", "Amal"),
        ("e\u00ad\u0301", "é"),
        (f"Am{ZWJ}al {ZWNJ}Haddad", "Amal Haddad"),
        (f"علی{ZWNJ}", "علی"),
        (f"مه{ZWNJ}{ZWNJ}دی", f"مه{ZWNJ}دی"),
        ("သန်း\u200bထွန်း", "သန်းထွန်း"),
    ],
)
def test_what_keyboards_add_is_mended(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", NameFault.EMPTY),
        (" \t ", NameFault.EMPTY),
        ("\u200e\u200f", NameFault.EMPTY),
        ("\u200b", NameFault.INVISIBLE),
        (ZWNJ + ZWJ, NameFault.INVISIBLE),
        ("\u0301", NameFault.INVISIBLE),
        ("\u3164", NameFault.INVISIBLE),
        ("\u2800\u2800", NameFault.INVISIBLE),
        ("Amal\nHaddad", NameFault.LINES),
        ("Amal\r\nHaddad", NameFault.LINES),
        ("Amal\u2028Haddad", NameFault.LINES),
        ("Amal\u2029Haddad", NameFault.LINES),
        ("Amal\u202eHaddad", NameFault.DIRECTION),
        ("Amal\u202dHaddad", NameFault.DIRECTION),
        ("Amal\u202aHaddad", NameFault.DIRECTION),
        ("Amal\u202bHaddad", NameFault.DIRECTION),
        ("Amal\0Haddad", NameFault.CONTROL),
        ("Amal\x7f", NameFault.CONTROL),
        ("Amal\x9b31m", NameFault.CONTROL),
        ("Amal\ue000", NameFault.CONTROL),
        ("Amal\ud800", NameFault.CONTROL),
        ("Amal\U000e0041", NameFault.CONTROL),
        ("Amal \u3164 Haddad", NameFault.CONTROL),
        ("\ufffc", NameFault.INVISIBLE),
        ("\u00ad\u2060", NameFault.INVISIBLE),
        ("\U000e0041", NameFault.INVISIBLE),
        ("A\u0336\u0315\u031b\u0300\u0348mal", NameFault.STACKED),
        ("ก" + "\u0e47" * 3, NameFault.STACKED),
    ],
)
def test_what_hides_or_reorders_is_refused(typed: str, fault: NameFault) -> None:
    with pytest.raises(BadName) as caught:
        clean_name(typed)
    assert caught.value.fault is fault


@pytest.mark.parametrize("joiner", [ZWNJ, ZWJ])
def test_a_joiner_that_joins_nothing_does_not_stay(joiner: str) -> None:
    """Two names that look the same would differ by it."""
    assert clean_name(f"{joiner}Amal Haddad") == "Amal Haddad"


def test_the_longest_name() -> None:
    assert clean_name("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    # Counted as it will be kept.
    assert len(clean_name("e\u0301" * LONGEST_NAME)) == LONGEST_NAME
    assert clean_name(" " * 500 + "x" * LONGEST_NAME) == "x" * LONGEST_NAME
    for length in (LONGEST_NAME + 1, 10_000, 1_000_000):
        with pytest.raises(BadName) as caught:
            clean_name("x" * length)
        assert (caught.value.fault, caught.value.length) == (NameFault.TOO_LONG, length)


LETTERS = st.characters(categories=["L"], exclude_characters="\u115f\u1160\u3164\uffa0")
SCRIPTS = st.lists(
    st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=5
).map(" ".join)  # fmt: skip


@given(SCRIPTS)
def test_letters_of_any_script_pass(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    assert clean_name(name) == composed


@given(
    st.text(
        st.one_of(
            st.characters(),
            st.sampled_from(
                "\u200b\u200c\u200d\u200e\u202e\u2066\u2069\ufeff\u3164\n\r\t\0\x1f\x85 aأ"
            ),
        ),
        max_size=150,
    )
)
def test_whatever_passes_is_fit_to_be_published(typed: str) -> None:
    try:
        name = clean_name(typed)
    except BadName:
        return
    assert 1 <= len(name) <= LONGEST_NAME
    assert name == name.strip()
    assert unicodedata.is_normalized("NFC", name)
    assert len(name.splitlines()) == 1
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"} for c in name)
    assert not {c for c in name if unicodedata.category(c) == "Cf"} - {ZWNJ, ZWJ}
    assert not any(
        unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF"} for c in name
    )
    assert clean_name(name) == name
