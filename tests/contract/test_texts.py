"""Which texts came into use, who stands under them, and who can be told, on both databases."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from bot.domain.counts import Counts
from bot.domain.endorsement import Kind, Status, Visibility
from bot.domain.ids import Digest, Language, Number, StatementId
from bot.domain.log import TextChange
from bot.domain.revision import RevisionText
from bot.domain.texts import Adoption, History
from bot.storage.database import Database
from bot.storage.tables import endorsements
from tests.support.signed import DIGEST, OnList, list_all, prepare, sign_all

PORT, EN = StatementId("port"), Language("en")
OLD, NEW = Digest(DIGEST), Digest("1" * 64)


async def test_adoptions_come_back_in_their_order(database: Database) -> None:
    days = (dt.date(2026, 3, 1), None)
    adoptions = [
        Adoption(PORT, EN, OLD, TextChange.FIRST, None, days[0]),
        Adoption(PORT, EN, NEW, TextChange.CORRECTION, OLD, days[1]),
        Adoption(PORT, EN, OLD, TextChange.NEW, NEW, days[0]),
    ]
    async with database.unit() as unit:
        assert await unit.texts.histories() == {}
        for adoption in adoptions:
            await unit.texts.add(adoption)
    async with database.unit() as unit:
        assert await unit.texts.histories() == {PORT: History(adoptions)}


async def test_who_stands_under_which_text(database: Database) -> None:
    """Listed, hidden, and waiting for the list; pending; not accepted and withdrawn."""
    await prepare(database, "port")
    await list_all(database, "port", [OnList("Amal"), OnList("Readers", None, "organisation")])
    verified = Status.VERIFIED
    await sign_all(database, ["B"], "port", status=verified, visibility=Visibility.ORGANISERS)
    await sign_all(database, ["C"], "port", status=verified)
    await sign_all(database, ["D"], "port")
    await sign_all(database, ["E"], "port", status=Status.REJECTED)
    await sign_all(database, ["F"], "port", status=Status.WITHDRAWN)
    await sign_all(database, ["G"], "port", status=verified)
    async with database.unit() as unit:
        await unit.statements.keep_revision(RevisionText(PORT, EN, "T", "", "text", NEW))
        later = endorsements.update().where(endorsements.c.number == 8)
        await unit._connection.execute(later.values(digest=NEW))
        unit.sum.is_anew = True  # put there by hand
    async with database.unit() as unit:
        assert await unit.statements.kept() == {OLD, NEW}
        standing = await unit.endorsements.standing([OLD])
        assert standing == Counts(verified=5, persons=4, organisations=1)
        counted = await unit.endorsements.verified_under([OLD])
        assert counted == Counts(verified=4, persons=3, organisations=1)
        assert (await unit.endorsements.verified_under([OLD, NEW])).verified == 5
        assert await unit.endorsements.verified_under([]) == Counts()
        assert await unit.listing.verified_under([OLD]) == {
            (Kind.PERSON, True): 1,
            (Kind.ORGANISATION, True): 1,
            (Kind.PERSON, False): 1,
        }


async def test_who_can_be_told_page_by_page(database: Database) -> None:
    await prepare(database, "port")
    await list_all(database, "port", [OnList("Without a way")])
    await sign_all(database, ["B", "C", "D"], "port")
    await sign_all(database, ["E"], "port", status=Status.REJECTED)
    async with database.unit() as unit:
        first = await unit.endorsements.to_be_told([OLD], Number(0), 2)
        rest = await unit.endorsements.to_be_told([OLD], first[-1].number, 2)
        assert [record.number for record in (*first, *rest)] == [2, 3, 4]
        assert await unit.endorsements.to_be_told([NEW], Number(0), 2) == []


async def test_counting_under_a_text_reads_no_record(database: Database) -> None:
    await prepare(database, "port")
    seen: list[str] = []
    async with database.unit() as unit:
        engine = database._engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        await unit.endorsements.verified_under([OLD])
    assert seen
    assert not any("endorsements" in statement for statement in seen)
