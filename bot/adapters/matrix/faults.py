"""What the homeserver refuses, in a sentence with the remedy, and as the outbox understands it."""

from __future__ import annotations

import json
import logging
import ssl

from aiohttp import ClientConnectorCertificateError, ClientError, ClientSSLError
from nio import ErrorResponse
from nio.exceptions import LocalProtocolError

from bot.ports import AdapterFault, ChatUnreachable, DeliveryFault, TryLater

log = logging.getLogger(__name__)

UNREACHED = (ClientError, TimeoutError, OSError, json.JSONDecodeError)
"""What a call raises when the server was not reached or answered with something else."""

LONGEST_WAIT = 600.0
"""Seconds of silence that a server's retry_after_ms can impose at most."""

_GONE = {"M_FORBIDDEN", "M_NOT_FOUND", "M_UNKNOWN_ROOM"}
_NO_LONGER_IN = 403

_WHOLE_ACCOUNT = {
    "M_CONSENT_NOT_GIVEN",
    "M_MISSING_TOKEN",
    "M_RESOURCE_LIMIT_EXCEEDED",
    "M_UNKNOWN_TOKEN",
    "M_USER_LOCKED",
    "M_USER_SUSPENDED",
}
"""What is refused whatever the room: it ends when somebody has seen to it on the server."""

REFUSED_PAUSE = 60.0
"""Seconds between two tries while it lasts."""

SIGNED_OUT_PAUSE = 5.0
"""The same where the adapter signs in again by itself, or ends."""

_PASSES = {408, 425}
"""Statuses below 500 that say nothing of what was sent."""


class MatrixFault(AdapterFault):
    """Matrix cannot be used as it is configured; the message says what to do."""


class SignedOut(MatrixFault):
    """The access or the device has ended: with the password a new one can be had."""


def unknown_token() -> SignedOut:
    # The account is not named: names of accounts are kept out of logs, the bot's own too.
    return SignedOut(f"The homeserver does not accept the bot's access any more. {_ANEW}")


def lost_device() -> SignedOut:
    return SignedOut(
        f"The bot's device has ended: the homeserver or matrix.store has no keys of it. {_ANEW}"
    )


def no_access() -> MatrixFault:
    return MatrixFault(f"The bot has no access to its account yet. {_ANEW}")


def of_another() -> MatrixFault:
    return MatrixFault(
        "The database is that of another Matrix account. Put that one back as matrix.user_id, "
        "hand the campaign over to the new one (docs/operating.md, A new bot account), or give "
        "this one a database of its own."
    )


def unanswered(reason: str) -> MatrixFault:
    return MatrixFault(
        f"The homeserver does not answer ({reason}). Correct matrix.homeserver, or try again later."
    )


_ANEW = (
    "Set UNDERSIGNED_MATRIX__PASSWORD for one start, or a new matrix.access_token with its "
    "device_id."
)


def delivery_fault(status: int, code: str, after_ms: object = None) -> DeliveryFault | None:
    """What the outbox does about a refused call; None: what was sent is wrong, and the server will
    not take it however often it is tried. `status` is 0 where the answer was no HTTP."""
    if _says_limit(status, code):
        return TryLater(after_seconds(after_ms), whole_platform=True, has_enough=True)
    if code in _WHOLE_ACCOUNT:
        log.error("the homeserver refuses the bot's account: %s", code)
        pause = SIGNED_OUT_PAUSE if code == "M_UNKNOWN_TOKEN" else REFUSED_PAUSE
        return TryLater(pause, whole_platform=True)
    if code in _GONE or status == _NO_LONGER_IN:
        return ChatUnreachable(code or str(status))
    if status < 400 or status >= 500 or status in _PASSES:
        # Below 400 it is a page of somebody who stands in front of the server.
        return TryLater()
    return None


def is_limit(error: ErrorResponse) -> bool:
    return _says_limit(status_of(error), error.status_code)


def _says_limit(status: int | None, code: str | None) -> bool:
    return status == 429 or code == "M_LIMIT_EXCEEDED"


def after_seconds(milliseconds: object) -> float:
    """How long the server asks to wait. One that asks for a day is not obeyed to the letter."""
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
