"""Secrets that whoever runs the bot makes up, and that nobody may guess."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from bot.config.values import Secret

# https://core.telegram.org/bots/api#setwebhook, secret_token; all of it may stand in a header.
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SHORTEST_SECRET = 32
"""Characters: 128 bits in hexadecimal, as most tools make one."""


def _long_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not _SECRET.fullmatch(text):
        raise ValueError(f"write {SHORTEST_SECRET} to 256 of A-Z, a-z, 0-9, '_' and '-'")
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"it can be guessed: write {SHORTEST_SECRET} characters or more, such as "
            "`openssl rand -hex 32` makes"
        )
    return value


LongSecret = Annotated[Secret, AfterValidator(_long_secret)]
