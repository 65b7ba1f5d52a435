"""The ways into an account and into an admin room, as operators configure them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import program, run, sign_on_matrix
from tests.support.statements import write_port
from tests.support.synapse import Account, Homeserver, Person


@pytest.fixture
async def account(homeserver: Homeserver, unique: Callable[[str], str]) -> Account:
    return await homeserver.register(unique("bot"))


def write_config(folder: Path, homeserver: Homeserver, account: Account, *lines: str) -> None:
    head = ["matrix:", f"homeserver: {homeserver.url}", f'user_id: "{account.user}"', *lines]
    (folder / "config.yaml").write_text("\n  ".join(head) + "\n", encoding="utf-8")
    if not (folder / "statements").exists():
        write_port(folder)


async def decide(zaid: Person, room: str, number: int) -> None:
    card = await zaid.hear(room, f"#{number} ·")
    assert card.encrypted
    await zaid.say(room, f"!verify {number}")
    await zaid.wait_for(lambda: "Verified" in card.text)


@pytest.mark.parametrize("version", [pytest.param("10", marks=pytest.mark.soak), "12"])
async def test_a_token_and_a_room_of_the_admins_own(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet, version: str
) -> None:
    """Two starts with the same token; whoever may change the room's state decides."""
    zaid, amal, omar = [await meet(name) for name in ("zaid", "amal", "omar")]
    room = await zaid.create([account.user, omar.id], name="Admins", version=version)
    write_config(
        tmp_path,
        homeserver,
        account,
        f"access_token: {account.token}",
        f"device_id: {account.device}",
        f'admin_room: "{room}"',
    )
    async with program(tmp_path):
        await zaid.wait_until_there(room, account.user)
        chat, number = await sign_on_matrix(amal, account.user, "Amal Haddad")
        await decide(zaid, room, number)
        await amal.hear(chat, "has been verified")
    async with program(tmp_path):
        _, number = await sign_on_matrix(omar, account.user, "Omar Saleh")
        await omar.hear(room, f"#{number} ·")
        await omar.say(room, f"!verify {number}")
        await omar.hear(room, "Only an admin")
        await decide(zaid, room, number)


async def test_an_address_of_a_room(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    meet: Meet,
    unique: Callable[[str], str],
) -> None:
    zaid, amal = await meet("zaid"), await meet("amal")
    room = await zaid.create([account.user], name="Admins")
    alias = f"#{unique('admins')}:test"
    path = f"/_matrix/client/v3/directory/room/%23{alias[1:]}"
    status, answer = await homeserver.ask("PUT", path, zaid.account.token, {"room_id": room})
    assert status == 200, answer
    write_config(
        tmp_path, homeserver, account, f"password: {account.password}", f'admin_room: "{alias}"'
    )
    async with program(tmp_path):
        _, number = await sign_on_matrix(amal, account.user, "Amal Haddad")
        await decide(zaid, room, number)


async def test_a_room_that_the_bot_is_invited_to_only_later(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    """Signing goes on, and the card waits."""
    zaid, amal = await meet("zaid"), await meet("amal")
    room = await zaid.create([], name="Admins")
    write_config(
        tmp_path, homeserver, account, f"password: {account.password}", f'admin_room: "{room}"'
    )
    async with program(tmp_path):
        _, number = await sign_on_matrix(amal, account.user, "Amal Haddad")
        await zaid.invite(room, account.user)
        await decide(zaid, room, number)
    assert "invite its account there" in (tmp_path / "log.txt").read_text("utf-8")


async def test_the_database_of_another_account_is_left_alone(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    meet: Meet,
    unique: Callable[[str], str],
) -> None:
    amal = await meet("amal")
    write_config(tmp_path, homeserver, account, f"password: {account.password}")
    async with program(tmp_path):
        await amal.hear(await amal.chat(account.user), "Hello")
    other = await homeserver.register(unique("bot"))
    write_config(tmp_path, homeserver, other, f"password: {other.password}")
    ended = await run(tmp_path, "run")
    assert ended.code == 2
    assert "The database is that of another Matrix account. Put that one back" in ended.error
