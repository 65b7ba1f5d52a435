"""A start that has migrations to make leaves a copy of the database as it was, for going back; it
ends soon, and brings back nothing that was erased meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pyrage
import pytest

from bot.bootstrap.copies import bring_back
from bot.bootstrap.opening import open_storage
from bot.bootstrap.upgrade_copies import KEPT
from bot.config import Settings
from bot.privacy import make_key
from bot.storage import migrate
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import StorageFault
from tests.e2e.test_finishing import FINISH
from tests.support import next_version
from tests.support.blank import write_blank
from tests.support.dialogue import Dialogue, settings_in

CANARIES = ("Canary Haddad", "Canary Public")
SECRET = pyrage.x25519.Identity.generate()

Become = Callable[[], None]


@pytest.fixture
def settings(tmp_path: Path, port: Path, blank: str) -> Settings:
    settings = settings_in(tmp_path, port, UNDERSIGNED_DATABASE=blank)
    make_key(settings.key_file)
    return settings


@pytest.fixture
def on_sqlite(tmp_path: Path, port: Path) -> Settings:
    """For what is the same on both."""
    write_blank(tmp_path)
    return settings_in(tmp_path, port)


@pytest.fixture
def new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Become:
    """From then on the program is of the next version; `monkeypatch.undo` installs this one
    again."""
    folder = next_version.write_migrations(tmp_path / "next-version")

    def install() -> None:
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "HEAD", next_version.HEAD)

    return install


def copies(settings: Settings) -> list[Path]:
    return sorted(settings.base.rglob("before-upgrade-*.copy"))


async def revision(settings: Settings) -> str | None:
    url = settings.database.url
    engine, _ = make_engine(url, sqlite_file(url))
    found = await migrate.found_revision(engine)
    await engine.dispose()
    return found


@contextlib.asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Dialogue]:
    dialogue = Dialogue(settings)
    await dialogue.start()
    try:
        yield dialogue
    finally:
        await dialogue.kill()


async def sign_two(settings: Settings) -> None:
    """One waits, and one is on the list."""
    async with started(settings) as d:
        await d.say("zaid@admins: /help")
        await d.sign("amal", CANARIES[0])
        await d.sign("rami", CANARIES[1])
        await d.say("zaid@admins: /verify 2", "%advance 11m")


async def test_going_back(
    settings: Settings,
    new_version: Become,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """This version refuses what the next one has made; the copy brings it back, but for what was
    erased since."""
    await sign_two(settings)
    capsys.readouterr()
    new_version()
    async with started(settings) as d:
        await d.say("amal: /forget", "amal: [confirm]")
    (copy,) = copies(settings)
    assert str(copy) in capsys.readouterr().err
    assert copy.stat().st_mode & 0o777 == 0o600
    raw = copy.read_bytes()
    assert not [canary for canary in (*CANARIES, "port") if canary.encode() in raw]

    monkeypatch.undo()
    with pytest.raises(StorageFault, match=r"Going back\); nothing was changed"):
        async with open_storage(settings):
            pass
    aside = settings.base / "aside.copy"
    shutil.move(copy, aside)
    file = settings.database.file
    if file is not None:
        file.unlink()
    else:
        request.getfixturevalue("postgres")()
    await bring_back(settings, aside, None)
    assert await revision(settings) == migrate.HEAD
    async with started(settings) as d:
        counts = await d.counts()
        assert (counts.pending, counts.verified) == (0, 1)
        assert CANARIES[1] in (await d.answer("rami: /signatories")).text
        told = (await d.say("zaid@admins: /show 1"))[-1].text
        assert CANARIES[0] not in told


async def test_with_recipients_it_opens_with_their_key_alone(
    on_sqlite: Settings, new_version: Become
) -> None:
    values = {"UNDERSIGNED_BACKUP__RECIPIENTS": str(SECRET.to_public())}
    settings = settings_in(on_sqlite.base, on_sqlite.statements, **values)
    await sign_two(settings)
    new_version()
    async with started(settings):
        pass
    (copy,) = copies(settings)
    assert copy.read_bytes().startswith(b"age-encryption.org")
    with pytest.raises(StorageFault, match="--identity"):
        await bring_back(settings, copy, None)


async def test_with_another_key_it_does_not_open(on_sqlite: Settings, new_version: Become) -> None:
    async with started(on_sqlite):
        pass
    new_version()
    async with started(on_sqlite):
        pass
    on_sqlite.key_file.unlink()
    other = settings_in(on_sqlite.base / "other", on_sqlite.statements)
    async with started(other):
        pass
    shutil.rmtree(other.base / "data")
    with pytest.raises(StorageFault, match="host's key"):
        await bring_back(other, copies(on_sqlite)[0], None)


async def test_without_a_copy_nothing_is_changed(settings: Settings, new_version: Become) -> None:
    """As on a full disk. The next try replaces what an earlier one has left."""
    async with started(settings):
        pass
    old = await revision(settings)
    new_version()
    file = settings.database.file
    folder = file.parent if file else settings.state
    in_the_way = folder / f"before-upgrade-to-{next_version.HEAD}.copy"
    in_the_way.mkdir()
    with pytest.raises(StorageFault, match="before-upgrade"):
        async with open_storage(settings):
            pass
    assert await revision(settings) == old
    in_the_way.rmdir()
    in_the_way.write_bytes(b"cut off")
    async with open_storage(settings):
        pass
    assert await revision(settings) == next_version.HEAD
    assert copies(settings)[0].read_bytes().startswith(b"undersigned copy")


@pytest.mark.parametrize("when", ["at a start", "while it runs", "with an end"])
async def test_it_ends_soon(on_sqlite: Settings, new_version: Become, when: str) -> None:
    """After three days, or once it would be the last thing that leads to those who signed. Not
    before."""
    async with started(on_sqlite) as d:
        await d.say("zaid@admins: /help", "omar@admins: /help")
    new_version()
    async with started(on_sqlite) as d:
        await d.say("%advance 25h")
        (copy,) = copies(on_sqlite)
        if when == "while it runs":
            await d.say("%advance 71h")
        elif when == "with an end":
            await d.say(*FINISH)
        else:
            old = (dt.datetime.now(dt.UTC) - KEPT - dt.timedelta(minutes=1)).timestamp()
            os.utime(copy, (old, old))
            await d.restart()
        assert copies(on_sqlite) == []


async def test_a_start_of_the_same_version_makes_none(on_sqlite: Settings) -> None:
    for _ in range(2):
        async with started(on_sqlite):
            pass
    assert copies(on_sqlite) == []
