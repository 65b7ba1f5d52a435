"""What the database says: whether it can be used, and what waits in it."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.bootstrap.opening import key_place, open_storage
from bot.config import Settings
from bot.delivery.health import INBOX_PATIENCE, LOOK_EVERY, OUTBOX_PATIENCE
from bot.domain.faults import OperatorFault
from bot.domain.findings import Finding, Verdict, from_fault, note, ok, unknown, wrong
from bot.domain.ids import AdapterName, ChatRef
from bot.privacy import Keyring
from bot.services.chat_migration import known_admin_chat
from bot.storage import migrate
from bot.storage.errors import StorageFault, Unfinished
from bot.storage.inspecting import Seen, see
from bot.storage.log import ADMINS, decode_head, log_of_head
from bot.storage.opening import inspect_database
from bot.storage.tables import dead_letters, given_up, inbox, outbox
from bot.storage.unit import Unit

DATABASE, SCHEMA, JOURNAL, BOT = "database", "schema", "journal", "bot"
INBOX, OUTBOX, LETTERS = "inbox", "outbox", "dead letters"
OLDEST, LOG = "oldest waiting endorsement", "log"

MISSES = 6
"""So many looks of a running bot may be missing: then it hangs."""


@dataclass(frozen=True, slots=True)
class Looked:
    """`seen` is None where there is no database, or it cannot be read; `chats` are the admin chats
    that it knows of, None where that cannot be told."""

    seen: Seen | None
    findings: list[Finding] = field(default_factory=list)
    is_new: bool = False


async def first_look(settings: Settings, now: dt.datetime) -> Looked:
    """All that needs no key."""
    shown = settings.database.shown
    try:
        seen = await see(settings.database.url)
    except StorageFault as fault:
        verdict = Verdict.NOTE if isinstance(fault, Unfinished) else Verdict.WRONG
        others = (SCHEMA, JOURNAL, BOT, INBOX, OUTBOX, LETTERS)
        unread = [unknown(what, "the database cannot be read") for what in others]
        return Looked(None, [Finding(DATABASE, verdict, str(fault)), *unread])
    if seen is None or seen.revision is None:
        said = f"there is none at {shown} yet; the first start makes it"
        return Looked(seen, [note(DATABASE, said)], is_new=True)
    found = [_schema(seen), _journal(seen), _bot(seen, now), *_queues(seen), _letters(seen)]
    return Looked(seen, found)


def _schema(seen: Seen) -> Finding:
    assert seen.revision is not None
    if seen.revision == migrate.HEAD:
        return ok(SCHEMA, seen.revision)
    try:
        migrate.refuse_unknown(seen.revision)
    except StorageFault as fault:
        return from_fault(SCHEMA, fault)
    steps = " ".join(migrate.behind(seen.revision))
    said = f"{seen.revision}, and the next start brings it to {migrate.HEAD}. {steps}"
    return note(SCHEMA, said.removesuffix("."), "It makes a copy before")


def _journal(seen: Seen) -> Finding:
    if seen.journal_fault is None:
        return ok(JOURNAL, seen.journal)
    said, _, remedy = seen.journal_fault.partition("; ")
    verdict = wrong if remedy else note
    return verdict(JOURNAL, f"{seen.journal}; {said}", remedy.capitalize())


def _ages(seen: Seen) -> tuple[dt.datetime | None, Mapping[str, int]]:
    try:
        said = json.loads(seen.looked or b"{}")
        return dt.datetime.fromisoformat(said["at"]), said
    except (ValueError, KeyError, TypeError):
        return None, {}


def _bot(seen: Seen, now: dt.datetime) -> Finding:
    if not seen.is_worked_on:
        return note(BOT, "no instance works on the database", "Start it: `undersigned run`")
    looked, _ = _ages(seen)
    if looked is None:
        return note(BOT, "it runs, and has not looked at its database yet")
    ago = (now - looked).total_seconds()
    said = f"it runs, and looked at its database {max(ago, 0):.0f} s ago"
    if ago > MISSES * LOOK_EVERY:
        return wrong(BOT, said, "It hangs, or cannot write: read its log, and start it again")
    return ok(BOT, said)


def _queues(seen: Seen) -> list[Finding]:
    looked, ages = _ages(seen)
    is_known = seen.is_worked_on and looked is not None
    found = []
    for what, table, patience in (
        (INBOX, inbox.name, INBOX_PATIENCE),
        (OUTBOX, outbox.name, OUTBOX_PATIENCE),
    ):
        rows, minutes = seen.rows.get(table, 0), ages.get(what, 0)
        said = "nothing waits" if not rows else f"{rows} wait"
        if not rows:
            found.append(ok(what, said))
        elif not is_known:
            found.append(note(what, f"{said} for the next start"))
        elif minutes * 60 >= patience:
            remedy = "Read the bot's log: what does not go on is said there"
            found.append(wrong(what, f"{said}, the oldest for {minutes} min", remedy))
        else:
            found.append(ok(what, f"{said}, the oldest for {minutes} min"))
    return found


def _letters(seen: Seen) -> Finding:
    received = seen.rows.get(dead_letters.name, 0)
    sent = seen.rows.get(given_up.name, 0)
    if not received + sent:
        return ok(LETTERS, "none")
    said = f"{received} could not be handled, {sent} could not be delivered"
    return note(LETTERS, said, "Look at them: `undersigned dead-letters`")


async def second_look(settings: Settings, keys: Keyring) -> list[Finding]:
    """Whether it is as the bot left it, under these keys."""
    place = key_place(settings)
    try:
        await inspect_database(settings.database.url, keys, key_place=place, state=settings.state)
    except OperatorFault as fault:
        return [from_fault(DATABASE, fault)]
    return [ok(DATABASE, f"{settings.database.shown}, as the bot left it")]


async def inside(settings: Settings, now: dt.datetime) -> list[Finding]:
    """What only the keys open, of a database of this version. Raises `OperatorFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return [await _oldest(unit, settings, now), *await _logs(unit)]


async def admin_chat(
    settings: Settings, name: AdapterName, named: ChatRef | None
) -> ChatRef | None:
    """Which chat is a platform's, as a start would have it. Raises `OperatorFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await known_admin_chat(unit, name, named)


async def _oldest(unit: Unit, settings: Settings, now: dt.datetime) -> Finding:
    waiting = await unit.cards.oldest()
    if waiting is None:
        return ok(OLDEST, "none waits")
    count, since = waiting
    hours = int((now - since).total_seconds() // 3600)
    age = f"{hours} h" if hours < 48 else f"{hours // 24} days"
    said = f"{age}, of {count} that wait"
    if hours >= settings.verification.remind_after_hours:
        return note(OLDEST, said, "Ask the admins to decide: `pending` in their chat")
    return ok(OLDEST, said)


async def _logs(unit: Unit) -> list[Finding]:
    """Each with the root that a checkpoint of it has (docs/log.md)."""
    found = []
    for name, head in sorted((await unit.heads.all()).items()):
        log = log_of_head(name)
        if log is not None:
            frontier = decode_head(head)
            root = base64.b64encode(frontier.root).decode()
            what = f"{LOG} of {'the admins' if log == ADMINS else log}"
            found.append(ok(what, f"{frontier.size} entries, head {root}"))
    return found
