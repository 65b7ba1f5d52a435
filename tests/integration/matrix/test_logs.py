"""Nothing secret and nothing personal in the log, however much is logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.matrix.refs import NAME
from bot.bootstrap.opening import open_storage, read_settings
from bot.storage.database import Database
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import configure, program
from tests.integration.matrix.whole import whole_bot
from tests.support import bot_process
from tests.support.dialogue import number_in
from tests.support.synapse import Homeserver, Person

NAME_GIVEN = "Canary Harbour Union"
REASON = "canary reason"
WORDS = "canary words"


async def secrets_of(database: Database) -> list[str]:
    """What the adapter keeps."""
    async with database.unit() as unit:
        kept = await unit.memos.all(NAME, "secret")
    seeds = json.loads(kept["seeds"])
    return [kept["token"], kept["pickle_key"], *seeds.values()]


async def talk(zaid: Person, amal: Person, bot: str) -> None:
    """Endorsing, deciding, and what is malformed or cannot be read, or in clear."""

    room = await amal.create([bot], name=WORDS)
    await amal.hear(room, "!endorse")
    await amal.say(room, f"!endorse {NAME_GIVEN}")
    await amal.hear(room, "An administrator of this group confirms")
    await amal.say(room, "!confirm")
    number = number_in((await amal.hear(room, "Recorded: #")).text)
    # The library complains of these with all that they hold.
    for content in ({"body": WORDS}, {"msgtype": "m.text", "body": [WORDS]}, {"msgtype": WORDS}):
        await amal.send(room, "m.room.message", dict(content))
    await amal.say(room, WORDS, clear=True)
    await amal.send(room, "m.room.encrypted", {"algorithm": WORDS}, clear=True)
    card = await zaid.wait_for(
        lambda: next((heard for heard in zaid.heard if heard.text.startswith(f"#{number} ·")), None)
    )
    assert NAME_GIVEN in card.text
    await zaid.say(card.room, f"!find {NAME_GIVEN}")
    await zaid.say(card.room, f"!reject {number} {REASON}")
    assert REASON in (await amal.hear(room, REASON)).text


def hits(log: str, secrets: list[str]) -> list[str]:
    """What is in the log and must not be; of a secret the half is enough."""
    canaries = [NAME_GIVEN, "Canary", REASON, WORDS, *(word[:16] for word in secrets)]
    return [canary for canary in canaries if canary in log]


async def test_the_adapter_itself_lets_nothing_into_a_debug_log(
    tmp_path: Path,
    homeserver: Homeserver,
    unique: Callable[[str], str],
    meet: Meet,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where the program's own log, which leaves out what it knows, is not in between."""
    account = await homeserver.register(unique("bot"))
    zaid, amal = await meet("zaid"), await meet("amal")
    with caplog.at_level(logging.DEBUG):
        async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
            await talk(zaid, amal, w.id)
            secrets = await secrets_of(w.database)
    assert {"bot.adapters.matrix.cross_signing", "aiosqlite"} <= {r.name for r in caplog.records}
    assert len(secrets) == 5
    assert hits(caplog.text, [account.password, *secrets]) == []


async def test_nothing_is_in_what_a_debug_run_writes(
    tmp_path: Path, homeserver: Homeserver, unique: Callable[[str], str], meet: Meet
) -> None:
    """Through a start, a dialogue, and a start with access that has ended."""
    account = await homeserver.register(unique("bot"))
    zaid, amal = await meet("zaid"), await meet("amal")
    configure(tmp_path, homeserver, account, zaid)
    config = tmp_path / "config.yaml"
    with config.open("a", encoding="utf-8") as file:
        file.write("log: {level: DEBUG, form: human}\n")
    async with program(tmp_path):
        await talk(zaid, amal, account.user)
    async with open_storage(read_settings(config)) as database:
        secrets = await secrets_of(database)
    path = "/_matrix/client/v3/logout/all"
    assert (await homeserver.ask("POST", path, account.token))[0] == 200
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(account.password, account.password[::-1]), encoding="utf-8")
    ended = bot_process.run("run", folder=tmp_path, statements=tmp_path / "statements")
    assert ended.code == 2
    assert "does not accept the bot's password" in ended.error
    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert "signed in" in log
    written = log + ended.out + ended.error
    assert hits(written, [account.password, account.password[::-1], *secrets]) == []
