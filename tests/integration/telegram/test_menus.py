"""Command menus and descriptions: shown where Telegram takes them, and nothing depends on it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.ids import Language
from bot.ports import Menu, Place
from tests.contract.inbox import WITHIN
from tests.integration.telegram.conftest import Rig, Rigs
from tests.support.botapi import BotApiServer, Person, faults
from tests.support.botapi.faults import Fault

COMMANDS = {
    Place.PRIVATE: [("sign", "Sign"), ("BAD name", "No"), ("empty", ""), ("x" * 33, "Long")],
    Place.GROUP: [("endorse", "w " * 400)],
    Place.ADMIN: [("pending", "What waits")],
}


def menu(language: str) -> Menu:
    return Menu(Language(language), COMMANDS, f"{language} " * 300, f"{language} " * 60)


def commands(server: BotApiServer) -> dict[tuple[str, str | None], list[tuple[str, str]]]:
    found = {}
    for call in server.calls("setMyCommands", ok=True):
        given: dict[str, Any] = call.parameters
        key = (given["scope"]["type"], given.get("language_code"))
        found[key] = [(c["command"], c["description"]) for c in given["commands"]]
    return found


async def test_by_scope_and_language(server: BotApiServer, rigs: Rigs, amal: Person) -> None:
    admins = server.group("Admins", creator=amal)
    rig = rigs(admin_chat=admins.id)
    menus = [menu(code) for code in ("en", "ar", "pt-BR", "pt", "ckb")]
    await rig.adapter.introduce(menus)
    shown = commands(server)
    private, groups = "all_private_chats", "all_group_chats"
    assert set(shown) == {
        *((private, code) for code in (None, "en", "ar", "pt")),
        *((groups, code) for code in (None, "en", "ar", "pt")),
        ("chat", None),
    }
    assert shown[private, "ar"] == [("sign", "Sign")]
    ((name, summary),) = shown[groups, None]
    assert name == "endorse"
    assert len(summary) <= 256
    assert shown["chat", None] == [("pending", "What waits")]
    descriptions = [c.parameters for c in server.calls("setMyDescription", ok=True)]
    assert [d.get("language_code") for d in descriptions] == [None, "en", "ar", "pt"]
    assert all(len(d["description"]) <= 512 for d in descriptions)
    short = server.calls("setMyShortDescription", ok=True)
    assert all(len(call.parameters["short_description"]) <= 120 for call in short)


async def test_an_admin_chat_that_is_claimed_gets_its_menu(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    await rig.adapter.introduce([menu("en")])
    assert ("chat", None) not in commands(server)
    rig.adapter.admin_chat = rig.chat(server.group("Admins", creator=amal))
    await server.wait_for(lambda: ("chat", None) in commands(server))


@pytest.mark.parametrize("code", [400, 404])
async def test_what_is_refused_stops_nothing(
    server: BotApiServer, rig: Rig, amal: Person, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    for name in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        server.fail(name, faults.refusal(code, "Not Found: method not found"), times=None)
    await rig.adapter.introduce([menu("en")])
    # A line for each, however many languages and scopes it is refused in.
    assert caplog.text.count("is refused: ") == 3
    await amal.say("/start")
    assert (await rig.message()).text == "/start"


async def test_what_comes_too_often_is_made_again_and_holds_up_nothing(
    server: BotApiServer, rigs: Rigs, quick: list[float], amal: Person
) -> None:
    """The first answer to each call is 429; those that say an hour keep no other waiting."""
    admins = server.group("Admins", creator=amal)
    rig = rigs(start=False)
    for name in ("setMyCommands", "setMyShortDescription"):
        server.fail(name, faults.too_many(), times=3)
    server.fail("setMyDescription", faults.too_many(3600), times=None)
    rig.start()
    async with asyncio.timeout(WITHIN):
        await rig.adapter.introduce([menu("en"), menu("ar")])
    await server.wait_for(lambda: len(commands(server)) == 6)
    await server.wait_for(lambda: len(server.calls("setMyShortDescription", ok=True)) == 3)
    # The admin chat is looked after meanwhile, and the end does not wait either.
    server.fail("setMyCommands", faults.too_many(3600))
    rig.adapter.admin_chat = rig.chat(admins)
    await server.wait_for(lambda: rig.adapter.problems() == [])
    async with asyncio.timeout(WITHIN):
        await rig.stop()


@pytest.mark.parametrize(
    "fault",
    [faults.drop(), faults.bad_gateway(), faults.server_error()],
    ids=lambda fault: fault.name,
)
async def test_what_did_not_get_through_is_made_again(
    server: BotApiServer, rigs: Rigs, quick: list[float], fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """An outage in the moment of the start does not leave the bot without its menus."""
    rig = rigs(names=NAMES, start=False)
    methods = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setMyName")
    for method in methods:
        server.fail(method, fault, times=3)
    rig.start()
    await rig.adapter.introduce([menu("en"), menu("ar")])
    await server.wait_for(lambda: len(commands(server)) == 6)
    await server.wait_for(lambda: all(server.calls(method, ok=True) for method in methods))
    assert caplog.text.count("did not get through") == len(methods)
    await rig.stop()


NAMES = {"ar": "الموقّعون أدناه", "en": "Undersigned"}


def names(server: BotApiServer) -> list[tuple[str | None, str]]:
    calls = server.calls("setMyName", ok=True)
    return [(call.parameters.get("language_code"), call.parameters["name"]) for call in calls]


async def test_the_name_in_each_language(server: BotApiServer, rigs: Rigs) -> None:
    """The first one stands for all other languages. What Telegram has already is not set again."""
    for _ in range(2):
        rig = rigs(names=NAMES)
        await rig.adapter.introduce([menu("en")])
        await rig.stop()
    assert names(server) == [(None, NAMES["ar"]), ("en", NAMES["en"])]


async def test_without_names_that_of_botfather_stays(server: BotApiServer, rig: Rig) -> None:
    await rig.adapter.introduce([menu("en")])
    assert [c for c in server.calls() if c.method in {"setMyName", "getMyName"}] == []


@pytest.mark.parametrize("method", ["setMyName", "getMyName"])
async def test_a_name_that_is_refused_stops_nothing(
    server: BotApiServer, rigs: Rigs, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    server.fail(method, faults.refusal(404, "Not Found: method not found"), times=None)
    await rigs(names=NAMES).adapter.introduce([menu("en")])
    assert caplog.text.count("setMyName is refused: ") == 1
    assert len(commands(server)) == 4


async def test_links(server: BotApiServer, rig: Rig, rigs: Rigs) -> None:
    adapter, name = rig.adapter, server.bot.username
    assert adapter.private_link("s_port_en") == f"https://t.me/{name}?start=s_port_en"
    for payload in ("", "x" * 65, "a b", "é", "s_port&x=1"):
        assert adapter.private_link(payload) is None
    assert adapter.group_link() == f"https://t.me/{name}?startgroup=true"
    early = rigs(start=False).adapter
    assert early.private_link("s_port_en") is None
    assert early.group_link() is None
    await early.prepare()
    assert early.private_link("s_port_en")
    await early._request.shutdown()
