"""Signing a made-up campaign through the services, without the conversations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.endorsement import Details, Given, Kind, Route, Visibility
from bot.domain.ids import AdapterName, ChatRef, Country, Language, Number, StatementId, UserRef
from bot.services.campaign import Campaign
from bot.services.endorse import endorse
from bot.services.withdraw import withdraw
from bot.statements.model import Statement
from bot.storage.database import Database
from bot.storage.unit import Unit
from bot.storage.word_keys import MARKED
from tests.support.campaign import Signer

AT_ONCE = 100
"""How many sign in one commit."""

WITHDRAWN_AFTER = dt.timedelta(hours=5)


async def sign_campaign(
    database: Database, campaign: Campaign, statement: StatementId, people: Sequence[Signer]
) -> dict[Number, Signer]:
    """Everybody signs in their order; those who withdraw do so behind all others. Who has which
    number."""
    signed: dict[Number, Signer] = {}
    text = campaign.library.statements[statement]
    for at in range(0, len(people), AT_ONCE):
        async with database.unit() as unit:
            for one in people[at : at + AT_ONCE]:
                signed[await _sign(unit, campaign, text, one)] = one
    async with database.unit() as unit:
        for number, one in signed.items():
            if one.withdraws:
                later = one.moment + WITHDRAWN_AFTER
                await withdraw(unit, campaign, one.kind, _account(one), number, later)
    return signed


async def _sign(unit: Unit, campaign: Campaign, statement: Statement, one: Signer) -> Number:
    revision = statement.revision([Language(one.language)])
    given = Given(
        statement=statement.id,
        kind=one.kind,
        language=revision.language,
        digest=revision.digest,
        name=one.name,
        country=Country(one.country) if one.country else None,
        visibility=Visibility.PUBLIC,
        details=Details(),
        route=Route(_chat(one), Language(one.language)),
    )
    record = await endorse(unit, campaign, _account(one), given, one.moment)
    return record.number


def _chat(one: Signer) -> ChatRef:
    return ChatRef(_ELSEWHERE, str(-one.account if one.kind is Kind.ORGANISATION else one.account))


def _account(one: Signer) -> UserRef | ChatRef:
    return _chat(one) if one.kind is Kind.ORGANISATION else UserRef(_ELSEWHERE, str(one.account))


_ELSEWHERE = AdapterName("elsewhere")
"""They came by a platform that this bot does not run: what they would be told of decisions is left
out, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How good they are. `missed` are the planted ones without a mark, `false` the honest ones
    with one; a share is None where there is nobody to share."""

    recall: float
    false_share: float
    precision: float
    missed: tuple[Signer, ...]
    false: tuple[Signer, ...]


async def marks_of(database: Database, signed: Mapping[Number, Signer]) -> Marks:
    """Whom signing has marked. Everybody who was not planted counts as honest: namesakes, those
    whose name is odd, and those who withdrew."""
    async with database.unit() as unit:
        marked = set(await unit.name_index.hidden_with([[MARKED]], 1_000_000))
    planted = {number: one for number, one in signed.items() if one.planted}
    honest = {number: one for number, one in signed.items() if not one.planted}
    missed = tuple(one for number, one in planted.items() if number not in marked)
    false = tuple(one for number, one in honest.items() if number in marked)
    caught = len(planted) - len(missed)
    return Marks(
        recall=caught / len(planted),
        false_share=len(false) / len(honest),
        precision=caught / (caught + len(false)),
        missed=missed,
        false=false,
    )
