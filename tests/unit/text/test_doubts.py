"""Sixty names, and what happens to each: kept, asked about, or refused. No honest one is refused,
and none of them is asked about."""

from __future__ import annotations

import pytest

from bot.domain.endorsement import Kind
from bot.domain.errors import BadName, NameFault
from bot.domain.likeness import Doubt
from bot.domain.names import clean_name
from bot.text.doubts import doubts

ZWNJ, ZWJ = "\u200c", "\u200d"

HONEST = [
    "Anderson",
    "Fernando Land",
    "Yusuf y Ortega",
    "José Ortega y Gasset",
    "Pedro López y Pérez de Ayala",
    "Maria de los Angeles",
    "João Costa e Silva Santos",
    "Antoni Gaudí i Cornet",
    "Maria von Thun und Hohenstein",
    "Lin En Ci",
    "Ng",
    "ONG Teng Cheong",
    "Ok Kim",
    "Gabrielle Union",
    "Ibrahim Ag Alhabib",
    "J.R.R. Tolkien",
    "Dr.Amal Haddad, PhD",
    "Compañer@s Díaz",
    "Amal Haddad / أمل حدّاد",
    "Amal 1984",
    "اتحاد محمد علي",
    "أحمد وليد",
    "م. و. أحمد",
    "وائل الواوي",
    f"علی{ZWNJ}رضا رضایی",
    "ئاوات قه‌ره‌داغی",
    "محمد خان وزیر",
    "Андрей Союз",
    "Леся Українка",
    "Νίκος Καζαντζάκης",
    "משה כהן",
    "सुनीता शर्मा",
    "রবীন্দ্রনাথ ঠাকুর",
    "李",
    "和平",
    "山田 太郎",
    "김철",
    "สมชาย ใจดี",
    "አበበ ቢቂላ",
    "Հայկ Հարությունյան",
    "ნინო",
    f"Amal 👩🏽{ZWJ}🏫",
]


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_kept_and_not_asked_about(name: str) -> None:
    assert clean_name(name) == name
    assert doubts(name, Kind.PERSON) == ()


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("https://example.org/amal", Doubt.LINK),
        ("Amal t.me/amal", Doubt.LINK),
        ("amal.org", Doubt.LINK),
        ("amal@example.org", Doubt.MAIL),
        ("Amal +216 20 123 456", Doubt.PHONE),
        ("أمل ٠١٢٣٤٥٦٧٨", Doubt.PHONE),
        ("@amal_h", Doubt.HANDLE),
        ("Anna and Bert", Doubt.SEVERAL),
        ("Anna & Bert", Doubt.SEVERAL),
        ("Anne et Paul", Doubt.SEVERAL),
        ("Anna und Bert", Doubt.SEVERAL),
        ("María López y Juan Pérez", Doubt.SEVERAL),
        ("أحمد و سارة", Doubt.SEVERAL),
        ("Иван и Мария", Doubt.SEVERAL),
        ("राम और सीता", Doubt.SEVERAL),
        ("Freunde der Bücherei e.V.", Doubt.ORGANISATION),
        ("Readers Inc.", Doubt.ORGANISATION),
        ("Port Workers' Union", Doubt.ORGANISATION),
        ("Union of Writers", Doubt.ORGANISATION),
        ("Strike Committee", Doubt.ORGANISATION),
        ("Syndicat des dockers", Doubt.ORGANISATION),
        ("Sindicato del Puerto", Doubt.ORGANISATION),
        ("اتحاد المعلمين", Doubt.ORGANISATION),
        ("لجنة الميناء", Doubt.ORGANISATION),
        ("Комитет порта", Doubt.ORGANISATION),
        ("港口工会", Doubt.ORGANISATION),
        ("항만 노동조합", Doubt.ORGANISATION),
        ("Q", Doubt.LETTER),
        ("J.", Doubt.LETTER),
        ("12345", Doubt.LETTER),
        ("yes", Doubt.ANSWER),
        ("OK", Doubt.ANSWER),
        ("نعم", Doubt.ANSWER),
        ("是", Doubt.ANSWER),
    ],
)
def test_an_odd_name_is_asked_about(name: str, doubt: Doubt) -> None:
    assert doubts(clean_name(name), Kind.PERSON) == (doubt,)


@pytest.mark.parametrize(
    "name",
    ["Anna & Bert GmbH", "Avaaz.org", "اتحاد المعلمين", "Union", "Readers and Writers 1905-2005"],
)
def test_an_organisation_may_be_called_so(name: str) -> None:
    assert doubts(name, Kind.ORGANISATION) == ()


def test_several_doubts_are_all_said() -> None:
    assert doubts("Anna & Bert GmbH, @anna", Kind.PERSON) == (
        Doubt.HANDLE,
        Doubt.SEVERAL,
        Doubt.ORGANISATION,
    )


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("\u200b\u00ad\u2060", NameFault.INVISIBLE),
        ("\ufffc", NameFault.INVISIBLE),
        ("\u3164", NameFault.INVISIBLE),
        ("A" + "\u0336\u0315\u031b\u0300" * 3 + "mal", NameFault.STACKED),
        ("ก" + "\u0e47" * 9, NameFault.STACKED),
    ],
)
def test_what_nobody_is_called_is_refused(typed: str, fault: NameFault) -> None:
    with pytest.raises(BadName) as caught:
        clean_name(typed)
    assert caught.value.fault is fault
