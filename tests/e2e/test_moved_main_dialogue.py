"""The main dialogue, in the middle of which the campaign moves to another bot that is on another
platform too: numbers, codes of the log and `verify` go on, and nobody counts twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import pyrage

from bot.bootstrap import reports
from bot.bootstrap.moving import hand_over, take_over
from bot.bootstrap.opening import read_library
from bot.bootstrap.reports import as_told
from bot.config import Settings
from bot.domain.ids import ChatRef, Language, Number, StatementId, UserRef
from bot.ports import Message, Origin, Place
from bot.services.receipts import code_of
from bot.verify import verify
from tests.e2e.script import LINES, STATEMENT, STATS, fill_in, recorded
from tests.e2e.test_main_dialogue import DECIDING
from tests.support.bot_process import Entry
from tests.support.dialogue import SHIPPED, Dialogue, open_dialogue, settings_in
from tests.support.elsewhere import ELSEWHERE, Elsewhere

PLACE = "https://example.org/there"
ids = itertools.count(1)


def entries(d: Dialogue) -> list[Entry]:
    """All that it said, as the program prints it."""
    return [{"text": did.text, "chat": did.chat, "message": did.message} for did in d.did]


async def say(d: Dialogue, lines: Iterable[str], before: list[Entry]) -> None:
    for line in lines:
        await d.say(fill_in(line, [*before, *entries(d)]))


async def code_in_log(d: Dialogue, number: int) -> str:
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(Number(number))
        assert record is not None
        return await code_of(unit, record)


async def type_there(d: Dialogue, there: Elsewhere, who: str, *lines: str) -> str:
    """In a private chat of the other platform; what was said last."""
    chat = ChatRef(ELSEWHERE, who)
    for line in lines:
        origin = Origin(
            f"private {next(ids)}",
            chat,
            Place.PRIVATE,
            UserRef(ELSEWHERE, who),
            who,
            Language("en"),
            d.platform.now(),
        )
        await there.receive(d, Message(origin, line))
    told = [each for each in there.shown.values() if each.chat == chat]
    return told[-1].text.plain


def newest_card(there: Elsewhere, number: int) -> str:
    """Of a record, as admins see it there."""
    cards = [
        message.text.plain
        for message in there.shown.values()
        if message.text.plain.startswith(f"#{number} ·")
    ]
    return cards[-1]


async def signed_export(settings: Settings, file: Path) -> Path:
    (statement,) = (s for s in read_library(settings) if s.id == STATEMENT)
    pieces: list[str] = []
    await reports.export_signed(settings, statement, pieces.append)
    return written(file, "".join(pieces))


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


async def test_in_the_middle_of_the_main_dialogue(tmp_path: Path, elsewhere: Elsewhere) -> None:
    secret = pyrage.x25519.Identity.generate()
    old_folder, new_folder = tmp_path / "old", tmp_path / "new"
    old_folder.mkdir()
    new_folder.mkdir()
    identity = written(new_folder / "secret", str(secret))
    async with open_dialogue(old_folder, SHIPPED) as old:
        await say(old, LINES[:DECIDING], [])
        numbers = {chat.removeprefix("@"): n for chat, n in recorded(entries(old)).items()}
        before = entries(old)
        in_log = await code_in_log(old, numbers["rami"])
        async with old.database.unit() as unit:
            checkpoint = await unit.log.checkpoint(StatementId(STATEMENT))
        await old.kill()

        old.settings = old.settings.model_copy(update={"moved_to": PLACE})
        file = tmp_path / "campaign.move"
        await hand_over(old.settings, file, [str(secret.to_public())])
        new_settings = settings_in(new_folder, SHIPPED)
        await take_over(new_settings, file, identity, None)
        people = (old_folder / "data" / "console.json").read_bytes()
        (new_folder / "data" / "console.json").write_bytes(people)

        await old.start()
        await old.say(f"rami: /mine {numbers['rami']} code")
        (secret_code,) = (
            word.strip("\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}")
            for word in old.newest("rami").text.split()
            if word.count("-") == 4
        )

    new = Dialogue(new_settings)
    await new.start()
    try:
        # The same person, on the same platform, is known by their account.
        (known,) = [d for d in await new.say(f"amal: /sign {STATEMENT}") if d.chat == "amal"]
        assert f"#{numbers['amal']}" in known.text
        # On another one they sign anew, which the admins are told; with the code they count once.
        answers = ("[confirm]", "رامي منصور", "[skip]", "[skip]", "[organisers]", "[confirm]")
        lines = [line.replace("[", "/").rstrip("]") for line in answers]
        said = await type_there(new, elsewhere, "rami", f"/sign {STATEMENT}", *lines)
        anew = recorded([{"text": said, "chat": "rami", "message": 0}])["rami"]
        assert f"#{numbers['rami']}" in newest_card(elsewhere, anew)
        assert (await new.counts(STATEMENT)).pending == 4
        said = await type_there(new, elsewhere, "rami", secret_code)
        assert f"#{numbers['rami']} is yours here now" in said
        assert (await new.counts(STATEMENT)).pending == 3
        assert in_log == await code_in_log(new, numbers["rami"])

        await say(new, LINES[DECIDING:], before)
        assert "We could not reach you" in await type_there(new, elsewhere, "rami", "/mine")
        counts = as_told(await new.counts(STATEMENT))
        assert counts == STATS[STATEMENT] | {"withdrawn": STATS[STATEMENT]["withdrawn"] + 1}
    finally:
        await new.kill()
    export = await signed_export(new_settings, tmp_path / "signed.json")
    found = verify(export, None, written(tmp_path / "checkpoint", checkpoint))
    assert found.faults == []
