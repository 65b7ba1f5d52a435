"""The secret code by which a signer is known to another bot, on another platform."""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass, field

from bot.domain.ids import Number

SECRET_BYTES = 10
"""80 bits: 16 characters of base32, in fours."""

_APART = r"[\s\-\u2010-\u2015]"
_CODE = re.compile(rf"\s*#?(\d{{1,15}}){_APART}+((?:[A-Za-z2-7]{{4}}{_APART}*){{4}})")


@dataclass(frozen=True, slots=True)
class SecretCode:
    """Of one record: its number, and what only the statement's key makes of it and of its signer
    (10 bytes). As text it is such as `950-K7QF-2M4X-ABCD-EFGH`."""

    number: Number
    secret: bytes = field(repr=False)

    def __str__(self) -> str:
        code = base64.b32encode(self.secret).decode()
        return "-".join([str(self.number), *(code[at : at + 4] for at in range(0, len(code), 4))])

    @classmethod
    def parse(cls, typed: str) -> SecretCode | None:
        """Of its text, however it is spaced; None for what does not look like one."""
        # Who copies it from a text that runs the other way has its direction marks too.
        seen = "".join(each for each in typed if unicodedata.category(each) != "Cf")
        found = _CODE.fullmatch(seen)
        if found is None:
            return None
        secret = re.sub(_APART, "", found[2]).upper()
        return cls(Number(int(found[1])), base64.b32decode(secret))
