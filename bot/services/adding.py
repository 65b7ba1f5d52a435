"""The message in which an admin follows what is added from paper: its words, its buttons, and what
is due about it."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Visibility
from bot.domain.ids import ChatRef
from bot.domain.paper import Batch, slot_of
from bot.domain.priority import Priority
from bot.domain.slots import Slot
from bot.ports import SendFile
from bot.services import paper
from bot.services.campaign import Campaign
from bot.services.posting import edit_live, end_live, post
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import adding as wording
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice

MOST_SHOWN = 15
"""Lines that are left out and named in the message; where there are more, all come in a file."""

TOLD_EVERY = 10
"""Parts between two edits that tell how far it is."""


def typed_as(number: int, button: str) -> str:
    """What does the same as a button of its message."""
    return f"add {number} {button}"


def looks(
    campaign: Campaign, batch: Batch, say: Voice, now: dt.datetime
) -> tuple[RichText, ButtonNames]:
    """What stands in its message, and its buttons."""
    match batch.stage:
        case "asked":
            title = campaign.title(batch.statement, say.language)
            text = wording.list_preview(say, batch, title, shown=MOST_SHOWN)
            return text, _choices(campaign, batch)
        case "added":
            can_be = now < batch.until and batch.numbers
            text = wording.added(say, batch, now, shown=MOST_SHOWN)
            return text, (("undo",),) if can_be else ()
        case _:
            return wording.under_way(say, batch, batch.at), ()


def _choices(campaign: Campaign, batch: Batch) -> ButtonNames:
    if not batch.of:
        return (("cancel",),)
    statement = campaign.library.get(batch.statement)
    kinds = paper.kinds_of(statement) if statement else ()
    others = [kind.value for kind in kinds if kind is not batch.kind]
    shown = "public" if batch.visibility is Visibility.ORGANISERS else "organisers"
    return ("confirm", "cancel"), (*others, shown)


def beside(chat: ChatRef, slot: Slot) -> ChatRef:
    """Stands for the chat where a draft is kept, apart from the chat's own conversation."""
    return ChatRef(chat.adapter, f"{chat.key}\0{slot}")


async def run(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Whatever is due about it, and what its message says then."""
    number = int(job.key.about)
    before = await paper.WAITING.find(unit, number)
    batch = await paper.go_on(unit, campaign, number, now)
    if before is None:
        await _end_draft(unit, campaign, slot_of(number))
    if before is None or batch is None or batch.chat.adapter not in campaign.adapters:
        return
    say = campaign.admin_voice(batch.chat)
    if batch.stage == "undoing" and batch.at == batch.parts:
        kept = len(batch.numbers) - batch.undone
        await end_live(unit, batch.slot, say, wording.undone(say, batch.undone, kept))
    elif batch.stage == before.stage == "asked" and batch.until <= now:
        await end_live(unit, batch.slot, say, wording.expired(say))
    elif batch.stage == before.stage == "added" and batch.until <= now:
        await end_live(unit, batch.slot, say, wording.added(say, batch, now, shown=MOST_SHOWN))
    elif batch.stage != before.stage or (batch.at > before.at and batch.at % TOLD_EVERY == 0):
        if batch.stage in {"asked", "added"} and len(batch.left_out) > MOST_SHOWN:
            _send_left_out(unit, batch, say)
        text, names = looks(campaign, batch, say, now)
        await edit_live(
            *(unit, batch.slot, say, text, names),
            typed=lambda name: typed_as(number, name),
            priority=Priority.DECISION,
        )


async def _end_draft(unit: Unit, campaign: Campaign, slot: Slot) -> None:
    """Nobody has finished it: the name goes from the chat too."""
    live = await unit.messages.in_slot(slot)
    for chat, say in campaign.admin_chats():
        unit.conversations.end(beside(chat, slot))
        if live is not None and live.chat == chat:
            await end_live(unit, slot, say, wording.unfinished(say))


def _send_left_out(unit: Unit, batch: Batch, say: Voice) -> None:
    text = wording.left_out_text(say, batch.left_out)
    caption = wording.left_out_file(say)
    post(unit, SendFile(batch.chat, "left-out.txt", text.encode(), caption, say.language))
