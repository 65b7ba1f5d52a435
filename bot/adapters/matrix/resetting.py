"""New signing keys for the bot's account, where somebody has replaced those that it had."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.cross_signing import CrossSigning, Disowned
from bot.adapters.matrix.entering import entered
from bot.adapters.matrix.faults import MatrixFault, unanswered
from bot.adapters.matrix.login import Account
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.vouching import DISOWNED
from bot.ports import Inbox


async def reset_identity(account: Account, folder: Path, inbox: Inbox) -> str:
    """Give the account new keys, which vouch for the bot's device, and a device where it has none
    any more; the new master key. The bot may not be running. Raises `MatrixFault`."""
    async with entered(account, folder, inbox) as (client, memory):
        return await _reset(client, memory, account.password)


async def _reset(client: Client, memory: Memory, password: str | None) -> str:
    cross_signing = CrossSigning(client, memory, password)
    try:
        key = await cross_signing.reset()
    except Refused as refused:
        raise MatrixFault(cross_signing.explained(refused)) from None
    except Disowned:
        raise unanswered("it does not show the new keys yet") from None
    if await memory.secret(DISOWNED) is None:
        # The admins, who have not been told of anything, are told of the new keys all the same.
        await memory.keep_secrets(**{DISOWNED: key})
    return key
