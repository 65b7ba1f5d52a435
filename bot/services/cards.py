"""The card of an endorsement in every admin chat, kept in step with its record."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import AdapterName, ChatRef, Number
from bot.domain.likeness import Likeness
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.likeness import issuers_of, likeness_of
from bot.services.posting import edit_live, post_live
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.admin import card, replaced_card
from bot.wording.likeness import marks
from bot.wording.voice import Voice, paragraphs


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
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    *,
    only: ChatRef | None = None,
    quiet: bool = True,
) -> None:
    """Send a new card. An earlier one of the same record keeps its number alone: it could neither
    be decided on nor be erased any more."""
    chats = campaign.admin_chats()
    if only is not None:
        chats = [(only, campaign.admin_voice(only))]
    alike = await _alike(unit, campaign, record)
    for chat, say in chats:
        slot = card_slot(record.number, chat.adapter)
        if (earlier := await unit.messages.in_slot(slot)) and earlier.message:
            gone = replaced_card(say, record.number)
            await edit_live(unit, slot, say, gone, ())
        text = _text(campaign, record, say, alike)
        names = buttons_of(record)
        await post_live(unit, slot, chat, say, text, names, about=record.number, quiet=quiet)


async def renew_card(
    unit: Unit, campaign: Campaign, record: Endorsement, alike: Likeness | None = None
) -> bool:
    """Edit the cards to the record's present state; whether there was any. `alike` is what the name
    resembles, where that is known already."""
    slots = [(card_slot(record.number, c.adapter), say) for c, say in campaign.admin_chats()]
    shown = [(slot, say) for slot, say in slots if await unit.messages.in_slot(slot)]
    if shown and alike is None:
        alike = await _alike(unit, campaign, record)
    for slot, say in shown:
        text = _text(campaign, record, say, alike)
        await edit_live(unit, slot, say, text, buttons_of(record), record.number)
    return bool(shown)


async def _alike(unit: Unit, campaign: Campaign, record: Endorsement) -> Likeness | None:
    """What should be looked at twice, of what waits."""
    if record.status is not Status.PENDING:
        return None
    return await likeness_of(unit, record, issuers_of(campaign.library.get(record.statement)))


def _text(campaign: Campaign, record: Endorsement, say: Voice, alike: Likeness | None) -> RichText:
    text = card(say, record, campaign.title(record.statement, say.language))
    if record.status is not Status.PENDING or alike is None:
        return text
    return paragraphs(text, marks(say, alike))
