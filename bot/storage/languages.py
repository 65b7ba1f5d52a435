"""The language a person chose, under a tag of theirs."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import Language, UserRef
from bot.privacy import Keyring
from bot.storage.tables import languages


class Languages:
    """Only of people who chose one: others get what their platform says, and no row."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def chosen(self, people: set[UserRef]) -> dict[UserRef, Language]:
        """The choices of those who made one."""
        tags = {self._tag(person): person for person in people}
        query = sa.select(languages).where(languages.c.person_tag.in_(tags))
        return {tags[tag]: Language(found) for tag, found in await self._connection.execute(query)}

    async def choose(self, person: UserRef, language: Language) -> None:
        """Keep a choice in the place of an earlier one."""
        await self.forget(person)
        row = {"person_tag": self._tag(person), "language": language}
        await self._connection.execute(languages.insert(), row)

    async def forget(self, person: UserRef) -> None:
        """Drop a choice, if there is one."""
        where = languages.c.person_tag == self._tag(person)
        await self._connection.execute(languages.delete().where(where))

    def _tag(self, person: UserRef) -> bytes:
        return self._keys.tag("language", f"{person.adapter}\0{person.key}")
