"""A campaign that is handed over to another bot, which goes on with it."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from bot.bootstrap import moving
from bot.bootstrap.copies import bring_back
from bot.bootstrap.moving import hand_over, take_over
from bot.bootstrap.opening import NotConfigured, open_storage
from bot.config import Settings
from bot.domain.ids import Number, StatementId
from bot.domain.log import EntryKind, State
from bot.domain.sources import Came
from bot.notes import SigningKey
from bot.privacy import make_key, read_keys
from bot.storage.backup import back_up
from bot.storage.bundle import CONTENTS, MANIFEST, Manifest, write_bundle
from bot.storage.errors import StorageFault
from bot.storage.log import Entry
from bot.storage.moving import ADMIN_CHAT, LIVING_COUNTS
from bot.storage.opening import is_new
from tests.contract.test_copies import signed, started
from tests.e2e.test_sources import counted
from tests.support.dialogue import Dialogue, settings_in
from tests.support.statements import change_text

SECRET = pyrage.x25519.Identity.generate()
PUBLIC = str(SECRET.to_public())
PORT = StatementId("port")
PLACE = "https://example.org/there"


@pytest.fixture
def old(tmp_path: Path, port: Path, blank: str) -> Settings:
    """Of the bot that hands over."""
    place = {"UNDERSIGNED_DATABASE": blank, "UNDERSIGNED_MOVED_TO": PLACE}
    settings = settings_in(tmp_path, port, **place)
    make_key(settings.key_file)
    return settings


@pytest.fixture
def new(tmp_path: Path, port: Path) -> Settings:
    """Of the bot that takes over, on another machine."""
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "secret").write_text(f"{SECRET}\n")
    return settings_in(folder, port)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "port.move"


def content(file: Path) -> bytes:
    return file.read_bytes()


def written(file: Path, manifest: bytes, contents: bytes) -> None:
    """In the place of what was there."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(CONTENTS, contents)


def copied(file: Path, to: Path) -> None:
    shutil.copy(file, to)


def key_of(settings: Settings) -> Path:
    return settings.base / "secret"


async def working(old: Settings) -> Dialogue:
    """The bot while nobody thinks of moving."""
    return await started(old.model_copy(update={"moved_to": None}))


async def moved(old: Settings, new: Settings, file: Path) -> None:
    """Handed over and taken over; whoever uses the terminal keeps their account."""
    await hand_over(old, file, [PUBLIC])
    await take_over(new, file, key_of(new), None)
    there = new.base / "data" / "console.json"
    there.write_bytes((old.base / "data" / "console.json").read_bytes())


async def entries(settings: Settings) -> list[tuple[str, str]]:
    """Of the statement's log: what each is, and its commitment."""
    async with open_storage(settings) as database, database.unit() as unit:
        return [(e.leaf.kind, e.leaf.commitment.hex()) async for e in unit.log.entries(PORT)]


async def test_goes_on_there(old: Settings, new: Settings, file: Path) -> None:
    """Who signed is known there by their account, and is not counted twice; the log goes on behind
    the entry that both have in common."""
    d = await working(old)
    mine = await signed(d, "amal", "Canary Haddad")
    await signed(d, "rami", "Rami Mansour")
    await d.say(f"zaid@admins: /verify {mine}", "%advance 11m")
    await d.say("zaid@admins: /sources add uni", "dina: /start r_port__uni")
    counts, came = await d.counts(), await counted(d)
    await d.stop()

    await moved(old, new, file)
    assert b"Canary" not in content(file)
    assert len(read_keys({}, "", new.key_file).ids) == 2
    again = await started(new)
    try:
        assert await again.counts() == counts
        assert await counted(again) == came == {"uni": Came(1, 0)}
        for line in ("/sign port", "/mine"):
            said = await again.say(f"amal: {line}")
            assert f"#{mine}" in next(did.text for did in said if did.chat == "amal")
        await again.say("amal: /withdraw", "amal: [confirm]")
    finally:
        await again.stop()
    there = await entries(new)
    before = ["life", "text", "text", "record"]
    assert [kind for kind, _ in there] == [*before, "life", "record"]
    assert await entries(old) == there[: len(before) + 1]


async def test_what_waits_is_brought_before_the_admins_anew(
    old: Settings, new: Settings, file: Path
) -> None:
    d = await working(old)
    waits = await signed(d, "amal", "Amal Haddad")
    await d.stop()
    await moved(old, new, file)
    again = await started(new)
    try:
        said = await again.say("zaid@admins: /stats")
        assert any(f"#{waits}" in did.text and "verify" in did.names for did in said)
    finally:
        await again.stop()


