"""Backups, what comes back with them, and older copies that are put in the place of a database."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import json
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
import sqlalchemy as sa

from bot.bootstrap import last_backup
from bot.bootstrap.copies import bring_back, make_backup
from bot.bootstrap.opening import NotConfigured, open_storage
from bot.config import Settings
from bot.domain.counts import Counts
from bot.domain.erasure import Erased
from bot.domain.sources import Came
from bot.privacy import make_key
from bot.storage.engines import make_engine, sqlite_file
from bot.storage.errors import StorageFault
from bot.storage.inspecting import read_id
from bot.storage.ledger import Ledger, erasure_tag
from bot.storage.portable import dump
from tests.e2e.test_privacy_on_disk import hits
from tests.e2e.test_sources import counted
from tests.support.bot_process import console, environment, run
from tests.support.dialogue import BotStopped, Dialogue, settings_in
from tests.support.logs import assert_in_step, log_of

CANARY = "Canary Haddad"
"""Of whom nothing may come back."""

SECRET = pyrage.x25519.Identity.generate()


@pytest.fixture
def settings(tmp_path: Path, port: Path, blank: str) -> Settings:
    """Of the host that is backed up."""
    (tmp_path / "secret").write_text(f"# a comment\n{SECRET}\n")
    values = {"UNDERSIGNED_BACKUP__RECIPIENTS": str(SECRET.to_public())}
    settings = settings_in(tmp_path, port, UNDERSIGNED_DATABASE=blank, **values)
    make_key(settings.key_file)
    return settings


@pytest.fixture
def empty(settings: Settings, url: str, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Takes the database away, as whoever restores one does."""

    def drop() -> None:
        if sqlite_file(url) is not None:
            shutil.rmtree(settings.base / "data")
        else:
            new: Callable[[], str] = request.getfixturevalue("postgres")
            assert new() == url

    return drop


async def started(settings: Settings) -> Dialogue:
    dialogue = Dialogue(settings)
    await dialogue.start()
    return dialogue


async def content(settings: Settings) -> bytes:
    """All rows, and with SQLite the file itself."""
    out = io.BytesIO()
    url = settings.database.url
    file = sqlite_file(url)
    engine, _ = make_engine(url, file)
    async with engine.connect() as connection:
        await connection.run_sync(dump, out)
    await engine.dispose()
    return out.getvalue() + (file.read_bytes() if file is not None else b"")


def unpacked(file: Path) -> bytes:
    return gzip.decompress(pyrage.decrypt(file.read_bytes(), [SECRET]))


async def signed(d: Dialogue, who: str, name: str, visibility: str = "public") -> int:
    lines = ("/sign port", "[confirm]", name, "[skip]", "[skip]", f"[{visibility}]", "[confirm]")
    said = await d.say(*(f"{who}: {line}" for line in lines))
    (receipt,) = [did for did in said if did.chat == who]
    return int("".join(filter(str.isdigit, receipt.text.partition("#")[2].split(".")[0])))


async def test_forgotten_and_restored(settings: Settings, empty: Callable[[], None]) -> None:
    """Must show 3: the canary is nowhere, the person may sign again, the counts add up."""
    d = await started(settings)
    mine = await signed(d, "amal", CANARY)
    await signed(d, "rami", "Rami Mansour")
    hidden = await signed(d, "lina", "Lina Saidi")
    await signed(d, "omar", "Omar Tlili")
    waits = await signed(d, "nour", "Canary Nour")
    for number in {mine, hidden, mine + 1, hidden + 1} - {waits}:
        await d.say(f"zaid@admins: /verify {number}")
    await d.say("%advance 11m", f"zaid@admins: /ask {waits} Canary question")
    await d.say("dina: /sign port", "dina: [confirm]", "dina: Canary Draft", "%lang dina ar")
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    assert CANARY.encode() in unpacked(file)

    await d.say("amal: /forget", "amal: [confirm]", "nour: /forget", "nour: [confirm]")
    await d.say("omar: /withdraw", "omar: [confirm]")
    await d.say(f"lina: /mine {hidden}", "lina: [visibility]", "lina: [organisers]", "%advance 11m")
    counts = await d.counts()
    await d.stop()
    empty()
    await bring_back(settings, file, settings.base / "secret")

    kept = {"database": await content(settings)}
    assert hits(kept, [CANARY, "Canary Nour", "Canary question", "Canary Draft"]) == []
    assert hits(kept, ["Rami Mansour"]) != []
    async with open_storage(settings) as database:
        said = [e.opening.body for e in await log_of(database, "port") if e.opening]
    assert not any(name in body for body in said for name in (b"Canary", b"Lina", b"Omar"))
    again = await started(settings)
    try:
        assert await again.counts() == counts
        assert counts == Counts(verified=2, persons=2, withdrawn=3)
        names = await again.rows("SELECT public_name FROM endorsements ORDER BY public_name")
        assert [name for (name,) in names if name is not None] == ["Rami Mansour"]
        # The log goes on from what has come back.
        await again.say("rami: /help")
        await assert_in_step(again.database)
    finally:
        await again.stop()


