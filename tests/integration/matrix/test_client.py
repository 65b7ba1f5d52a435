"""Each fault of matrix-nio 0.26.0 that `Client` puts right, brought about on a real homeserver.

Every test here fails when its override is taken out.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from nio import MegolmEvent, RoomMessage, RoomMessagesResponse, SyncResponse
from nio.crypto.device import OlmDevice
from nio.crypto.sessions import InboundGroupSession
from nio.store.models import EncryptedRooms

from bot.adapters.matrix.client import Client
from bot.ports import TryLater
from tests.integration.matrix.conftest import Meet
from tests.support.synapse import Heard, Homeserver, Person, Proxy, matrix_error, never
from tests.support.synapse.hostile import drain_keys, send_garbage
from tests.support.synapse.vouching import OtherDevice

NOTICE = {"msgtype": "m.notice", "body": "Good morning"}
SHARING = r"PUT .*/sendToDevice/"

Begin = Callable[..., Awaitable[Client]]


@pytest.fixture
async def proxy(homeserver: Homeserver) -> AsyncIterator[Proxy]:
    async with Proxy(homeserver) as between:
        yield between


@pytest.fixture
async def begin(
    homeserver: Homeserver, proxy: Proxy, tmp_path: Path, unique: Callable[[str], str]
) -> AsyncIterator[Begin]:
    """A client at the other end of the proxy that has not asked for anything yet; called again, the
    next one of the same device. A `folder` takes the place of the usual one."""
    account = await homeserver.register(unique("bot"))
    async with contextlib.AsyncExitStack() as stack:
        usual = tmp_path / "client"
        usual.mkdir()

        async def new(folder: Path = usual) -> Client:
            client = Client(proxy.url, account.user, folder, "a key")
            client.restore_login(account.user, account.device, account.token)
            stack.push_async_callback(client.close)
            return client

        yield new


@pytest.fixture
async def client(begin: Begin) -> Client:
    """Signed in, with its keys on the server."""
    client = await begin()
    await look(client, full_state=True)
    return client


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


async def read(client: Client, room: str, since: str | None = None, **how: bool) -> list[str]:
    """What is said there next, as far as it can be read."""
    client.next_batch = since or client.next_batch
    async with asyncio.timeout(20):
        while True:
            response = await look(client, **how)
            if room in response.rooms.join:
                events = response.rooms.join[room].timeline.events
                said = [event for event in events if isinstance(event, RoomMessage | MegolmEvent)]
                if said:
                    return [getattr(event, "body", "cannot be read") for event in said]


async def claim(homeserver: Homeserver, person: Person, client: Client, count: int) -> list[str]:
    """One-time keys of the client's device, as many of so many as there are."""
    found: list[str] = []
    asked: object = {"one_time_keys": {client.user_id: {client.own_device: "signed_curve25519"}}}
    for _ in range(count):
        path = "/_matrix/client/v3/keys/claim"
        _, answer = await homeserver.ask("POST", path, person.account.token, asked)
        keys = answer["one_time_keys"].get(client.user_id, {}).get(client.own_device, {})
        found += [key["key"] for key in keys.values() if not key.get("fallback")]
    return found


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


async def test_what_was_encrypted_is_no_state_of_the_room(client: Client, meet: Meet) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    await amal.say(room, "Before")
    assert await read(client, room) == ["Before"]
    member = {"type": "m.room.member", "state_key": "@x:test", "content": {"membership": "join"}}
    name = {"type": "m.room.name", "state_key": "", "content": {"name": "Another"}}
    for payload in (member, name):
        sent = await amal.encrypt(room, payload)
        await amal.send(room, "m.room.encrypted", sent, clear=True)
    await amal.say(room, "After")
    while "After" not in await read(client, room):
        pass
    assert set(client.rooms[room].users) == {client.user_id, amal.id}
    assert client.rooms[room].name is None


async def test_an_odd_message_does_not_hide_what_came_while_the_bot_was_away(
    client: Client, meet: Meet
) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    await amal.say(room, "Before")
    assert await read(client, room) == ["Before"]
    olm = amal.client.olm
    assert olm is not None
    message = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "After"}}
    whole = await amal.encrypt(room, message)
    odd = {**whole, "ciphertext": olm.outbound_group_sessions[room].encrypt("[]")}
    chunk = [
        {"type": "m.room.encrypted", "sender": amal.id, "room_id": room, "content": content}
        | {"event_id": f"${place}", "origin_server_ts": 1}
        for place, content in enumerate((odd, whole))
    ]
    answer = RoomMessagesResponse.from_dict({"chunk": chunk, "start": "1", "end": "2"}, room)
    assert isinstance(answer, RoomMessagesResponse), answer
    await client.receive_response(answer)
    assert [getattr(event, "body", None) for event in answer.chunk] == [None, "After"]


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


