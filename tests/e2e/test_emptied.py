"""What a person gave is erased from every message of the bot's in the admin chats, whichever it
stands in, and nothing that is stored leads from an account to a record any more."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.storage.tables import metadata
from bot.storage.tags import chat_tag, record_tag, slot_tag
from tests.e2e.admin_chat import cards, plain
from tests.e2e.test_crashes import Died, _fresh, _steps, some_steps
from tests.support.blank import write_blank
from tests.support.dialogue import BotStopped, Dialogue, open_dialogue, settings_in, signing
from tests.support.signed import prepare, sign_all

CANARY, WORDS = "Zahra Canarini", re.compile("Zahra|Canarini|Lighthouse", re.IGNORECASE)
OTHER = "Rami Mansour"
FORGET = ("amal: /forget", "amal: [confirm]")

SHOWING = {
    "card": (),
    "card again": ("zaid@admins: /show 1",),
    "decided card": ("zaid@admins: /verify 1",),
    "found": ("zaid@admins: /find Canarini",),
    "desk": ("zaid@admins: /pending 1",),
    "desk further down": ("zaid@admins: /pending 1", "zaid@admins: /pending"),
    "desk by name": ("zaid@admins: /pending name Canarini",),
    "desk asked for a reason": ("zaid@admins: /pending 1", "zaid@admins: [reject]"),
    "list on the desk": ("zaid@admins: /pending bulk",),
    "several": ("zaid@admins: /verify 1 2",),
    "several, decided by a reply": (
        "zaid@admins: /reject 1 2",
        "zaid@admins: >{newest} No",
    ),
    "several, with a reason": ("zaid@admins: /reject 1 2 Lighthouse",),
    "reason": ("zaid@admins: /reject 1",),
    "rejected": ("zaid@admins: /reject 1 Lighthouse",),
    "audit": ("zaid@admins: /verify 1", "zaid@admins: /audit 1"),
    "question": ("zaid@admins: /ask 1 What about the Lighthouse?", "amal: The one of Canarini"),
    "second": (
        *(f"zaid@admins: /reject {n} No" for n in (4, 5, 6)),
        "zaid@admins: /reject 1 Lighthouse",
    ),
}
"""By what shows something of the canary, what brings it."""


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": "3"}
    async with open_dialogue(tmp_path, port, **alone) as dialogue:
        yield dialogue


async def filled(d: Dialogue) -> None:
    """The canary is #1; #2 has a name that is like it in nothing, #3 to #6 wait for nobody."""
    await d.already(*signing("amal", CANARY), *signing("rami", OTHER))
    async with d.database.unit() as unit:
        known = await unit.endorsements.total()
    assert known == 2
    await prepare(d.database)
    await sign_all(d.database, [f"Lina Aziz {n}" for n in range(4)], "port")


def still_shown(d: Dialogue) -> list[str]:
    """What of the canary any message says now in a chat other than her own."""
    newest = {(did.chat, did.message): did for did in d.did if did.message is not None}
    texts = [(did.chat, f"{did.text} {did.data}") for did in newest.values()]
    return [f"{chat}: {text}" for chat, text in texts if chat != "amal" and WORDS.search(text)]


async def told(d: Dialogue, *lines: str) -> None:
    for line in lines:
        await d.say(line.format(newest=d.newest("@admins").number))


@pytest.mark.parametrize("what", SHOWING)
async def test_what_shows_it_is_emptied(d: Dialogue, what: str) -> None:
    await filled(d)
    await told(d, *SHOWING[what])
    await d.say(*FORGET)
    assert still_shown(d) == []
    assert "Zahra" not in str(await d.say("zaid@admins: /pending"))
    tag = record_tag(d.database.keys, Number(1)).hex()
    left = "SELECT 1 FROM shown JOIN live_messages USING (token_tag) WHERE slot_tag IS NOT NULL"
    await d.say("%advance 11m")
    assert await d.rows(f"{left} AND record_tag = x'{tag}'") == []
    assert still_shown(d) == []


