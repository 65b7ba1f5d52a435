"""A handler whose unit is rolled back runs again, and nobody can tell: each command and each button
is handled once at the first try and once at the second, from the same state on. What is said, what
is stored and what is remembered must be the same."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.console.adapter import NAME
from bot.commands.catalogue import button_table, command_table
from bot.domain.endorsement import Kind
from bot.domain.ids import StatementId, UserRef
from bot.domain.slots import SlotKind
from bot.services import mass_due_guard
from bot.storage.errors import StorageUnavailable
from bot.storage.jobs import JobKind
from bot.storage.tables import metadata
from bot.wording.general import cannot_save
from bot.wording.voice import SOURCE_LANGUAGE, Voice
from tests.e2e.test_moving import code_of
from tests.support.dialogue import Dialogue, Did, dialogue_in, open_dialogue
from tests.support.statements import change_text, write_port

CANNOT_SAVE = cannot_save(Voice(SOURCE_LANGUAGE)).plain
CODE = "0123456789abcdef"
CHANGE = "%change the text on the disk"
DECIDE = "%let members decide, on the disk"

Prepare = Callable[[Dialogue], None]


@dataclass(frozen=True)
class Scene:
    """What has happened before, and the line that is handled twice. `prepare` is done just before
    that, to the program that is about to handle it."""

    line: str
    before: tuple[str, ...] = ()
    prepare: Prepare | None = None


def unclaimed(d: Dialogue) -> None:
    d.adapter.admin_chat = None
    d.bot.campaign.claims._codes[NAME] = CODE


def text_changes(d: Dialogue) -> None:
    change_text(d.settings.statements)


def members_decide(d: Dialogue) -> None:
    file = d.settings.statements / "port" / "statement.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}  mandate: members\n", encoding="utf-8")


ON_DISK = {CHANGE: text_changes, DECIDE: members_decide}


SIGNING = tuple(
    f"amal: {answer}"
    for answer in ("/sign", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]", "[confirm]")
)
ENDORSING = ("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]")
TYPED_COUNTRY = (*ENDORSING[:1], "omar@tunis: [country]", "omar@tunis: >{group} Tunisai")
TWO = (*SIGNING, *ENDORSING)
VERIFIED = (*SIGNING, "zaid@admins: /verify 1")
LISTED = (*VERIFIED, "%advance 11m")
REJECTED = (*SIGNING, "zaid@admins: /reject 1 Nobody", "%advance 11m")
UNION = (*ENDORSING, "lina@sfax: /endorse Club of Tunis", "lina@sfax: [confirm]")
LINKED = (*UNION, "zaid@admins: /link 1 2", "%advance 11m")
DESK = (*TWO, "zaid@admins: /pending")
BULK = (*DESK, "zaid@admins: [bulk]")
ASIDE = (*SIGNING, "zaid@admins: /aside person", "zaid@admins: [confirm]")
HELD = (
    *(line.replace("[public]", "[counted]") for line in SIGNING),
    "zaid@admins: /verify 1",
    "%advance 11m",
)
ASKED = (DECIDE, "zaid@admins: /reload", *ENDORSING)
CHANGED = (*LISTED, CHANGE, "zaid@admins: /reload")
NEW_TEXT = (*CHANGED, "zaid@admins: [new]")
REOPENING = (*LISTED, "zaid@admins: /reopen 1")
ANNOUNCED = (
    *(*SIGNING, "amal: /news on", "zaid@admins: /announce"),
    "zaid@admins: /announce 1 en On Monday.",
    "zaid@admins: [preview]",
)
ADDED = ("zaid@admins: /add person Amal Haddad (Tunisia); by letter", "zaid@admins: [confirm]")
GREETED = ("amal: /help", "omar@tunis: /help", "zaid@admins: /help")
HIDDEN = tuple(line.replace("[public]", "[organisers]") for line in LISTED)

COMMANDS = {
    "start": Scene("amal: /start s_port_en"),
    "start by a link with a word": Scene("amal: /start r_port__uni"),
    "statements": Scene("amal: /statements"),
    "read": Scene("amal: /read port ar"),
    "demands": Scene("amal: /demands 2"),
    "signatories": Scene("amal: /signatories", LISTED),
    "search": Scene("amal: /search spring"),
    "share": Scene("amal: /share"),
    "picture": Scene("amal: /picture"),
    "changes": Scene("amal: /changes", NEW_TEXT),
    "response": Scene("amal: /response"),
    "count": Scene("omar@tunis: /count", ENDORSING),
    "endcount": Scene("omar@tunis: /endcount", (*ENDORSING, "omar@tunis: /count")),
    "stay": Scene("amal: /stay 1", NEW_TEXT),
    "sign": Scene("amal: /sign"),
    "mine": Scene("amal: /mine 1 organisers", VERIFIED),
    "endorse": Scene("omar@tunis: /endorse Club of Tunis"),
    "withdraw": Scene("amal: /withdraw undo 1", (*VERIFIED, "amal: /withdraw", "amal: [confirm]")),
    "appeal": Scene("amal: /appeal 1 I teach here", REJECTED),
    "news": Scene("amal: /news on", SIGNING),
    "cancel": Scene("amal: /cancel", SIGNING[:3]),
    "mydata": Scene("amal: /mydata", VERIFIED),
    "forget": Scene("amal: /forget", VERIFIED),
    "delete": Scene("amal: [delete]", SIGNING),
    "confirm": Scene("amal: /confirm", SIGNING[:-1]),
    "skip": Scene("amal: /skip", SIGNING[:3]),
    "public": Scene("amal: /public", SIGNING[:5]),
    "organisers": Scene("amal: /organisers", SIGNING[:5]),
    "counted": Scene("amal: /counted", SIGNING[:5]),
    "updates": Scene("amal: /updates", SIGNING[:-1]),
    "pending": Scene("zaid@admins: /pending", SIGNING),
    "aside": Scene("zaid@admins: /aside person", SIGNING),
    "bulk": Scene("zaid@admins: /bulk 1 undo", ASIDE),
    "show": Scene("zaid@admins: /show 1", HIDDEN),
    "verify": Scene("zaid@admins: /verify 1", SIGNING),
    "reject": Scene("zaid@admins: /reject 1 no such person", VERIFIED),
    "ask": Scene("zaid@admins: /ask 1 Which school?", SIGNING),
    "undo": Scene("zaid@admins: /undo 1", VERIFIED),
    "link": Scene("zaid@admins: /link 1 2", UNION),
    "unlink": Scene("zaid@admins: /unlink 2", LINKED),
    "alone": Scene(
        "lina@sfax: /alone",
        (*LINKED, "omar@tunis: /withdraw", "omar@tunis: [confirm]", "%advance 11m"),
    ),
    "reopen": Scene("zaid@admins: /reopen 1", LISTED),
    "agree": Scene("omar@admins: /agree 1", REOPENING),
    "announce": Scene("zaid@admins: /announce 1 send", ANNOUNCED),
    "add": Scene(ADDED[0]),
    "find": Scene("zaid@admins: /find amal", HIDDEN),
    "audit": Scene("zaid@admins: /audit 1", VERIFIED),
    "stats": Scene("zaid@admins: /stats", VERIFIED),
    "sources": Scene("zaid@admins: /sources add uni", ("amal: /start r_port__uni",)),
    "export": Scene("zaid@admins: /export json", LISTED),
    "close": Scene("zaid@admins: /close"),
    "open": Scene("zaid@admins: /open", ("zaid@admins: /close",)),
    "finish": Scene("omar@admins: /finish", (*LISTED, "zaid@admins: /finish")),
    "reload": Scene("zaid@admins: /reload", SIGNING, text_changes),
    "text": Scene("zaid@admins: /text port", CHANGED),
    "claim": Scene(f"omar@tunis: /claim {CODE}", SIGNING, unclaimed),
    "code": Scene("rami: /code {code}", (*SIGNING, "rami: /help")),
    "code that is wrong": Scene("rami: /code 1-AAAA-AAAA-AAAA-AAAA", (*SIGNING, "rami: /help")),
    "language": Scene("amal: /language ar"),
    "language of a group": Scene("omar@tunis: /language ar", ENDORSING),
    "language of the admins": Scene("zaid@admins: /language ar", ENDORSING),
    "settings": Scene("amal: /settings fr"),
    "privacy": Scene("amal: /privacy"),
    "help": Scene("amal: /help"),
}
BUTTONS = {
    SlotKind.PROMPT: (
        Scene("amal: [confirm]", SIGNING[:-1]),
        Scene("amal: [confirm]", (*LISTED, "amal: /withdraw")),
        Scene("amal: [confirm]", (*LISTED, "amal: /forget")),
        Scene("amal: Amal Mansour", (*LISTED, "amal: /mine", "amal: [name]")),
        Scene("amal: [confirm]", (*LISTED, "amal: /mine 1 counted")),
        Scene("amal: [confirm]", (*NEW_TEXT, "amal: /sign")),
        Scene("amal: Tunisia", (*LISTED, "amal: /mine", "amal: [country]")),
        Scene("amal: I teach here", (*REJECTED, "amal: /appeal")),
        Scene("omar@tunis: [confirm]", ENDORSING[:1]),
        Scene("omar@tunis: [name]", ENDORSING[:1]),
        Scene("omar@tunis: >{group} Readers", (*ENDORSING[:1], "omar@tunis: [name]")),
        Scene("omar@tunis: [TN]", TYPED_COUNTRY),
    ),
    SlotKind.ANSWER: (
        Scene("amal: [answer]", (*SIGNING, "zaid@admins: /ask 1 Which school?")),
        Scene("amal: In Sfax", (*SIGNING, "zaid@admins: /ask 1 Which school?", "amal: [answer]")),
    ),
    SlotKind.CARD: tuple(
        Scene(f"zaid@admins: [{button}]", before)
        for button, before in (
            ("verify", SIGNING),
            ("reject", SIGNING),
            ("ask", SIGNING),
            ("undo", VERIFIED),
            ("#1", UNION),
            ("undo", (*UNION, "zaid@admins: /link 1 2")),
            ("unlink", (*LINKED, "zaid@admins: /show 2")),
        )
    ),
    SlotKind.REASON: (Scene("zaid@admins: [duplicate]", (*SIGNING, "zaid@admins: /reject 1")),),
    SlotKind.SEVERAL: (
        Scene("zaid@admins: [confirm]", (*TWO, "zaid@admins: /verify 1 2")),
        Scene("zaid@admins: [undo]", (*TWO, "zaid@admins: /verify 1 2", "zaid@admins: [confirm]")),
        Scene("zaid@admins: [duplicate]", (*TWO, "zaid@admins: /reject 1 2")),
        Scene("zaid@admins: >{newest} Nobody", (*TWO, "zaid@admins: /reject 1 2")),
    ),
    SlotKind.SECOND: (
        Scene("omar@admins: [agree]", REOPENING),
        Scene("omar@admins: [cancel]", REOPENING),
        Scene("omar@admins: [agree]", (*TWO, "zaid@admins: /finish")),
    ),
    SlotKind.TEXT: (
        Scene("zaid@admins: [new]", CHANGED),
        Scene("zaid@admins: [correction]", CHANGED),
        Scene("omar@admins: [correction]", (*CHANGED, "zaid@admins: [correction]")),
    ),
    SlotKind.QUESTION: (
        Scene("zaid@admins: >{newest} Which school?", (*SIGNING, "zaid@admins: /ask 1")),
    ),
    SlotKind.DESK: (
        *(
            Scene(f"zaid@admins: [{name}]", DESK)
            for name in ("verify", "reject", "ask", "skip", "filter", "bulk")
        ),
        *(
            Scene(f"zaid@admins: [{name}]", (*DESK, "zaid@admins: [verify]"))
            for name in ("undo", "previous")
        ),
        Scene("zaid@admins: [#2]", (*UNION, "zaid@admins: /pending")),
        Scene("zaid@admins: [person]", (*DESK, "zaid@admins: [filter]")),
        Scene("zaid@admins: [duplicate]", (*DESK, "zaid@admins: [reject]")),
        Scene("zaid@admins: >{newest} Nobody", (*DESK, "zaid@admins: [reject]")),
        Scene("zaid@admins: >{newest} Which school?", (*DESK, "zaid@admins: [ask]")),
        Scene("zaid@admins: [confirm]", BULK),
        Scene("zaid@admins: [back]", BULK),
    ),
    SlotKind.BULK: (
        Scene("zaid@admins: [undo]", (*BULK, "zaid@admins: [confirm]")),
        Scene("zaid@admins: [undo]", ASIDE),
    ),
    SlotKind.ANNOUNCEMENT: (
        *(Scene(f"zaid@admins: [{name}]", ANNOUNCED) for name in ("send", "to_kind", "cancel")),
        Scene("zaid@admins: >{newest} On Monday.", (*SIGNING, "zaid@admins: /announce")),
    ),
    SlotKind.PAPER: (
        *(Scene(f"zaid@admins: [{name}]", ADDED[:1]) for name in ("confirm", "name", "cancel")),
        Scene("zaid@admins: >{newest} Amal Haddad", ("zaid@admins: /add person",)),
        Scene("zaid@admins: /add 1 undo", ADDED),
    ),
    SlotKind.RELEASE: (Scene("zaid@admins: [release]", HELD),),
    SlotKind.PROPOSAL: tuple(
        Scene(f"omar@tunis: [{button}]", ASKED) for button in ("agree", "object")
    ),
}
WRONG_CODE = Scene("omar@tunis: /claim fedcba9876543210", SIGNING, unclaimed)
SCENES = {f"/{name}": scene for name, scene in COMMANDS.items()} | {
    f"{kind} {at}": scene for kind, scenes in BUTTONS.items() for at, scene in enumerate(scenes)
}


def test_every_entry_of_both_tables_has_its_scene() -> None:
    assert {name.split()[0] for name in COMMANDS} == {each.name for each in command_table()}
    assert set(BUTTONS) == set(button_table())
    for name, scene in COMMANDS.items():
        assert f"/{name.split()[0]}" in scene.line or f"[{name}]" in scene.line


class Failing:
    """Lets the first commit that ends a row of the inbox fail, as on a full disk."""

    def __init__(self, d: Dialogue) -> None:
        self._d = d
        self.before = remembered(d)
        self.then: tuple[object, ...] | None = None
        """What was remembered when it failed."""
        self._ends_a_row = False
        engine = d.database._engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", self._statement)
        sa.event.listen(engine, "commit", self._commit)

    def _statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._ends_a_row = self._ends_a_row or statement.startswith("DELETE FROM inbox")

    def _commit(self, _connection: object) -> None:
        if self._ends_a_row and self.then is None:
            self.then = remembered(self._d)
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error


@dataclass(frozen=True)
class Seen:
    """What came of a line: what was said to whom, what is stored, what is remembered."""

    said: list[object]
    stored: dict[str, list[object]]
    remembered: tuple[object, ...]


async def seen(d: Dialogue, line: str) -> Seen:
    said: list[object] = [
        (did.action, did.chat, did.text, did.names, did.labels, did.language, _content(did))
        for did in await d.say(line)
        if did.text != CANNOT_SAVE
    ]
    stored = {name: await _rows(d, table) for name, table in metadata.tables.items()}
    return Seen(said, stored, remembered(d))


def _content(did: Did) -> object:
    """Of a checkpoint what it is of and how far that was: its root is over what was salted."""
    is_note = did.path is not None and did.path.endswith("checkpoint.txt")
    return did.content.splitlines()[:2] if is_note and did.content else did.content


def remembered(d: Dialogue) -> tuple[object, ...]:
    """What the program holds in memory that handlers change."""
    claims = d.bot.campaign.claims
    return (
        {r.digest for s in d.bot.campaign.library for r in s.revisions.values()},
        {name: history.adoptions for name, history in d.bot.campaign.histories.items()},
        set(d.bot.campaign.proposed),
        d.adapter.admin_chat,
        dict(claims._codes),
        dict(claims._tries),
        dict(d.bot.campaign.guesses._tries),
        dict(d.bot.campaign.spoken),
        dict(d.bot.campaign.arrivals._chats),
        set(d.database._statement_keys),
    )


async def _rows(d: Dialogue, table: sa.Table) -> list[object]:
    async with d.database.unit() as unit:
        found = (await unit._connection.execute(sa.select(table))).all()
    rows = [tuple(_shown(name, value) for name, value in row._mapping.items()) for row in found]
    # These are set by the start, whatever happens then.
    by_start = {JobKind.PURGE, JobKind.RETENTION, JobKind.CHECKPOINT}
    return sorted((row for row in rows if by_start.isdisjoint(row)), key=repr)


def _shown(column: str, value: Any) -> object:
    """A value as far as it is the same each time: what is sealed has the length of what it says."""
    if column in {"slot_tag", "token_tag", "message_tag", "sealed_message", "commitment"}:
        # Numbers of messages are others after one more was sent, and some slots are drawn, as what
        # an entry of a log is salted with is.
        return value is not None
    is_sealed = column.startswith("sealed") or (column == "value" and value[:2] != b'{"')
    return len(value) if is_sealed and isinstance(value, bytes) else value


async def _filled_in(d: Dialogue, line: str) -> str:
    """With the number of the bot's newest message to the admins, or to the group, or the secret
    code of the first record."""
    group = d.newest("@tunis").number if "{group}" in line else ""
    if "{code}" in line:
        await d.be_there()
    code = await code_of(d, 1) if "{code}" in line else ""
    return line.format(newest=d.newest("@admins").number, group=group, code=code)


@pytest.mark.parametrize("name", [*SCENES, "wrong code"])
async def test_the_second_try_is_like_the_first(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = SCENES.get(name, WRONG_CODE)
    if name.startswith(SlotKind.RELEASE):
        # One window that ends is as suspicious as a hundred.
        monkeypatch.setattr(mass_due_guard, "FEWEST", 1)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    async with dialogue_in(first, write_port(first)) as d:
        shared = tuple(
            itertools.takewhile(
                lambda earlier: earlier not in ON_DISK and "{" not in earlier, scene.before
            )
        )
        await d.left_by(*GREETED, *shared)
        for earlier in scene.before[len(shared) :]:
            if earlier in ON_DISK:
                ON_DISK[earlier](d)
            else:
                await d.say(await _filled_in(d, earlier))
        line = await _filled_in(d, scene.line)
        await d.stop()
    shutil.copytree(first, second)
    outcomes = []
    moment = None
    for folder, fails in ((first, False), (second, True)):
        async with open_dialogue(folder, folder / "statements") as d:
            # Later than both starts: what they set to be done at once would never be due else.
            moment = moment or d.platform.now() + dt.timedelta(minutes=1)
            monkeypatch.setattr(d.platform, "now", lambda at=moment: at)
            if scene.prepare is not None:
                scene.prepare(d)
            failing = Failing(d) if fails else None
            outcomes.append(await seen(d, line))
            assert failing is None or failing.then == failing.before
    clean, again = outcomes
    assert clean.said
    if name == "/claim":
        assert any("#1 ·" in str(words) for words in clean.said)
    assert again.said == clean.said
    assert set(again.stored) == set(clean.stored)
    for table, rows in clean.stored.items():
        assert again.stored[table] == rows, table
    assert again.remembered == clean.remembered


async def test_a_key_that_was_read_in_a_unit_that_is_rolled_back_is_forgotten(
    tmp_path: Path, d: Dialogue
) -> None:
    """It may be that of a row which is not there: whoever signs under it could sign again."""
    quay = StatementId("quay")

    async def tag() -> bytes:
        async with d.database.unit() as unit:
            await unit.statements.ensure([quay])
            return await unit.statements.signer_tag(Kind.PERSON, UserRef(NAME, "1"), quay)

    await d.say("amal: /help")
    failing = Failing(d)
    failing._ends_a_row = True
    with pytest.raises(StorageUnavailable):
        await tag()
    kept = await tag()
    await d.restart()
    assert await tag() == kept
