"""What a line asks of the database: nobody looks there for what nobody has put there."""

from __future__ import annotations

import sqlalchemy as sa

from tests.support.dialogue import Dialogue


async def asked(d: Dialogue, line: str) -> list[str]:
    """The queries, by the table that each reads."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            found.append(statement.partition("FROM ")[2].split()[0])

    engine = d.database._engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    await d.say(line)
    sa.event.remove(engine, "before_cursor_execute", note)
    return found


async def test_an_answer_is_handed_over_and_not_looked_for(d: Dialogue) -> None:
    await d.say("amal: /help")
    tables = await asked(d, "amal: /help")
    assert "outbox" not in tables
    assert "due_jobs" not in tables


async def test_what_is_due_later_than_something_else_is_not_looked_for(d: Dialogue) -> None:
    await d.say("amal: /sign")
    assert "due_jobs" not in await asked(d, "omar@tunis: /endorse")
    assert "due_jobs" in await asked(d, "%advance 2d")
