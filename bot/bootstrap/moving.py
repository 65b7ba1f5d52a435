"""Handing a campaign over to another bot, and going on with one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bot.age import is_public_key
from bot.bootstrap.opening import NotConfigured, key_place, open_storage, tell
from bot.bootstrap.platforms import names_in
from bot.config import KEY_VARIABLE, Settings
from bot.privacy import put_behind, read_keys
from bot.storage.bundle import Manifest, opened_bundle, write_bundle
from bot.storage.errors import StorageFault
from bot.storage.moving import Arrival, checkpoints, leave
from bot.storage.opening import is_new
from bot.storage.restore import restore


async def hand_over(settings: Settings, file: Path, to: Sequence[str]) -> None:
    """End the logs here and write everything into one file, which the public keys `to` open.
    Done again, it writes what there is then. Raises `NotConfigured`, `KeyFault` or
    `StorageFault`."""
    if settings.moved_to is None:
        raise NotConfigured(
            "say first where the campaign goes on: moved_to: in the configuration, which the bot "
            "tells everybody from then on (docs/moving.md)"
        )
    if not all(map(is_public_key, to)):
        raise NotConfigured(
            "--to is no public key of age; copy the whole line that begins with age1"
        )
    _refuse_existing(file)
    url = settings.database.url
    if await is_new(url):
        raise StorageFault("there is no database yet, so that there is nothing to hand over")
    async with open_storage(settings, whole=True) as database:
        async with database.unit() as unit:
            await leave(unit, settings.moved_to)
        async with database.unit() as unit:
            key, records = await unit.log.key(), await unit.endorsements.total()
            manifest = Manifest.now(key, settings.moved_to, records, await checkpoints(unit))
        await write_bundle(url, file, to, database.keys, key.sign, manifest)
    tell(
        f"Handed over: {records} records, in {file}. On the new machine, with the statements in "
        f"their place:\nundersigned take-over {file.name} --identity KEY --key {key.verifier}\n"
        "Whoever has this file and the secret key can read everything: delete both afterwards. "
        "Start this bot again: it tells everybody where the campaign is."
    )


async def take_over(settings: Settings, file: Path, identity: Path, vkey: str | None) -> None:
    """Fill the empty database with what was handed over. The keys of the old host go behind a new
    one in the key file, for as long as something is still encrypted under them. Raises
    `NotConfigured`, `NoteFault`, `KeyFault` or `StorageFault`; the database stays empty then."""
    if os.environ.get(KEY_VARIABLE) or settings.key_is_given:
        raise NotConfigured(
            f"the key comes from {key_place(settings)}: take over without that, since the keys of "
            "the old bot go into the key file beside the configuration, behind a new one"
        )
    url, place = settings.database.url, settings.key_file
    if not await is_new(url):
        raise StorageFault(
            "there is a database already; nothing is overwritten: move it away, or name another "
            "one in the configuration"
        )
    with opened_bundle(file, identity, vkey) as (manifest, keys, lines):
        put_behind(place, keys)
        arrival = Arrival(manifest.checkpoints, names_in(settings))
        restored = await restore(
            url,
            read_keys({}, "", place),
            lines,
            key_place=str(place),
            state=settings.state,
            arrival=arrival,
        )
    tell(
        f"Taken over: {restored.records} records, as of {manifest.day}, signed with "
        f"{manifest.vkey}. A new key stands first in {place}, and everything is encrypted under it "
        "once the bot runs; keep a copy of it, apart from the database."
    )
    if vkey is None:
        tell("Compare that key with the one that the campaign has published.")


def _refuse_existing(file: Path) -> None:
    """Before the logs end for it."""
    if file.exists():
        raise StorageFault(f"{file} is there already; give the file another name")
