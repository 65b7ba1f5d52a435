"""What `undersigned doctor` says of the bot's account on a real homeserver, and of broken ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from bot.adapters import accounts
from bot.adapters.matrix import NAME, SECRET
from bot.adapters.matrix.vouching import DISOWNED
from bot.bootstrap.opening import open_storage, read_settings
from bot.doctor.examination import system_time
from bot.doctor.platforms import platforms
from bot.domain.memo import Memo
from tests.integration.matrix.test_program import configure, program, run
from tests.support.synapse import Account, Homeserver, Person, Proxy, matrix_error

VERSIONS, WHOAMI = "GET .*/client/versions", "GET .*/account/whoami"
QUERY, UPLOAD, STATE = "POST .*/keys/query", "POST .*/keys/upload", "GET .*/rooms/[^/]*/state$"


async def said(folder: Path, what: str = "Matrix") -> str:
    """What is said of it; of what else is wrong beside it nothing is."""
    settings = read_settings(folder / "config.yaml")
    found = await platforms(settings, system_time, is_readable=True)
    (line,) = [str(finding) for finding in found if finding.what == what]
    return re.sub(r"^(\w+)  +", r"\1 ", line)


def answers(body: object) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body)

    return answer


def event(kind: str, content: object, sender: str, key: str = "") -> dict[str, object]:
    return {"type": kind, "state_key": key, "content": content, "sender": sender}


@pytest.fixture
async def account(homeserver: Homeserver, unique: Callable[[str], str]) -> Account:
    return await homeserver.register(unique("bot"))


async def test_what_is_said(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    async with Proxy(homeserver) as proxy:
        configure(tmp_path, proxy, account, zaid)
        first = json.loads((await run(tmp_path, "doctor", "--json")).out)
        before = {each["what"]: each for each in first}
        assert (before["Matrix"]["verdict"], before["database"]["verdict"]) == ("ok", "note")
        async with program(tmp_path):
            await zaid.wait_for(lambda: zaid.client.rooms)
            beside = await run(tmp_path, "doctor", "--json")
        by_name = {each["what"]: each for each in json.loads(beside.out)}
        ours = {what: each["verdict"] for what, each in by_name.items() if "atrix" in what}
        assert set(ours.values()) == {"ok"}, by_name
        assert by_name["bot"]["said"].startswith("it runs")

        await _on_the_line(tmp_path, proxy)
        await _of_the_device(tmp_path, proxy)
        await _of_the_account(tmp_path, proxy, account)
        await _in_the_room(tmp_path, homeserver, proxy, zaid, account)


async def _on_the_line(folder: Path, proxy: Proxy) -> None:
    proxy.fail(VERSIONS, 502)
    assert "What answers at matrix.homeserver is no homeserver (status 502)" in await said(folder)
    proxy.fail(VERSIONS, answers([]))
    assert (await said(folder)).startswith("ok Matrix: ")
    config = folder / "config.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace(proxy.url, "http://127.0.0.1:9"), "utf-8")
    assert await said(folder) == (
        "wrong Matrix: The homeserver does not answer (ClientConnectorError). Correct "
        "matrix.homeserver, or try again later"
    )
    config.write_text(text, "utf-8")


async def _of_the_device(folder: Path, proxy: Proxy) -> None:
    proxy.fail(QUERY, answers({"device_keys": {}}))
    line = await said(folder, "Matrix device")
    assert line.startswith("wrong Matrix device: The homeserver does not know this device")
    proxy.fail(UPLOAD, answers({"one_time_key_counts": {}}))
    assert (await said(folder, "Matrix one-time keys")).startswith("note Matrix one-time keys: 0 ")
    assert proxy.asked(UPLOAD)
    await _keep(folder, Memo(SECRET, DISOWNED, "another key"))
    line = await said(folder, "Matrix device")
    assert line.startswith("wrong Matrix device: Somebody else made the signing keys")
    await _keep(folder, Memo(SECRET, DISOWNED, None))
    (store,) = (folder / "data" / "matrix").glob("*.db")
    away = store.rename(store.with_suffix(".away"))
    line = await said(folder, "Matrix encryption")
    assert line.startswith("wrong Matrix encryption: The bot's device has ended")
    away.rename(store)


async def _of_the_account(folder: Path, proxy: Proxy, account: Account) -> None:
    proxy.fail(WHOAMI, matrix_error(401, "M_UNKNOWN_TOKEN"), times=2)
    assert await said(folder, "Matrix access") == (
        "note Matrix access: its access has ended. The password lets it in when it starts"
    )
    config = folder / "config.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace(f"  password: {account.password}\n", ""), "utf-8")
    line = await said(folder, "Matrix access")
    assert line.startswith("wrong Matrix access: The homeserver does not accept the bot's access")
    config.write_text(text, "utf-8")
    proxy.fail(WHOAMI, answers({"user_id": "@other:example.org"}))
    assert "belongs to another account" in await said(folder, "Matrix access")
    own = Memo(accounts.KIND, accounts.KEY, account.user)
    await _keep(folder, replace(own, value="@other:example.org"))
    line = await said(folder, "Matrix access")
    assert line.startswith("wrong Matrix access: The database is that of another Matrix account.")
    await _keep(folder, own)


async def _keep(folder: Path, memo: Memo) -> None:
    settings = read_settings(folder / "config.yaml")
    async with open_storage(settings) as database, database.unit() as unit:
        await unit.memos.write(NAME, [memo])


async def _in_the_room(
    folder: Path, homeserver: Homeserver, proxy: Proxy, zaid: Person, account: Account
) -> None:
    room = next(iter(zaid.client.rooms))
    path = f"/_matrix/client/v3/rooms/{quote(room)}"

    async def put(kind: str, content: object) -> None:
        """As the bot, which made the room."""
        status, _ = await homeserver.ask("PUT", f"{path}/state/{kind}", account.token, content)
        assert status == 200

    await put("m.room.join_rules", {"join_rule": "public"})
    assert await said(folder, "Matrix admin room") == (
        "wrong Matrix admin room: anybody can enter it, so nobody can decide there. Let people "
        "come in by invitation alone"
    )
    await put("m.room.join_rules", {"join_rule": "invite"})
    state: list[dict[str, object]] = [
        event("m.room.create", {"room_version": "10"}, zaid.id),
        event("m.room.join_rules", {"join_rule": "invite"}, zaid.id),
        event("m.room.member", {"membership": "join"}, account.user, account.user),
        event("m.room.power_levels", {"users": {zaid.id: 100}, "events_default": 50}, zaid.id),
    ]
    proxy.fail(STATE, answers(state), times=2)
    assert await said(folder, "Matrix rights in the admin room") == (
        "wrong Matrix rights in the admin room: it may not write there: it has the power 0, and "
        "50 is needed. Give it that power, so that cards can come"
    )
    assert await said(folder, "Matrix admin room") == (
        "wrong Matrix admin room: private, but not encrypted, so nobody can decide there. "
        "Encrypt the room, in its settings"
    )
    await homeserver.ask("POST", f"{path}/leave", account.token, {})
    assert await said(folder, "Matrix admin room") == (
        "wrong Matrix admin room: the bot is not in it, so endorsements wait. Invite its account "
        "there, or correct matrix.admin_room"
    )
