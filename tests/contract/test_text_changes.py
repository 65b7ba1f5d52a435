"""A text that is replaced, a correction, a translation that is added: what a reader, a signer, a
group and two admins see of it, on each platform (issue I, Must show 3)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from tests.contract.stage import ADMINS, Seen
from tests.contract.talks import TALKS, Talk
from tests.support.statements import change_text

OUT_AND_IN = "Out: \u2068closed\u2069\nIn: \u2068shut\u2069"
BOTH = "1 person and 1 organisation"
CORRECTION, NEW = "It's a correction", "It's a new text"
CHANGES, STAY, WITHDRAW = "What was changed", "Stay as it is", "Withdraw"
SIGN, ENDORSE = "Sign the new text", "Endorse the new one"
EARLIER = "earlier"


@pytest.fixture(params=TALKS)
async def t(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Talk]:
    """Amal has signed and the group `tunis` has endorsed, and both are verified."""
    homeserver = partial(request.getfixturevalue, "homeserver")
    async with TALKS[request.param](tmp_path, homeserver) as talk:
        signing = ("/sign port", "/confirm", "Amal Haddad", "/skip", "/skip", "/public")
        for text in (*signing, "/confirm"):
            await talk.say("amal", text)
        await talk.say("omar", "/endorse Dockers", "tunis")
        await talk.press("omar", "Confirm", "tunis")
        await talk.say("omar", "/help", ADMINS)
        for number in (1, 2):
            await talk.say("zaid", f"/verify {number}", ADMINS)
        await talk.finds("amal", "has been verified")
        await talk.finds("omar", "Verified: #2,", "tunis")
        yield talk


async def change(t: Talk) -> Seen:
    """The text on the disk is another: the question to the admins."""
    change_text(t.statements)
    await t.reads("zaid", ADMINS)
    await t.say("zaid", "/reload", ADMINS)
    asked = await t.finds("zaid", "was changed on the disk", ADMINS)
    assert asked.buttons == (CORRECTION, NEW)
    assert f"{BOTH} have signed the earlier text." in asked.text
    assert OUT_AND_IN in asked.text
    return asked


async def still_the_old_text(t: Talk) -> None:
    """For readers, and neither signer nor group has been told of another."""
    await shows(t, "has been closed since")
    assert "Nobody has signed another text" in (await t.asks("reader", "/changes port en")).text
    assert await t.reads("amal") == []
    assert await t.reads("omar", "tunis") == []


async def shows(t: Talk, words: str, language: str = "en") -> str:
    """The text as a reader reads it has these words; its first page."""
    first = await t.asks("reader", f"/read port {language}")
    await t.press("reader", "Next ›")
    (page,) = await t.reads("reader")
    assert words in page.text
    return first.text


async def counts(t: Talk, today: str, earlier: str | None, under_earlier: int) -> None:
    """For everybody, and for the admins."""
    listed = (await t.asks("reader", "/signatories port en")).text
    line = f"This text: {today}. An earlier one: {earlier}."
    assert (line in listed) == (earlier is not None)
    assert ("An earlier one" in listed) == (earlier is not None)
    stats = (await t.asks("zaid", "/stats", ADMINS)).text
    assert f"verified: 2 ({BOTH})" in stats
    assert (f"of these under an earlier text: {under_earlier}" in stats) == (under_earlier > 0)


async def test_a_new_text(t: Talk) -> None:
    asked = await change(t)
    # What decides is typed where the admins are, and nowhere else.
    mark = asked.text.rpartition(" correction ")[2].split()[0]
    assert "don't know" in (await t.asks("omar", f"/text port new {mark}")).text
    await still_the_old_text(t)

    await t.reads("zaid", ADMINS)
    await t.press("zaid", NEW, ADMINS)
    read = [each.text for each in await t.reads("zaid", ADMINS)]
    assert any("a new text. Signers are asked to sign it." in text for text in read)
    assert any("Told 2 signers of the changed text" in text for text in read)
    told = await t.finds("amal", "which you signed as #1, has a new text.")
    asks = await t.finds("omar", "which you endorsed as #2, has a new text.", "tunis")
    assert (told.buttons, asks.buttons) == (
        (SIGN, CHANGES, STAY, WITHDRAW),
        (ENDORSE, CHANGES, STAY, WITHDRAW),
    )
    for message in (told, asks):
        assert "New text since" in message.text
        assert OUT_AND_IN in message.text
    # Answered once, whoever presses again.
    await t.press_again("zaid", ADMINS)
    assert await t.reads("amal") == []
    assert "New text since" in await shows(t, "has been shut since")
    assert OUT_AND_IN in (await t.asks("reader", "/changes port en")).text
    await counts(t, "0", BOTH, 2)

    await t.press("amal", CHANGES)
    assert OUT_AND_IN in (await t.reads("amal"))[-1].text
    await t.press("amal", SIGN)
    question = await t.finds("amal", "Sign the new text?")
    assert OUT_AND_IN in question.text
    await t.press("amal", "Confirm")
    await t.finds("amal", "#1 now stands under the new text")
    await t.press_again("amal")
    assert not [each for each in await t.reads("amal") if "now stands" in each.text]
    # The question that is left in the chat asks nothing any more, and says so.
    await t.press("amal", STAY)
    await t.finds("amal", "#1 is under today's text of")
    await t.press("omar", STAY, "tunis")
    await t.finds("omar", "#2 stays under the text that was signed.", "tunis")
    await counts(t, "1 person", "1 organisation", 1)

    # To stay is not for ever.
    await t.press("omar", ENDORSE, "tunis")
    await t.finds("omar", "Endorse the new text?", "tunis")
    await t.press("omar", "Confirm", "tunis")
    await t.finds("omar", "#2 now stands under the new text", "tunis")
    await counts(t, BOTH, None, 0)


async def test_a_correction(t: Talk) -> None:
    await change(t)
    await t.press("zaid", CORRECTION, ADMINS)
    await t.finds("zaid", "says it's a correction.", ADMINS)
    await t.press_again("zaid", ADMINS)
    await t.finds("zaid", "You asked for this yourself.", ADMINS)
    await still_the_old_text(t)

    await t.press("omar", CORRECTION, ADMINS)
    read = [each.text for each in await t.reads("omar", ADMINS)]
    assert any("a correction. Signers are told." in text for text in read)
    assert any("Told 2 signers of the changed text" in text for text in read)
    told = await t.finds("amal", "which you signed as #1, was corrected.")
    heard = await t.finds("omar", "which you endorsed as #2, was corrected.", "tunis")
    for message in (told, heard):
        assert "Corrected on \u2068" in message.text
        assert OUT_AND_IN in message.text
        assert "holds for it" in message.text
        assert message.buttons == (CHANGES, WITHDRAW)
    await t.press_again("omar", ADMINS)
    assert await t.reads("amal") == []
    assert "Corrected on \u2068" in await shows(t, "has been shut since")
    changes = (await t.asks("reader", "/changes port en")).text
    assert "Corrected on \u2068" in changes
    assert OUT_AND_IN in changes
    await counts(t, BOTH, None, 0)

    # There is nothing to sign anew, nor to stay with; what was signed can be read.
    assert "#1" in (await t.asks("amal", "/sign port")).text
    assert "#1 is under today's text of" in (await t.asks("amal", "/stay 1")).text
    mine = await t.asks("amal", "/mine")
    assert "It was corrected since." in mine.text
    await t.press("amal", "Text I signed")
    text, difference = await t.reads("amal")
    assert "has been closed since" in text.text
    assert OUT_AND_IN in difference.text
    await t.press("omar", WITHDRAW, "tunis")
    await t.finds("omar", "Withdraw #2", "tunis")
    await t.press("omar", "Cancel", "tunis")
    await counts(t, BOTH, None, 0)


async def test_a_translation_that_is_added(t: Talk) -> None:
    english = t.statements / "port" / "en.md"
    french = t.statements / "port" / "fr.md"
    shutil.copy(english, french)
    french.write_text(french.read_text().replace("closed", "fermé"))
    await t.reads("zaid", ADMINS)
    await t.say("zaid", "/reload", ADMINS)
    (said,) = await t.reads("zaid", ADMINS)
    assert said.text == "Statements reloaded: 1."
    line = "A translation. The original is in \u2068English\u2069."
    assert line in await shows(t, "has been fermé since", "fr")
    original = await shows(t, "has been closed since")
    assert "This is the original." in original
    assert "New text since" not in original
    assert "Nobody has signed another text" in (await t.asks("reader", "/changes port fr")).text
    assert line in (await t.asks("rami", "/sign port fr")).text
    await counts(t, BOTH, None, 0)

    # Whoever signed is told nothing, has nothing to answer, and signed what they signed.
    assert await t.reads("amal") == []
    assert await t.reads("omar", "tunis") == []
    mine = await t.asks("amal", "/mine")
    assert "verified" in mine.text
    assert "since" not in mine.text
    assert SIGN not in mine.buttons

    # A new text of the original leaves it behind, which is said to who reads it, and asked of those
    # alone who signed the original.
    await change(t)
    await t.press("omar", NEW, ADMINS)
    await t.finds("amal", "has a new text.")
    behind = "The original has a new text since; this is the one before."
    assert behind in await shows(t, "has been fermé since", "fr")
    assert behind not in await shows(t, "has been shut since")
