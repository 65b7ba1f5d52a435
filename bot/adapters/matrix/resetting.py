"""New signing keys for the bot's account, where somebody has replaced those that it had."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.matrix.client import Client, Refused, quiet_library
from bot.adapters.matrix.cross_signing import CrossSigning, Disowned
from bot.adapters.matrix.faults import UNREACHED, MatrixFault, reason_of, unanswered
from bot.adapters.matrix.login import Account, locked, sign_in
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.vouching import DISOWNED
from bot.ports import Inbox, TryLater


async def reset_identity(account: Account, folder: Path, inbox: Inbox) -> str:
    """Give the account new keys, which vouch for the bot's device, and a device where it has none
    any more; the new master key. The bot may not be running. Raises `MatrixFault`."""
    quiet_library()
    with locked(folder):
        memory = Memory(inbox)
        await memory.load()
        try:
            client = await sign_in(account, folder, memory)
            try:
                return await _reset(client, memory, account.password)
            finally:
                await client.close()
        except UNREACHED as error:
            raise unanswered(reason_of(error)) from None
        except TryLater:
            raise unanswered("it asks to wait") from None


async def _reset(client: Client, memory: Memory, password: str | None) -> str:
    assert client.olm is not None
    if not client.olm.account.shared:
        await client.keys_upload()
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
