"""The card of an endorsement in every admin chat, kept in step with its record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.ids import AdapterName, ChatRef, Number
from bot.domain.likeness import Likeness
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.likeness import issuers_of, likeness_of, offered
from bot.services.posting import about, edit_live, end_live, post_live
from bot.services.quorum import needed
from bot.storage.unit import Unit
from bot.text.rich import RichText, bold
from bot.wording.admin import card, decided_card, replaced_card
from bot.wording.likeness import marks
from bot.wording.linking import same_as
from bot.wording.voice import Voice, paragraphs


@dataclass(frozen=True, slots=True)
class _Others:
    """What its card says of other records: whom the name resembles, and of these whom it could be
    linked with; and who is linked to it."""

    alike: Likeness
    links: list[Number]
    linked: list[Endorsement]


def card_slot(number: Number, adapter: AdapterName) -> Slot:
    return Slot.of(SlotKind.CARD, number, adapter)


def is_final(record: Endorsement) -> bool:
    """Whether it is decided, and that cannot be undone any more."""
    return record.status is not Status.PENDING and record.undo_until is None


def buttons_of(record: Endorsement) -> list[list[str]]:
    """What admins can do with a record in its present state."""
    if record.status is Status.PENDING:
        # Of what came on paper there is nobody to ask.
        ask = [] if record.paper else ["ask"]
        return [["verify", "reject", *ask], *([["undo"]] if record.agreed else [])]
    if record.status is Status.LINKED and is_final(record):
        return [["unlink"]]
    if record.status is Status.WITHDRAWN or is_final(record):
        return []
    # What its signer chose is not for admins to undo.
    rows = [["undo"]] if record.before is not None and not record.will_be_erased else []
    return [*rows, ["reject"]] if record.status is Status.VERIFIED else rows


async def bring_card(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    *,
    only: ChatRef | None = None,
    priority: Priority = Priority.CARD,
    quiet: bool = True,
) -> None:
    """Send a new card. An earlier one of the same record keeps its number alone."""
    chats = campaign.admin_chats()
    if only is not None:
        chats = [(only, campaign.admin_voice(only))]
    others = await _others(unit, campaign, record)
    for chat, say in chats:
        slot = card_slot(record.number, chat.adapter)
        await end_live(unit, slot, say, replaced_card(say, record.number), priority=priority)
        text, labels = _text(campaign, record, say, others), same_as(say, others.links)
        await post_live(
            unit,
            slot,
            chat,
            say,
            text,
            [*buttons_of(record), *([name] for name in labels)],
            typed=about(record.number),
            labels=labels,
            priority=priority,
            quiet=quiet,
            shows=[record.number],
            kept=bold(f"#{record.number}"),
        )


async def renew_card(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    alike: Likeness | None = None,
    *,
    erases: bool = False,
) -> bool:
    """Edit the cards to the record's present state; whether there was any. Where that is final they
    keep the number and the outcome alone. `alike` is what the name resembles, where that is known
    already; `erases`: what they have said is stored no more."""
    slots = [(card_slot(record.number, c.adapter), say) for c, say in campaign.admin_chats()]
    shown = [(slot, say) for slot, say in slots if await unit.messages.in_slot(slot)]
    if is_final(record):
        # Nobody waits for that, unless somebody has erased the name.
        how = Priority.ANNOUNCEMENT if record.signer else Priority.DECISION
        for slot, say in shown:
            await end_live(unit, slot, say, decided_card(say, record), priority=how)
        return bool(shown)
    if not shown:
        return False
    others = await _others(unit, campaign, record, alike)
    for slot, say in shown:
        text, labels = _text(campaign, record, say, others), same_as(say, others.links)
        await edit_live(
            unit,
            slot,
            say,
            text,
            [*buttons_of(record), *([name] for name in labels)],
            typed=about(record.number),
            labels=labels,
            priority=Priority.DECISION,
            erases=erases,
        )
    return True


async def _others(
    unit: Unit, campaign: Campaign, record: Endorsement, alike: Likeness | None = None
) -> _Others:
    """What is to be looked at twice of what waits, and what an organisation may have given in
    another chat; the likeness is `alike` where that is known already."""
    is_pending, is_group = record.status is Status.PENDING, record.kind is Kind.ORGANISATION
    if alike is None and (is_pending or (is_group and record.stands)):
        issuers = issuers_of(campaign.library.get(record.statement))
        alike = await likeness_of(unit, record, issuers)
    found = alike or Likeness()
    linked = await unit.endorsements.linked_to(record.number) if is_group else []
    links = await offered(unit, record, found)
    return _Others(found if is_pending else Likeness(), links, linked)


def _text(campaign: Campaign, record: Endorsement, say: Voice, others: _Others) -> RichText:
    text = card(
        say,
        record,
        campaign.title(record.statement, say.language),
        is_earlier=record.digest in campaign.history(record.statement).earlier,
        needed=needed(campaign, record),
        stands_for=others.linked,
    )
    return paragraphs(text, marks(say, others.alike))
