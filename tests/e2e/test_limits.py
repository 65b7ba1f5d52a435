"""Floods: a kind line once, then silence until the window ends; and erasures all at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.delivery.lanes import AHEAD
from bot.dispatch import dispatcher, limits
from bot.dispatch.limits import Rate, Rates
from bot.domain.counts import Counts
from bot.domain.exposure import Exposure
from bot.ports import Event, Exposed, Query
from bot.services import mass_due_guard
from bot.wording.general import crowded, too_much
from bot.wording.voice import SOURCE_LANGUAGE, Voice
from tests.support.dialogue import Dialogue, open_dialogue

TOO_MUCH = too_much(Voice(SOURCE_LANGUAGE)).plain
CROWDED = crowded(Voice(SOURCE_LANGUAGE)).plain


@pytest.mark.usefixtures("started")
async def test_a_person_who_floods_is_told_once(d: Dialogue) -> None:
    d.platform.stand_still()
    events = [d.message("amal", "/help") for _ in range(300)]
    said = await d.receive(*events)
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 241
    assert [did.text for did in await d.say("rami: /help")] != []
    assert await d.say("amal: /help") == []
    await d.say("%advance 1m")
    assert len(await d.say("amal: /help")) == 1


async def test_what_a_platform_says_of_itself_is_never_too_much(d: Dialogue) -> None:
    """Whoever floods the admin chat hides no warning about it."""
    await d.say("zaid@admins: /stats")
    crowd = [f"person{number % 3}" for number in range(600)]
    await d.receive(*(d.message(who, "/help", "admins") for who in crowd))
    said = await d.receive(Exposed(d.origin("omar", "admins"), Exposure.PUBLIC))
    assert ["Anybody can enter the admin chat" in did.text for did in said] == [True]


@pytest.mark.usefixtures("started")
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


@pytest.mark.usefixtures("started")
async def test_what_comes_behind_more_than_is_held_is_not_handled_in_its_stead(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed over when not all before it has been read is read after that."""
    monkeypatch.setattr(dispatcher, "LOADED", 3)
    crowd = [f"person{number}" for number in range(7)]
    await d.bot.inbox.receive(NAME, [d.message(who, "/help") for who in crowd])
    said = await d.receive(d.message("omar", "/help"))
    assert {did.chat for did in said} == {*crowd, "omar"}


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


@pytest.mark.usefixtures("started")
async def test_costly_commands_have_a_limit_of_their_own(d: Dialogue) -> None:
    d.platform.stand_still()
    said = await d.receive(*[d.message("amal", "/search port") for _ in range(70)])
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 61
    assert len(await d.say("amal: /help")) == 1


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("typed", ["\u200f/search port", "/search\nport", "\n/SEARCH port"])
async def test_no_way_of_writing_a_costly_command_escapes_its_limit(
    d: Dialogue, typed: str
) -> None:
    d.platform.stand_still()
    said = await d.receive(*[d.message("amal", typed) for _ in range(70)])
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 61


NOTHING = Rate(0, dt.timedelta(minutes=10))
SIGNING = tuple(
    f"amal: {answer}"
    for answer in ("/sign", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]", "[confirm]")
)
ENDORSING = ("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]")
ASKED = (*SIGNING, "zaid@admins: /ask 1 Which school?")
COSTLY = {
    "sign": ("amal: /sign",),
    "a link to sign": ("amal: /start s_port_en",),
    "a link to sign what is open": ("amal: /start sign",),
    "a link from a group": ("amal: /start mydata",),
    "the button of a text": ("amal: /read port", "amal: [sign]"),
    "the confirmation of a signature": SIGNING,
    "its name typed": (*SIGNING[:-1], "amal: /confirm"),
    "endorse": ENDORSING[:1],
    "the confirmation of an endorsement": ENDORSING,
    "search": ("amal: /search port",),
    "own records": (*SIGNING, "amal: /mine"),
    "a change, typed": (*SIGNING, "amal: /mine 1 name Amal Mansour"),
    "who sees the name": (*SIGNING, "amal: /mine", "amal: [organisers]"),
    "a name": (*SIGNING, "amal: /mine", "amal: [name]", "amal: Amal Mansour"),
    "a country": (*SIGNING, "amal: /mine", "amal: [country]", "amal: Tunisia"),
    "the undoing of a withdrawal": (*SIGNING, "amal: /withdraw", "amal: [confirm]", "amal: [undo]"),
    "an answer": (*ASKED, "amal: [answer]"),
    "an answer, typed": (*ASKED, "amal: [answer]", "amal: In Sfax"),
    "a guess of the code": ("omar@tunis: /claim 0123456789abcdef",),
    "find": ("zaid@admins: /find amal",),
    "export": ("zaid@admins: /export",),
}
FREE = {
    "help": ("amal: /help",),
    "a link to read": ("amal: /start r_port_en",),
    "reading": ("amal: /read port", "amal: [demands]"),
    "withdrawing": (*SIGNING, "amal: /withdraw", "amal: [confirm]"),
    "forgetting": (*SIGNING, "amal: /forget", "amal: [confirm]"),
    "a name to be erased": (*SIGNING, "amal: /mine 1 counted", "amal: [confirm]"),
    "deciding": (*SIGNING, "zaid@admins: [verify]"),
    "pausing": ("zaid@admins: /close",),
}


