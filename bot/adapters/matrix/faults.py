"""What the homeserver refuses, in a sentence with the remedy, and as the outbox understands it."""

from __future__ import annotations

import json
import logging
import ssl

from aiohttp import ClientConnectorCertificateError, ClientError, ClientSSLError
from nio import ErrorResponse
from nio.exceptions import LocalProtocolError

from bot.ports import AdapterFault, DeliveryFault, TryLater, Unreachable

log = logging.getLogger(__name__)

UNREACHED = (ClientError, TimeoutError, OSError, json.JSONDecodeError)
"""What a call raises when the server was not reached or answered with something else."""

LONGEST_WAIT = 600.0
"""Seconds of silence that a server's retry_after_ms can impose at most."""

_GONE = {"M_FORBIDDEN", "M_NOT_FOUND", "M_UNKNOWN_ROOM"}
_NO_LONGER_IN = 403


class MatrixFault(AdapterFault):
    """Matrix cannot be used as it is configured; the message says what to do."""


def unknown_token() -> MatrixFault:
    # The account is not named: names of accounts are kept out of logs, the bot's own too.
    return MatrixFault(
        "The homeserver does not accept the bot's access any more. Set matrix.password, or a new "
        "matrix.access_token with its device_id, and start again."
    )


def delivery_fault(error: ErrorResponse) -> DeliveryFault:
    """What the outbox does about a refused call."""
    if is_limit(error):
        return TryLater(after_seconds(error), whole_platform=True)
    if error.status_code in _GONE or status_of(error) == _NO_LONGER_IN:
        return Unreachable(f"{error.status_code}: {error.message}")
    return TryLater(None)


def is_limit(error: ErrorResponse) -> bool:
    return error.status_code == "M_LIMIT_EXCEEDED" or status_of(error) == 429


def after_seconds(error: ErrorResponse) -> float:
    """How long the server asks to wait. One that asks for a day is not obeyed to the letter."""
    milliseconds = error.retry_after_ms
    asked = milliseconds / 1000 if isinstance(milliseconds, int | float) else 5.0
    return min(LONGEST_WAIT, max(0.1, asked))


def described(error: ErrorResponse) -> str:
    """For the log: its code, and the status where that says more."""
    return f"{status_of(error) or 'no'} {error.status_code or ''}".strip()


def status_of(error: ErrorResponse) -> int | None:
    """The HTTP status, None if the answer was no HTTP."""
    status = getattr(error.transport_response, "status", None)
    return status if isinstance(status, int) else None


def reason_of(error: BaseException) -> str:
    """Why a call failed, for the log: no address, no token, no words of a message."""
    if isinstance(error, ClientConnectorCertificateError | ClientSSLError | ssl.SSLError):
        return (
            "the homeserver's certificate is not accepted; renew it, or correct matrix.homeserver"
        )
    if isinstance(error, LocalProtocolError):
        return "it is not in the room, or the room is not known yet"
    return type(error).__name__
