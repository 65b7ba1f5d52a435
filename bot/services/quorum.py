"""How many admins it takes to verify a record, who of them has agreed, and who may not decide."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from bot.domain.admin import Admin
from bot.domain.endorsement import Agreement, Endorsement, Kind
from bot.domain.errors import OwnRejection
from bot.domain.ids import StatementId
from bot.services.campaign import Campaign, Verification
from bot.storage.tags import actor_tag
from bot.storage.unit import Unit
from bot.text.folding import fold

KINDS: Mapping[str, frozenset[Kind]] = {
    "none": frozenset(),
    "organisations": frozenset({Kind.ORGANISATION}),
    "all": frozenset(Kind),
}
"""Which take two admins, by the words of the configuration."""


def needed(campaign: Campaign, record: Endorsement) -> int:
    """How many different admins have to agree before it is verified: by what is configured now, and
    where it came on paper."""
    rules = campaign.verification
    takes_two = record.paper or record.kind in rules.kinds or is_listed(rules, record.name or "")
    return 2 if takes_two else 1


def is_listed(rules: Verification, name: str) -> bool:
    """Whether a name, or some words of it that stand together, is on the list of those that take
    two admins."""
    if not rules.names:
        return False
    words = fold(name).split()
    parts = combinations(range(len(words) + 1), 2)
    return any(" ".join(words[start:end]) in rules.names for start, end in parts)


async def has_agreed(unit: Unit, record: Endorsement, by: Admin) -> bool:
    """Whether this admin is among those who have agreed to verify it."""
    if not record.agreed:
        return False
    mine = await agreement(unit, record.statement, by)
    return any(each.admin == mine.admin for each in record.agreed)


async def agreement(unit: Unit, statement: StatementId, by: Admin) -> Agreement:
    """That this admin agrees to verify a record of the statement that waits."""
    tag = await unit.statements.signer_tag(Kind.PERSON, by.account, statement)
    return Agreement(by.name, tag.hex())


def is_against(unit: Unit, record: Endorsement, admin: Admin) -> bool:
    """Whether its signer has appealed against what this admin decided."""
    why = record.details.appeal if record.details else None
    return why is not None and actor_tag(unit.keys, admin.account).hex() in why.against


def check_other(unit: Unit, record: Endorsement, admin: Admin) -> None:
    """Raises `OwnRejection` where another admin has to decide."""
    if is_against(unit, record, admin):
        raise OwnRejection(record.number)
