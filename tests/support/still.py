"""A bot whose workers stand still, and its services: what they do is in the database at once, and
nothing else is done."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

from bot.bootstrap.opening import open_storage, read_library
from bot.bootstrap.platforms import simulated
from bot.bootstrap.wiring import Bot, build
from bot.domain.admin import Admin
from bot.domain.endorsement import UNDO_WINDOW, Details, Given, Kind, Route, Visibility
from bot.domain.ids import AdapterName, ChatRef, Language, Number, StatementId, UserRef
from bot.services import decide
from bot.services.endorse import endorse
from bot.services.windows import end_window
from bot.services.withdraw import withdraw
from bot.storage.database import Database
from bot.storage.unit import Unit
from tests.support.dialogue import settings_in

ELSEWHERE = AdapterName("elsewhere")
PORT = StatementId("port")
ZAID = Admin("zaid", UserRef(ELSEWHERE, "zaid"))
NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
AFTER = NOW + 2 * UNDO_WINDOW


@contextlib.asynccontextmanager
async def still(folder: Path, statements: Path) -> AsyncIterator[tuple[Database, Bot]]:
    """As it is when it is about to run."""
    settings = settings_in(folder, statements)
    async with open_storage(settings) as database:
        adapter, clock = simulated(folder / "data", as_json=True)
        library = read_library(settings)
        yield database, await build(settings, library, database, {adapter.name: adapter}, clock)


async def sign(
    unit: Unit, bot: Bot, who: str, name: str, visibility: Visibility = Visibility.PUBLIC
) -> Number:
    """A signature of that account, which waits; its number."""
    statement = bot.campaign.library.statements[PORT]
    revision = statement.revision([Language("en")])
    given = Given(
        *(PORT, Kind.PERSON, revision.language, revision.digest, name, None, visibility),
        *(Details(), Route(ChatRef(ELSEWHERE, who), Language("en"))),
    )
    account = UserRef(ELSEWHERE, who)
    return (await endorse(unit, bot.campaign, account, given, NOW)).number


async def become(unit: Unit, bot: Bot, number: Number, who: str, what: str) -> None:
    """What becomes of one that waits: `verified` or `rejected` for good, or `withdrawn` just now;
    anything else: nothing."""
    if what == "verified":
        await decide.verify(unit, bot.campaign, number, ZAID, NOW)
    elif what == "rejected":
        # Each by another admin: one alone makes only so many.
        admin = Admin("zaid", UserRef(ELSEWHERE, f"zaid {number}"))
        await decide.reject(unit, bot.campaign, number, admin, "We could not reach you", NOW)
    elif what == "withdrawn":
        account = UserRef(ELSEWHERE, who)
        await withdraw(unit, bot.campaign, Kind.PERSON, account, number, AFTER)
        return
    await end_window(unit, bot.campaign, number, AFTER)
