"""A text that somebody signed is replaced by nobody alone, and by nothing unseen: what admins are
asked and what follows, as far as no platform matters (`tests/contract/test_text_changes.py`)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.admin import Admin
from bot.domain.counts import Counts
from bot.domain.errors import Conflict
from bot.domain.ids import Language, StatementId, UserRef
from bot.domain.log import NOBODY, EntryKind, TextChange
from bot.services.reload import read_again, reload
from bot.services.text_answers import WAITING, answer
from tests.support.dialogue import Dialogue, dialogue_in, open_dialogue
from tests.support.statements import change_text

ENDORSING = ("omar@tunis: /endorse Dockers", "omar@tunis: [confirm]")
OUT_AND_IN = "Out: \u2068closed\u2069\nIn: \u2068shut\u2069"


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """One has signed and a group has endorsed, and both are on the list; there are two admins."""
    async with dialogue_in(tmp_path, port) as dialogue:
        await dialogue.already(
            "zaid@admins: /help",
            "omar@admins: /help",
            "amal: /sign",
            *(f"amal: {line}" for line in ("[confirm]", "Amal Haddad", "[skip]", "[skip]")),
            *(f"amal: {line}" for line in ("[public]", "[updates]", "[confirm]")),
            *ENDORSING,
            "zaid@admins: /verify 1",
            "zaid@admins: /verify 2",
            "%advance 11m",
        )
        yield dialogue


async def changed(d: Dialogue) -> int:
    """The text on the disk is another; the question to the admins."""
    change_text(d.settings.statements)
    await d.say("zaid@admins: /reload")
    return d.newest("@admins", "correction").number


def file(d: Dialogue, language: str = "en") -> Path:
    return d.settings.statements / "port" / f"{language}.md"


async def first_page(d: Dialogue) -> str:
    return (await d.say("reader: /read port en", "reader: [next]"))[-1].text


async def test_the_same_files_are_asked_about_once(d: Dialogue) -> None:
    asked = d.now_showing("@admins", await changed(d))
    assert "The port has been … since the spring. We" in asked.text
    assert len(await d.say("zaid@admins: /reload")) == 1
    await d.restart()
    assert "has been closed since" in await first_page(d)
    assert d.newest("@admins", "correction").number == asked.number
    await d.say("zaid@admins: [new]")
    assert "has been shut since" in await first_page(d)


async def test_it_is_noted_who_answered_what(d: Dialogue) -> None:
    asked = await changed(d)
    await d.say("zaid@admins: [correction]")
    assert (await d.actions())[-1] == ("correct", None)
    await d.say("omar@admins: [correction]")
    over = d.now_showing("@admins", asked)
    assert over.text.startswith("\u2068zaid\u2069 and \u2068omar\u2069 called")
    assert (await d.actions())[-1] == ("agree to correct", None)
    assert "Corrected on \u2068" in (await d.answer("reader: /signatories port en")).text


async def test_where_it_is_seen_who_signed_which_text(d: Dialogue) -> None:
    await changed(d)
    await d.say("omar@admins: [new]")
    listed = await d.answer("reader: /signatories port en")
    assert "New text since \u2068" in listed.text
    assert "\u2068Amal Haddad\u2069 · earlier text" in listed.text
    assert "It's under an earlier text." in (await d.say("zaid@admins: /show 1"))[-1].text
    (exported,) = await d.say("zaid@admins: /export json")
    assert "of these under an earlier text: 2" in exported.text

    await d.say("%advance 48h", "amal: [sign_new]")
    assert len(await d.rows("SELECT DISTINCT date(hour) FROM endorsements")) == 1
    await d.say("amal: [confirm]")
    # No list shows a signature of a day on which there was no such text.
    assert len(await d.rows("SELECT DISTINCT date(hour) FROM endorsements")) == 2
    listed = await d.answer("reader: /signatories port en")
    assert "\u2068Amal Haddad\u2069 · earlier text" not in listed.text
    assert await d.counts() == Counts(verified=2, persons=1, organisations=1)

    await d.say("omar@tunis: [endorse_new]")
    (refused,) = await d.say("lina@tunis: [confirm]")
    assert "Only an administrator" in refused.text


async def test_who_stays_stays_under_the_old_text(d: Dialogue) -> None:
    """Until they sign the new one, which the message still offers."""
    await changed(d)
    await d.say("omar@admins: [new]")
    for line, way in (("amal: [stay]", "sign_new"), ("omar@tunis: [stay]", "endorse_new")):
        (said,) = [did for did in await d.say(line) if did.action != "notice"]
        assert "stays under the text that was signed." in said.text
        assert said.names == (way,)
    signed = await d.rows("SELECT count(DISTINCT digest), count(*) FROM endorsements")
    assert signed == [(1, 2)]
    one = await d.answer("amal: /mine")
    assert "It's an earlier text. There's a new one since." in one.text
    assert "sign_new" in one.names
    await d.say("amal: [sign_new]", "amal: [confirm]")
    signed = await d.rows("SELECT count(DISTINCT digest), count(*) FROM endorsements")
    assert signed == [(2, 2)]
    # A correction of the new text is nothing to who stayed under the one before.
    file(d).write_text(file(d).read_text().replace("shut", "shut down"))
    await d.say("zaid@admins: /reload", "zaid@admins: [correction]")
    told = {did.chat for did in await d.say("omar@admins: [correction]")}
    assert ("amal" in told, "@tunis" in told) == (True, False)


async def test_there_is_nothing_to_stay_with(d: Dialogue) -> None:
    """Under the text of today, and once it is taken back: the button of an old message says so."""
    await changed(d)
    await d.say("omar@admins: [new]", "amal: /sign", "amal: [confirm]")
    told = d.newest("amal", "stay")
    (said,) = [did for did in await d.say("amal: [stay]") if did.action != "notice"]
    assert (said.message, said.names) == (told.message, ())
    assert "#1 is under today's text of" in said.text
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert "can't be changed any more" in (await d.answer("amal: /stay 1")).text


async def test_who_cannot_be_reached_is_counted_apart(d: Dialogue) -> None:
    """A signature holds for what is corrected, whether its signer hears of it or not."""
    await d.sign("rami", "Rami Mansour")
    await d.say("zaid@admins: /verify 3", "%advance 11m")
    await changed(d)
    await d.say("zaid@admins: [correction]", "omar@admins: [correction]")
    told = d.newest("@admins").text
    assert "1 more can't be reached. The signature holds all the same." in told
    file(d).write_text(file(d).read_text().replace("shut", "barred"))
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    assert "1 more can't be reached, and stays under the earlier" in d.newest("@admins").text


async def test_each_reads_its_own_languages_title(d: Dialogue) -> None:
    """Also in the place of the question."""
    await d.say("zaid@admins: /language ar")
    asked = await changed(d)
    await d.say("zaid@admins: [new]")
    assert "\u2068افتحوا الميناء\u2069" in d.now_showing("@admins", asked).text


async def test_nobody_signs_a_text_unseen(d: Dialogue) -> None:
    """It is replaced between the question and the answer."""
    await changed(d)
    await d.say("omar@admins: [new]", "amal: /sign")
    file(d).write_text(file(d).read_text().replace("shut", "barred"))
    # Nobody has signed the one that is replaced.
    await d.say("zaid@admins: /reload")
    asked = (await d.say("amal: [confirm]"))[-1]
    assert "Nothing is recorded yet." in asked.text
    assert "In: \u2068barred\u2069" in asked.text
    await d.say("amal: [confirm]")
    assert await d.rows("SELECT count(DISTINCT digest) FROM endorsements") == [(2,)]


async def test_typed_it_names_the_change_that_was_seen(d: Dialogue) -> None:
    asked = d.now_showing("@admins", await changed(d))
    typed = asked.text.rpartition("/text port correction ")[2].strip()
    file(d).write_text(file(d).read_text().replace("shut", "barred"))
    await d.say("zaid@admins: /reload")
    said = await d.say(f"zaid@admins: /text port new {typed}")
    assert "The text was changed again." in said[0].text
    assert "In: \u2068barred\u2069" in said[1].text
    assert "has been closed since" in await first_page(d)
    # Buttons of what was seen before answer nothing either.
    press = d.press("zaid", asked.number, asked.data["new"], "admins")
    (late,) = await d.receive(press)
    assert "no longer works" in late.text
    typed = said[1].text.rpartition("/text port correction ")[2].strip()
    await d.say(f"zaid@admins: /text port correction {typed}")
    await d.say(f"omar@admins: /text port correction {typed}")
    assert "has been barred since" in await first_page(d)
    assert "No changed text waits" in (await d.answer("zaid@admins: /text")).text


async def test_the_old_file_is_put_back(d: Dialogue) -> None:
    before = file(d).read_text()
    asked = await changed(d)
    await d.say("zaid@admins: [correction]")
    file(d).write_text(before)
    await d.say("zaid@admins: /reload")
    over = d.now_showing("@admins", asked)
    assert ("isn't on the disk any more" in over.text, over.names) == (True, ())
    # What was said of it then counts for nothing now.
    again = await changed(d)
    assert again != asked
    await d.say("omar@admins: [correction]")
    assert "has been closed since" in await first_page(d)


async def test_taken_away_and_brought_back_it_is_asked_about_too(d: Dialogue) -> None:
    text = file(d).read_text()
    metadata = file(d).parent / "statement.yaml"
    described = metadata.read_text()
    metadata.write_text(described.replace("[en, ar]", "[ar]").replace(": en\n", ": ar\n"))
    file(d).unlink()
    await d.say("zaid@admins: /reload")
    metadata.write_text(described)
    file(d).write_text(text.replace("closed", "shut"))
    await d.say("zaid@admins: /reload")
    assert OUT_AND_IN in d.newest("@admins", "correction").text
    assert "has been closed since" in await first_page(d)


async def test_nobody_has_signed_so_nobody_is_asked(tmp_path: Path, port: Path) -> None:
    async with open_dialogue(tmp_path, port) as d:
        change_text(port)
        assert len(await d.say("zaid@admins: /reload")) == 1
        assert "has been shut since" in await first_page(d)
        assert "since" not in (await d.answer("reader: /read port en")).text


async def test_who_waits_has_signed(tmp_path: Path, port: Path) -> None:
    async with open_dialogue(tmp_path, port) as d:
        await d.sign("amal", "Amal Haddad")
        assert "1 person has signed the earlier text." in (
            d.now_showing("@admins", await changed(d)).text
        )
        await d.say("amal: /withdraw", "amal: [confirm]", "zaid@admins: /reload")
        assert "has been shut since" in await first_page(d)


async def test_what_was_changed_is_shown_to_everybody(d: Dialogue) -> None:
    assert "Nobody has signed another text" in (await d.answer("reader: /changes")).text
    await changed(d)
    await d.say("zaid@admins: [correction]", "omar@admins: [correction]")
    assert "changes" in (await d.answer("reader: /read port en")).names
    for who in ("reader", "reader@sfax", "zaid@admins"):
        shown = (await d.say(f"{who}: /changes port en"))[-1]
        assert "Corrected on \u2068" in shown.text
        assert OUT_AND_IN in shown.text
    assert "changes" not in (await d.answer("reader: /read port ar")).names


async def test_a_translation_says_what_it_is(d: Dialogue) -> None:
    """One that is added later, too; everywhere where it is read or signed."""
    shutil.copy(file(d), file(d, "fr"))
    file(d, "fr").write_text(file(d).read_text().replace("Open the port", "Ouvrez le port"))
    said = await d.say("zaid@admins: /reload")
    assert len(said) == 1
    line = "A translation. The original is in \u2068English\u2069."
    for typed in ("/read port fr", "/share port fr", "/sign port fr", "/signatories port fr"):
        text = (await d.say(f"rami: {typed}"))[-1].text
        assert (typed, line in text) == (typed, True)
    assert line in (await d.say("rami: /search Ouvrez"))[-1].text
    assert "This is the original." in (await d.answer("reader: /read port en")).text
    await d.say("lina@sfax: hello", "%lang lina fr")
    assert "original" in (await d.say("lina@sfax: /endorse Club"))[-1].text
    # A new text of the original leaves it behind, and that is said.
    change_text(d.settings.statements)
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    behind = "The original has a new text since; this is the one before."
    assert behind in (await d.answer("reader: /read port fr")).text
    assert behind not in (await d.answer("reader: /read port en")).text
    texts = await d.rows("SELECT language, change FROM texts ORDER BY id")
    assert texts == [
        ("en", "first"),
        ("ar", "translation"),
        ("fr", "translation"),
        ("en", "new"),
    ]


async def test_rounded_counts_stay_rounded_under_each_text(tmp_path: Path, port: Path) -> None:
    rounded = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "10"}
    async with open_dialogue(tmp_path, port, **rounded) as d:
        await d.sign("amal", "Amal Haddad")
        await d.say("zaid@admins: /verify 1", "%advance 25h")
        await changed(d)
        await d.say("omar@admins: [new]")
        listed = (await d.answer("reader: /signatories port en")).text
        assert "An earlier one" not in listed
        assert "1 person" not in listed


async def logged_texts(d: Dialogue) -> list[tuple[object, object, object]]:
    """What the statement's log says of its texts: change, language, the digest before."""
    async with d.database.unit() as unit:
        entries = [entry async for entry in unit.log.entries("port", NOBODY)]
    said = [e.opening.says for e in entries if e.opening and e.leaf.kind is EntryKind.TEXT]
    return [(body["change"], body["language"], body["of"]) for body in said]


