"""Into the bot's account while the bot is not running: for a set-up, and for new signing keys."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.adapters.matrix.client import Client, Refused, quiet_library
from bot.adapters.matrix.cross_signing import CrossSigning, Disowned
from bot.adapters.matrix.faults import UNREACHED, MatrixFault, reason_of, unanswered
from bot.adapters.matrix.login import Account, locked, sign_in
from bot.adapters.matrix.store import Memory
from bot.ports import Inbox, TryLater


@contextlib.asynccontextmanager
async def entered(
    account: Account, folder: Path, inbox: Inbox
) -> AsyncIterator[tuple[Client, Memory]]:
    """Signed in, with the device's keys on the server. Raises `MatrixFault`, also for what is not
    answered within the block."""
    quiet_library()
    with locked(folder):
        memory = Memory(inbox)
        await memory.load()
        try:
            client = await sign_in(account, folder, memory)
            try:
                assert client.olm is not None
                if not client.olm.account.shared:
                    await client.keys_upload()
                yield client, memory
            finally:
                await client.close()
        except UNREACHED as error:
            raise unanswered(reason_of(error)) from None
        except TryLater:
            raise unanswered("it asks to wait") from None


async def enter(account: Account, folder: Path, inbox: Inbox) -> None:
    """Sign in for the first time, and have the account vouch for the device, as a first start does.
    Done again, it goes on where it was. Raises `MatrixFault`."""
    async with entered(account, folder, inbox) as (client, memory):
        cross_signing = CrossSigning(client, memory, account.password)
        try:
            await cross_signing.set_up()
        except Refused as refused:
            raise MatrixFault(cross_signing.explained(refused)) from None
        except Disowned:
            raise MatrixFault(
                "Somebody else has made new signing keys for this account since the bot signed in. "
                "Change its password, and take an account that nobody else uses."
            ) from None
