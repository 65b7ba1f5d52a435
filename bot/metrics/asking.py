"""Asking a running bot how it does, as whoever watches a container does every half minute."""

from __future__ import annotations

import http.client
from collections.abc import Sequence

PATIENCE = 10.0
"""Seconds for an answer."""

# Who listens everywhere is asked here.
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen


def asked(host: str, port: int, token: str | None) -> tuple[bool, Sequence[str]]:
    """Whether all is well, and what it says of that, a line each."""
    connection = http.client.HTTPConnection(_HERE.get(host, host), port, timeout=PATIENCE)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        connection.request("GET", "/healthz", headers=headers)
        answer = connection.getresponse()
        lines = answer.read().decode("utf-8", "replace").splitlines()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return False, [f"The bot does not answer on {host}:{port} ({reason}): is it running?"]
    finally:
        connection.close()
    if lines[:1] not in (["up"], ["down"]):
        return False, [f"What answers on {host}:{port} is not the bot: change listen.address."]
    if lines == ["down"]:
        why = "the reasons are in its log"
        lines += [why if token else f"{why}; with listen.token they are told here too"]
    return answer.status == http.client.OK, lines