async def test_with_no_key_left_somebody_new_can_still_write(
    client: Client, homeserver: Homeserver, meet: Meet
) -> None:
    """A stranger has taken them all while the bot was away; and once more."""
    stranger = await meet("stranger")
    for name in ("amal", "rami"):
        await look(client)
        token = stranger.account.token
        await drain_keys(homeserver, token, client.user_id, client.own_device)
        person = await meet(name)
        room = await person.create([client.user_id])
        await client.ask("POST", ["join", room], {})
        await person.wait_until_there(room, client.user_id)
        await person.say(room, "Nobody hears me")
        assert await read(client, room) == ["Nobody hears me"]


async def test_keys_are_kept_before_the_server_hears_of_them(
    begin: Begin, proxy: Proxy, meet: Meet
) -> None:
    """The program ends when the server has them and it has no answer."""
    first = await begin()

    async def lost(request: web.Request) -> web.StreamResponse:
        await proxy.forward(request)
        return web.Response(status=502)

    uploaded = proxy.fail("POST .*/keys/upload", lost)
    await first.sync(0, full_state=True)
    await first.keep_up()
    assert uploaded.met == 1
    await first.close()

    second = await begin()
    await look(second, full_state=True)
    amal = await meet("amal")
    room = await room_of(second, amal)
    await amal.say(room, "Still there?")
    assert await read(second, room) == ["Still there?"]


async def test_no_key_is_given_out_twice_whenever_the_program_ends(
    begin: Begin, proxy: Proxy, homeserver: Homeserver, meet: Meet
) -> None:
    """Two people who are given the same one could not both be read."""
    stranger = await meet("stranger")
    first = await begin()

    async def lost(request: web.Request) -> web.StreamResponse:
        await proxy.forward(request)
        return web.Response(status=502)

    proxy.fail("POST .*/keys/upload", lost)
    await first.sync(0, full_state=True)
    await first.keep_up()
    await first.close()
    given = await claim(homeserver, stranger, first, 20)

    second = await begin()
    await look(second, full_state=True)
    await look(second)
    given += await claim(homeserver, stranger, second, 60)
    assert len(given) > 60
    assert len(set(given)) == len(given)


