"""The card of an endorsement in every admin chat, kept in step with its record."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import AdapterName, ChatRef, Number
from bot.domain.likeness import Likeness
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.likeness import issuers_of, likeness_of
from bot.services.posting import about, edit_live, end_live, post_live
from bot.services.quorum import needed
from bot.storage.unit import Unit
from bot.text.rich import RichText, bold
from bot.wording.admin import card, decided_card, replaced_card
from bot.wording.likeness import marks
from bot.wording.voice import Voice, paragraphs


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
    alike = await _alike(unit, campaign, record)
    for chat, say in chats:
        slot = card_slot(record.number, chat.adapter)
        await end_live(unit, slot, say, replaced_card(say, record.number), priority=priority)
        text = _text(campaign, record, say, alike)
        await post_live(
            unit,
            slot,
            chat,
            say,
            text,
            buttons_of(record),
            typed=about(record.number),
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
    if shown and alike is None:
        alike = await _alike(unit, campaign, record)
    for slot, say in shown:
        text = _text(campaign, record, say, alike)
        names, typed = buttons_of(record), about(record.number)
        how = Priority.DECISION
        await edit_live(unit, slot, say, text, names, typed=typed, priority=how, erases=erases)
    return bool(shown)


async def _alike(unit: Unit, campaign: Campaign, record: Endorsement) -> Likeness | None:
    """What should be looked at twice, of what waits."""
    if record.status is not Status.PENDING:
        return None
    return await likeness_of(unit, record, issuers_of(campaign.library.get(record.statement)))


def _text(campaign: Campaign, record: Endorsement, say: Voice, alike: Likeness | None) -> RichText:
    text = card(
        say,
        record,
        campaign.title(record.statement, say.language),
        is_earlier=record.digest in campaign.history(record.statement).earlier,
        needed=needed(campaign, record),
    )
    if record.status is not Status.PENDING or alike is None:
        return text
    return paragraphs(text, marks(say, alike))