async def prepare(d: Dialogue, before: list[str]) -> None:
    shared = SIGNING if tuple(before[: len(SIGNING)]) == SIGNING else ()
    await d.already("amal: /help", *shared)
    if rest := before[len(shared) :]:
        await d.say(*rest)


def change_rates(d: Dialogue, **rates: Rate) -> None:
    limits = d.bot.dispatcher._limits
    limits._rates = replace(limits._rates, **rates)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", COSTLY)
async def test_every_way_to_make_work_costs(d: Dialogue, way: str) -> None:
    """Who has nothing left is told, and nothing happens but that."""
    *before, line = COSTLY[way]
    await prepare(d, before)
    change_rates(d, cost_person=NOTHING)
    state, said = await d.counts(), len(d.did)
    (told,) = await d.say(line)
    assert told.text == TOO_MUCH
    assert await d.counts() == state
    assert len(d.did) == said + 1
    change_rates(d, cost_person=Rates().cost_person)
    (*_, again) = await d.say(line)
    assert again.text != TOO_MUCH


@pytest.mark.parametrize("way", FREE)
async def test_what_keeps_nobody_from_it(d: Dialogue, way: str) -> None:
    *before, line = FREE[way]
    await prepare(d, before)
    change_rates(d, cost_person=NOTHING, cost_chat=NOTHING, cost_everybody=NOTHING)
    assert TOO_MUCH not in {did.text for did in await d.say(line)}


@pytest.mark.usefixtures("started")
async def test_suggestions_cost_a_little(d: Dialogue) -> None:
    d.platform.stand_still()

    def queries(count: int) -> list[Event]:
        origins = [d.origin("amal") for _ in range(count)]
        return [Query(origin, origin.id, "port") for origin in origins]

    await d.receive(*queries(200))
    await d.say("%advance 2m")
    await d.receive(*queries(100))
    assert [did.text for did in await d.say("amal: /search port")] == [TOO_MUCH]


async def test_a_chat_has_its_own_however_many_write_there(d: Dialogue) -> None:
    for person in range(10):
        await d.say(f"person{person}@tunis: hello")
    events = [d.message(f"person{number % 10}", "/search port", "tunis") for number in range(130)]
    said = await d.receive(*events)
    assert [did.text for did in said].count(TOO_MUCH) == 1
    assert len(said) == 121


@pytest.mark.usefixtures("started")
async def test_one_who_is_over_their_limit_takes_nothing_from_others(d: Dialogue) -> None:
    d.platform.stand_still()
    change_rates(d, everybody=Rate(245, dt.timedelta(minutes=1)))
    await d.receive(*[d.message("amal", "/help") for _ in range(400)])
    assert [did.text for did in await d.say("rami: /help")] != [TOO_MUCH]


async def test_whatever_others_do_admins_can_close(d: Dialogue) -> None:
    await d.say("zaid@admins: /help")
    change_rates(d, everybody=NOTHING, cost_everybody=NOTHING)
    assert [did.text for did in await d.say("amal: /help")] == [TOO_MUCH]
    assert "paused" in (await d.answer("zaid@admins: /close")).text.lower()


@pytest.mark.usefixtures("started")
async def test_more_signatures_than_a_statement_can_take_in_a_minute(d: Dialogue) -> None:
    """Everybody beyond is told, keeps the draft and signs a minute later."""
    d.platform.stand_still()
    assert Rates().statement.most >= 3 * 2_000
    change_rates(d, statement=Rate(3, dt.timedelta(minutes=1)))
    people = [f"person{number}" for number in range(7)]
    for person in people:
        await d.say(*(line.replace("amal", person) for line in SIGNING[:-1]))
    for person in people:
        said = await d.say(f"{person}: [confirm]")
        crowded = [did.text for did in said if did.text == CROWDED]
        assert len(crowded) == (person not in people[:3])
    assert await d.counts() == Counts(pending=3)
    # The typed word is heard the same, and who pressed may press again.
    assert (await d.answer("person3: confirm")).text == CROWDED
    for person in people[3:]:
        await d.say("%advance 1m")
        said = await d.say(f"{person}: [confirm]")
        assert any("Recorded. Your number is #" in did.text for did in said)
    assert await d.counts() == Counts(pending=7)


async def test_signatures_of_other_statements_go_on(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path) as d:
        change_rates(d, statement=Rate(1, dt.timedelta(minutes=1)))
        for number, statement in enumerate(("iraq-2014", "open-library")):
            await d.sign(f"person{number}", f"Person Number {number}", statement=statement)


async def test_memory_is_bounded(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 20)
    for number in range(60):
        await d.say(f"person{number}: /search port")
    assert len(d.bot.dispatcher._limits._windows) <= 20


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