@pytest.mark.parametrize("end", ["withdrawn", "counted"])
async def test_so_it_is_when_its_window_ends(d: Dialogue, end: str) -> None:
    await filled(d)
    await d.say("zaid@admins: /verify 1", "zaid@admins: /find Canarini")
    if end == "withdrawn":
        await d.say("amal: /withdraw", "amal: [confirm]")
    else:
        await d.say("amal: /mine 1 counted", "amal: [confirm]")
    assert len(still_shown(d)) == 2, "it can still be undone"
    await d.say("%advance 11m")
    assert still_shown(d) == []


async def test_a_name_that_was_mended_is_not_left_in_a_list(d: Dialogue) -> None:
    await filled(d)
    await d.say("zaid@admins: /find Canarini", "amal: /mine 1 name Amal Haddad")
    assert still_shown(d) == []
    assert "Amal Haddad" in (await d.say("zaid@admins: /show 1"))[-1].text


async def test_a_decided_card_keeps_its_number_and_the_outcome(d: Dialogue) -> None:
    await d.sign("amal", CANARY)
    (card,) = [did for did in d.did if did.chat == "@admins"]
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    shown = d.now_showing("@admins", card.number)
    assert (shown.text, shown.names) == ("#1: verified", ())
    assert await d.rows("SELECT * FROM live_messages") == []
    # It is the command that rejects it now.
    assert "#1 is not accepted" in plain((await d.say("zaid@admins: /reject 1 No"))[-1].text)
    assert cards(d) == [1]


async def test_an_account_leads_to_no_record(d: Dialogue) -> None:
    """Whoever has the file and the tag of an account's chat finds nothing under it once the way to
    the signer is erased, whatever they have looked at since."""
    await d.sign("amal", CANARY)
    await d.say(
        "zaid@admins: /ask 1 Which school?",
        "amal: In Sfax",
        "zaid@admins: /verify 1",
        "%advance 11m",
        "amal: /mine",
        "amal: [organisers]",
        "amal: [text]",
        "amal: /withdraw",
        "amal: [confirm]",
        "amal: [undo]",
    )
    tag = chat_tag(d.database.keys, d.origin("amal").chat).hex()
    for table in metadata.tables.values():
        if "chat_tag" in table.c:
            query = f"SELECT count(*) FROM {table.name} WHERE chat_tag = x'{tag}'"
            assert await d.rows(query) == [(0,)], table.name


async def test_slots_tell_nothing(d: Dialogue) -> None:
    """No number, no kind and no chat can be read in what is stored of a live message."""
    await filled(d)
    await d.say("zaid@admins: /pending", "zaid@admins: /reject 1", "amal: /sign port")
    rows = await d.rows("SELECT * FROM live_messages")
    assert len(rows) >= 4
    assert {type(value) for row in rows for value in row} <= {bytes, type(None)}
    stored = b"".join(value for row in rows for value in row if value)
    assert not any(kind.value.encode() in stored for kind in SlotKind)
    slot = slot_tag(d.database.keys, Slot.of(SlotKind.CARD, Number(1), "console"))
    assert slot in {value for row in rows for value in row}


@some_steps(17)
async def test_killed_at_any_step_of_it(tmp_path: Path, port: Path, every: int) -> None:
    """Be it before the commit, between that and what follows, or while messages are emptied."""
    write_blank(tmp_path / "prepared")
    before = Dialogue(settings_in(tmp_path / "prepared", port))
    await before.start()
    await before.sign("amal", CANARY)
    await before.say("zaid@admins: /find Canarini", "zaid@admins: /pending", FORGET[0])
    await before.stop()
    steps = await _steps(_fresh(before.folder, tmp_path / "counted", port), FORGET[1])
    for last in range(0, steps, every):
        d = _fresh(before.folder, tmp_path / "dies", port)
        d._past = list(before.did)
        left = last

        def step(_what: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                d.die()  # noqa: B023 - called within this turn of the loop only
                raise Died

        await d.start()
        d.at_point = step
        with contextlib.suppress(BotStopped, Died):
            await d.say(FORGET[1])
        await d.kill()
        d.at_point = None
        await d.start()
        await d.say("# what was received is answered first")
        if await d.rows("SELECT 1 FROM endorsements WHERE signer_tag IS NOT NULL"):
            await d.say(FORGET[1])
        assert still_shown(d) == [], last
        await d.kill()