async def test_every_text_is_in_the_log_before_anybody_signs_it(d: Dialogue) -> None:
    """With the one in whose place it came."""
    first = d.bot.campaign.library.statements[StatementId("port")].revisions
    begun = [("first", "en", ""), ("translation", "ar", first[Language("en")].digest)]
    assert await logged_texts(d) == begun
    await changed(d)
    assert await logged_texts(d) == begun
    await d.say("zaid@admins: [correction]", "omar@admins: [correction]")
    corrected = ("correction", "en", first[Language("en")].digest)
    assert await logged_texts(d) == [*begun, corrected]
    await d.restart()
    assert await logged_texts(d) == [*begun, corrected]


async def test_an_answer_is_to_what_was_read_before_it(d: Dialogue) -> None:
    """Also where the files are read again in the same commit."""
    await changed(d)
    file(d).write_text(file(d).read_text().replace("shut", "barred"))
    loaded = await read_again(d.bot.campaign)
    zaid = Admin("zaid", UserRef(d.adapter.name, "1"))
    now = d.platform.now()
    async with d.database.unit() as unit:
        await reload(unit, d.bot.campaign, loaded, now)
        asked = await WAITING.find(unit, "port")
        assert asked is not None
        with pytest.raises(Conflict):
            await answer(unit, d.bot.campaign, asked, TextChange.NEW, zaid, now)
    async with d.database.unit() as unit:
        await answer(unit, d.bot.campaign, asked, TextChange.NEW, zaid, now)
    assert "has been barred since" in await first_page(d)
