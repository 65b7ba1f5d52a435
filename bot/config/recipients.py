"""Public keys in the age format, to which something is sealed, and lines that people are shown."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from bot.age import SECRET_PREFIX, is_public_key
from bot.config.values import Text, listed

LONGEST_LINE = 200
"""Characters; it stands in answers on a phone."""


def _public_key(value: str) -> str:
    if value.upper().startswith(SECRET_PREFIX):
        raise ValueError(
            "this is the secret key, which must not come near this machine; write the public one, "
            "which begins with age1"
        )
    if not is_public_key(value.lower()):
        raise ValueError("this is no public key of age; copy the whole line that begins with age1")
    return value.lower()


def _distinct(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value))


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("name at least one public key, such as age1…")
    return value


def _one_line(value: str | None) -> str | None:
    if value is not None and (len(value) > LONGEST_LINE or "\n" in value):
        raise ValueError(f"write one line of at most {LONGEST_LINE} characters")
    return value


AgeKeys = Annotated[
    tuple[Annotated[Text, AfterValidator(_public_key)], ...],
    BeforeValidator(listed),
    AfterValidator(_distinct),
]
SomeAgeKeys = Annotated[AgeKeys, AfterValidator(_some)]
Line = Annotated[Text | None, AfterValidator(_one_line)]
