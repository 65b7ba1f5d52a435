"""Forty places, and what is made of each."""

from __future__ import annotations

import pytest

from bot.domain.ids import Country, Language
from bot.statements.countries import country_in, country_name, nearest_country
from bot.wording.voice import Voice

EN = Language("en")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Palestine", "PS"),
        ("فلسطين", "PS"),
        ("فەلەستین", "PS"),
        ("팔레스타인", "PS"),
        ("Palästina", "PS"),
        ("香港", "HK"),
        ("Гонконг", "HK"),
        ("מקאו", "MO"),
        ("Baghdad, Iraq", "IQ"),
        ("بغداد، العراق", "IQ"),
        ("العراق - بغداد", "IQ"),
        ("Iraq (Basra)", "IQ"),
        ("Tbilisi, Georgia", "GE"),
        ("Atlanta, Georgia, USA", "US"),
        ("London, UK", "GB"),
        ("Αθήνα, Ελλάδα", "GR"),
        ("Москва, Россия", "RU"),
        ("北京，中国", "CN"),
        ("दिल्ली, भारत", "IN"),
        ("ঢাকা, বাংলাদেশ", "BD"),
        ("서울, 대한민국", "KR"),
        ("กรุงเทพ, ไทย", "TH"),
        ("አዲስ አበባ, ኢትዮጵያ", "ET"),
        ("ירושלים, ישראל", "IL"),
        ("تهران، ایران", "IR"),
        ("Guinea-Bissau", "GW"),
        ("Congo - Kinshasa", "CD"),
        ("🇹🇳", "TN"),
        ("Los Angeles, CA", None),
        ("Kurdistan", None),
        ("exile", None),
        ("", None),
    ],
)
def test_a_place_gives_its_country(typed: str, code: str | None) -> None:
    assert country_in(typed) == code


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("Tunsia", "en", "TN"),
        ("Phillipines", "en", "PH"),
        ("Plestine", "en", "PS"),
        ("فلسطبن", "ar", "PS"),
        ("Tunise", "fr", "TN"),
        ("Deutchland", "de", "DE"),
        ("Росия", "ru", "RU"),
        ("Kurdistan", "en", None),
        ("Catalonia", "en", None),
        ("Atlantis", "en", None),
        ("Rojava", "en", None),
        ("exile", "en", None),
        ("yes", "en", None),
        ("the moon", "en", None),
    ],
)
def test_a_slip_is_asked_about(typed: str, language: str, code: str | None) -> None:
    assert country_in(typed) is None
    assert nearest_country(typed, Language(language)) == code


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("PS", "en", "Palestine"),
        ("PS", "ar", "فلسطين"),
        ("PS", "pt-BR", "Palestina"),
        ("PS", "zh-Hant", "巴勒斯坦"),
        ("HK", "es", "Hong Kong"),
        ("MO", "en-CA", "Macau"),
        ("GB", "en", "United Kingdom"),
        ("US", "fr", "États-Unis"),
    ],
)
def test_a_country_is_called_as_people_call_it(code: str, language: str, name: str) -> None:
    assert Voice(Language(language)).country(Country(code)) == name
    assert country_name(Country(code), Language(language)) == name
