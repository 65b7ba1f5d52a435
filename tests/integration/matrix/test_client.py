"""Each fault of matrix-nio 0.26.0 that `Client` puts right, brought about on a real homeserver.

Every test here fails when its override is taken out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from nio import SyncResponse

from bot.adapters.matrix.client import Client
from bot.ports import TryLater
from tests.integration.matrix.conftest import Meet
from tests.support.synapse import Heard, Homeserver, Person, Proxy, matrix_error, never
from tests.support.synapse.hostile import drain_keys, send_garbage

NOTICE = {"msgtype": "m.notice", "body": "Good morning"}
SHARING = r"PUT .*/sendToDevice/"

Enter = Callable[[str], Awaitable[Client]]


@pytest.fixture
async def proxy(homeserver: Homeserver) -> AsyncIterator[Proxy]:
    async with Proxy(homeserver) as between:
        yield between


@pytest.fixture
async def client(
    homeserver: Homeserver, proxy: Proxy, tmp_path: Path, unique: Callable[[str], str]
) -> AsyncIterator[Client]:
    """Signed in, with its keys on the server, at the other end of the proxy."""
    account = await homeserver.register(unique("bot"))
    folder = tmp_path / "client"
    folder.mkdir()
    client = Client(proxy.url, account.user, folder, "a key")
    client.restore_login(account.user, account.device, account.token)
    await look(client, full_state=True)
    try:
        yield client
    finally:
        await client.close()


async def look(client: Client, **how: bool) -> SyncResponse:
    """One look at what is new, and what the bot does behind each; as `Syncing` does it."""
    since, client.next_batch = client.next_batch or None, ""
    response = await client.sync(0, since=since, **how)
    assert isinstance(response, SyncResponse), response
    await client.keep_up()
    return response


async def room_of(client: Client, person: Person) -> str:
    """An encrypted room of the two, known to both."""
    room = await person.create([client.user_id])
    await client.ask("POST", ["join", room], {})
    await person.wait_until_there(room, client.user_id)
    while room not in client.rooms or person.id not in client.rooms[room].users:
        await look(client)
    return room


async def heard(person: Person, room: str) -> Heard:
    """What the client said first, whether it can be read or not."""
    return await person.wait_for(lambda: next(iter(person.said_in(room)), None))


async def test_garbage_to_the_device_does_not_end_the_reading(
    client: Client, homeserver: Homeserver, meet: Meet
) -> None:
    amal, stranger = await meet("amal"), await meet("stranger")
    room = await room_of(client, amal)
    await amal.say(room, "Before")
    await send_garbage(homeserver, stranger.account.token, client.user_id, client.own_device)
    await amal.say(room, "After")
    found: list[str] = []
    while "After" not in found:
        response = await look(client)
        if room in response.rooms.join:
            events = response.rooms.join[room].timeline.events
            found += [getattr(event, "body", "") for event in events]
    assert "Before" in found


async def test_one_time_keys_that_are_used_up_are_made_anew(
    client: Client, homeserver: Homeserver, meet: Meet
) -> None:
    stranger = await meet("stranger")
    await look(client)
    drained = await drain_keys(
        homeserver, stranger.account.token, client.user_id, client.own_device
    )
    assert drained > 10
    await look(client)
    response = await look(client)
    assert (response.device_key_count.signed_curve25519 or 0) > 10


async def test_a_message_that_was_cut_off_does_not_hold_up_the_next(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    """It was waiting for the other devices' one-time keys when its sending ended."""
    amal = await meet("amal")
    room = await room_of(client, amal)
    held = proxy.fail("POST .*/keys/claim", never)
    sending = asyncio.create_task(client.send_event(room, "m.room.message", NOTICE, "first"))
    await held.begun.wait()
    sending.cancel()
    await asyncio.wait({sending})
    async with asyncio.timeout(10):
        await client.send_event(room, "m.room.message", NOTICE, "second")
    assert (await heard(amal, room)).text == "Good morning"


async def test_a_room_key_that_did_not_arrive_is_made_anew(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    refused = proxy.fail(SHARING, 500)
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert refused.met == 1
    message = await heard(amal, room)
    assert message.readable
    assert message.text == "Good morning"


async def test_a_message_is_not_sent_as_long_as_its_key_does_not_arrive(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    refused = proxy.fail(SHARING, 500, times=100)
    with pytest.raises(TryLater):
        await client.send_event(room, "m.room.message", NOTICE, "first")
    refused.times = 0
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert (await heard(amal, room)).readable
    assert len(amal.said_in(room)) == 1


async def test_somebody_who_has_just_come_can_read_what_is_said_then(
    client: Client, meet: Meet
) -> None:
    amal, rami = await meet("amal"), await meet("rami")
    room = await room_of(client, amal)
    await client.send_event(room, "m.room.message", NOTICE, "before")
    await amal.invite(room, rami.id)
    await amal.wait_until_there(room, rami.id)
    while rami.id not in client.rooms[room].users or client.rooms[room].users[rami.id].invited:
        response = await client.sync(0, since=client.next_batch)
        assert isinstance(response, SyncResponse)
    # As from the event that says so: nothing was asked in between.
    welcome = NOTICE | {"body": "Welcome"}
    event = await client.send_event(room, "m.room.message", welcome, "after")
    message = await rami.wait_for(lambda: next((h for h in rami.heard if h.id == event), None))
    assert message.readable
    assert message.text == "Welcome"


async def test_devices_that_nobody_has_verified_are_written_to(client: Client, meet: Meet) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    assert not any(device.verified for device in client.device_store.active_user_devices(amal.id))
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert (await heard(amal, room)).readable


async def test_a_call_is_tried_once_and_not_slept_through(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    """The library would wait for as long as the server likes, and then try again, without end."""
    amal = await meet("amal")
    room = await room_of(client, amal)
    await client.send_event(room, "m.room.message", NOTICE, "first")
    day = matrix_error(429, "M_LIMIT_EXCEEDED", retry_after_ms=86_400_000)
    refused = proxy.fail("PUT .*/send/", day, times=9)
    with pytest.raises(TryLater) as raised:
        await client.send_event(room, "m.room.message", NOTICE, "second")
    assert refused.met == 1
    assert raised.value.after == 600
    assert raised.value.whole_platform


async def test_after_its_end_it_opens_no_connection(client: Client, proxy: Proxy) -> None:
    await client.close()
    before = len(proxy.seen)
    with pytest.raises(Exception, match="closed"):
        await client.whoami()
    assert len(proxy.seen) == before


async def test_the_same_transaction_gives_the_same_event(client: Client, meet: Meet) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    first = await client.send_event(room, "m.room.message", NOTICE, "one")
    assert await client.send_event(room, "m.room.message", NOTICE, "one") == first
    assert await client.send_event(room, "m.room.message", NOTICE, "two") != first
