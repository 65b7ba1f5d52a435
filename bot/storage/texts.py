"""Which texts of the statements came into use, one after the other."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import StatementId
from bot.domain.log import TextChange
from bot.domain.texts import Adoption, History
from bot.storage.tables import texts

_T = texts.c


class Texts:
    """Rows are only added. The texts themselves are among the revisions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def histories(self) -> dict[StatementId, History]:
        """Of every statement that had a text, also of those whose files are gone."""
        found: dict[StatementId, list[Adoption]] = defaultdict(list)
        columns = (_T.statement, _T.language, _T.digest, _T.change, _T.of, _T.day)
        for row in await self._connection.execute(sa.select(*columns).order_by(_T.id)):
            statement, language, digest, change, of, day = row
            adoption = Adoption(statement, language, digest, TextChange(change), of, day)
            found[statement].append(adoption)
        return {statement: History(adoptions) for statement, adoptions in found.items()}

    async def add(self, adoption: Adoption) -> None:
        """The text is in use from now on."""
        row = {name: getattr(adoption, name) for name in Adoption.__dataclass_fields__}
        await self._connection.execute(texts.insert(), row)
