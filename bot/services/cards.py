"""The card of an endorsement in every admin chat, kept in step with its record."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import AdapterName, Number
from bot.ports import Edit
from bot.services.campaign import Campaign
from bot.services.posting import edit_live, post, post_live
from bot.storage.unit import Unit
from bot.wording.admin import card, replaced_card


def card_slot(number: Number, adapter: AdapterName) -> str:
    return f"card:{number}:{adapter}"


def buttons_of(record: Endorsement) -> list[list[str]]:
    """What admins can do with a record in its present state."""
    if record.status is Status.PENDING:
        return [["verify", "reject", "ask"]]
    if record.status is Status.WITHDRAWN:
        return []
    rows = [["undo"]] if record.before_undo is not None else []
    return [*rows, ["reject"]] if record.status is Status.VERIFIED else rows


async def bring_card(
    unit: Unit, campaign: Campaign, record: Endorsement, *, only: AdapterName | None = None
) -> None:
    """Send a new card. An earlier one of the same record keeps its number alone: it could neither
    be decided on nor be erased any more."""
    for chat, say in campaign.admin_chats():
        if only is None or chat.adapter == only:
            slot = card_slot(record.number, chat.adapter)
            if (earlier := await unit.messages.in_slot(slot)) and earlier.message:
                gone = replaced_card(say, record.number)
                post(unit, Edit(earlier.chat, earlier.message, gone, say.language))
            text = card(say, record, campaign.title(record.statement, say.language))
            await post_live(unit, slot, chat, say, text, buttons_of(record))


async def renew_card(unit: Unit, campaign: Campaign, record: Endorsement) -> None:
    """Edit the cards to the record's present state; where there is none, send one."""
    for chat, say in campaign.admin_chats():
        text = card(say, record, campaign.title(record.statement, say.language))
        slot = card_slot(record.number, chat.adapter)
        if not await edit_live(unit, slot, say, text, buttons_of(record)):
            await post_live(unit, slot, chat, say, text, buttons_of(record))