async def test_what_is_left_takes_no_entries(old: Settings, new: Settings, file: Path) -> None:
    """Two histories under one key would look forged. A second file holds the same log."""
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    before = await entries(old)
    async with open_storage(old) as database, database.unit() as unit:
        await unit.log.append(PORT, [Entry(EntryKind.RECORD, {"state": State.OUT}, Number(1))])
    await hand_over(old, file.with_name("again"), [PUBLIC])
    assert await entries(old) == before


async def test_what_is_left_does_not_run_as_if_it_were_not(old: Settings, file: Path) -> None:
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    with pytest.raises(NotConfigured, match="moved_to"):
        await started(old.model_copy(update={"moved_to": None}))


async def test_goes_on_under_an_id_of_its_own(old: Settings, new: Settings, file: Path) -> None:
    """Also where both use one folder for the ledger, neither takes the other for an older copy."""
    new = new.model_copy(update={"state": old.state})
    d = await working(old)
    await signed(d, "amal", "Amal Haddad")
    await d.stop()
    await moved(old, new, file)
    d = await started(old)
    await d.say("amal: /forget", "amal: [confirm]")
    await d.stop()
    again = await started(new)
    assert (await again.counts()).pending == 1
    await again.stop()
    await (await started(old)).stop()


async def test_nothing_of_an_account_goes_along(old: Settings, new: Settings, file: Path) -> None:
    """Messages, cursors and the memory of adapters are another account's."""
    d = await working(old)
    await signed(d, "amal", "Amal Haddad")
    assert await d.rows("SELECT * FROM live_messages")
    await d.stop()
    await hand_over(old, file, [PUBLIC])
    with zipfile.ZipFile(file) as archive:
        data = gzip.decompress(pyrage.decrypt(archive.read(CONTENTS), [SECRET]))
    tables = {json.loads(line)[0] for line in data.splitlines()[2:-1]}
    assert "endorsements" in tables
    assert tables.isdisjoint({"live_messages", "shown", "cursors", "adapter_memos", "handled"})


