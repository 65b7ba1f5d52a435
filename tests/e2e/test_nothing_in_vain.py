"""What a line asks of the database: nobody looks there for what nobody has put there."""

from __future__ import annotations

import sqlalchemy as sa

from tests.support.dialogue import Dialogue


async def carried_out(d: Dialogue, line: str) -> list[str]:
    """The statements."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    engine = d.database._engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    await d.say(line)
    sa.event.remove(engine, "before_cursor_execute", note)
    return found


async def asked(d: Dialogue, line: str) -> list[str]:
    """The queries, by the table that each reads."""
    statements = await carried_out(d, line)
    return [s.partition("FROM ")[2].split()[0] for s in statements if s.startswith("SELECT")]


async def test_an_answer_is_handed_over_and_not_looked_for(d: Dialogue) -> None:
    await d.say("amal: /help")
    tables = await asked(d, "amal: /help")
    assert "outbox" not in tables
    assert "due_jobs" not in tables


async def test_what_is_due_later_than_something_else_is_not_looked_for(d: Dialogue) -> None:
    await d.say("amal: /sign")
    assert "due_jobs" not in await asked(d, "omar@tunis: /endorse")
    assert "due_jobs" in await asked(d, "%advance 2d")


SIGNING = (
    *("amal: /sign", "amal: [confirm]", "amal: Amal Haddad", "amal: Teacher", "amal: Tunisia"),
    *("amal: [public]", "amal: [confirm]"),
)


async def test_a_step_of_signing_looks_once_for_its_prompt_and_writes_it_once(d: Dialogue) -> None:
    await d.say("omar: /help")
    begun, *steps, _ = [await carried_out(d, line) for line in SIGNING]
    for step in steps:
        assert len([s for s in step if s.startswith("SELECT") and "FROM live_messages" in s]) == 1
    for step in (begun, *steps):
        for table in ("live_messages", "due_jobs", "conversations"):
            assert len([s for s in step if s.startswith(f"INSERT INTO {table}")]) == 1
    assert not [s for s in begun if s.startswith("SELECT") and "FROM live_messages" in s]


async def test_a_signing_takes_so_many_statements_and_a_decision_so_many(d: Dialogue) -> None:
    """Those of the worker of the outbox and of due jobs are not always the same ones."""
    await d.say("omar: /help")
    assert sum([len(await carried_out(d, line)) for line in SIGNING]) <= 170
    assert len(await carried_out(d, "zaid@admins: [verify]")) <= 40
