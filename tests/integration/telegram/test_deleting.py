"""Receipts that their signer takes away: young ones go, old ones are emptied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Message, Person

TWO_DAYS = 48 * 3600.0


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


@pytest.fixture
async def amal(w: Whole) -> Person:
    person = w.server.person("amal")
    await w.sign(person, "Amal Haddad")
    return person


async def delete(w: Whole, person: Person, message: Message) -> None:
    press = await person.press(message, "/delete")
    await w.settled()
    assert press.answered


async def test_a_receipt_goes(w: Whole, amal: Person) -> None:
    receipt = w.server.sent(amal)[-1]
    assert "Your number is #1" in (receipt.text or "")
    await delete(w, amal, receipt)
    assert receipt.deleted
    assert not any("#1" in text for text in w.texts(amal))
    assert (await w.counts()).pending == 1
    # Pressed twice before it went: nothing is left to say.
    said = len(w.texts(amal))
    await amal.forge(receipt, "/delete")
    await w.settled()
    assert len(w.texts(amal)) == said


async def test_an_old_receipt_is_emptied(w: Whole, amal: Person) -> None:
    receipt = w.server.sent(amal)[-1]
    w.server.clock.advance(TWO_DAYS + 60)
    await delete(w, amal, receipt)
    assert not receipt.deleted
    assert receipt.buttons == []
    assert (receipt.text or "").startswith("Deleted.")
    assert not any("#1" in text for text in w.texts(amal))


async def test_an_old_file_stays_and_that_is_said(w: Whole, amal: Person) -> None:
    await w.say(amal, "/mydata")
    file = w.server.sent(amal)[-1]
    assert file.file is not None
    w.server.clock.advance(TWO_DAYS + 60)
    said = await w.say(amal, "/delete", reply_to=file)
    assert said.startswith("Deleted. If you still see it")
    young = w.server.sent(amal)[-1]
    assert await w.say(amal, "/delete", reply_to=young) == ""
    assert young.deleted
