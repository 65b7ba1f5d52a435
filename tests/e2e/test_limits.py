"""Floods: a kind line once, then silence until the window ends; and erasures all at once."""

from __future__ import annotations

import pytest

from bot.delivery.lanes import AHEAD
from bot.dispatch import dispatcher
from bot.domain.counts import Counts
from bot.ports import Event
from bot.services import mass_due_guard
from bot.wording.general import too_much
from bot.wording.voice import SOURCE_LANGUAGE, Voice
from tests.support.dialogue import Dialogue

TOO_MUCH = too_much(Voice(SOURCE_LANGUAGE)).plain


async def test_a_person_who_floods_is_told_once(d: Dialogue) -> None:
    events = [d.message("amal", "/help") for _ in range(300)]
    said = await d.receive(*events)
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 241
    assert [did.text for did in await d.say("rami: /help")] != []
    assert await d.say("amal: /help") == []
    await d.say("%advance 1m")
    assert len(await d.say("amal: /help")) == 1


async def test_nobody_waits_behind_the_thousands_of_another(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are read at once; and those are answered all, in their order."""
    monkeypatch.setattr(dispatcher, "LOADED", 50)
    asked = [f"/demands port {1 + number % 2}" for number in range(200)]
    events = [d.message("amal", text) for text in asked]
    said = await d.receive(*events, d.message("omar", "/demands port 1"))
    assert [did.chat for did in said].index("omar") <= 2 * AHEAD
    answers = [did.text[:3] for did in said if did.chat == "amal"]
    assert answers == [f"{text[-1]}. " for text in asked]


@pytest.mark.parametrize(
    ("chats", "held"),
    [(250, 100), (250, 1000), pytest.param(10_000, 1000, marks=pytest.mark.soak)],
)
async def test_admins_do_not_wait_behind_thousands_of_chats(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch, chats: int, held: int
) -> None:
    """What they ask is handled next, though it came last, and wherever the others' wait: in the
    database or in memory. Nobody signs any more but those whose turn had come."""
    monkeypatch.setattr(dispatcher, "LOADED", held)
    await d.say("zaid@admins: /stats")
    others = [d.message(f"person{number}", "/sign port") for number in range(chats)]
    said = await d.receive(*others, d.message("zaid", "/close port", "admins"))
    assert len(said) == chats + 1
    assert sum("confirm" in did.names for did in said) <= 2 * dispatcher.BATCH


async def test_costly_commands_have_a_limit_of_their_own(d: Dialogue) -> None:
    said = await d.receive(*[d.message("amal", "/search port") for _ in range(70)])
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 61
    assert len(await d.say("amal: /help")) == 1


@pytest.mark.parametrize("typed", ["\u200f/search port", "/search\nport", "\n/SEARCH port"])
async def test_no_way_of_writing_a_costly_command_escapes_its_limit(
    d: Dialogue, typed: str
) -> None:
    said = await d.receive(*[d.message("amal", typed) for _ in range(70)])
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 61


@pytest.mark.parametrize("pairs", [50, pytest.param(500, marks=pytest.mark.soak)])
async def test_many_copies_of_one_signing_from_two_chats(d: Dialogue, pairs: int) -> None:
    """One account, private chat and group at once, in turn: one record."""
    steps = ["/sign port", "confirm", "Amal Haddad", "skip", "skip", "public"]
    await d.already(*(f"amal: {step}" for step in steps))
    prompt = d.newest("amal", "confirm")
    events = [
        event
        for _ in range(pairs)
        for event in (
            d.press("amal", prompt.number, prompt.data["confirm"]),
            d.message("amal", "/sign port", "tunis"),
        )
    ]
    await d.receive(*events)
    assert await d.counts() == Counts(pending=1)
    assert await d.rows("SELECT count(*) FROM endorsements") == [(1,)]


async def test_events_again_and_in_any_order_change_nothing(d: Dialogue) -> None:
    """The same events three times, the last time backwards, across a restart."""
    await d.sign("amal", "Amal Haddad")
    card = d.newest("@admins", "verify")
    events: list[Event] = [
        d.press("zaid", card.number, card.data["verify"], "admins", id_="replayed 1"),
        d.message("amal", "/withdraw"),
        d.message("amal", "confirm"),
    ]
    await d.say("zaid@admins: /stats")
    await d.receive(*events)
    state = await d.counts()
    assert state == Counts(withdrawn=1)
    before = len(d.did)
    await d.receive(*events)
    await d.restart()
    await d.receive(*reversed(events))
    assert await d.counts() == state
    assert len(d.did) == before


async def test_many_erasures_at_once_wait_for_an_admin(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a clock that jumped: more than a tenth of all records at the same time."""
    monkeypatch.setattr(mass_due_guard, "FEWEST", 5)
    for number in range(1, 7):
        await d.sign(f"person{number}", f"Person {number}", "counted")
        await d.say(f"zaid@admins: /verify {number}")
    said = await d.say("%advance 30d")
    assert [did.names for did in said if "release" in did.names] == [("release",)]
    named = "SELECT count(*) FROM endorsements WHERE sealed_name IS NOT NULL"
    assert await d.rows(named) == [(6,)]
    await d.restart()
    assert await d.rows(named) == [(6,)]
    await d.say("zaid@admins: [release]")
    assert await d.rows(named) == [(0,)]
    assert await d.counts() == Counts(verified=6, persons=6)
