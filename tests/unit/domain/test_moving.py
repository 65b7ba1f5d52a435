"""The text of a secret code, as people type it."""

import pytest

from bot.domain.ids import Number
from bot.domain.moving import SecretCode

CODE = SecretCode(Number(950), bytes(range(10)))
TEXT = "950-AAAQ-EAYE-AUDA-OCAJ"


def test_its_text() -> None:
    assert str(CODE) == TEXT
    assert "AAAQ" not in repr(CODE)


@pytest.mark.parametrize(
    "typed",
    [
        TEXT,
        TEXT.lower(),
        f" #{TEXT}\n",
        "950 AAAQEAYEAUDAOCAJ",
        "950 aaaq eaye auda ocaj",
        "950\N{EN DASH}AAAQ\N{EN DASH}EAYE\N{EN DASH}AUDA\N{EN DASH}OCAJ",
        "٩٥٠-AAAQ-EAYE-AUDA-OCAJ",
    ],
)
def test_is_read_however_it_is_typed(typed: str) -> None:
    assert SecretCode.parse(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "950",
        TEXT[:-1],
        f"{TEXT}A",
        TEXT.replace("-", ""),
        TEXT.replace("Q", "1"),
        f"Amal {TEXT}",
        "9" * 16 + TEXT,
        "K7QF2-M4XAB",
    ],
)
def test_nothing_else_is_one(typed: str) -> None:
    assert SecretCode.parse(typed) is None
