"""A homeserver with limits: ten messages at once, then one every five seconds, as Synapse has them
of its own, or one a second."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.matrix.test_catching_up import numbers
from tests.integration.matrix.whole import whole_bot
from tests.support.statements import write_long
from tests.support.synapse import Account, Homeserver, Person, Proxy
from tests.support.synapse.fixtures import unique_name

BURST = 10
"""Synapse's default for `rc_message.burst_count`; a second one brings 0.2 (`per_second`)."""


async def lift(homeserver: Homeserver, admin: Account, user: str) -> None:
    """No limit for this account; as docs/matrix.md tells administrators."""
    path = f"/_synapse/admin/v1/users/{user}/override_ratelimit"
    unlimited = {"messages_per_second": 0, "burst_count": 0}
    status, answer = await homeserver.ask("POST", path, admin.token, unlimited)
    assert status == 200, answer


@contextlib.contextmanager
def running(folder: Path, per_second: float | None = None) -> Iterator[Homeserver]:
    homeserver = Homeserver(folder, limited=True, per_second=per_second)
    homeserver.start()
    try:
        yield homeserver
    finally:
        homeserver.stop()


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    with running(tmp_path_factory.mktemp("limited"), per_second=1.0) as homeserver:
        yield homeserver


async def answers(homeserver: Homeserver, folder: Path, count: int, *, lifted: bool) -> Proxy:
    """So many questions that wait when the bot comes are answered, each once and in order; what
    passed between the bot and its server."""
    write_long(folder, pages=1, demands=count)
    admin = await homeserver.register(unique_name("admin"), admin=True)
    account = await homeserver.register(unique_name("bot"))
    amal = await homeserver.register(unique_name("amal"))
    await lift(homeserver, admin, amal.user)
    if lifted:
        await lift(homeserver, admin, account.user)
    async with Person(homeserver, amal, folder / "amal") as person, Proxy(homeserver) as proxy:
        async with whole_bot(folder, homeserver, account):
            room = await person.create([account.user], name="Readers")
            await person.hear(room, "!endorse")
        for number in range(1, count + 1):
            await person.say(room, f"!demands long {number}")
        async with whole_bot(folder, homeserver, account, url=proxy.url):
            wanted = [*range(1, count + 1)]
            patience = 25.0 + 5.0 * count
            await person.wait_for(
                lambda: len(numbers(person, room, account.user)) >= count, patience
            )
            assert numbers(person, room, account.user) == wanted
            assert all(heard.readable for heard in person.said_in(room))
        return proxy


def pauses_kept(proxy: Proxy) -> int:
    """How often the server asked for a pause; nothing was sent in one."""
    sent = [
        (at, status)
        for at, method, path, status in proxy.seen
        if method == "PUT" and "/send/" in path
    ]
    limited = [number for number, (_, status) in enumerate(sent) if status == 429]
    for number in limited:
        if number + 1 < len(sent):
            # It asks for what is left until the next one may come.
            assert sent[number + 1][1] == 200, "refused twice in one pause"
    return len(limited)


async def test_answers_wait_for_their_turn_and_stay_in_order(
    limited: Homeserver, tmp_path: Path
) -> None:
    proxy = await answers(limited, tmp_path, BURST + 3, lifted=False)
    assert pauses_kept(proxy) > 0


async def test_with_the_limit_lifted_nothing_waits(limited: Homeserver, tmp_path: Path) -> None:
    proxy = await answers(limited, tmp_path, BURST + 5, lifted=True)
    assert pauses_kept(proxy) == 0


@pytest.mark.soak
async def test_thirty_answers(tmp_path: Path) -> None:
    with running(tmp_path / "synapse") as homeserver:
        proxy = await answers(homeserver, tmp_path, 30, lifted=False)
    print(f"{pauses_kept(proxy)} pauses, {dict(proxy.statuses)}")
    assert pauses_kept(proxy) >= 30 - BURST - 5
