"""Signing a new text in the place of an earlier one: the record stays what it is otherwise."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Kind
from bot.domain.ids import ChatRef, UserRef
from bot.services.campaign import Campaign
from bot.services.changes import Change, count_change
from bot.services.endorse import check_open
from bot.services.lifecycle import apply
from bot.statements.model import Revision, Statement
from bot.storage.unit import Unit


async def under_earlier(
    unit: Unit,
    campaign: Campaign,
    statement: Statement,
    kind: Kind,
    signer: UserRef | ChatRef,
    now: dt.datetime,
) -> Endorsement | None:
    """The signer's record of the statement, if it stands under an earlier text; of a finished one
    nobody knows. Raises `NotOpen` then, where the new one cannot be signed."""
    earlier = campaign.history(statement.id).earlier
    tags = await unit.statements.signer_tags(kind, signer) if earlier else {}
    if statement.id not in tags:
        return None
    record = await unit.endorsements.by_signer(statement.id, tags[statement.id])
    if record is None or not stands_under(campaign, record):
        return None
    await check_open(unit, statement, kind, now)
    return record


def stands_under(campaign: Campaign, record: Endorsement) -> bool:
    """Whether a record that waits or is verified stands under an earlier text."""
    return record.stands and record.digest in campaign.history(record.statement).earlier


def way_to_sign(record: Endorsement) -> tuple[str, str]:
    """The button by which its signer comes to the new text, and the command that it stands for."""
    if record.kind is Kind.PERSON:
        return "sign_new", f"/sign {record.statement} {record.language}"
    return "endorse_new", f"/endorse {record.statement}"


async def sign_new(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    signer: UserRef | ChatRef,
    revision: Revision,
    now: dt.datetime,
    asked: Details | None = None,
) -> Endorsement:
    """The signer's record under the text that they were shown, and what a group was `asked` for
    that. Raises as `lifecycle.sign_new`, `check_open` and `count_change` do."""
    statement = campaign.library.statements[record.statement]
    await check_open(unit, statement, record.kind, now)
    await count_change(unit, signer, record.number, Change.OTHER, now)
    outcome = lifecycle.sign_new(record, revision.language, revision.digest, now, asked)
    return await apply(unit, campaign, record, outcome)
