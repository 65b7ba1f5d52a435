"""Of the section telegram: what shows that Telegram calls, and where the token goes."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from bot.config.values import Secret, WebAddress

# https://core.telegram.org/bots/api#setwebhook, secret_token
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SHORTEST_SECRET = 32
"""Characters: 128 bits in hexadecimal, as most tools make one. Whoever guesses it can write to the
bot in anybody's name."""


def _webhook_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not _WEBHOOK_SECRET.fullmatch(text):
        raise ValueError(f"write {SHORTEST_SECRET} to 256 of A-Z, a-z, 0-9, '_' and '-'")
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"it can be guessed: write {SHORTEST_SECRET} characters or more, such as "
            "`openssl rand -hex 32` makes"
        )
    return value


def _api_address(text: str) -> str:
    url = urlsplit(text)
    if url.scheme == "http" and not _is_this_machine(url.hostname or ""):
        raise ValueError(
            "over http everybody on the way reads the token and all messages; write an address "
            "that begins with https://, or run that server on this machine "
            "(http://127.0.0.1:8081)"
        )
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


WebhookSecret = Annotated[Secret, AfterValidator(_webhook_secret)]
ApiAddress = Annotated[WebAddress, AfterValidator(_api_address)]