async def test_ways_that_lead_nowhere_are_erased(
    old: Settings, new: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a platform that the campaign has left, nobody is written to any more."""
    monkeypatch.setattr(moving, "names_in", lambda _settings: frozenset({"telegram"}))
    d = await working(old)
    mine = await signed(d, "amal", "Amal Haddad")
    async with d.database.unit() as unit:
        for platform in ("console", "telegram"):
            await unit.meta.put_sealed(f"{ADMIN_CHAT} {platform}", b"admins")
        await unit.meta.put_sealed(LIVING_COUNTS, b"[]")
    await d.stop()
    await moved(old, new, file)
    async with open_storage(new) as database, database.unit() as unit:
        record = await unit.endorsements.get(Number(mine))
        assert record is not None
        assert record.name == "Amal Haddad"
        assert record.route is None
        assert await unit.meta.get_sealed(f"{ADMIN_CHAT} telegram") == b"admins"
        assert await unit.meta.get_sealed(f"{ADMIN_CHAT} console") is None
        assert await unit.meta.get_sealed(LIVING_COUNTS) is None


async def test_what_was_withdrawn_since_is_entered_there(
    old: Settings, new: Settings, file: Path
) -> None:
    """What the log could not take any more, in a second file."""
    d = await working(old)
    mine = await signed(d, "amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {mine}", "%advance 11m")
    await d.stop()
    await hand_over(old, file.with_name("first"), [PUBLIC])
    before = await entries(old)
    d = await started(old)
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m")
    await d.stop()
    assert await entries(old) == before
    await moved(old, new, file)
    async with open_storage(new) as database, database.unit() as unit:
        record = await unit.endorsements.get(Number(mine))
        assert record is not None
        assert record.unlogged


async def test_a_backup_of_what_is_left_takes_no_entries_either(
    old: Settings, new: Settings, file: Path
) -> None:
    await (await working(old)).stop()
    await hand_over(old, file, [PUBLIC])
    before = await entries(old)
    await back_up(old.database.url, file.with_name("backup"), [PUBLIC])
    again = new.model_copy(update={"moved_to": PLACE})
    copied(old.key_file, again.key_file)
    await bring_back(again, file.with_name("backup"), key_of(new))
    assert await entries(again) == before


Change = Callable[[bytes, bytes], tuple[bytes, bytes]]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "change",
    [
        lambda manifest, contents: (flipped(manifest, 60), contents),
        lambda manifest, contents: (flipped(manifest, len(manifest) - 10), contents),
        lambda manifest, contents: (manifest.replace(b"example", b"exampla"), contents),
        lambda manifest, contents: (manifest, flipped(contents, len(contents) - 1)),
        lambda manifest, contents: (manifest, contents[:-1]),
        lambda manifest, contents: (b"", contents),
    ],
)
async def test_what_was_changed_is_refused(
    old: Settings, new: Settings, file: Path, change: Change
) -> None:
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    with zipfile.ZipFile(file) as archive:
        manifest, contents = change(archive.read(MANIFEST), archive.read(CONTENTS))
    written(file, manifest, contents)
    with pytest.raises(StorageFault, match="nothing was changed"):
        await take_over(new, file, key_of(new), None)
    assert await is_new(new.database.url)
    assert not new.key_file.exists()


async def test_the_key_that_was_published_must_have_signed(
    old: Settings, new: Settings, file: Path
) -> None:
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    async with open_storage(old) as database, database.unit() as unit:
        right = await unit.log.key()
    other = SigningKey(right.name, bytes(32))
    with pytest.raises(StorageFault, match="not signed by that key"):
        await take_over(new, file, key_of(new), str(other.verifier))
    await take_over(new, file, key_of(new), str(right.verifier))


async def test_the_log_must_be_the_promised_one(old: Settings, new: Settings, file: Path) -> None:
    """Whoever has the key of the log signs another file with an older promise."""
    await (await started(old)).stop()
    async with open_storage(old) as database:
        async with database.unit() as unit:
            key, older = await unit.log.key(), await unit.log.checkpoint(PORT)
            await unit.log.append(PORT, [Entry(EntryKind.RECORD, {"state": State.OUT}, Number(1))])
        manifest = Manifest.now(key, PLACE, 0, {PORT: older})
        url, keys = old.database.url, database.keys
        await write_bundle(url, file, [PUBLIC], keys, key.sign, manifest)
    with pytest.raises(StorageFault, match="promises"):
        await take_over(new, file, key_of(new), None)
    assert await is_new(new.database.url)


async def test_what_does_not_open_is_refused(old: Settings, new: Settings, file: Path) -> None:
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    key_of(new).write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(StorageFault, match="does not open"):
        await take_over(new, file, key_of(new), None)
    with pytest.raises(StorageFault, match="is no file that"):
        await take_over(new, key_of(new), key_of(new), None)
    assert await is_new(new.database.url)


async def test_nothing_is_overwritten(old: Settings, new: Settings, file: Path) -> None:
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    with pytest.raises(StorageFault, match="there already"):
        await hand_over(old, file, [PUBLIC])
    with pytest.raises(StorageFault, match="there is a database already"):
        await take_over(replace_database(new, old), file, key_of(new), None)
    with pytest.raises(NotConfigured, match="moved_to"):
        await hand_over(old.model_copy(update={"moved_to": None}), file, [PUBLIC])
    with pytest.raises(NotConfigured, match="no public key"):
        await hand_over(old, file.with_name("other"), ["age1"])


def replace_database(settings: Settings, other: Settings) -> Settings:
    return settings.model_copy(update={"database": replace(other.database)})


async def test_another_note_of_the_key_is_no_manifest(
    old: Settings, new: Settings, file: Path
) -> None:
    """Whatever it says."""
    await (await started(old)).stop()
    await hand_over(old, file, [PUBLIC])
    async with open_storage(old) as database, database.unit() as unit:
        key = await unit.log.key()
    with zipfile.ZipFile(file) as archive:
        manifest, contents = archive.read(MANIFEST).decode(), archive.read(CONTENTS)
    text = manifest.partition("\n\n")[0].replace("undersigned move/1", "undersigned other/1")
    written(file, key.sign(f"{text}\n").encode(), contents)
    with pytest.raises(StorageFault, match="not signed by"):
        await take_over(new, file, key_of(new), None)


async def test_a_changed_text_is_asked_about_anew(old: Settings, new: Settings, file: Path) -> None:
    """Nobody there has seen the question, nor who has answered it."""
    d = await working(old)
    await signed(d, "amal", "Canary Haddad")
    change_text(old.statements)
    await d.say("zaid@admins: /reload", "zaid@admins: [correction]")
    await d.stop()
    await moved(old, new, file)
    d = await started(new)
    await d.say("zaid@admins: /help")
    asked = d.newest("@admins", "correction")
    assert "1 person has signed the earlier text." in asked.text
    assert "says it's a correction" not in asked.text
    await d.stop()
