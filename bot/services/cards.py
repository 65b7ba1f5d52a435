"""The card of an endorsement in every admin chat, kept in step with its record."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import AdapterName, ChatRef, Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Edit
from bot.services.campaign import Campaign
from bot.services.likeness import issuers_of, likeness_of
from bot.services.posting import about, edit_live, post, post_live
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.admin import card, replaced_card
from bot.wording.likeness import marks
from bot.wording.voice import Voice, paragraphs

CARDS_AT_ONCE = 20
"""Cards that an admin chat gets at once of what was waiting; `pending` shows the others."""


def card_slot(number: Number, adapter: AdapterName) -> Slot:
    return Slot.of(SlotKind.CARD, number, adapter)


def buttons_of(record: Endorsement) -> list[list[str]]:
    """What admins can do with a record in its present state."""
    if record.status is Status.PENDING:
        return [["verify", "reject", "ask"]]
    if record.status is Status.WITHDRAWN:
        return []
    # What its signer chose is not for admins to undo.
    rows = [["undo"]] if record.before is not None and not record.will_be_erased else []
    return [*rows, ["reject"]] if record.status is Status.VERIFIED else rows


async def bring_card(
    unit: Unit, campaign: Campaign, record: Endorsement, *, only: ChatRef | None = None
) -> None:
    """Send a new card. An earlier one of the same record keeps its number alone: it could neither
    be decided on nor be erased any more."""
    chats = campaign.admin_chats()
    if only is not None:
        chats = [(only, campaign.admin_voice(only))]
    for chat, say in chats:
        slot = card_slot(record.number, chat.adapter)
        if (earlier := await unit.messages.in_slot(slot)) and earlier.message:
            gone = replaced_card(say, record.number)
            post(unit, Edit(earlier.chat, earlier.message, gone, say.language))
        text = await _text(unit, campaign, record, say)
        await post_live(unit, slot, chat, say, text, buttons_of(record), typed=about(record.number))


async def bring_waiting(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """Send the cards of what waits to be decided, as a new admin chat needs them."""
    for record in await unit.endorsements.pending(CARDS_AT_ONCE):
        await bring_card(unit, campaign, record, only=chat)


async def renew_card(unit: Unit, campaign: Campaign, record: Endorsement) -> None:
    """Edit the cards to the record's present state; where there is none, send one."""
    for chat, say in campaign.admin_chats():
        text = await _text(unit, campaign, record, say)
        slot = card_slot(record.number, chat.adapter)
        names = buttons_of(record)
        if not await edit_live(unit, slot, say, text, names, about(record.number)):
            await post_live(unit, slot, chat, say, text, names, typed=about(record.number))


async def _text(unit: Unit, campaign: Campaign, record: Endorsement, say: Voice) -> RichText:
    """What stands on the card; before a decision, with what should be looked at twice."""
    text = card(say, record, campaign.title(record.statement, say.language))
    if record.status is not Status.PENDING:
        return text
    issuers = issuers_of(campaign.library.get(record.statement))
    return paragraphs(text, marks(say, await likeness_of(unit, record, issuers)))
