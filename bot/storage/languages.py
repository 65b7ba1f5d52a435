"""The language a person chose, or an administrator for a chat, under a tag of theirs."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChatRef, Language, UserRef
from bot.privacy import Keyring
from bot.storage.tables import languages

_CHOSEN = sa.select(languages).where(
    languages.c.person_tag.in_(sa.bindparam("tags", expanding=True))
)


class Languages:
    """Only of those for whom one was chosen: others get what their platform says, and no row."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def chosen(
        self, those: Collection[UserRef | ChatRef]
    ) -> dict[UserRef | ChatRef, Language]:
        """The choices of those who made one."""
        tags = {self._tag(each): each for each in those}
        rows = await self._connection.execute(_CHOSEN, {"tags": [*tags]})
        return {tags[tag]: Language(found) for tag, found in rows}

    async def choose(self, who: UserRef | ChatRef, language: Language) -> None:
        """Keep a choice in the place of an earlier one."""
        await self.forget(who)
        row = {"person_tag": self._tag(who), "language": language}
        await self._connection.execute(languages.insert(), row)

    async def forget(self, who: UserRef | ChatRef) -> None:
        """Drop a choice, if there is one."""
        where = languages.c.person_tag == self._tag(who)
        await self._connection.execute(languages.delete().where(where))

    def _tag(self, who: UserRef | ChatRef) -> bytes:
        # A platform may give a person and a chat the same key.
        use = "language" if isinstance(who, UserRef) else "language of a chat"
        return self._keys.tag(use, f"{who.adapter}\0{who.key}")
