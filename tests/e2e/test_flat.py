"""What one person can ask, and what the bot does by itself, costs the same however many have
signed: counted in steps of the database, not in seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.admin import Admin
from bot.domain.endorsement import Status, Visibility
from bot.domain.ids import AdapterName, Number, UserRef
from bot.storage import database
from bot.storage.tables import endorsements
from tests.support.dialogue import Dialogue, open_dialogue, settings_in, signing
from tests.support.signed import OnList, list_all, prepare, sign_all
from tests.support.statements import write_port
from tests.support.steps import Steps, dearest

MOST = 1.5
"""Times as much as among few."""

SLACK = 1000
"""Steps that make no difference: some 20 microseconds."""

A_PAGE = 5000
"""Steps that a statement of a start takes at most: of two hundred rows."""

A_THOUSAND = 50_000
"""Steps in which a thousand are looked at."""

COUNTRIES = ("TN", "IQ", "PL", "CN", "FR", "DE", "CL", "UA", "LB", "ZA")
HELD = Admin("mona", UserRef(AdapterName("console"), "999"))

READING = (
    *("/start", "/statements", "/read port", "/demands port", "/search harbour"),
    *("/signatories", "[next]", "[next]", "[previous]", "[countries]", "[TN]", "[next]"),
    *("/signatories", "[letters]", "/signatories port Fababababa", "/share"),
)
SIGNING = (
    *signing("omar", "Ottoline Quell"),
    *(f"omar: {line}" for line in ("/mine", "/mydata", "/withdraw port", "[confirm]", "/mine")),
    *signing("rosa", "Perpetua Zwick", "organisers"),
    *("rosa: /forget", "rosa: [confirm]", "ines@tunis: /endorse port", "ines@tunis: [confirm]"),
)
DECIDING = (
    *("/pending", "[skip]", "[verify]", "[undo]", "[skip]", "[previous]", "[reject]", "[unreal]"),
    *("[filter]", "[countries]", "[TN]", "[skip]", "[filter]", "[language]", "[en]", "[verify]"),
    *("/pending PL", "[skip]", "/pending organisation", "/pending wave", "/pending aside"),
    *(
        "/pending marked",
        "/pending name Fababababa",
        "/stats",
        "/find Fababababa",
        "/find Ottoline",
        "/show 40",
    ),
    *("/verify 41", "/undo 41", "/reject 42 unknown", "/audit 40", "/audit 2026-03-01", "[next]"),
    *("/close port", "/open port", "/help"),
)
REACHING = ("/pending unmarked", "/pending before 2099-03-02", "/pending since 2026-03-01 FR")
"""What looks at the first thousand that wait (`bot.storage.queue.REACH`), of which the few have
less."""

LINES = (
    *(f"amal: {line}" for line in READING),
    *SIGNING,
    *(f"zaid@admins: {line}" for line in (*DECIDING, *REACHING)),
    *("%advance 1h", "amal: /help", "%advance 25h", "amal: /help"),
)


def word(number: int) -> str:
    """As many as are needed, and none of them like another."""
    letters = "bdfgklmnprstvz"
    return "".join(f"{letters[number // 14**place % 14]}a" for place in range(5))


def signer(number: int) -> OnList:
    return OnList(f"{word(number // 20)} Of{word(number)}", COUNTRIES[number % len(COUNTRIES)])


async def fill(d: Dialogue, count: int) -> None:
    """Half of them are on the list, a third waits; the others are hidden, or not accepted."""
    await prepare(d.database)
    listed, waiting, rest = count // 2, count // 3, count // 12
    await list_all(d.database, "port", map(signer, range(listed)), findable=True)
    names = [signer(number).name for number in range(count, count + waiting)]
    await sign_all(d.database, names)
    names = [signer(number).name for number in range(2 * count, 2 * count + rest)]
    hidden = Visibility.ORGANISERS
    await sign_all(d.database, names, status=Status.VERIFIED, visibility=hidden)
    await sign_all(d.database, names, status=Status.REJECTED)
    c = endorsements.c
    async with d.database.unit() as unit:
        # As if each had been looked at, and entered in the log.
        hour = d.platform.now().replace(minute=0, second=0, microsecond=0)
        quiet = endorsements.update().values(unlogged=False, fresh=False, hour=hour)
        await unit._connection.execute(quiet)
        country = endorsements.update().where(c.public_name.is_(None), c.number % 3 == 0)
        await unit._connection.execute(country.values(country="PL"))
        unit.sum.is_anew = True  # put there by hand
        at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
        await unit.actions.add_each(at, HELD, "verify", map(Number, range(1, count)))


async def costs(folder: Path, count: int) -> tuple[list[int], list[str]]:
    """Of each line in steps; and which statements read all there is."""
    async with open_dialogue(folder, write_port(folder)) as d:
        await d.say("amal: /help", "zaid@admins: /help", "ines@tunis: /help")
        await fill(d, count)
        d.is_changed = True
        steps, found = Steps(d.database), list[int]()
        await steps.begin()
        steps.taken()
        with steps.noting():
            for line in LINES:
                await d.say(line)
                found.append(steps.taken())
        return found, await steps.scans()


async def dear_at_start(folder: Path) -> list[str]:
    """The statements of a start that read more than a page. Names and rows are read beside the
    work, which has not begun yet."""
    d = Dialogue(settings_in(folder, folder / "statements"))
    d.is_changed = True
    with dearest(A_PAGE) as found:
        await d.start()
    await d.kill()
    return found


def grown(few: Sequence[int], many: Sequence[int]) -> list[str]:
    return [
        f"{line}: {cost} steps, {more} among the many"
        for line, cost, more in zip(LINES, few, many, strict=True)
        if more > max(MOST * cost + SLACK, A_THOUSAND * line.endswith(REACHING))
    ]


@pytest.mark.parametrize(
    ("among_few", "among_many"), [(400, 4_000), pytest.param(1_000, 20_000, marks=pytest.mark.soak)]
)
async def test_every_command_costs_the_same_among_many_times_as_many(
    tmp_path: Path, among_few: int, among_many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = tmp_path / "few", tmp_path / "many"
    for folder in folders:
        folder.mkdir()
    few, _ = await costs(folders[0], among_few)
    many, scans = await costs(folders[1], among_many)
    assert grown(few, many) == []
    assert scans == []
    # So few are looked at as a whole otherwise.
    monkeypatch.setattr(database, "WHOLE_UP_TO", 0)
    assert await dear_at_start(folders[1]) == []
