"""What a group is asked before it endorses: asking, and what its members tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.context import Context
from bot.domain.endorsement import Details, Endorsement, Given, Mode
from bot.domain.ids import StatementId
from bot.domain.mandate import Proposal, Vote
from bot.domain.slots import Slot
from bot.ports import Event, Place, Press, Role
from bot.services import mandates as service
from bot.services import membership
from bot.services.posting import ACTS
from bot.statements.model import Revision
from bot.wording import general, groups
from bot.wording import mandates as wording

_VOTES = {"agree": Vote.AGREES, "take_back": Vote.NONE, "object": Vote.OBJECTS}


def is_vote(event: Event) -> bool:
    """Whether it may be a member's press on what a group is asked: many come at once."""
    if not isinstance(event, Press) or event.origin.place is not Place.GROUP:
        return False
    kind, _, rest = event.data.partition(":")
    return kind == ACTS and rest.rpartition(":")[2] in _VOTES


async def propose(
    context: Context, given: Given, *, public: bool = False, renews: bool = False
) -> None:
    """Ask the group, in a message of its own, as nobody hears of an edited one. Raises as
    `service.propose`."""
    group = context.facts.group
    await service.propose(
        context.unit,
        context.campaign,
        given,
        group.members if group else None,
        context.now,
        public=public,
        renews=renews,
    )
    rule = context.campaign.library.statements[given.statement].terms.mandate
    context.turn(wording.put_to_members(context.say, rule))


async def propose_anew(context: Context, record: Endorsement, revision: Revision) -> None:
    """Ask the group whether what it has endorsed stands under another text: who agreed to the
    earlier one has not agreed to this. Raises as `propose`."""
    assert record.name is not None
    given = Given(
        statement=record.statement,
        kind=record.kind,
        language=revision.language,
        digest=revision.digest,
        name=record.name,
        country=record.country,
        visibility=record.visibility,
        details=await details_of(
            context, record.statement, record.details.place if record.details else None
        ),
        route=context.route,
    )
    await propose(context, given, renews=True)


async def details_of(
    context: Context, statement: StatementId, place: str | None, excepts: Sequence[str] = ()
) -> Details:
    """The group as it is now, and which of its administrators asks."""
    group = context.facts.group
    return Details(
        place=place,
        excepts=tuple(excepts),
        group_title=group.title if group else None,
        group_members=group.members if group else None,
        asked_by=context.event.origin.name,
        asker=await service.administrator_tag(context.unit, context.person, statement),
    )


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A member of the group gets here. Raises as `service.vote` and `service.second_agrees`."""
    proposal = await context.unit.proposals.get(int(slot.about))
    if proposal is None or button not in _VOTES:
        context.notice(general.old_button(context.say))
        return
    if proposal.left:
        # The bot hears of a press, so it is there again, though nothing has said so.
        await membership.note_back(context.unit, proposal.chat)
        proposal = replace(proposal, left=False, blind=True)
    is_administrator = context.facts.role is Role.ADMINISTRATOR
    if not is_administrator and (button == "object" or proposal.rule.mode is Mode.TWO):
        context.notice(groups.administrators_only(context.say).plain)
    elif proposal.is_vote:
        changed = await service.vote(
            *(context.unit, context.campaign, proposal, context.person),
            *(_VOTES[button], context.now),
        )
        if context.shows_press:
            context.acknowledge()
        else:
            context.notice(wording.noted(context.say, button, changed=changed).plain)
    elif button == "agree":
        await _second(context, proposal)
    elif button == "object":
        await service.object_to(context.unit, context.campaign, proposal, context.now)
    else:
        context.notice(general.old_button(context.say))


async def _second(context: Context, proposal: Proposal) -> None:
    unit, who = context.unit, context.person
    tag = await service.administrator_tag(unit, who, proposal.statement)
    name = context.event.origin.name
    await service.second_agrees(unit, context.campaign, proposal, name, tag, context.now)
