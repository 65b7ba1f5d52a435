"""The address of a PostgreSQL database, whose servers can be several."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

_PORT = 5432
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\],/]+)(?::([0-9]{1,5}))?")
_WRITES = ("read-write", "primary")


def of_several(address: str) -> str | None:
    """`postgresql://user@a:5432,b:5432/name` in the form in which the servers stand apart from
    each other; None where there are fewer than two. Raises `ValueError`."""
    where, _, name = address.removeprefix("postgresql://").partition("/")
    account, at, servers = where.rpartition("@")
    if "," not in servers:
        return None
    found = [_HOST.fullmatch(server) for server in servers.split(",")]
    if not all(found):
        raise ValueError("write each server with its port: postgresql://user@a:5432,b:5432/name")
    name, _, query = name.partition("?")
    rest = {name: values[-1] for name, values in parse_qs(query).items()}
    if rest.get("target_session_attrs", _WRITES[0]) not in _WRITES:
        raise ValueError("the bot writes: say target_session_attrs=read-write, or leave it out")
    hosts = ",".join(one[1].strip("[]") for one in found if one)
    ports = ",".join(one[2] or str(_PORT) for one in found if one)
    named = urlencode({"host": hosts, "port": ports} | rest, safe=",:")
    return f"postgresql://{account}{at}/{name}?{named}"
