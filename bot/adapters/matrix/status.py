"""What an operator compares with what Element shows of the bot: its device, and who vouches for it.

Nothing is opened that the running bot uses: its store stays closed, its access is only read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.adapters.matrix.devices import device_is_signed, fingerprint
from bot.adapters.matrix.faults import UNREACHED, MatrixFault, reason_of, unanswered, unknown_token
from bot.adapters.matrix.login import Account

PATIENCE = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class Status:
    """`fingerprint` is the device's Ed25519 key as the bot has it; `shown` the one that the server
    gives to others, None if it gives none."""

    user: str
    device: str
    fingerprint: str
    shown: str | None
    signed: bool

    def lines(self) -> list[str]:
        """As Element shows the same, to compare."""
        return [
            f"account:      {self.user}",
            f"device:       {self.device}",
            f"fingerprint:  {in_fours(self.fingerprint)}",
            f"cross-signed: {'yes' if self.signed else 'no'}",
        ]

    def problem(self) -> str | None:
        """What is wrong, and what to do."""
        if self.shown is None:
            return (
                "The homeserver does not know this device: start `undersigned run` with "
                "UNDERSIGNED_MATRIX__PASSWORD, and it makes a new one."
            )
        if self.shown != self.fingerprint:
            return (
                "The homeserver shows people another key for this device than the bot has. Do not "
                "use it before its administrator has explained that."
            )
        if not self.signed:
            return (
                "The account does not vouch for this device, and Element warns of it: stop the "
                "bot, run `undersigned matrix reset`, and start it again."
            )
        return None


async def read_status(account: Account, kept: Mapping[str, str]) -> Status:
    """`kept` is what the adapter keeps as secrets (`Memory`). Raises `MatrixFault` if the bot has
    never signed in, or the server cannot be asked."""
    device = kept.get("device")
    token = kept.get("token") or account.token
    own = kept.get("fingerprint")
    if device is None or token is None or own is None:
        raise MatrixFault(
            "The bot has not been on Matrix yet. Start `undersigned run`, then ask again."
        )
    published = await _query(account, token)
    return Status(
        account.user,
        device,
        own,
        fingerprint(published, account.user, device),
        device_is_signed(published, account.user, device),
    )


async def look_for_server(homeserver: str) -> None:
    """Raises `MatrixFault` where no Matrix server answers."""
    # https://spec.matrix.org/v1.15/client-server-api/#get_matrixclientversions
    status, answer = await _ask("GET", homeserver, "versions")
    if status != 200 or "versions" not in answer:
        raise MatrixFault(
            "No Matrix server answers there. Element shows its address under Settings, Help & "
            'About: "Homeserver is ...".'
        )


async def _query(account: Account, token: str) -> Mapping[str, Any]:
    """What the server tells everybody of the account's devices."""
    query: Mapping[str, Any] = {"device_keys": {account.user: []}}
    headers = {"Authorization": f"Bearer {token}"}
    path = "v3/keys/query"
    status, answer = await _ask("POST", account.homeserver, path, json=query, headers=headers)
    if status == 401:
        raise unknown_token()
    if status != 200:
        raise MatrixFault(f"The homeserver answers with status {status}. Try again later.")
    return answer


async def _ask(
    method: str, homeserver: str, path: str, **options: Any
) -> tuple[int, Mapping[str, Any]]:
    url = f"{homeserver.rstrip('/')}/_matrix/client/{path}"
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.request(method, url, **options) as response,
        ):
            answer = json.loads(await response.text())
    except (*UNREACHED, ValueError) as error:
        raise unanswered(reason_of(error)) from None
    return response.status, answer if isinstance(answer, dict) else {}


def in_fours(key: str) -> str:
    """A key as people compare it."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
