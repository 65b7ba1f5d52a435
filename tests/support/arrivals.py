"""Many who sign in one moment, without the conversations."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

from bot.bootstrap.wiring import Bot
from bot.domain.endorsement import Details, Given, Kind, Route, Visibility
from bot.domain.ids import AdapterName, ChatRef, Language, Number, StatementId, UserRef
from bot.services.endorse import endorse
from bot.storage.database import Database

_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
_KEYS = itertools.count(70_000)


async def arrive(
    bot: Bot,
    database: Database,
    now: dt.datetime,
    platform: AdapterName,
    count: int,
    kind: Kind = Kind.PERSON,
    *,
    wave: bool = False,
    name: str = "",
) -> list[Number]:
    """So many sign the statement `port` in one transaction; their numbers. Each has a name like no
    other's, unless one is given."""
    statement = bot.campaign.library.statements[StatementId("port")]
    revision = bot.campaign.revision(statement, [Language("en")])
    numbers = []
    async with database.unit() as unit:
        for _ in range(count):
            key = next(_KEYS)
            chat = ChatRef(platform, str(key))
            given = Given(
                *(statement.id, kind, revision.language, revision.digest, name or name_of(key)),
                *(None, Visibility.PUBLIC, Details(), Route(chat, revision.language)),
            )
            signer = chat if kind is Kind.ORGANISATION else signer_of(platform, key)
            record = await endorse(unit, bot.campaign, signer, given, now)
            if wave:
                marked = await unit.endorsements.save(record, replace(record, wave=True))
                assert marked is not None
            numbers.append(record.number)
    await bot.inbox.settled()
    return numbers


def next_signer(platform: AdapterName) -> UserRef:
    """Who signs next; the one after that is another."""
    return signer_of(platform, next(_KEYS) + 1)


def signer_of(platform: AdapterName, key: int) -> UserRef:
    return UserRef(platform, str(key))


def name_of(key: int) -> str:
    """Like no other, and the same for the same key."""
    chance = random.Random(key)
    words = ("".join(chance.choice(_SYLLABLES) for _ in range(4)) for _ in range(2))
    return " ".join(words).title()
