"""Names that wait, and come onto the lists at once."""

from dataclasses import replace

from bot.domain import lifecycle
from bot.domain.endorsement import Kind, Visibility
from bot.domain.ids import UserRef
from bot.storage.database import Database
from bot.storage.lists import Order
from tests.contract.test_storage import (
    CONSOLE,
    PORT,
    WINDOW_END,
    add,
    get,
    prepare,
    save,
    verify,
)


async def test_those_whose_window_is_over_wait_and_come_at_once(database: Database) -> None:
    await prepare(database)
    for n in range(1, 5):
        await add(database, UserRef(CONSOLE, str(n)))
        if n < 4:
            await verify(database, n)
    for n in (1, 2):
        record = await get(database, n)
        assert await save(database, record, lifecycle.end_window(record, WINDOW_END))
    hidden = await get(database, 2)
    assert await save(
        database, hidden, lifecycle.show_to(hidden, Visibility.ORGANISERS, WINDOW_END)
    )
    async with database.unit() as unit:
        assert await unit.lists.page(Order(PORT), 1000) == []
        # The one whose window is open is not listed either, and does not come with them.
        assert await unit.listing.counts(PORT) == {Kind.PERSON: 2}
        waiting = await unit.listing.waiting(10)
        assert [record.number for record in waiting] == [1]
        assert await unit.endorsements.save(waiting[0], lifecycle.publish(waiting[0]))
        assert await unit.listing.waiting(10) == []
        assert await unit.listing.counts(PORT) == {Kind.PERSON: 1}
        (shown,) = await unit.lists.page(Order(PORT), 1000)
    record = await get(database, 1)
    assert (shown.name, record.published) == ("Amal Haddad", True)
    # It is another version: what was made from the one before is not stored over it.
    assert record.version == waiting[0].version + 1
    assert replace(record, version=0, listed=False) == replace(waiting[0], version=0)