async def test_what_a_message_to_the_device_leads_to_is_kept_in_one_piece(
    client: Client, begin: Begin, meet: Meet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is killed when the one-time key is used up and what it was used for is not kept
    yet; the next one is shown the same once more, as nothing was acknowledged."""
    amal = await meet("amal")
    room = await room_of(client, amal)
    since = client.next_batch
    assert client.olm is not None
    own, keep = client.olm.account.identity_keys, client.olm.save_inbound_group_session
    killed: list[Path] = []

    def kill(session: InboundGroupSession) -> None:
        if session.sender_key != own["curve25519"]:
            killed.append(shutil.copytree(tmp_path / "client", tmp_path / f"kill{len(killed)}"))
        keep(session)

    monkeypatch.setattr(client.olm, "save_inbound_group_session", kill)
    await amal.say(room, "Only once")
    assert await read(client, room) == ["Only once"]

    second = await begin(killed[0])
    assert await read(second, room, since=since, full_state=True) == ["Only once"]


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


async def test_a_device_that_becomes_known_while_a_key_is_made_is_asked_about_too(
    client: Client, proxy: Proxy, meet: Meet, tmp_path: Path
) -> None:
    """Whether it may read is found out in the moment in which the key is encrypted."""
    amal = await meet("amal")
    room = await room_of(client, amal)
    held = asyncio.Event()

    async def later(request: web.Request) -> web.StreamResponse:
        await held.wait()
        return await proxy.forward(request)

    def is_other(device: OlmDevice) -> bool:
        return device.user_id == amal.id and device.id != amal.account.device

    asked = proxy.fail("POST .*/keys/claim", later)
    sending = asyncio.create_task(
        client.send_event(room, "m.room.message", NOTICE, "first", is_other)
    )
    await asked.begun.wait()
    async with OtherDevice(amal, tmp_path / "other", signs=False) as other:
        while other.id not in client.device_store[amal.id]:
            await look(client)
        held.set()
        await sending
        assert (await heard(amal, room)).readable
        assert await other.texts(room) == []
        await client.send_event(room, "m.room.message", NOTICE, "second")
        async with asyncio.timeout(10):
            while await other.texts(room) != ["Good morning"]:
                pass


async def test_somebody_invited_while_a_room_key_is_made_gets_it_too(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    """Their devices become known while the others' are asked for keys."""
    amal, rami = await meet("amal"), await meet("rami")
    room = await room_of(client, amal)
    held = asyncio.Event()

    async def later(request: web.Request) -> web.StreamResponse:
        await held.wait()
        return await proxy.forward(request)

    asked = proxy.fail("POST .*/keys/claim", later)
    sending = asyncio.create_task(client.send_event(room, "m.room.message", NOTICE, "first"))
    await asked.begun.wait()
    await amal.invite(room, rami.id)
    while not list(client.device_store.active_user_devices(rami.id)):
        await look(client)
    held.set()
    await sending
    await rami.wait_until_there(room, rami.id)
    await look(client)
    welcome = NOTICE | {"body": "Welcome"}
    event = await client.send_event(room, "m.room.message", welcome, "after")
    message = await rami.wait_for(lambda: next((h for h in rami.heard if h.id == event), None))
    assert message.text == "Welcome"


async def test_a_refusal_of_keys_is_waited_out(client: Client, proxy: Proxy, meet: Meet) -> None:
    amal = await meet("amal")
    room = await room_of(client, amal)
    proxy.fail("POST .*/keys/claim", 502)
    with pytest.raises(TryLater):
        await client.send_event(room, "m.room.message", NOTICE, "first")
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert (await heard(amal, room)).text == "Good morning"


async def test_nothing_is_said_before_it_is_known_who_listens(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    """What was sent once is never encrypted anew, for others."""
    amal, rami = await meet("amal"), await meet("rami")
    room = await room_of(client, amal)
    refused = proxy.fail("POST .*/keys/query", 502, times=1_000)
    await amal.invite(room, rami.id)
    await rami.wait_until_there(room, client.user_id)
    while rami.id not in client.rooms[room].users:
        await look(client)
    with pytest.raises(TryLater):
        await client.send_event(room, "m.room.message", NOTICE, "first")
    refused.times = 0
    members = proxy.fail("GET .*/joined_members", 502)
    client.rooms[room].members_synced = False
    with pytest.raises(TryLater):
        await client.send_event(room, "m.room.message", NOTICE, "first")
    assert members.met == 1
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert (await heard(rami, room)).text == "Good morning"
    assert len(rami.said_in(room)) == 1


async def test_a_device_that_could_not_be_written_to_gets_the_key_once_it_can(
    client: Client, proxy: Proxy, meet: Meet
) -> None:
    """Its keys were used up, or its server was away; then it writes itself."""
    amal = await meet("amal")
    room = await room_of(client, amal)
    none: object = {"one_time_keys": {}, "failures": {}}

    async def nothing(_: web.Request) -> web.StreamResponse:
        return web.json_response(none)

    proxy.fail("POST .*/keys/claim", nothing, times=100)
    await client.send_event(room, "m.room.message", NOTICE, "first")
    assert not (await heard(amal, room)).readable
    await amal.say(room, "I can't read this")
    assert "I can't read this" in await read(client, room)
    again = NOTICE | {"body": "Once more"}
    event = await client.send_event(room, "m.room.message", again, "second")
    message = await amal.wait_for(lambda: next((h for h in amal.heard if h.id == event), None))
    assert message.text == "Once more"


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


async def test_two_in_one_process_write_each_into_its_own_store(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And as long as nobody else comes between, nothing is bound anew."""
    other = tmp_path / "other"
    other.mkdir()
    stores = [(await begin()).store, (await begin(other)).store]
    for number in range(3):
        for at, store in enumerate(stores):
            assert store is not None
            store.save_encrypted_rooms([f"!{at}-{number}:test"])
    for at, store in enumerate(stores):
        assert store is not None
        assert store.load_encrypted_rooms() == {f"!{at}-{number}:test" for number in range(3)}

    bound: list[object] = []
    monkeypatch.setattr(EncryptedRooms, "bind", lambda *given, **_: bound.append(given))
    last = stores[-1]
    assert last is not None
    last.save_encrypted_rooms(["!another:test"])
    last.load_encrypted_rooms()
    assert bound == []