async def test_a_withdrawn_one_is_linked_no_more_where_an_older_copy_has_it_so(
    settings: Settings, empty: Callable[[], None]
) -> None:
    d = await started(settings)
    for who, name in (("omar@tunis", "Union"), ("lina@sfax", CANARY)):
        await d.say(f"{who}: /endorse {name}", f"{who}: [confirm]")
    numbers = [number for (number,) in await d.rows("SELECT number FROM endorsements")]
    main, linked = sorted(numbers)
    await d.say(f"zaid@admins: /verify {main}", f"zaid@admins: /link {main} {linked}")
    await d.say("%advance 11m")
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.say("lina@sfax: /withdraw", "lina@sfax: [confirm]", "%advance 11m")
    counts = await d.counts()
    assert counts == Counts(verified=1, organisations=1, withdrawn=1)
    await d.stop()
    empty()
    await bring_back(settings, file, settings.base / "secret")
    assert hits({"database": await content(settings)}, [CANARY]) == []
    again = await started(settings)
    try:
        assert await again.counts() == counts
        assert (await again.rows("SELECT count(linked_to) FROM endorsements")) == [(0,)]
    finally:
        await again.stop()


async def test_where_an_older_copy_has_others_linked_to_a_withdrawn_one_they_are_asked_anew(
    settings: Settings, empty: Callable[[], None]
) -> None:
    """Else they would count nowhere for ever, and nobody would know."""
    d = await started(settings)
    for who in ("omar@tunis", "lina@sfax"):
        await d.say(f"{who}: /endorse Union", f"{who}: [confirm]")
    main, linked = sorted(number for (number,) in await d.rows("SELECT number FROM endorsements"))
    await d.say(f"zaid@admins: /verify {main}", f"zaid@admins: /link {main} {linked}")
    await d.say("%advance 11m")
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]", "%advance 11m")
    assert d.newest("@sfax", "alone").data["alone"] == f"/alone {linked}"
    await d.stop()
    people = (settings.base / "data" / "console.json").read_bytes()
    empty()
    await bring_back(settings, file, settings.base / "secret")
    (settings.base / "data").mkdir(exist_ok=True)
    (settings.base / "data" / "console.json").write_bytes(people)
    again = await started(settings)
    try:
        await again.say("zaid@admins: /help")
        assert again.newest("@sfax", "alone").data["alone"] == f"/alone {linked}"
        await again.say("lina@sfax: [alone]")
        assert await again.counts() == Counts(withdrawn=1, pending=1)
        await again.restart()
        assert not [did for did in await again.say("zaid@admins: /help") if did.chat == "@sfax"]
    finally:
        await again.stop()


async def test_may_sign_again(settings: Settings, empty: Callable[[], None]) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.say("amal: /forget", "amal: [confirm]")
    await d.stop()
    people = (settings.base / "data" / "console.json").read_bytes()
    empty()
    await bring_back(settings, file, settings.base / "secret")
    (settings.base / "data").mkdir(exist_ok=True)
    (settings.base / "data" / "console.json").write_bytes(people)
    again = await started(settings)
    assert await again.counts() == Counts(withdrawn=1)
    number = await signed(again, "amal", "Amal Haddad")
    assert await again.counts() == Counts(withdrawn=1, pending=1)
    # A backup that was made since holds what was signed since.
    other = settings.base / "other.age"
    await make_backup(settings, other)
    await again.stop()
    empty()
    await bring_back(settings, other, settings.base / "secret")
    third = await started(settings)
    assert await third.counts() == Counts(withdrawn=1, pending=1)
    assert await third.rows("SELECT number FROM endorsements WHERE status = 'pending'") == [
        (number,)
    ]
    await third.stop()


