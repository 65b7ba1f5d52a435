"""Into the account: once with the password or a token, from then on with what is kept of it. Where
the device has ended, because somebody signed it out or its store is lost, a new one begins.

The folder of the library's store belongs to one device and to one program at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from nio import LoginError, WhoamiError

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.devices import fingerprint, query_keys
from bot.adapters.matrix.faults import (
    MatrixFault,
    after_seconds,
    is_limit,
    lost_device,
    no_access,
    unknown_token,
)
from bot.adapters.matrix.store import RENEWED, Memory
from bot.ports import TryLater

log = logging.getLogger(__name__)

DEVICE_NAME = "Undersigned"
LOCK = "lock"

CONFIGURED = "configured"
"""The secret that holds the configured token of the last start. A new one is an operator's word; an
old one may have been followed by another."""


@dataclass(frozen=True, slots=True)
class Account:
    """How the bot gets in: by a password, by a token that belongs to a device, or by what it kept
    when it was in before."""

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
    client = await _Entry(account, folder, memory, pickle_key).enter()
    if account.token != await memory.secret(CONFIGURED):
        await memory.keep_secrets(**{CONFIGURED: account.token})
    _put_others_aside(folder, f"{account.user}_{client.own_device}.db")
    await _note_fingerprint(client, memory)
    return client


class _Entry:
    """The ways in, one after another: the configured token, the kept one, the password. What has
    let the bot in once is kept: after that it needs neither the token nor the password."""

    def __init__(self, account: Account, folder: Path, memory: Memory, pickle_key: str) -> None:
        self._account = account
        self._folder = folder
        self._memory = memory
        self._pickle_key = pickle_key
        self._fault: MatrixFault | None = None
        """Why the first way was none."""
        self._goes_on: str | None = None
        """The device for which the password is good: one whose access alone has ended, or whose
        name was kept and perhaps not heard of by the server yet."""

    async def enter(self) -> Client:
        kept = await self._memory.secret("device"), await self._memory.secret("token")
        if kept[1] is None:
            self._goes_on = kept[0]
        ways = [(self._account.device, self._account.token), kept]
        if self._account.token == await self._memory.secret(CONFIGURED):
            ways.reverse()
        for device, token in dict.fromkeys(ways):
            if device is None or token is None:
                continue
            client = await self._tried(partial(self._by_token, device=device, token=token))
            if client is not None:
                return client
        if self._account.password is None:
            raise self._fault or no_access()
        return await self._with_password(self._account.password)

    async def _with_password(self, password: str) -> Client:
        for _ in range(2):
            device = self._goes_on or await self._new_device()
            way = partial(self._by_password, device=device, password=password)
            client = await self._tried(way)
            if client is not None:
                return client
            self._goes_on = None
        raise lost_device()

    async def _tried(self, way: Callable[[Client], Awaitable[bool]]) -> Client | None:
        """A client that has come in by that way, or nothing left open."""
        account = self._account
        client = Client(account.homeserver, account.user, self._folder, self._pickle_key)
        try:
            if await way(client):
                return client
        except BaseException:
            await client.close()
            raise
        await client.close()
        return None

    async def _by_token(self, client: Client, *, device: str, token: str) -> bool:
        client.access_token = token
        if not await self._is_known(client, device):
            return False
        client.restore_login(self._account.user, device, token)
        return await self._is_its_own(client, token)

    async def _by_password(self, client: Client, *, device: str, password: str) -> bool:
        client.device_id = device
        return await self._is_its_own(client, await _log_in(client, password))

    async def _is_its_own(self, client: Client, token: str) -> bool:
        """Whether the server has the device's keys as the store does. Where it has lost them, or
        the store is lost, nobody could write to this device, and it is never given other keys."""
        olm, device = client.olm, client.own_device
        assert olm is not None
        try:
            shown = fingerprint(await query_keys(client, client.user_id), client.user_id, device)
        except Refused as refused:
            raise TryLater(after_seconds(refused.answer.get("retry_after_ms"))) from None
        if shown == olm.account.identity_keys["ed25519"] or not (shown or olm.account.shared):
            await self._keep(device, token)
            return True
        self._fault = self._fault or lost_device()
        return False

    async def _is_known(self, client: Client, device: str) -> bool:
        answer = await client.whoami()
        if isinstance(answer, WhoamiError):
            if is_limit(answer):
                raise TryLater(5.0)
            if answer.status_code != "M_UNKNOWN_TOKEN":
                raise TryLater(None)
            self._fault = self._fault or unknown_token()
            if answer.soft_logout:
                self._goes_on = device
            return False
        if answer.user_id != self._account.user:
            raise MatrixFault(
                "matrix.access_token belongs to another account than matrix.user_id. Correct one "
                "of them."
            )
        if answer.device_id not in {None, device}:
            raise MatrixFault(
                f"The access token belongs to the device {answer.device_id}. Correct "
                "matrix.device_id."
            )
        return True

    async def _new_device(self) -> str:
        """Its name is kept before the server hears it, so that a crash leaves no second one."""
        new = f"US{secrets.token_hex(4).upper()}"
        await self._keep(new, None)
        return new

    async def _keep(self, device: str, token: str | None) -> None:
        before = await self._memory.secret("device"), await self._memory.secret("token")
        if before == (device, token):
            return
        is_another = before[0] not in {None, device}
        if is_another:
            log.warning("the device %s has ended; a new one begins: %s", before[0], device)
        news = {RENEWED: device} if is_another else {}
        await self._memory.keep_secrets(device=device, token=token, **news)


def _put_others_aside(folder: Path, own: str) -> None:
    """The store of another device is of no use, and is never read again."""
    for file in folder.glob("*.db"):
        if file.name != own:
            shutil.move(file, file.with_suffix(".old"))


async def _note_fingerprint(client: Client, memory: Memory) -> None:
    """For who compares it while the store is in use."""
    assert client.olm is not None
    own = client.olm.account.identity_keys["ed25519"]
    if await memory.secret("fingerprint") != own:
        await memory.keep_secrets(fingerprint=own)


async def _log_in(client: Client, password: str) -> str:
    """The token."""
    answer = await client.login(password, device_name=DEVICE_NAME)
    if isinstance(answer, LoginError):
        if is_limit(answer):
            raise TryLater(max(5.0, (answer.retry_after_ms or 0) / 1000))
        if answer.status_code in {"M_FORBIDDEN", "M_USER_DEACTIVATED", "M_INVALID_USERNAME"}:
            raise MatrixFault(
                f"The homeserver does not accept the bot's password ({answer.status_code}). "
                "Correct matrix.user_id or matrix.password."
            )
        raise TryLater(None)
    log.info("signed in, device %s", answer.device_id)
    return str(answer.access_token)
