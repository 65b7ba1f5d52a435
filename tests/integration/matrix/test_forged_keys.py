"""A server that leaves out, swaps or adds keys of an admin decides nothing, and reads nothing of
what is said in the admin room (row 4)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.matrix.cross_signing import USES
from bot.adapters.matrix.keys import SigningKey
from tests.integration.matrix.test_forged_decisions import NOT_PROVEN
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Heard, Homeserver, Person
from tests.support.synapse.forging import (
    Change,
    Forger,
    with_other_keys,
    without_signing_keys,
)
from tests.support.synapse.vouching import OtherDevice

CHANGED = "has new signing keys"
COMMAND = re.compile(r"!trust (\S+) (\S{10})\b")
AGAIN = "can decide again"

Lie = Callable[[Person, dict[str, SigningKey]], list[Change]]


@pytest.fixture
async def forger(homeserver: Homeserver) -> AsyncIterator[Forger]:
    async with Forger(homeserver) as between:
        yield between


def leaves_out(admin: Person, _keys: dict[str, SigningKey]) -> list[Change]:
    return [without_signing_keys(admin.id)]


def swaps(admin: Person, keys: dict[str, SigningKey]) -> list[Change]:
    return [with_other_keys(admin.id, keys)]


def swaps_the_self_signing_key(admin: Person, keys: dict[str, SigningKey]) -> list[Change]:
    """The master key stays, and has not signed it."""
    return [with_other_keys(admin.id, keys, of=("self_signing",))]


def only_adds(_admin: Person, _keys: dict[str, SigningKey]) -> list[Change]:
    return []


async def both_there(w: Whole, zaid: Person, omar: Person) -> None:
    for admin in (zaid, omar):
        await zaid.wait_until_there(w.admins, admin.id)
        await w.hears(admin, w.admins, "!help", "!reload")


def heard(person: Person, event: str) -> Heard | None:
    return next((each for each in person.heard if each.id == event), None)


def warnings(admin: Person, room: str) -> list[str]:
    return [heard.text for heard in admin.said_in(room) if CHANGED in heard.text]


@pytest.mark.parametrize("lie", [leaves_out, swaps, swaps_the_self_signing_key, only_adds])
async def test_row_4_a_server_that_has_other_keys_of_an_admin(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    forger: Forger,
    lie: Lie,
) -> None:
    """A device of the server's in an admin's account."""
    admins = [zaid.id, omar.id]
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=admins) as w:
        await w.signed("Amal Haddad")
        await both_there(w, zaid, omar)
        before = await w.decided()
        async with OtherDevice(zaid, tmp_path / "evil", signs=False) as evil:
            forger.key_changes += lie(zaid, {use: SigningKey.new() for use in USES})
            refused = len([h for h in omar.said_in(w.admins) if NOT_PROVEN in h.text])
            await evil.say(w.admins, "!verify 1")
            await omar.wait_for(
                lambda: len([h for h in omar.said_in(w.admins) if NOT_PROVEN in h.text]) > refused
            )
            assert await w.decided() == before
            await evil.texts(w.admins)
            shown = await w.hears(omar, w.admins, "!show 1", "Amal Haddad")
            assert shown.readable
            assert not any("Amal" in text for text in await evil.texts(w.admins))
            assert len(warnings(omar, w.admins)) == (lie is swaps)
        await w.do(omar, w.admins, "!verify 1")
        assert (await w.counts()).verified == 1


async def test_row_4_an_admin_with_other_keys_waits_for_another_ones_word(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    amal: Person,
    forger: Forger,
) -> None:
    """Also after the server has taken its lie back, and after a restart; told once."""
    admins = [zaid.id, omar.id]
    new = {use: SigningKey.new() for use in USES}
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=admins) as w:
        await w.signed("Amal Haddad")
        await both_there(w, zaid, omar)
        assert w.adapter._parts is not None
        invited = {"user_id": amal.id}
        await w.adapter._parts.client.ask("POST", ["rooms", w.admins, "invite"], invited)
        await omar.wait_until_there(w.admins, amal.id)
        before = await w.decided()
        forger.key_changes.append(with_other_keys(zaid.id, new))
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        warning = await omar.hear(w.admins, CHANGED)
        assert warning.content["m.mentions"] == {"user_ids": sorted(admins)}
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=admins) as w:
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        assert len(warnings(omar, w.admins)) == 1
        found = COMMAND.search(warning.text)
        assert found is not None
        assert found.groups() == (zaid.id, new["master"].public[:10])
        # Neither they themselves, nor who does not decide, nor for another key, nor in clear.
        for nobody in (zaid, amal):
            await nobody.say(w.admins, found[0])
        await omar.say(w.admins, f"!trust {zaid.id} {zaid.signing_keys['master'].public[:10]}")
        await omar.say(w.admins, f"!trust {zaid.id} {new['master'].public[:9]}")
        await omar.say(w.admins, found[0], clear=True)
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        assert await w.decided() == before
        forger.key_changes.clear()
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        back = await omar.wait_for(lambda: next((w for w in warnings(omar, w.admins)[1:]), None))
        old = COMMAND.search(back)
        assert old is not None
        assert old[2] == zaid.signing_keys["master"].public[:10]
        await w.hears(omar, w.admins, old[0], AGAIN)
        assert f"{zaid.id} can decide again" in (await omar.hear(w.admins, AGAIN)).text
        await w.hears(zaid, w.admins, "!verify 1", "#1 is verified")
        assert (await w.counts()).verified == 1
        done = await w.hears(omar, w.admins, "!audit today", "What admins did")
        assert "confirmed another admin's new keys" in done.text


async def test_row_4_who_is_not_who_they_were_confirms_nobody(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    forger: Forger,
) -> None:
    """Two admins whose server has swapped the keys of both."""
    admins = [zaid.id, omar.id]
    new = {use: SigningKey.new() for use in USES}
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=admins) as w:
        await w.signed("Amal Haddad")
        await both_there(w, zaid, omar)
        before = await w.decided()
        forger.key_changes += [with_other_keys(admin.id, new) for admin in (zaid, omar)]
        for admin in (zaid, omar):
            await w.hears(admin, w.admins, "!verify 1", NOT_PROVEN)
        await omar.say(w.admins, f"!trust {zaid.id} {new['master'].public[:10]}")
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        assert await w.decided() == before


async def test_row_4_a_reset_identity_that_another_admin_confirms(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, omar: Person
) -> None:
    admins = [zaid.id, omar.id]
    async with whole_bot(tmp_path, homeserver, account, admins=admins) as w:
        await w.signed("Amal Haddad")
        await both_there(w, zaid, omar)
        async with OtherDevice(zaid, tmp_path / "new") as new:
            await new.vouch()
            await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
            warning = await omar.hear(w.admins, CHANGED)
            found = COMMAND.search(warning.text)
            assert found is not None
            await w.hears(omar, w.admins, found[0], AGAIN)
            await w.hears(zaid, w.admins, "!verify 1", "#1 is verified")
            assert (await w.counts()).verified == 1
            shown = await w.hears(omar, w.admins, "!show 1", "#1 ·")
            await zaid.wait_for(lambda: any(h.id == shown.id and h.readable for h in zaid.heard))


async def test_row_4_another_device_of_the_bots_own_account_reads_nothing(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """Of whoever has the password, or the server: not even once the account vouches for it."""
    async with (
        Person(homeserver, account, tmp_path / "own", signs=False) as own,
        whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w,
    ):
        await zaid.wait_until_there(w.admins, zaid.id)
        chat = await zaid.chat(w.id)
        await zaid.hear(chat, "Hello")
        async with OtherDevice(own, tmp_path / "other") as other:
            await other.vouch()
            await zaid.hear(w.admins, "Somebody else made the signing keys")
            for room in (chat, w.admins):
                shown = await w.hears(zaid, room, "!help", "!statements")
                seen = await own.wait_for(partial(heard, own, shown.id))
                assert seen.encrypted
                assert not seen.readable
