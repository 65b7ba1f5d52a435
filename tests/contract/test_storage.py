"""What the code above the storage relies on, on every database that it may run on."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.counts import Counts
from bot.domain.endorsement import (
    UNDO_WINDOW,
    Decision,
    Details,
    Endorsement,
    Given,
    Kind,
    Route,
    Status,
    Visibility,
)
from bot.domain.ids import (
    AdapterName,
    ChatRef,
    Country,
    Digest,
    Language,
    MessageRef,
    Number,
    StatementId,
    UserRef,
)
from bot.domain.lifecycle import Outcome
from bot.domain.priority import Priority
from bot.domain.revision import RevisionText
from bot.domain.slots import Slot, SlotKind
from bot.privacy import KeyFault, Keyring
from bot.storage import migrate
from bot.storage.conversations import StoredConversation
from bot.storage.database import Database
from bot.storage.errors import StorageFault
from bot.storage.hidden_names import HiddenNames
from bot.storage.inbox import NewEvent
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.lists import Order
from bot.storage.messages import bound
from bot.storage.numbers import Numbers, at_random
from bot.storage.opening import open_database
from bot.storage.statements import State
from bot.storage.tables import dead_letters, metadata
from bot.storage.unit import Unit

CONSOLE = AdapterName("console")
PORT = StatementId("port")
DIGEST = Digest("d" * 64)
NOON = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
CHAT = ChatRef(CONSOLE, "12345")
SIGNER = UserRef(CONSOLE, "12345")
COPIES = 1000


WINDOW_END = NOON + UNDO_WINDOW


def given(tag: bytes, name: str = "Amal Haddad", **changed: Any) -> Endorsement:
    """A first endorsement, as it is before it is stored."""
    values: dict[str, Any] = {
        "statement": PORT,
        "kind": Kind.PERSON,
        "visibility": Visibility.PUBLIC,
        "language": Language("en"),
        "digest": DIGEST,
        "country": Country("TN"),
        "name": name,
        "details": Details(affiliation="Teacher"),
        "route": Route(CHAT, Language("en")),
    }
    return lifecycle.sign(tag, Given(**(values | changed)), NOON).record


async def prepare(database: Database) -> None:
    async with database.unit() as unit:
        await unit.statements.ensure([PORT])
        await unit.statements.keep_revision(
            RevisionText(PORT, Language("en"), "Title", "By us", "Text", DIGEST)
        )


async def tag_of(database: Database, signer: UserRef = SIGNER) -> bytes:
    async with database.unit() as unit:
        return await unit.statements.signer_tag(Kind.PERSON, signer, PORT)


async def add(database: Database, signer: UserRef = SIGNER, **changed: Any) -> Number | None:
    tag = await tag_of(database, signer)
    async with database.unit() as unit:
        return number_of(await unit.endorsements.add(given(tag, **changed)))


def number_of(record: Endorsement | None) -> Number | None:
    return None if record is None else record.number


async def get(database: Database, number: int = 1) -> Endorsement:
    async with database.unit() as unit:
        record = await unit.endorsements.get(Number(number))
    assert record is not None
    return record


Step = Callable[[Endorsement, dt.datetime], Outcome | None]


async def save(database: Database, before: Endorsement, outcome: Outcome | None) -> bool:
    """Whether it was stored."""
    assert outcome is not None
    async with database.unit() as unit:
        return await unit.endorsements.save(before, outcome.record) is not None


async def verify(database: Database, number: int = 1) -> None:
    record = await get(database, number)
    assert await save(database, record, lifecycle.verify(record, "zaid", NOON))


async def test_what_was_given_comes_back(database: Database) -> None:
    await prepare(database)
    assert await add(database) == 1
    record = await get(database)
    assert record.name == "Amal Haddad"
    assert record.details == Details(affiliation="Teacher")
    assert record.route == Route(CHAT, Language("en"))
    assert (record.status, record.kind) == (Status.PENDING, Kind.PERSON)
    assert (record.hour, record.country, record.digest) == (NOON, "TN", DIGEST)
    assert not record.published


async def test_a_unit_that_raises_leaves_nothing(database: Database) -> None:
    await prepare(database)
    tag = await tag_of(database)

    async def fail() -> None:
        async with database.unit() as unit:
            await unit.endorsements.add(given(tag))
            unit.conversations.put(CHAT, StoredConversation(1, b"{}"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.unit() as unit:
        assert await unit.endorsements.get(Number(1)) is None
        assert await unit.conversations.load([CHAT]) == {}


async def test_one_signer_in_a_thousand_units_at_once(database: Database) -> None:
    await prepare(database)
    numbers = await asyncio.gather(*(add(database) for _ in range(COPIES // 4)))
    assert [number for number in numbers if number is not None] == [1]
    async with database.unit() as unit:
        assert await unit.endorsements.counts([PORT]) == {PORT: Counts(pending=1)}
        # Refused ones have used up no number.
        tag = await unit.statements.signer_tag(Kind.PERSON, UserRef(CONSOLE, "2"), PORT)
        assert number_of(await unit.endorsements.add(given(tag))) == 2


async def test_one_signer_a_thousand_times_at_once_without_the_program_s_own_order(
    postgres: Callable[[], str], keys: Keyring
) -> None:
    """In as many real transactions side by side as there are connections: the database itself
    refuses the second."""
    database = await open_database(postgres(), keys, key_place="the test")
    await prepare(database)
    tag = await tag_of(database)

    async def one() -> Number | None:
        async with database._engine.begin() as connection:
            known = HiddenNames(), Numbers(at_random)
            unit = Unit(connection, keys, {}, *known, {}, NOON.date())
            number = number_of(await unit.endorsements.add(given(tag)))
            await unit.tallies.flush()
            return number

    numbers = await asyncio.gather(*(one() for _ in range(COPIES)))
    assert len([number for number in numbers if number is not None]) == 1
    async with database.unit() as unit:
        assert await unit.endorsements.counts([PORT]) == {PORT: Counts(pending=1)}
    await database.close()


async def test_the_database_itself_refuses_a_second_record(database: Database) -> None:
    """Also when nobody looks first."""
    await prepare(database)
    await add(database)
    columns = [c.name for c in metadata.tables["endorsements"].c if c.name != "number"]
    listed = ", ".join(columns)
    with pytest.raises(sa.exc.IntegrityError):
        async with database._engine.begin() as connection:
            await connection.execute(
                sa.text(f"INSERT INTO endorsements ({listed}) SELECT {listed} FROM endorsements")
            )


@pytest.mark.parametrize(
    "wrong",
    [
        "status = 'nonsense'",
        "kind = 'robot'",
        "visibility = 'secret'",
        "public_name = 'A name in clear while it is pending'",
        "public_affiliation = 'Teacher'",
        "public_place = 'Kurdistan'",
        "public_excepts = '4'",
        "sort_key = sealed_name",
        "digest = 'of no text that is kept'",
        "statement = 'unknown'",
    ],
)
async def test_the_database_itself_refuses_what_cannot_be(database: Database, wrong: str) -> None:
    await prepare(database)
    await add(database)
    with pytest.raises(sa.exc.IntegrityError):
        async with database._engine.begin() as connection:
            await connection.execute(sa.text(f"UPDATE endorsements SET {wrong}"))


@pytest.mark.parametrize("visibility", ["organisers", "counted"])
async def test_the_database_itself_refuses_to_publish_another_name(
    database: Database, visibility: str
) -> None:
    await prepare(database)
    await add(database, visibility=Visibility(visibility))
    await verify(database)
    record = await get(database)
    assert await save(database, record, lifecycle.end_window(record, WINDOW_END))
    with pytest.raises(sa.exc.IntegrityError):
        async with database._engine.begin() as connection:
            await connection.execute(sa.text("UPDATE endorsements SET public_name = 'x'"))


async def test_the_database_itself_refuses_to_publish_within_the_window(database: Database) -> None:
    await prepare(database)
    await add(database)
    await verify(database)
    with pytest.raises(sa.exc.IntegrityError):
        async with database._engine.begin() as connection:
            await connection.execute(sa.text("UPDATE endorsements SET public_name = 'x'"))


async def test_a_change_happens_only_to_the_version_it_was_made_from(database: Database) -> None:
    await prepare(database)
    await add(database)
    seen = await get(database)
    await verify(database)
    for late in (
        lifecycle.reject(seen, "lina", "no", NOON),
        lifecycle.withdraw(seen, NOON),
        lifecycle.note_unreachable(seen, NOON.date()),
        lifecycle.forget(seen),
    ):
        assert not await save(database, seen, late)
    record = await get(database)
    assert record.status is Status.VERIFIED
    assert record.decision == Decision("zaid", NOON)
    assert record.name == "Amal Haddad"


async def test_a_record_that_is_as_it_was_before_is_another_version_all_the_same(
    database: Database,
) -> None:
    """Verified, undone and verified again within one moment: who read the first one is late."""
    await prepare(database)
    await add(database)
    await verify(database)
    first = await get(database)
    assert await save(database, first, lifecycle.undo(first, NOON))
    await verify(database)
    assert replace(await get(database), version=first.version) == first
    assert not await save(database, first, lifecycle.undo(first, NOON))


async def test_of_many_deciders_one_is_first(database: Database) -> None:
    await prepare(database)
    await add(database)
    seen = await get(database)

    async def decide(by: str) -> bool:
        return await save(database, seen, lifecycle.verify(seen, by, NOON))

    decided = await asyncio.gather(*(decide(f"admin {n}") for n in range(50)))
    assert decided.count(True) == 1
    decision = (await get(database)).decision
    assert decision is not None
    assert decision.by == f"admin {decided.index(True)}"


async def test_every_state_of_a_record_comes_back_as_it_was_stored(database: Database) -> None:
    """With what an undo would bring back, and that in turn."""
    await prepare(database)
    await add(database, wants_updates=True)
    steps: tuple[Step, ...] = (
        lambda r, now: lifecycle.verify(r, "zaid", now),
        lambda r, now: lifecycle.reject(r, "lina", "no such person", now),
        lifecycle.withdraw,
        lifecycle.undo_withdrawal,
        lifecycle.undo,
        lambda r, now: lifecycle.end_window(r, WINDOW_END),
        lambda r, now: lifecycle.show_to(r, Visibility.ORGANISERS, now),
        lambda r, now: lifecycle.correct(
            r, "Amal H.", r.country, Details(), Route(CHAT, Language("ar"))
        ),
        lambda r, now: lifecycle.note_unreachable(r, now.date()),
        lambda r, now: lifecycle.move(r, b"another tag", None),
        lambda r, now: lifecycle.forget(r),
    )
    for minute, step in enumerate(steps):
        record = await get(database)
        outcome = step(record, NOON + dt.timedelta(minutes=minute))
        assert outcome is not None
        assert await save(database, record, outcome)
        stored = await get(database)
        assert replace(stored, version=0) == replace(outcome.record, version=0)
        assert stored.version == (0 if stored.signer is None else record.version + 1)


async def in_clear(database: Database) -> tuple[object, ...]:
    columns = "public_name, public_affiliation, public_place, public_excepts, sort_key"
    async with database.unit() as unit:
        rows = await unit._connection.execute(sa.text(f"SELECT {columns} FROM endorsements"))
        (row,) = rows
    return tuple(row)


def listed(outcome: Outcome | None) -> Outcome:
    """The name has come onto the lists at once."""
    assert outcome is not None
    return replace(outcome, record=lifecycle.publish(outcome.record))


async def test_a_choice_and_what_it_leads_back_to_are_stored(database: Database) -> None:
    await prepare(database)
    await add(database)
    await verify(database)
    record = await get(database)
    assert await save(database, record, listed(lifecycle.end_window(record, WINDOW_END)))
    public = await get(database)
    assert (await in_clear(database))[0] == "Amal Haddad"
    counted = lifecycle.show_to(public, Visibility.COUNTED, WINDOW_END)
    assert await save(database, public, counted)
    # The name leaves the list at once, and is still there.
    assert await in_clear(database) == (None,) * 5
    record = await get(database)
    assert (record.name, record.will_be_erased) == ("Amal Haddad", True)
    assert await save(database, record, lifecycle.undo_counted(record, WINDOW_END))
    record = await get(database)
    assert replace(record, version=0) == replace(public, version=0)
    assert (await in_clear(database))[0] == "Amal Haddad"


async def test_a_window_that_ends(database: Database) -> None:
    await prepare(database)
    await add(database)
    await verify(database)
    record = await get(database)
    async with database.unit() as unit:
        assert await unit.lists.page(Order(PORT), 1000) == []
    assert await save(database, record, listed(lifecycle.end_window(record, WINDOW_END)))
    async with database.unit() as unit:
        (shown,) = await unit.lists.page(Order(PORT), 1000)
    assert (shown.name, shown.affiliation, shown.place) == ("Amal Haddad", None, None)
    record = await get(database)
    # What its signer shows beside the name is in clear from then on, and no longer.
    details = Details("Teacher", affiliation_shown=True, place="Kurdistan", excepts=("2", "4"))
    assert await save(database, record, lifecycle.restate(record, None, details))
    async with database.unit() as unit:
        (shown,) = await unit.lists.page(Order(PORT), 1000)
    assert (shown.affiliation, shown.place, shown.country) == ("Teacher", "Kurdistan", None)
    assert shown.excepts == ("2", "4")
    record = await get(database)
    assert record.route is None
    assert record.published
    # Any change takes the name from the list.
    assert await save(database, record, lifecycle.withdraw(record, WINDOW_END))
    assert await in_clear(database) == (None,) * 5
    async with database.unit() as unit:
        assert await unit.lists.page(Order(PORT), 1000) == []
    record = await get(database)
    assert await save(database, record, lifecycle.end_window(record, WINDOW_END + UNDO_WINDOW))
    record = await get(database)
    assert (record.name, record.details, record.route) == (None, None, None)
    assert record.withdrawals == 1


async def test_counts_are_of_each_statement(database: Database) -> None:
    await prepare(database)
    async with database.unit() as unit:
        await unit.statements.ensure([StatementId("quay")])
    for n in range(3):
        await add(database, UserRef(CONSOLE, str(n)))
    await add(database, UserRef(CONSOLE, "9"), kind=Kind.ORGANISATION)
    for number in (1, 4):
        await verify(database, number)
    async with database.unit() as unit:
        found = await unit.endorsements.counts([PORT, StatementId("quay")])
        apart = await unit.endorsements.verified_apart(PORT)
        nobody = await unit.endorsements.verified_apart(StatementId("quay"))
    assert apart == Counts(verified=2, persons=1, organisations=1)
    assert nobody == Counts()
    assert found == {
        PORT: Counts(pending=2, verified=2, persons=1, organisations=1),
        StatementId("quay"): Counts(),
    }


def events(*ids: str) -> list[NewEvent]:
    return [NewEvent(id_, CHAT, f"event {id_}".encode()) for id_ in ids]


async def receive(database: Database, *ids: str) -> int:
    async with database.unit() as unit:
        return await unit.inbox.add(CONSOLE, events(*ids))


async def handle_all(database: Database, day: dt.date) -> list[bytes]:
    async with database.unit() as unit:
        rows = await unit.inbox.after(0, 10_000)
        for row in rows:
            unit.inbox.done(row, day)
    return [row.data for row in rows]


async def test_a_thousand_copies_of_an_event(database: Database, url: str, keys: Keyring) -> None:
    assert await receive(database, *["1"] * COPIES) == 1
    assert sum(await asyncio.gather(*(receive(database, "1", "2") for _ in range(100)))) == 1
    assert await handle_all(database, NOON.date()) == [b"event 1", b"event 2"]
    # Handled ones are known too, over a restart and in any order.
    await database.close()
    again = await open_database(url, keys, key_place="the test")
    assert await receive(again, "2", "1", "3") == 1
    async with again.unit() as unit:
        await unit.inbox.forget_before(NOON.date())
    assert await receive(again, "1", "2") == 0
    async with again.unit() as unit:
        await unit.inbox.forget_before(NOON.date() + dt.timedelta(days=1))
    assert await receive(again, "1", "2") == 2
    await again.close()


async def test_events_keep_their_order(database: Database) -> None:
    ids = [str(n) for n in range(200)]
    assert await receive(database, *ids) == 200
    assert await handle_all(database, NOON.date()) == [f"event {id_}".encode() for id_ in ids]
    assert await handle_all(database, NOON.date()) == []


async def test_the_cursor_moves_with_the_events_or_not_at_all(database: Database) -> None:
    async with database.unit() as unit:
        assert await unit.inbox.cursor(CONSOLE) is None
        await unit.inbox.move_cursor(CONSOLE, "7")

    async def fail() -> None:
        async with database.unit() as unit:
            await unit.inbox.add(CONSOLE, events("1"))
            await unit.inbox.move_cursor(CONSOLE, "8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.unit() as unit:
        assert await unit.inbox.cursor(CONSOLE) == "7"
        assert await unit.inbox.after(0, 10) == []


async def test_what_was_set_aside_is_erased_with_its_mark(database: Database) -> None:
    await receive(database, "1")
    async with database.unit() as unit:
        (row,) = await unit.inbox.after(0, 10)
        await unit.inbox.bury(row, "ValueError", NOON.date())

    async def left() -> object:
        async with database.unit() as unit:
            count = sa.select(sa.func.count()).select_from(dead_letters)
            return await unit._connection.scalar(count)

    for day, count in ((NOON.date(), 1), (NOON.date() + dt.timedelta(days=1), 0)):
        async with database.unit() as unit:
            await unit.inbox.forget_before(day)
        assert await left() == count


async def test_more_events_at_once_than_a_statement_takes_values(database: Database) -> None:
    """A platform brings all that came while the bot was away."""
    many = events(*map(str, range(33_000)))
    async with database.unit() as unit:
        assert await unit.inbox.add(CONSOLE, many[:5]) == 5
        assert await unit.inbox.add(CONSOLE, many) == len(many) - 5


async def test_outbox_rows_in_order_and_gone_when_done(database: Database) -> None:
    async with database.unit() as unit:
        for n in range(50):
            unit.outbox.add(
                CHAT,
                str(n).encode(),
                slot=b"a slot",
                priority=Priority.ANNOUNCEMENT if n % 2 else Priority.ANSWER,
            )
    async with database.unit() as unit:
        answers = await unit.outbox.after(0, 100, CONSOLE, Priority.ANSWER)
        broadcasts = await unit.outbox.after(0, 100, CONSOLE, Priority.ANNOUNCEMENT)
        assert [int(row.data) for row in answers] == list(range(0, 50, 2))
        assert [int(row.data) for row in broadcasts] == list(range(1, 50, 2))
        assert len({row.key for row in (*answers, *broadcasts)}) == 50
        assert {(row.adapter, row.slot) for row in answers} == {(CONSOLE, b"a slot")}
        await unit.outbox.done([row.id for row in answers[:10]])
        later = await unit.outbox.after(answers[4].id, 3, CONSOLE, Priority.ANSWER)
        assert [int(row.data) for row in later] == [20, 22, 24]


async def test_outbox_rows_of_one_platform_and_of_one_chat(database: Database) -> None:
    other, elsewhere = ChatRef(CONSOLE, "other"), ChatRef(AdapterName("elsewhere"), "chat")
    async with database.unit() as unit:
        for n in range(12):
            chat = (CHAT, other, elsewhere)[n % 3]
            unit.outbox.add(
                chat,
                str(n).encode(),
                slot=None,
                priority=Priority.ANNOUNCEMENT if n > 8 else Priority.ANSWER,
            )
    async with database.unit() as unit:
        here = await unit.outbox.after(0, 100, CONSOLE, Priority.ANSWER)
        there = await unit.outbox.after(0, 100, elsewhere.adapter, Priority.ANSWER)
        assert [int(row.data) for row in here] == [0, 1, 3, 4, 6, 7]
        assert [int(row.data) for row in there] == [2, 5, 8]
        first = here[1]
        rest = await unit.outbox.of_chat(first.chat_tag, first.id, 100, Priority.ANSWER)
        assert [int(row.data) for row in rest] == [4, 7]
        assert await unit.outbox.of_chat(first.chat_tag, rest[-1].id, 1, Priority.ANSWER) == []


async def test_conversations(database: Database) -> None:
    other = ChatRef(CONSOLE, "other")
    async with database.unit() as unit:
        unit.conversations.put(CHAT, StoredConversation(1, b"first"))
        unit.conversations.put(CHAT, StoredConversation(2, b"second"))
    async with database.unit() as unit:
        found = await unit.conversations.load([CHAT, other])
        assert found == {CHAT: StoredConversation(2, b"second")}
        unit.conversations.put(other, StoredConversation(1, b"x"))
        unit.conversations.end(CHAT)
    async with database.unit() as unit:
        assert set(await unit.conversations.load([CHAT, other])) == {other}


async def test_due_jobs(database: Database) -> None:
    hour = dt.timedelta(hours=1)
    async with database.unit() as unit:
        await unit.jobs.set(Job(window("b"), NOON, "2"))
        await unit.jobs.set(Job(window("a"), NOON - hour, "1"))
        await unit.jobs.set(Job(window("c"), NOON + hour, "3"))
        # Set again, it is moved.
        await unit.jobs.set(Job(window("b"), NOON + 2 * hour, "2b"))
    await _check_jobs(database)


def window(about: str) -> JobKey:
    return JobKey(JobKind.WINDOW, about)


async def _check_jobs(database: Database) -> None:
    hour, none = dt.timedelta(hours=1), frozenset[JobKind]()
    async with database.unit() as unit:
        assert await unit.jobs.due(NOON - 2 * hour, 10, none) == []
        assert [job.key for job in await unit.jobs.due(NOON, 10, none)] == [window("a")]
        due = await unit.jobs.due(NOON + 3 * hour, 10, none)
        assert [(job.key.about, job.progress) for job in due] == [
            ("a", "1"),
            ("c", "3"),
            ("b", "2b"),
        ]
        assert await unit.jobs.due(NOON + 3 * hour, 10, {JobKind.WINDOW}) == []
        await unit.jobs.end(window("a"))
        assert [job.key for job in await unit.jobs.due(NOON + 3 * hour, 1, none)] == [window("c")]
        assert await unit.jobs.next_due(none) == NOON + hour


CARD = Slot.of(SlotKind.CARD, Number(1), "console")


async def test_live_messages(database: Database) -> None:
    async with database.unit() as unit:
        token = await unit.messages.place(CARD, CHAT)
        live = await unit.messages.by_token(token)
        assert live is not None
        assert (live.slot, live.chat, live.message) == (CARD, CHAT, None)
        first = bound(unit.keys, CARD, token)
        await unit.messages.delivered(first, CHAT, MessageRef("17"))
        assert await unit.messages.holds(first) == "17"
        by_message = await unit.messages.by_message(CHAT, MessageRef("17"))
        assert by_message is not None
        assert by_message.slot == CARD
        assert await unit.messages.by_message(ChatRef(CONSOLE, "9"), MessageRef("17")) is None
        # An edit keeps the token, another message in the slot brings a new one.
        assert await unit.messages.token(CARD) == token
        another = await unit.messages.place(CARD, CHAT, MessageRef("18"))
        assert await unit.messages.by_token(token) is None
        assert await unit.messages.by_message(CHAT, MessageRef("17")) is None
        found = await unit.messages.by_token(another)
        assert found is not None
        assert found.message == "18"
        # What was sent for the first one arrives late: it is not the message of the second.
        await unit.messages.delivered(first, CHAT, MessageRef("17"))
        assert await unit.messages.holds(first) is None
        assert (await unit.messages.by_token(another)) == found
        await unit.messages.end(CARD)
        assert await unit.messages.by_token(another) is None
        assert await unit.messages.token(CARD) is None


async def test_languages_and_pauses(database: Database) -> None:
    await prepare(database)
    other = UserRef(CONSOLE, "other")
    async with database.unit() as unit:
        await unit.languages.choose(SIGNER, Language("ar"))
        await unit.languages.choose(SIGNER, Language("en"))
        assert await unit.languages.chosen({SIGNER, other}) == {SIGNER: "en"}
        await unit.languages.forget(SIGNER)
        assert await unit.languages.chosen({SIGNER, other}) == {}
        await unit.statements.pause(PORT, paused=True)
    async with database.unit() as unit:
        assert await unit.statements.state(PORT) == State(paused=True)
        # Reading the statements again opens nothing.
        await unit.statements.ensure([PORT])
        assert await unit.statements.state(PORT) == State(paused=True)


async def test_a_chat_of_the_same_key_has_a_language_of_its_own(database: Database) -> None:
    chat = ChatRef(SIGNER.adapter, SIGNER.key)
    async with database.unit() as unit:
        await unit.languages.choose(chat, Language("ar"))
        assert await unit.languages.chosen({SIGNER, chat}) == {chat: "ar"}
        await unit.languages.choose(SIGNER, Language("en"))
        await unit.languages.forget(chat)
        assert await unit.languages.chosen({SIGNER, chat}) == {SIGNER: "en"}


async def test_a_statement_keeps_its_key(database: Database, url: str, keys: Keyring) -> None:
    await prepare(database)
    before = await tag_of(database)
    await prepare(database)
    await database.close()
    again = await open_database(url, keys, key_place="the test")
    assert await tag_of(again) == before
    await again.close()


async def test_a_signer_has_another_tag_under_each_statement(database: Database) -> None:
    async with database.unit() as unit:
        await unit.statements.ensure([PORT, StatementId("quay")])
        tags = await unit.statements.signer_tags(Kind.PERSON, SIGNER)
        group = await unit.statements.signer_tag(Kind.ORGANISATION, SIGNER, PORT)
    assert len({*tags.values(), group}) == 3


async def test_a_second_instance_is_refused(database: Database, url: str, keys: Keyring) -> None:
    with pytest.raises(StorageFault, match="another instance"):
        await open_database(url, keys, key_place="the test")
    reader = await _reader(url, keys)
    await reader.close()


async def _reader(url: str, keys: Keyring) -> Database:
    return await open_database(url, keys, key_place="the test", reader=True)


async def test_another_key_is_refused(database: Database, url: str) -> None:
    await prepare(database)
    await database.close()
    for reader in (True, False):
        with pytest.raises(KeyFault, match="the test"):
            await open_database(url, Keyring([b"x" * 32]), key_place="the test", reader=reader)


async def test_a_rotated_key_opens_what_the_old_one_closed(
    database: Database, url: str, keys: Keyring
) -> None:
    await prepare(database)
    await add(database)
    tag = await tag_of(database)
    await database.close()
    rotated = Keyring([b"n" * 32, b"k" * 32])
    again = await open_database(url, rotated, key_place="the test")
    assert (await get(again)).name == "Amal Haddad"
    assert await tag_of(again) == tag
    assert await add(again) is None
    await again.close()


async def test_a_newer_database_is_refused(database: Database, url: str, keys: Keyring) -> None:
    async with database._engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StorageFault, match="newer version"):
        await open_database(url, keys, key_place="the test")


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": False}
    )
    return list(compare_metadata(context, metadata))


async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    async with database._engine.begin() as connection:
        assert await connection.run_sync(_differences) == []


async def test_the_migrations_make_every_check(database: Database) -> None:
    """Alembic does not compare these."""

    def found(connection: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(connection)
        return {
            table: {str(c["name"]) for c in inspector.get_check_constraints(table)}
            for table in metadata.tables
        }

    expected = {
        name: {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        for name, table in metadata.tables.items()
    }
    assert expected["endorsements"]
    async with database._engine.begin() as connection:
        assert await connection.run_sync(found) == expected


def test_head_is_the_newest_migration() -> None:
    files = sorted((migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))
    numbers = [file.name.partition("_")[0] for file in files]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert numbers[-1] == migrate.HEAD
    for file, before in zip(files, [None, *numbers], strict=False):
        text = file.read_text(encoding="utf-8")
        assert f'revision = "{file.name.partition("_")[0]}"' in text
        assert re.search(
            rf"^down_revision = {before and repr(before)}$".replace("'", '"'), text, re.MULTILINE
        )
        assert "def downgrade" not in text


async def test_numbers_are_never_used_again(database: Database) -> None:
    await prepare(database)
    for n in range(3):
        await add(database, UserRef(CONSOLE, str(n)))
    async with database._engine.begin() as connection:
        await connection.execute(sa.text("DELETE FROM endorsements WHERE number = 3"))
    assert await add(database, UserRef(CONSOLE, "9")) == 4


async def test_sqlite_overwrites_what_is_deleted(tmp_path: Path, keys: Keyring) -> None:
    file = tmp_path / "contract.db"
    database = await open_database(f"sqlite:///{file}", keys, key_place="the test")
    async with database._engine.begin() as connection:
        for pragma, expected in (("secure_delete", 1), ("foreign_keys", 1)):
            assert await connection.scalar(sa.text(f"PRAGMA {pragma}")) == expected
        mode = await connection.scalar(sa.text("PRAGMA journal_mode"))
        synchronous = await connection.scalar(sa.text("PRAGMA synchronous"))
    # The one pair loses no commit in a power cut where the other would.
    assert (mode, synchronous) in {("delete", 3), ("wal", 2)}
    await database.close()


async def test_what_admins_did_is_read_by_record_by_day_and_by_account(database: Database) -> None:
    zaid, other = Admin("zaid", UserRef(CONSOLE, "1")), Admin("zaid", UserRef(CONSOLE, "2"))
    minute = dt.timedelta(minutes=1)
    async with database.unit() as unit:
        for n in range(6):
            by = other if n % 2 else zaid
            await unit.actions.add(NOON + n // 2 * minute, by, "verify", Number(n // 3 + 1))
            if n == 1:
                await unit.actions.add(NOON, replace(zaid, name="Somebody"), "close")
    async with database.unit() as unit:
        actions = unit.actions
        first = await actions.about(Number(1), 10)
        assert [action.at for action in first] == [NOON + minute, NOON, NOON]
        assert await actions.about(Number(1), 1, 1) == first[1:2]
        assert first[0].sign == first[2].sign != first[1].sign
        day = await actions.between(NOON, NOON + minute, 10)
        assert [(a.action, a.actor) for a in day] == [
            ("close", "Somebody"),
            ("verify", "zaid"),
            ("verify", "zaid"),
        ]
        assert await actions.between(NOON, NOON + 3 * minute, 2, 5) == day[1:]
        verified = await actions.times(zaid.account, ["verify", "undo"], NOON, 10)
        assert verified == [NOON + 2 * minute, NOON + minute]
        assert await actions.times(zaid.account, ["verify"], NOON - minute, 1) == verified[:1]
        assert await actions.numbers(zaid.account, ["verify"], NOON - minute) == {
            1: NOON + minute,
            2: NOON + 2 * minute,
        }