async def test_who_signed_again_before_the_backup_is_not_erased(
    settings: Settings, empty: Callable[[], None]
) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m")
    await signed(d, "amal", "Amal Haddad")
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.say("amal: /withdraw", "amal: [confirm]")
    await d.stop()
    empty()
    await bring_back(settings, file, settings.base / "secret")
    again = await started(settings)
    assert await again.counts() == Counts(pending=1)
    await again.stop()


async def test_what_was_finished_since_stays_finished(
    settings: Settings, empty: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The key does not come back to life, and what the backup has of the signers goes at once."""
    d = await started(settings)
    mine = await signed(d, "amal", "Amal Haddad")
    hidden = await signed(d, "rami", CANARY, "organisers")
    waits = await signed(d, "nour", "Canary Nour")
    await d.say(
        "omar@admins: /help", f"zaid@admins: /verify {mine}", f"zaid@admins: /ask {waits} W?"
    )
    await d.say(f"zaid@admins: /verify {hidden}")
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.say("zaid@admins: /finish", "omar@admins: /finish")
    await d.stop()
    people = (settings.base / "data" / "console.json").read_bytes()
    empty()
    await bring_back(settings, file, settings.base / "secret")
    assert "erased again: 3." in capsys.readouterr().err
    engine, _ = make_engine(settings.database.url, sqlite_file(settings.database.url))
    async with engine.connect() as connection:
        marks = sa.text("SELECT 1 FROM endorsements WHERE signer_tag IS NOT NULL")
        assert (await connection.execute(marks)).all() == []
    await engine.dispose()
    kept = {"database": await content(settings)}
    assert hits(kept, [CANARY, "Canary Nour"]) == []
    (settings.base / "data").mkdir(exist_ok=True)
    (settings.base / "data" / "console.json").write_bytes(people)
    again = await started(settings)
    try:
        await again.say("%advance 1m")
        query = "SELECT 1 FROM statements WHERE sealed_key IS NOT NULL OR finished IS NULL"
        assert await again.rows(query) == []
        assert await again.rows("SELECT 1 FROM questions") == []
        assert await again.counts() == Counts(verified=2, persons=2, withdrawn=1)
        assert "Amal Haddad" in (await again.answer("lina: /signatories amal")).text
        assert "This is finished" in (await again.say("amal: /sign port"))[-1].text
        assert "don't know any more" in (await again.answer("amal: /mine")).text
    finally:
        await again.stop()


class Died(Exception):
    """At a step, and at every later one."""


@pytest.mark.parametrize("every", [14, pytest.param(1, marks=pytest.mark.soak)])
async def test_killed_at_any_step_of_forgetting(settings: Settings, every: int) -> None:
    """What is gone is in the ledger, whenever that was, and the next start is never refused."""
    d = await started(settings)
    for last in range(3, 45, every):
        number = await signed(d, "amal", CANARY)
        await d.say("amal: /forget")
        left = last

        def step(_what: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                d.die()
                raise Died

        d.at_point = step
        with contextlib.suppress(BotStopped, Died):
            await d.say("amal: [confirm]")
        await d.kill()
        d.at_point = None
        await _assert_in_ledger(settings)
        await d.start()
        await d.say("# what was received is done first", "amal: /forget", "amal: [confirm]")
        gone = await d.rows("SELECT number FROM endorsements WHERE signer_tag IS NULL")
        assert (number,) in gone
    await _assert_in_ledger(settings)
    await d.stop()


async def _assert_in_ledger(settings: Settings) -> None:
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        name = await unit.meta.get("database")
        assert name is not None
        known = Ledger(settings.state, name.decode()).erased_after(0)
        query = "SELECT statement, number FROM endorsements WHERE signer_tag IS NULL"
        rows = await unit._connection.execute(sa.text(query))
        tags = {
            erasure_tag(unit.keys, name.decode(), (Erased.FORGOTTEN, statement, number))
            for statement, number in rows
        }
        assert tags <= known.keys()


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(tmp_path: Path, port: Path) -> None:
    console(tmp_path, ["amal: /sign port"], port)
    environ = {"UNDERSIGNED_BACKUP__RECIPIENTS": str(SECRET.to_public())}
    command = "import os, gzip; gzip.GzipFile.close = lambda _: os.kill(os.getpid(), 9)"
    command += "; import sys; sys.argv[1:] = ['backup', 'x.age', '--data', 'data']"
    command += "; from bot.cli import main; main()"
    ended = subprocess.run(
        (sys.executable, "-c", command),
        cwd=tmp_path,
        env=environment(port) | environ,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "x.age").exists()
    ended_well = run(
        "backup", "x.age", "--data", "data", folder=tmp_path, statements=port, environ=environ
    )
    assert (ended_well.code, ended_well.error) == (0, "")
    assert (tmp_path / "x.age").exists()


async def test_an_older_copy_is_refused(settings: Settings, url: str) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    await d.stop()
    older = await _copied(settings)
    d = await started(settings)
    await d.say("amal: /forget", "amal: [confirm]")
    await d.kill()
    newer = await _copied(settings)
    await _put_back(settings, older)
    before = await content(settings)
    with pytest.raises(StorageFault, match="undersigned restore"):
        await started(settings)
    assert await content(settings) == before
    await _put_back(settings, newer)
    await (await started(settings)).stop()


async def test_an_older_copy_of_a_file_is_brought_back(settings: Settings, url: str) -> None:
    """Without what was erased since, as a backup is."""
    if sqlite_file(url) is None:
        pytest.skip("a database of PostgreSQL is no file")
    d = await started(settings)
    await signed(d, "amal", CANARY)
    await d.stop()
    older = settings.base / "older.db"
    shutil.copy(settings.base / "data" / "undersigned.db", older)
    d = await started(settings)
    await d.say("amal: /forget", "amal: [confirm]")
    await d.stop()
    (settings.base / "data" / "undersigned.db").unlink()
    await bring_back(settings, older, None)
    again = await started(settings)
    assert await again.counts() == Counts(withdrawn=1)
    await again.stop()


async def test_without_the_ledger_it_is_said(
    settings: Settings, empty: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.stop()
    empty()
    shutil.rmtree(settings.state)
    await bring_back(settings, file, settings.base / "secret")
    assert "There was no ledger" in capfd.readouterr().err
    shutil.rmtree(settings.state)
    await (await started(settings)).stop()
    assert "a new one is begun" in capfd.readouterr().err
    await (await started(settings)).stop()
    assert capfd.readouterr().err == ""


async def test_when_the_newest_backup_was_begun_is_noted_beside_the_ledger(
    settings: Settings, url: str
) -> None:
    """Once it is whole; and where it cannot be noted the backup is there all the same."""
    with contextlib.suppress(StorageFault):
        assert await read_id(url) is None
    d = await started(settings)
    await d.stop()
    name = await read_id(url)
    assert name is not None
    assert last_backup.made_at(settings.state, name) is None
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    await make_backup(settings, settings.base / "backup.age")
    noted = last_backup.made_at(settings.state, name)
    assert noted is not None
    assert before <= noted <= dt.datetime.now(dt.UTC)

    with pytest.raises(StorageFault):
        await make_backup(settings, settings.base / "backup.age")
    assert last_backup.made_at(settings.state, name) == noted
    file = settings.state / f"{name}.backup"
    file.unlink()
    file.mkdir()
    (file / "in the way").touch()
    await make_backup(settings, settings.base / "another.age")
    assert (settings.base / "another.age").exists()


async def test_a_backup_is_private_whole_and_new(settings: Settings) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    await d.say("rami: /language ar", "rami: /sign port", "zaid@admins: /pending")
    for table in ("conversations", "languages", "desks"):
        assert await d.rows(f"SELECT count(*) FROM {table}") != [(0,)]
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    whole = file.read_bytes()
    assert hits({"backup": whole}, [CANARY]) == []
    with pytest.raises(StorageFault, match="there already"):
        await make_backup(settings, file)
    assert file.read_bytes() == whole
    tables = {json.loads(line)[0] for line in unpacked(file).splitlines()[1:-1]}
    assert "endorsements" in tables
    assert tables.isdisjoint({"conversations", "languages", "inbox", "outbox", "desks"})
    assert not list(settings.base.glob(".*.part"))
    with pytest.raises(NotConfigured, match="age-keygen"):
        await make_backup(settings.model_copy(update={"backup": None}), settings.base / "x")
    await d.stop()


async def test_nothing_is_overwritten(settings: Settings) -> None:
    d = await started(settings)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.stop()
    before = await content(settings)
    with pytest.raises(StorageFault, match="nothing is overwritten"):
        await bring_back(settings, file, settings.base / "secret")
    assert await content(settings) == before


@pytest.mark.sampled(4)
@pytest.mark.parametrize("cut", [1, 100, 1000, 0.5])
async def test_a_backup_that_is_cut_off_leaves_nothing(
    settings: Settings, empty: Callable[[], None], cut: float
) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.stop()
    empty()
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * cut) if cut < 1 else -int(cut)])
    with pytest.raises(StorageFault, match="does not open"):
        await bring_back(settings, file, settings.base / "secret")
    file.write_bytes(whole)
    await bring_back(settings, file, settings.base / "secret")


async def test_another_secret_key(settings: Settings, empty: Callable[[], None]) -> None:
    d = await started(settings)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    await d.stop()
    empty()
    (settings.base / "secret").write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(StorageFault, match="does not open"):
        await bring_back(settings, file, settings.base / "secret")
    with pytest.raises(StorageFault, match="--identity"):
        await bring_back(settings, file, None)


async def test_from_one_kind_of_database_to_the_other(
    settings: Settings, empty: Callable[[], None], url: str, request: pytest.FixtureRequest
) -> None:
    d = await started(settings)
    await signed(d, "amal", CANARY)
    number = await signed(d, "rami", "Rami Mansour")
    await d.say(f"zaid@admins: /verify {number}")
    await d.say("zaid@admins: /sources add uni", "dina: /start r_port__uni")
    came = await counted(d)
    file = settings.base / "backup.age"
    await make_backup(settings, file)
    counts = await d.counts()
    rows = await d.rows("SELECT number, hour, sort_key FROM endorsements ORDER BY number")
    await d.stop()
    if sqlite_file(url) is None:
        other = f"sqlite:///{settings.base / 'other' / 'undersigned.db'}"
    else:
        new: Callable[[], str] = request.getfixturevalue("postgres")
        other = new()
    there = settings_in(settings.base, settings.statements, UNDERSIGNED_DATABASE=other)
    await bring_back(there, file, settings.base / "secret")
    again = await started(there)
    assert await again.counts() == counts
    assert await counted(again) == came == {"uni": Came(1, 0)}
    found = await again.rows("SELECT number, hour, sort_key FROM endorsements ORDER BY number")
    assert [(n, str(h)[:19], k) for n, h, k in found] == [(n, str(h)[:19], k) for n, h, k in rows]
    assert await signed(again, "lina", "Lina Saidi") not in {n for n, *_ in rows}
    await again.stop()


async def _copied(settings: Settings) -> Any:
    """The database as it is."""
    file = sqlite_file(settings.database.url)
    if file is not None:
        return file.read_bytes()
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.meta.get("checkpoint")


async def _put_back(settings: Settings, copy: Any) -> None:
    """With PostgreSQL only what is looked at when it is opened."""
    file = sqlite_file(settings.database.url)
    if file is not None:
        file.write_bytes(copy)
        return
    engine, _ = make_engine(settings.database.url, None)
    async with engine.begin() as connection:
        update = sa.text("UPDATE meta SET value = :value WHERE name = 'checkpoint'")
        await connection.execute(update, {"value": copy})
    await engine.dispose()
