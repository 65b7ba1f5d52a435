"""A living count in a room: pinned where the bot has the power, edited in place, ended by the
room's administrator."""

from __future__ import annotations

import datetime as dt

from bot.services import living
from tests.integration.matrix.test_groups import group
from tests.integration.matrix.whole import Whole
from tests.support.signed import OnList, list_all, prepare
from tests.support.synapse import Person

PINNED = "m.room.pinned_events"


async def test_it_is_pinned_where_the_bot_may_and_edited(w: Whole, omar: Person) -> None:
    await prepare(w.database)
    room = await group(w, omar)
    first = await w.hears(omar, room, "!count", "No verified signatures yet.")
    assert "To sign, send the bot !sign port" in first.text
    await omar.set_state(room, PINNED, {"pinned": ["$another"]})
    await w.hears(omar, room, "!endcount", "is not kept up to date any more")
    await omar.promote(room, w.id, 50)
    before = len(omar.said_in(room, w.id))
    await omar.say(room, "!count")
    shown = await w.answer(omar, room, before)

    def edited() -> str | None:
        found = next(h for h in omar.said_in(room, w.id) if h.id == shown.id)
        return found.text if "1 person has signed" in found.text else None

    await list_all(w.database, "port", [OnList("Amal Haddad")])
    await w.bot.inbox.settled()  # it is pinned, and that is known
    w.clock.ahead += living.EVERY + dt.timedelta(seconds=1)
    w.bot.jobs.wake()
    await omar.wait_for(edited)
    assert (await omar.state(room, PINNED))["pinned"] == ["$another", shown.id]
