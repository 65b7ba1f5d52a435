"""What a group's chat says of its endorsement: the message that recorded it says from then on what
has become of that. A person has no such message: nothing leads from a chat to a signature once that
is decided."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import MessageRef
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Button
from bot.services.campaign import Campaign
from bot.services.posting import edit_live, post_live
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.groups import recorded_as
from bot.wording.voice import Voice


async def say_recorded(
    unit: Unit,
    record: Endorsement,
    say: Voice,
    text: RichText,
    button: Button,
    on: MessageRef | None,
) -> None:
    """As a new message, or as what becomes of the message `on`; an earlier one of the same record
    says for good what it says now."""
    assert record.route is not None
    await post_live(
        *(unit, _slot(record), record.route.chat, say, text, [[button.name]]),
        on=on,
        commands={button.name: button.data},
        thread=record.route.thread,
    )


async def renew(unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement) -> None:
    """Edit it to what the record is now; with the way to the group it is forgotten."""
    # What is forgotten is of no kind any more.
    if before.kind is not Kind.ORGANISATION or before.route is None:
        return
    if record.route is None:
        await unit.messages.end(_slot(before))
        return
    is_same = (record.status, record.digest) == (before.status, before.digest)
    route = record.route
    if is_same or route.chat.adapter not in campaign.adapters:
        return
    say = campaign.voice([route.language], route.chat.adapter)
    names, commands = [], {}
    if record.stands:
        is_on = bool(await unit.news.of([record]))
        name, word = ("no_news", "off") if is_on else ("news", "on")
        names, commands = [[name]], {name: f"/news {word} {record.number}"}
    await edit_live(
        *(unit, _slot(record), say, recorded_as(say, record), names),
        commands=commands,
        priority=Priority.DECISION,
        thread=route.thread,
        # Of a decision the group is told besides.
        is_dispensable=True,
    )


def _slot(record: Endorsement) -> Slot:
    return Slot.of(SlotKind.RECORDED, record.number)
