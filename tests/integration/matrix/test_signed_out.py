"""Somebody signs the bot out: all of its account's sessions, its device, or only its access."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.adapters.matrix import undecryptable
from bot.adapters.matrix.devices import device_is_signed, fingerprint
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_accounts import write_config
from tests.integration.matrix.test_program import program, run, sign_on_matrix
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person, Proxy, matrix_error

NEW_DEVICE = "I have a new device on Matrix"
WHOAMI, SYNC = "GET .*/whoami", "GET .*/sync"


async def sign_out_everywhere(homeserver: Homeserver, account: Account) -> None:
    """As its owner, from a session of their own."""
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user},
        "password": account.password,
    }
    status, answer = await homeserver.ask("POST", "/_matrix/client/v3/login", "", login)
    assert status == 200, answer
    path = "/_matrix/client/v3/logout/all"
    status, answer = await homeserver.ask("POST", path, answer["access_token"])
    assert status == 200, answer


async def shown(homeserver: Homeserver, user: str, asking: Person) -> Any:
    path = "/_matrix/client/v3/keys/query"
    asked: object = {"device_keys": {user: []}}
    status, answer = await homeserver.ask("POST", path, asking.account.token, asked)
    assert status == 200, answer
    return answer


def device_of(w: Whole) -> str:
    assert w.adapter._parts is not None
    return w.adapter._parts.client.own_device


async def test_signed_out_everywhere_it_goes_on_with_a_new_device(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    amal: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it runs. What was said to the old device cannot be read, and is asked for once."""
    monkeypatch.setattr(undecryptable, "KEY_PATIENCE", 1.0)
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        old, admins = device_of(w), w.admins
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        reading = await w.ask(amal, room, "!read port")
        await w.sign(amal, "Amal Haddad", room)
        card = await zaid.hear(admins, "#1 ·")
        before = len(amal.said_in(room, w.id))
        await sign_out_everywhere(homeserver, account)
        await amal.say(room, "!demands port 1")

        await zaid.hear(admins, NEW_DEVICE)
        new = device_of(w)
        published = await shown(homeserver, w.id, zaid)
        assert new != old
        assert [name for name in published["device_keys"][w.id] if name in {old, new}] == [new]
        assert device_is_signed(published, w.id, new)
        assert not w.adapter.problems()

        await amal.hear(room, "couldn't read")
        await w.hears(amal, room, "!demands port 1", "1")
        assert sum("couldn't read" in h.text for h in amal.said_in(room, w.id)[before:]) == 1
        # Buttons from before act, and what is decided is decided.
        text = reading.text
        await amal.press(reading, "➡️")
        await amal.wait_for(lambda: reading.text != text)
        await zaid.say(admins, "!verify 1")
        await amal.hear(room, "has been verified")
        await zaid.wait_for(lambda: "Verified" in card.text)
        assert (await w.counts()).verified == 1
        assert sum(NEW_DEVICE in heard.text for heard in zaid.said_in(admins, w.id)) == 1


async def test_without_access_but_with_its_device_it_goes_on_as_it_was(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """Servers call it a soft logout; it happens where access ends after some time."""
    soft = matrix_error(401, "M_UNKNOWN_TOKEN", soft_logout=True)
    async with (
        Proxy(homeserver) as proxy,
        whole_bot(tmp_path, homeserver, account, url=proxy.url, admins=[zaid.id]) as w,
    ):
        old, admins = device_of(w), w.admins
        await zaid.wait_until_there(admins, zaid.id)
        await w.hears(zaid, admins, "!help", "!reload")
        proxy.fail(WHOAMI, soft)
        ended = proxy.fail(SYNC, soft)
        await zaid.say(admins, "!pending")
        await zaid.wait_for(lambda: ended.met)
        await w.hears(zaid, admins, "!help", "!reload")
        assert device_of(w) == old
        assert len(proxy.asked("POST .*/login")) == 2
        assert not any(NEW_DEVICE in heard.text for heard in zaid.said_in(admins, w.id))


async def test_the_password_is_needed_once_and_after_a_sign_out(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    zaid, amal = await meet("zaid"), await meet("amal")
    admins = f'admins: ["{zaid.id}"]'
    password = {"UNDERSIGNED_MATRIX__PASSWORD": account.password}
    write_config(tmp_path, homeserver, account, admins)
    for command in ("check", "run"):
        never = await run(tmp_path, command)
        assert never.code != 0
        assert "UNDERSIGNED_MATRIX__PASSWORD" in never.error
    assert (await run(tmp_path, "check", **password)).code == 0
    async with program(tmp_path, password):
        room = await zaid.wait_for(lambda: next(iter(zaid.client.rooms), None))
    assert (await run(tmp_path, "check")).code == 0
    async with program(tmp_path):
        _, number = await sign_on_matrix(amal, account.user, "Amal Haddad")
        await zaid.hear(room, f"#{number} ·")

    before = (await run(tmp_path, "matrix", "status")).out
    await sign_out_everywhere(homeserver, account)
    for words in (("run",), ("matrix", "status")):
        ended = await run(tmp_path, *words)
        assert ended.code == 2
        assert "does not accept the bot's access any more" in ended.error
        assert "UNDERSIGNED_MATRIX__PASSWORD" in ended.error
    async with program(tmp_path, password):
        await zaid.hear(room, NEW_DEVICE)
        await zaid.say(room, f"!verify {number}")
        await zaid.hear(room, f"#{number} is verified")
    after = await run(tmp_path, "matrix", "status")
    assert (after.code, after.error) == (0, "")
    assert after.out != before
    assert "a new one begins" in (tmp_path / "log.txt").read_text("utf-8")
    async with program(tmp_path):
        await zaid.say(room, "!help")
        await zaid.hear(room, "!reload")


async def test_a_device_that_the_server_has_no_keys_of_is_given_up(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    """With a token: as an earlier version left it, which signed in again under the old name."""
    zaid = await meet("zaid")
    lines = [f"access_token: {account.token}", f"device_id: {account.device}"]
    write_config(tmp_path, homeserver, account, *lines, f'admins: ["{zaid.id}"]')
    async with program(tmp_path):
        room = await zaid.wait_for(lambda: next(iter(zaid.client.rooms), None))
    await sign_out_everywhere(homeserver, account)
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user},
        "password": account.password,
        "device_id": account.device,
    }
    _, again = await homeserver.ask("POST", "/_matrix/client/v3/login", "", login)
    config = tmp_path / "config.yaml"
    text = config.read_text("utf-8").replace(account.token, again["access_token"])
    config.write_text(text, "utf-8")
    ended = await run(tmp_path, "run")
    assert ended.code == 2
    assert "The bot's device has ended" in ended.error
    async with program(tmp_path, {"UNDERSIGNED_MATRIX__PASSWORD": account.password}):
        await zaid.hear(room, NEW_DEVICE)
    # The token that the operator left in the configuration is in nobody's way.
    async with program(tmp_path):
        await zaid.say(room, "!help")
        await zaid.hear(room, "!reload")
    published = await shown(homeserver, account.user, zaid)
    [device] = published["device_keys"][account.user]
    assert device != account.device
    assert fingerprint(published, account.user, device)
