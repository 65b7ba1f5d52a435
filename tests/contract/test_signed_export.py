"""What leaves the database proves itself: exports and receipts, as `verify` reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import Number
from bot.domain.log import Body, EntryKind, LifeEvent, State, TextChange, life_body, text_body
from bot.domain.log_file import receipt
from bot.services import signed_export
from bot.services.campaign import Publication
from bot.statements.loader import load
from bot.statements.model import Statement
from bot.storage.database import Database
from bot.storage.log import Entry
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Export, read
from tests.support.second_verifier import verify as second
from tests.support.statements import write_port

MANY = 40


@pytest.fixture
def port(tmp_path: Path) -> Statement:
    return next(iter(load(write_port(tmp_path), ZoneInfo("UTC")).library))


@pytest.fixture(autouse=True)
def _in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a log of a few entries takes several."""
    monkeypatch.setattr(signed_export, "AT_ONCE", 7)


def listed(port: Statement, number: int, **beside: str) -> Entry:
    """A line of the list."""
    digest = next(iter(port.revisions.values())).digest
    body: Body = {
        "state": State.LISTED,
        "number": number,
        "kind": "person",
        "name": f"Amal {number}",
        "country": "TN",
        "affiliation": "",
        "place": "",
        "digest": digest,
        "day": "2025-03-01",
        **beside,
    }
    return Entry(EntryKind.RECORD, body, Number(number))


def counted(port: Statement, number: int) -> Entry:
    digest = next(iter(port.revisions.values())).digest
    body = {"state": State.COUNTED, "kind": "organisation", "digest": digest}
    return Entry(EntryKind.RECORD, body, Number(number))


async def filled(database: Database, port: Statement) -> None:
    """Texts, signers on the list and off it, and one who has left."""
    async with database.unit() as unit:
        await unit.statements.ensure([port.id])
        texts = []
        for text in port.revisions.values():
            await unit.statements.keep_revision(text)
            said = text_body(TextChange.FIRST, text.language, text.digest, text.title)
            texts.append(Entry(EntryKind.TEXT, said))
        await unit.log.append(port.id, texts)
        await unit.log.append(port.id, [listed(port, n) for n in range(1, MANY)])
        await unit.log.append(port.id, [counted(port, MANY), counted(port, MANY + 1)])
        out = Entry(EntryKind.RECORD, {"state": State.OUT}, Number(3))
        await unit.log.append(port.id, [out, Entry(EntryKind.LIFE, life_body(LifeEvent.PAUSED))])
        await unit.log.append(port.id, [listed(port, 5, affiliation="Port & Co")])


async def exported(
    database: Database, port: Statement, folder: Path, rules: Publication | None = None
) -> Export:
    """As `verify` reads it, which has found nothing wrong with it."""
    pieces = signed_export.signed_export(database.unit, port, rules or Publication())
    file = folder / "port.json"
    file.write_text("".join([piece async for piece in pieces]), encoding="utf-8")
    async with database.unit() as unit:
        key = str((await unit.log.key()).verifier)
    assert verify(file, key).faults == []
    second(file.read_bytes(), key=key)
    found = read(file)
    assert isinstance(found, Export)
    return found


async def test_an_export_proves_what_is_there(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    export = await exported(database, port, tmp_path)
    counts = tally(export)
    numbers = sorted(int(str(says["number"])) for says in counts.listed)
    assert numbers == [n for n in range(1, MANY) if n != 3]
    assert (len(counts.counted), counts.shut) == (2, 0)
    assert "Port & Co" in {says["affiliation"] for says in counts.listed}
    assert set(export.titles) == {text.digest for text in port.revisions.values()}


async def test_an_empty_log_proves_that_nothing_counts(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    async with database.unit() as unit:
        await unit.statements.ensure([port.id])
        await unit.log.key()
    export = await exported(database, port, tmp_path)
    assert (export.entries, export.titles) == ([], {})


async def test_where_counts_are_rounded_only_the_list_is_shown(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    counts = tally(await exported(database, port, tmp_path, Publication(round_to=10)))
    # One has left the list: whether they count still is not for everybody.
    assert (len(counts.listed), counts.counted, counts.shut) == (MANY - 2, [], 3)


async def test_where_no_affiliations_are_shown_none_is_in_the_file(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    without = replace(port, terms=replace(port.terms, affiliation_shown=False))
    counts = tally(await exported(database, without, tmp_path))
    assert (len(counts.listed), counts.shut) == (MANY - 3, 1)
    assert "Port & Co" not in (tmp_path / "port.json").read_text("utf-8")


async def test_what_was_erased_is_in_no_export(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    """What an entry said that is not the newest is in none either."""
    await filled(database, port)
    await exported(database, port, tmp_path)
    text = (tmp_path / "port.json").read_text("utf-8")
    assert '"name":"Amal 3"' not in text
    async with database.unit() as unit:
        ref = await unit.log.ref(port.id, Number(7))
        unit.log.erase_openings(port.id, ref)
        await unit.log.append(port.id, [counted(port, 7)])
    counts = tally(await exported(database, port, tmp_path))
    assert '"name":"Amal 7"' not in (tmp_path / "port.json").read_text("utf-8")
    assert (len(counts.listed), len(counts.counted)) == (MANY - 3, 3)


async def test_a_log_goes_on_from_an_older_export(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    await exported(database, port, tmp_path)
    older = (tmp_path / "port.json").rename(tmp_path / "older.json")
    async with database.unit() as unit:
        checkpoint = await unit.log.checkpoint(port.id)
        await unit.log.append(port.id, [listed(port, 99)])
    (tmp_path / "note").write_text(checkpoint, encoding="utf-8")
    await exported(database, port, tmp_path)
    for kept in (older, tmp_path / "note"):
        assert verify(tmp_path / "port.json", against=kept).faults == []


async def test_a_receipt_proves_one_entry(
    database: Database, port: Statement, tmp_path: Path
) -> None:
    await filled(database, port)
    await exported(database, port, tmp_path)
    file = tmp_path / "receipt.json"
    async with database.unit() as unit:
        log = unit.log
        found = await log.newest(port.id, await log.ref(port.id, Number(12)))
        assert found is not None
        vkey, note = str((await log.key()).verifier), await log.checkpoint(port.id)
        entry = found.leaf, found.opening
        proof = await log.inclusion(port.id, found.position)
        text = receipt(port.id, vkey, note, found.position, entry, proof)
    file.write_text(text, encoding="utf-8")
    findings = verify(file, vkey, tmp_path / "port.json")
    assert findings.faults == []
    assert findings.said[-2:] == [
        "It says: on the list, #12 Amal 12",
        "The export has it too, as the newest of the record.",
    ]
