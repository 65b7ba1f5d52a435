"""Where the bot signs in: the addresses that its tokens and passwords go to."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from bot.config.values import WebAddress


def _of_telegram(text: str) -> str:
    url = urlsplit(text)
    if url.scheme == "http" and not is_this_machine(url.hostname or ""):
        raise ValueError(_told("on this machine (http://127.0.0.1 and its port)"))
    return text


def _of_matrix(text: str) -> str:
    """A homeserver often stands beside the bot in a network of containers, where it is called by
    one word or by an address that no router leads out."""
    url = urlsplit(text)
    if url.scheme == "http" and not _is_near(url.hostname or ""):
        raise ValueError(_told("on this machine or in a network of your own"))
    return text


def _told(where: str) -> str:
    return (
        "over http everybody on the way reads the token, and can then speak as the bot; write an "
        f"address that begins with https://, or run that server {where}"
    )


def is_this_machine(host: str) -> bool:
    """Whether no other machine reaches the host, or none is reached there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


BotApiAddress = Annotated[WebAddress, AfterValidator(_of_telegram)]
HomeserverAddress = Annotated[WebAddress, AfterValidator(_of_matrix)]
