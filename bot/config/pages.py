"""The campaign's page in the configuration: where it is, and what is done once it is made."""

import shlex
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from bot.config.values import Text, WebAddress


def _of_page(text: str) -> str:
    url = urlsplit(text)
    if url.scheme != "https" or url.query or url.fragment:
        raise ValueError(
            "write the address under which people find the page, such as https://example.org/water"
        )
    return text


def _words(value: object) -> object:
    """From the environment it comes as a line, which is cut as a shell would cut it."""
    if not isinstance(value, str):
        return value
    try:
        return shlex.split(value)
    except ValueError:
        raise ValueError("a quotation mark is missing; write each word apart") from None


PageAddress = Annotated[WebAddress, AfterValidator(_of_page)]
Words = Annotated[tuple[Text, ...], BeforeValidator(_words)]
