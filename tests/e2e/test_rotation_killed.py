"""The program, killed again and again while it seals everything anew under a new key.

tests/contract/test_rotation.py ends it at statements and commits; here it is the process that dies.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.privacy import KEY_ID_BYTES, KeyFault, Keyring
from bot.storage.rotation import sealed_columns
from tests.support.bot_process import BotProcess, run, stats
from tests.support.dialogue import Dialogue, settings_in
from tests.support.mortal import rows
from tests.support.names import made_up
from tests.support.signed import prepare, sign_all

SEED = 7
LONGEST = 60.0
"""Seconds after which the rotation counts as one that stands still."""

LOOK_EVERY = 0.02
SEALED = ("sealed_name", "sealed_details", "sealed_route")


@dataclass
class Host:
    """A bot with much to seal anew; `old` is its key, `number` Amal's."""

    folder: Path
    statements: Path
    old: Keyring
    number: int

    def start(self) -> BotProcess:
        return BotProcess(self.folder, self.statements)

    def stats(self) -> dict[str, dict[str, int]]:
        return stats(self.folder, self.statements)

    def errors(self) -> str:
        return (self.folder / "stderr.txt").read_text(encoding="utf-8")

    def left(self) -> int:
        """How many values of the records stand under the old key, also while the bot runs."""
        under = (f"(substr({column}, 1, {KEY_ID_BYTES}) = x'{self.old.id}')" for column in SEALED)
        ((count,),) = rows(self.folder, f"SELECT sum({' + '.join(under)}) FROM endorsements")
        return int(count)

    def values(self) -> Iterator[tuple[bytes, str]]:
        """Everything that is or could be sealed, with the context that it opens in."""
        engine = sa.create_engine(f"sqlite:///{self.folder / 'data' / 'undersigned.db'}")
        with engine.connect() as connection:
            for sealed in sealed_columns():
                for row in connection.execute(sa.select(sealed.table)):
                    if value := getattr(row, sealed.column.name):
                        yield value, sealed.context(row)
        engine.dispose()

    def assert_readable(self, bot: BotProcess) -> None:
        """What is found by a tag, and what is found by its opened name."""
        assert f"#{self.number}" in bot.say("amal: /mine")[0]["text"]
        (found,) = bot.say("zaid@admins: /find Amal Haddad")
        assert f"#{self.number} " in found["text"]
        assert "Amal Haddad" in found["text"]


async def host_of(folder: Path, statements: Path, people: int) -> Host:
    d = Dialogue(settings_in(folder, statements))
    await d.start()
    number = await d.sign("amal", "Amal Haddad", "organisers")
    await prepare(d.database)
    await sign_all(d.database, made_up(people), "port")
    await d.stop()
    key = base64.b64decode((folder / "undersigned.key").read_text())
    return Host(folder, statements, Keyring([key]), number)


def wait_until(host: Host, left: int) -> None:
    deadline = time.monotonic() + LONGEST
    while host.left() > left:
        assert time.monotonic() < deadline
        time.sleep(LOOK_EVERY)


def wait_for_the_end(host: Host) -> None:
    deadline = time.monotonic() + LONGEST
    while "take it out of the key file" not in host.errors():
        assert time.monotonic() < deadline
        time.sleep(LOOK_EVERY)


@pytest.mark.parametrize(
    ("kills", "people"), [(2, 500), pytest.param(10, 10_000, marks=pytest.mark.soak)]
)
async def test_must_show_4_the_process_killed_at_random_points(
    tmp_path: Path, port: Path, kills: int, people: int
) -> None:
    """Readable after each kill, finished in the end; the old key opens nothing then."""
    host = await host_of(tmp_path, port, people)
    key_file = tmp_path / "undersigned.key"
    old, before, whole = key_file.read_text(), host.stats(), host.left()
    assert before["port"]["pending"] == people + 1
    with host.start() as bot:
        host.assert_readable(bot)
        turned = run("rotate-key", "--data", "data", folder=tmp_path, statements=port)
        assert "restart it" in turned.error
        bot.kill()
    chance = random.Random(SEED)
    left = []
    for point in sorted(chance.sample(range(whole // 4, whole), kills), reverse=True):
        with host.start() as bot:
            host.assert_readable(bot)
            wait_until(host, point)
            bot.kill()
        left.append(host.left())
        assert host.stats() == before
    # The clocks of a busy machine decide how far it came; not that it was done, or had not begun.
    assert sum(0 < each < whole for each in left) >= kills // 2, left
    with host.start() as bot:
        wait_for_the_end(host)
        host.assert_readable(bot)
        assert bot.close() == 0
    assert host.errors().count("Traceback") == 0
    assert_old_opens_nothing(host)
    both = key_file.read_text()
    key_file.write_text(old)
    refused = run("stats", "--data", "data", folder=tmp_path, statements=port)
    assert (refused.code, refused.out) == (2, "")
    key_file.write_text(both.splitlines()[0])
    assert host.stats() == before


def assert_old_opens_nothing(host: Host) -> None:
    """Whatever a value says that it was sealed under; and no file says so of one."""
    old = bytes.fromhex(host.old.id)
    for value, context in host.values():
        with pytest.raises(KeyFault):
            host.old.open(old + value[KEY_ID_BYTES:], context)
    files = [file for file in (host.folder / "data").iterdir() if file.is_file()]
    assert not [file.name for file in files if old in file.read_bytes()]
