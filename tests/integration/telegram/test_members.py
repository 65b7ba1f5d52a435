"""Who somebody is in a chat: asked each time, never remembered."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.adapters.telegram import members
from bot.domain.ids import UserRef
from bot.ports import GroupFacts, Moved, Role
from tests.integration.telegram.conftest import Rig, Rigs
from tests.support.botapi import BotApiServer, Chat, Person, faults
from tests.support.botapi.faults import Fault


def user(key: object) -> UserRef:
    from bot.adapters.telegram.refs import NAME  # noqa: PLC0415

    return UserRef(NAME, str(key))


async def role(rig: Rig, chat: Chat, who: Person) -> Role:
    return await rig.adapter.role(rig.chat(chat), user(who.id))


async def test_each_standing(server: BotApiServer, rig: Rig, amal: Person, tunis: Chat) -> None:
    zaid, omar, stranger = (server.person(name) for name in ("zaid", "omar", "stranger"))
    tunis.promote(zaid)
    tunis.add(omar)
    await stranger.say("/start")
    assert await role(rig, tunis, amal) is Role.ADMINISTRATOR
    assert await role(rig, tunis, zaid) is Role.ADMINISTRATOR
    assert await role(rig, tunis, omar) is Role.MEMBER
    tunis.restrict(omar)
    assert await role(rig, tunis, omar) is Role.MEMBER
    tunis.remove(omar, by=amal)
    assert await role(rig, tunis, omar) is Role.OUTSIDER
    assert await role(rig, tunis, stranger) is Role.OUTSIDER


async def test_a_demotion_counts_at_once(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
) -> None:
    zaid = server.person("zaid")
    tunis.promote(zaid)
    assert await role(rig, tunis, zaid) is Role.ADMINISTRATOR
    tunis.demote(zaid)
    assert await role(rig, tunis, zaid) is Role.MEMBER


async def test_who_is_no_person(rig: Rig, tunis: Chat) -> None:
    chat = rig.chat(tunis)
    assert await rig.adapter.role(chat, user(f"anonymous:{tunis.id}")) is Role.ANONYMOUS
    assert await rig.adapter.role(chat, user("anonymous:-100999")) is Role.OUTSIDER
    assert await rig.adapter.role(chat, user("channel:-100999")) is Role.NO_PERSON


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_gateway(),
        faults.drop(),
        faults.too_many(3),
        faults.refusal(400, "Bad Request: member list is inaccessible"),
        faults.refusal(403, "Forbidden: bot is not a member of the supergroup chat"),
        Fault("odd", 200, body=b'{"ok":true,"result":[]}'),
    ],
    ids=lambda fault: fault.name,
)
async def test_no_answer_is_unknown(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat, fault: Fault
) -> None:
    server.fail("*", fault, times=None, when=lambda call: call.method != "getUpdates")
    assert await role(rig, tunis, amal) is Role.UNKNOWN
    assert await rig.adapter.group(rig.chat(tunis)) is None


async def test_a_connection_that_was_cut_is_tried_again(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
) -> None:
    server.fail("getChatMember", faults.drop())
    assert await role(rig, tunis, amal) is Role.ADMINISTRATOR


@pytest.mark.parametrize("times", [1, None])
async def test_a_slow_answer_is_given_up_before_the_core_does(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat, monkeypatch: pytest.MonkeyPatch,
    times: int | None,
) -> None:  # fmt: skip
    """Whoever is told nothing for five seconds asks again, and so for ever."""
    monkeypatch.setattr(members, "ANSWER_TIME", 0.2)
    server.fail("getChatMember", faults.slow(60.0), times=times)
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert await role(rig, tunis, amal) is Role.UNKNOWN
    assert loop.time() - started < 30


async def test_a_second_try_does_not_get_its_own_time(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "ANSWER_TIME", 2.0)
    server.fail("getChatMember", faults.slow(1.4, faults.drop()), times=None)
    assert await role(rig, tunis, amal) is Role.UNKNOWN
    first, second = server.calls("getChatMember")
    assert (first.status, second.status) == (0, None)


@pytest.mark.parametrize(
    "standing",
    [{"status": "guest"}, {"status": None}, {}, {"status": ["creator"]}, {"status": "restricted"}],
    ids=str,
)
async def test_a_standing_that_nobody_knows_gives_no_right(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat, standing: dict[str, object]
) -> None:
    body = json.dumps({"ok": True, "result": standing}).encode()
    server.fail("getChatMember", Fault("odd", 200, body=body))
    assert await role(rig, tunis, amal) in {Role.UNKNOWN, Role.OUTSIDER}


async def test_an_upgraded_group_answers_for_the_old_one(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    old = server.group("Small", creator=amal, kind="group")
    server.fail(
        "getChatMember",
        faults.refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=old.upgrade().id,
        ),
    )
    assert await role(rig, old, amal) is Role.ADMINISTRATOR
    assert any(isinstance(event, Moved) for event in rig.inbox.events)


async def test_what_a_group_is(server: BotApiServer, rig: Rig, amal: Person, tunis: Chat) -> None:
    tunis.add(server.person("omar"))
    assert await rig.adapter.group(rig.chat(tunis)) == GroupFacts("Tunis", 3)
    tunis.rename("Tunis Port Workers")
    server.fail("getChatMemberCount", faults.server_error(), times=2)
    assert await rig.adapter.group(rig.chat(tunis)) == GroupFacts("Tunis Port Workers", None)


class TestAdminChat:
    async def test_its_administrators_decide(
        self, server: BotApiServer, rigs: Rigs, amal: Person, tunis: Chat
    ) -> None:
        omar = server.person("omar")
        tunis.add(omar)
        rig = rigs(admin_chat=tunis.id)
        assert await role(rig, tunis, amal) is Role.ADMINISTRATOR
        assert await role(rig, tunis, omar) is Role.MEMBER

    async def test_those_who_are_named_decide_while_they_are_in_it(
        self, server: BotApiServer, rigs: Rigs, amal: Person, tunis: Chat
    ) -> None:
        omar = server.person("omar")
        tunis.add(omar)
        other = server.group("Other", creator=amal)
        rig = rigs(admin_chat=tunis.id, admins=[omar.id])
        assert await role(rig, tunis, omar) is Role.ADMINISTRATOR
        assert await role(rig, tunis, amal) is Role.MEMBER
        assert await role(rig, other, amal) is Role.ADMINISTRATOR
        tunis.remove(omar, by=amal)
        assert await role(rig, tunis, omar) is Role.OUTSIDER

    async def test_while_it_is_public_nobody_does_whoever_they_are(
        self, server: BotApiServer, rigs: Rigs, amal: Person, tunis: Chat
    ) -> None:
        omar, stranger = server.person("omar"), server.person("stranger")
        tunis.add(omar)
        other = server.group("Other", creator=amal)
        rig = rigs(admin_chat=tunis.id, admins=[amal.id])
        for chat in (tunis, other):
            chat.publish(chat.name)
        for who in (amal, omar, stranger):
            assert await role(rig, tunis, who) is Role.FROZEN
        for key in (f"anonymous:{tunis.id}", "channel:-100999"):
            assert await rig.adapter.role(rig.chat(tunis), user(key)) is Role.FROZEN
        assert await role(rig, other, amal) is Role.ADMINISTRATOR
        tunis.publish(None)
        assert await role(rig, tunis, amal) is Role.ADMINISTRATOR

    async def test_where_nobody_says_whether_it_is_public_nobody_decides(
        self, server: BotApiServer, rigs: Rigs, amal: Person, tunis: Chat
    ) -> None:
        rig = rigs(admin_chat=tunis.id)
        server.fail("getChat", faults.refusal(400, "Bad Request: chat not found"), times=None)
        assert await role(rig, tunis, amal) is Role.UNKNOWN

    async def test_a_private_one(self, server: BotApiServer, rigs: Rigs, amal: Person) -> None:
        await amal.say("/start")
        rig = rigs(admin_chat=amal.id)
        assert await role(rig, amal.private, amal) is Role.ADMINISTRATOR
        strict = rigs(admin_chat=amal.id, admins=[4242])
        assert await role(strict, amal.private, amal) is Role.MEMBER
