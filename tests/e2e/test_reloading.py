"""New texts from the disk, on SIGHUP: all of it or nothing."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support.dialogue import Dialogue
from tests.support.statements import change_text


@contextlib.contextmanager
def full_disk(d: Dialogue) -> Iterator[None]:
    """Every statement fails as the database's library says it then."""

    def fail(*_: object) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", None, full)

    engine = d.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.usefixtures("started")
async def test_the_old_texts_stay_while_the_database_cannot_be_written(
    d: Dialogue, caplog: pytest.LogCaptureFixture
) -> None:
    before = d.bot.campaign.library
    change_text(d.folder / "statements")
    with caplog.at_level(logging.ERROR), full_disk(d):
        await d.bot.reload(d.database, d.platform)
    assert d.bot.campaign.library is before
    assert "the old texts stay in use" in caplog.text

    await d.bot.reload(d.database, d.platform)
    assert d.bot.campaign.library is not before
    await d.say("amal: /read port en")
    assert "shut since the spring" in (await d.answer("amal: [next]")).text
