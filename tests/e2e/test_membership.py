"""What is told of people in groups: cheap where nothing follows from it, and never too much."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.dispatch.limits import Rate, Rates
from bot.ports import Demoted, Entered, Gone
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

FEW = Rate(2, dt.timedelta(minutes=1))
MEMBERS = "  mandate: members\n  quorum: 2\n"
MARK = "is no administrator of the group any more"


async def handled(d: Dialogue) -> int:
    ((count,),) = await d.rows("SELECT (SELECT count(*) FROM handled) + count(*) FROM inbox")
    return int(str(count))


async def test_where_nothing_stands_nothing_is_kept_of_who_comes_and_goes(d: Dialogue) -> None:
    """Also of a group that has endorsed: only who asked for that is of interest."""
    await d.say("omar@tunis: /endorse Readers", "omar@tunis: [confirm]")
    crowd = [d.origin(f"person{number}", "tunis") for number in range(500)]
    before = await handled(d)
    told = [kind(origin) for origin in crowd for kind in (Entered, Demoted, Gone)]
    assert await d.receive(*told) == []
    assert await handled(d) == before
    assert MARK not in d.newest("@admins").text
    await d.receive(Demoted(d.origin("omar", "tunis")))
    assert await handled(d) == before + 1
    assert MARK in d.newest("@admins").text
    assert (await d.answer("lina@tunis: /help")).text


async def test_it_uses_up_nobodys_allowance_and_is_not_refused(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path, write_port(tmp_path, endorsement=MEMBERS)) as d:
        for person in ("omar", "lina", "sami"):
            d.platform.enter(person, "tunis")
        await d.say("omar@tunis: /endorse Readers", "omar@tunis: [confirm]")
        d.bot.dispatcher._limits._rates = Rates(person=FEW, chat=FEW)
        d.bot.dispatcher._limits._windows.clear()
        lina = d.origin("lina", "tunis")
        again = [d.origin("lina", "tunis") for _ in range(4)]
        crowd = [d.origin(f"person{number}", "tunis") for number in range(8)]
        assert await d.receive(Gone(lina), *map(Entered, again), *map(Gone, crowd)) == []
        found = await d.rows("SELECT presence, count(*) FROM votes GROUP BY presence")
        assert sorted(map(tuple, found)) == [("back", 1), ("gone", 8)]
        (answer,) = [did for did in await d.say("sami@tunis: [agree]") if did.text]
        assert answer.text.startswith("Noted: you agree")
