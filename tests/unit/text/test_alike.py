"""Which two names may be one name, written another time."""

import pytest

from bot.text.alike import ALIKE, Compared


def near(one: str, other: str) -> bool:
    first, second = Compared.of(one), Compared.of(other)
    assert first.is_near(second) == second.is_near(first)
    return first.is_near(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amal Haddad", "Amal Haddad"),
        ("Amal Haddad", "Haddad, Amal"),
        ("Amal Haddad", "Amal Hadad"),
        ("Amal Haddad", "Amla Haddad"),
        ("Jan Wilczyński", "JAN WILCZYNSKI"),
        ("Jörg Müller", "Joerg Müller"),
        ("Mohammed Aziz", "Muhammad Aziz"),
        ("سناء حسن عبيدية", "Sanaa Hassan Obeidiya"),
        ("إبراهيم شامي", "ابراهيم شامى"),
        ("Оксана Левчина", "ОКСАНА ЛЕВЧИНА"),
        ("Сергей Иванов", "Sergey Ivanov"),
        ("विजय चंद्रवाला", "Vijay Chandrawala"),
        ("张伟国", "張偉國"),
        ("王俊超", "Wang Junchao"),
        ("王俊超", "Junchao Wang"),
        ("王小明", "王晓明"),
        ("สมชาย ใจดี", "สมชาย ใจจดี"),
        ("Amnesty", "\u0410mnesty"),
    ],
)
def test_a_slip_a_spelling_an_order_or_a_script_is_near(one: str, other: str) -> None:
    assert near(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Baldi", "Ana Baldoni"),
        ("Local 12", "Local 21"),
        ("王小明", "王小敏"),
        ("Galina Volkova", "Ganna Volkova"),
        ("فاطمة غزاني", "فاطمة حجازي"),
        ("Ганна Якимак", "Giovanni Camucci"),
    ],
)
def test_another_name_is_not_near(one: str, other: str) -> None:
    assert not near(one, other)


def test_what_is_alike_need_not_be_near() -> None:
    one, other = Compared.of("Maria Baldi"), Compared.of("Maria Baldoni")
    assert one.likeness(other) >= ALIKE
    assert not one.is_near(other)
