"""Into the account: once with the password, from then on with a token and a device that are kept.

The folder of the library's store belongs to one device and to one program at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nio import LoginError, WhoamiError

from bot.adapters.matrix.client import Client
from bot.adapters.matrix.faults import MatrixFault, is_limit, unknown_token
from bot.adapters.matrix.store import Memory
from bot.ports import TryLater

log = logging.getLogger(__name__)

DEVICE_NAME = "Undersigned"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Account:
    """How the bot gets in: by a password, or by a token that belongs to a device."""

    homeserver: str
    user: str
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    device: str | None = None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else reads the folder, and no second program uses it. Raises `MatrixFault`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise MatrixFault(
            f"The folder {folder} cannot be used ({error.strerror}). Correct matrix.store or mend "
            "its rights."
        ) from None
    with (folder / LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise MatrixFault(
                f"Another program uses {folder}. Stop it, or give this one a matrix.store of its "
                "own."
            ) from None
        yield


async def sign_in(account: Account, folder: Path, memory: Memory) -> Client:
    """A client that may ask for anything. Raises `MatrixFault`, `TryLater`, or what a call raises
    when the server is not reached."""
    pickle_key = await memory.secret("pickle_key")
    if pickle_key is None:
        pickle_key = secrets.token_urlsafe(32)
        await memory.keep_secrets(pickle_key=pickle_key)
    client = Client(account.homeserver, account.user, folder, pickle_key)
    try:
        device = await _device(account, folder, memory)
        token = account.token or await memory.secret("token")
        if token is not None:
            client.restore_login(account.user, device, token)
        if token is None or not await _is_known(client, account):
            await _log_in(client, account, device, memory)
        await _note_fingerprint(client, memory)
    except BaseException:
        await client.close()
        raise
    return client


async def _device(account: Account, folder: Path, memory: Memory) -> str:
    """The device that the store belongs to, or a new one where the store is lost: its name is kept
    before the server hears it, so that a crash leaves no second one behind."""
    kept = await memory.secret("device")
    if account.device is not None:
        if kept is not None and kept != account.device:
            _put_aside(folder)
        await memory.keep_secrets(device=account.device)
        return account.device
    if kept is not None and (_store(folder, account.user, kept) or not await _was_used(memory)):
        return kept
    if kept is not None:
        log.error("the store of device %s is gone from %s; a new device begins", kept, folder)
    new = f"US{secrets.token_hex(4).upper()}"
    await memory.keep_secrets(device=new, token=None)
    return new


def _store(folder: Path, user: str, device: str) -> bool:
    return (folder / f"{user}_{device}.db").is_file()


async def _was_used(memory: Memory) -> bool:
    return await memory.secret("token") is not None


def _put_aside(folder: Path) -> None:
    """The store of another device is of no use, and is never read again."""
    for file in folder.glob("*.db"):
        shutil.move(file, file.with_suffix(".old"))


async def _note_fingerprint(client: Client, memory: Memory) -> None:
    """For who compares it while the store is in use."""
    assert client.olm is not None
    own = client.olm.account.identity_keys["ed25519"]
    if await memory.secret("fingerprint") != own:
        await memory.keep_secrets(fingerprint=own)


async def _is_known(client: Client, account: Account) -> bool:
    answer = await client.whoami()
    if isinstance(answer, WhoamiError):
        if is_limit(answer):
            raise TryLater(5.0)
        if answer.status_code == "M_UNKNOWN_TOKEN":
            return False
        raise TryLater(None)
    if answer.user_id != account.user:
        raise MatrixFault(
            "matrix.access_token belongs to another account than matrix.user_id. Correct one of "
            "them."
        )
    if answer.device_id not in {None, client.device_id}:
        raise MatrixFault(
            f"The access token belongs to the device {answer.device_id}. Correct matrix.device_id."
        )
    return True


async def _log_in(client: Client, account: Account, device: str, memory: Memory) -> None:
    if account.password is None:
        raise unknown_token()
    client.device_id = device
    answer = await client.login(account.password, device_name=DEVICE_NAME)
    if isinstance(answer, LoginError):
        if is_limit(answer):
            raise TryLater(max(5.0, (answer.retry_after_ms or 0) / 1000))
        if answer.status_code in {"M_FORBIDDEN", "M_USER_DEACTIVATED", "M_INVALID_USERNAME"}:
            raise MatrixFault(
                f"The homeserver does not accept the bot's password ({answer.status_code}). "
                "Correct matrix.user_id or matrix.password."
            )
        raise TryLater(None)
    await memory.keep_secrets(token=answer.access_token)
    log.info("signed in, device %s", answer.device_id)
