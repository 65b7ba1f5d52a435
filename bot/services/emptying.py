"""Emptying messages in the admin chats of what had to be erased: of each is known of which records
it shows anything."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.ids import Number
from bot.domain.priority import Priority
from bot.domain.slots import SlotKind
from bot.services.campaign import Campaign
from bot.services.posting import end_live
from bot.services.second import forget_reason
from bot.storage.messages import LiveMessage
from bot.storage.unit import Unit
from bot.wording import deciding
from bot.wording.admin import names_erased


async def empty(
    unit: Unit, campaign: Campaign, number: Number, showing: Iterable[LiveMessage]
) -> None:
    """The name of a record is erased, or another: what is `showing` it says that, and nothing more.
    Cards and desks go on with what is left of the record, and so does what waits for a second
    admin."""
    for live in showing:
        if live.chat.adapter not in campaign.adapters:
            continue
        say = campaign.admin_voice(live.chat)
        match live.slot.kind:
            case SlotKind.CARD | SlotKind.DESK:
                pass
            case SlotKind.SECOND:
                await forget_reason(unit, campaign, int(live.slot.about), number)
            case SlotKind.REASON | SlotKind.QUESTION:
                text = deciding.nothing_decided(say)
                await end_live(unit, live.slot, say, text, priority=Priority.DECISION)
            case _:
                text = names_erased(say)
                await end_live(unit, live.slot, say, text, priority=Priority.DECISION)
