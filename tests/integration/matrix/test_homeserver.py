"""The homeserver and the people that the other tests rely on."""

from __future__ import annotations

from tests.integration.matrix.conftest import Meet
from tests.support.synapse import Homeserver


async def test_two_people_read_each_other_encrypted(homeserver: Homeserver, meet: Meet) -> None:
    amal, rami = await meet("amal"), await meet("rami")
    room = await amal.create([rami.id], direct=True)
    await amal.wait_until_there(room, rami.id)
    event = await amal.say(room, "Good morning")
    heard = await rami.hear(room, "Good morning")
    assert heard.id == event
    assert heard.encrypted
    await rami.react(room, heard.id, "👍")
    mine = next(each for each in amal.heard if each.id == event)
    await amal.wait_for(lambda: mine.has("👍"))
    await amal.edit(room, event, "Good evening")
    await rami.wait_for(lambda: heard.text == "Good evening")
    await rami.say(room, "I can be read", clear=True)
    assert not (await amal.hear(room, "I can be read")).encrypted
