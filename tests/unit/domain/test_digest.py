"""The digest against a computation of its own, and against values that must never change."""

from __future__ import annotations

import hashlib
import struct
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import normalised, revision_digest
from bot.domain.ids import Language

EN = Language("en")

# Given out with every receipt: another value for the same text would make them all worthless.
VECTORS = [
    (("en", "", "", ""), "2bd2cfbd26d86a2ef935b2306812335f35b712bda6cda43d514be41cb418c0e4"),
    (
        ("en", "Open the port", "By the people of the port", "Open it."),
        "7e6f11198601d70937a7ed7d5c8014da4d21b3a350ccf010aa9abebd2b2fe459",
    ),
    (
        ("ar", "افتحوا الميناء", "", "نطلب أن يُفتح.\n\n1. افتحوه.\n"),
        "70ac162c5e95423d8678baf830a4fb2550cfff121f00202437f98aeb00661a4a",
    ),
    (
        ("pt-BR", "Praça", "Nós", "👨‍👩‍👧‍👦\n\n---\n"),
        "26a2cc41bf659b0bd98ee70c83a04d2f9d35a5c53ea0261f429789d8cc888e2c",
    ),
]


def independently(language: str, title: str, attribution: str, text: str) -> str:
    message = b""
    for field in ("undersigned/1", language, title, attribution, text):
        composed = unicodedata.normalize("NFC", field.replace("\r\n", "\n").replace("\r", "\n"))
        lines = [line.rstrip(" \t") for line in composed.split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        data = "\n".join(lines).encode("utf-8")
        message += struct.pack(">Q", len(data)) + data
    return hashlib.sha256(message).hexdigest()


@pytest.mark.parametrize(("fields", "digest"), VECTORS)
def test_fixed_values(fields: tuple[str, str, str, str], digest: str) -> None:
    language, *rest = fields
    assert revision_digest(Language(language), *rest) == digest


TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n\r\t e\u0301"))
)


@given(TEXT, TEXT, TEXT)
def test_an_independent_computation(title: str, attribution: str, text: str) -> None:
    found = revision_digest(EN, title, attribution, text)
    assert found == independently("en", title, attribution, text)


@pytest.mark.parametrize(
    "same",
    [
        "Rene\u0301e\nasks.",
        "Renée\r\nasks.",
        "Renée\rasks.",
        "Renée  \nasks.\t",
        "Renée\nasks.\n\n\n",
        "Renée\nasks. \n \n",
    ],
)
def test_what_nobody_can_see_makes_no_difference(same: str) -> None:
    text = "Renée\nasks."
    assert revision_digest(EN, "T", "A", same) == revision_digest(EN, "T", "A", text)


@pytest.mark.parametrize(
    "other",
    [
        "Renee\nasks.",
        "Renée asks.",
        "Renée\n\nasks.",
        " Renée\nasks.",
        "Renée\nasks",
        "\nRenée\nasks.",
    ],
)
def test_what_can_be_seen_does(other: str) -> None:
    assert revision_digest(EN, "T", "A", other) != revision_digest(EN, "T", "A", "Renée\nasks.")


def test_fields_do_not_flow_into_each_other() -> None:
    splits = [
        ("ab", "c", "d"),
        ("a", "bc", "d"),
        ("a", "b", "cd"),
        ("abcd", "", ""),
        ("", "", "abcd"),
    ]
    assert len({revision_digest(EN, *fields) for fields in splits}) == len(splits)
    assert revision_digest(EN, "a", "b", "c") != revision_digest(Language("ar"), "a", "b", "c")


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
