"""Questions that admins asked a signer, and the answers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import questions

_T = questions.c
_QUESTION = Sealed(str, "questions.question")
_ANSWER = Sealed(str, "questions.answer")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a record; `answer` is None until the signer has given one."""

    id: int
    number: Number
    question: str
    answer: str | None


class Questions:
    """Both sides are sealed, and erased with what leads to the signer."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def ask(self, number: Number, question: str) -> int:
        """Store a question; its id."""
        values = {
            "number": number,
            "sealed_question": _QUESTION.seal(self._keys, question, str(number)),
        }
        found = await self._connection.scalar(questions.insert().values(values).returning(_T.id))
        return int(found or 0)

    async def get(self, question: int) -> Question | None:
        """A question by its id; None once it has been erased."""
        row = (
            await self._connection.execute(sa.select(questions).where(_T.id == question))
        ).one_or_none()
        return None if row is None else self._read(row)

    async def answer(self, question: Question, answer: str) -> bool:
        """Keep the answer; False, and nothing changed, where there is one already."""
        sealed = _ANSWER.seal(self._keys, answer, str(question.number))
        update = questions.update().where(_T.id == question.id, _T.sealed_answer.is_(None))
        result = await self._connection.execute(update.values(sealed_answer=sealed))
        return result.rowcount == 1

    async def about(self, number: Number) -> list[Question]:
        """All about one record, the oldest first."""
        rows = await self._connection.execute(
            sa.select(questions).where(_T.number == number).order_by(_T.id)
        )
        return [self._read(row) for row in rows]

    async def erase(self, number: Number) -> None:
        await self._connection.execute(questions.delete().where(_T.number == number))

    def _read(self, row: sa.Row[tuple[int, int, bytes, bytes | None]]) -> Question:
        place = str(row.number)
        question = _QUESTION.open(self._keys, row.sealed_question, place) or ""
        return Question(
            row.id, row.number, question, _ANSWER.open(self._keys, row.sealed_answer, place)
        )
