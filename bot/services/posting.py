"""Putting what is to be said into the outbox, with buttons that can act."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.ids import ChatRef, Language, MessageRef, Number, StatementId
from bot.domain.priority import Priority
from bot.domain.slots import Slot
from bot.ports import Button, Edit, Outgoing, Rows, Send, encode_outgoing
from bot.storage.messages import bound
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

ACTS = "b"
"""What the data of a button begins with that carries a token: `b:<token>:<name>`."""

Typed = Callable[[str], str]
"""What a button's name is typed as."""


def post(
    unit: Unit,
    outgoing: Outgoing,
    *,
    slot: str | None = None,
    priority: Priority = Priority.ANSWER,
) -> None:
    """Deliver this once the unit has been committed."""
    unit.outbox.add(outgoing.chat, encode_outgoing(outgoing), slot=slot, priority=priority)


def delete_button(say: Voice) -> Rows:
    """Takes the message away from the private chat that it stands in."""
    return ((Button("delete", label(say, "delete"), "/delete"),),)


def share_button(say: Voice, statement: StatementId, language: Language) -> Rows:
    """Brings a text to forward."""
    return ((Button("share", label(say, "share"), f"/share {statement} {language}"),),)


def acting_buttons(
    say: Voice,
    token: str,
    names: ButtonNames,
    commands: Mapping[str, str] | None = None,
    typed: Typed | None = None,
    labels: Mapping[str, str] | None = None,
) -> Rows:
    """Rows of buttons that change state, all carrying the message's one token, but for those in
    `commands`, which stand for typing a command and need none. `typed` gives what admins type to do
    the same; `labels` those that are no words of the bot's."""
    stand_for, called = commands or {}, labels or {}
    return tuple(
        tuple(
            Button(
                name,
                called.get(name) or label(say, name),
                stand_for.get(name) or f"{ACTS}:{token}:{name}",
                typed=typed and typed(name),
            )
            for name in row
        )
        for row in names
    )


def about(number: Number) -> Typed:
    """What is typed is the button's name and the number of a record."""
    return lambda name: f"{name} {number}"


async def post_live(
    unit: Unit,
    slot: Slot,
    chat: ChatRef,
    say: Voice,
    text: RichText,
    names: ButtonNames,
    *,
    on: MessageRef | None = None,
    commands: Mapping[str, str] | None = None,
    thread: str | None = None,
    typed: Typed | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Send a message whose buttons act, or make the message `on` into it, under a slot."""
    token = await unit.messages.place(slot, chat, on)
    buttons = acting_buttons(say, token, names, commands, typed, labels)
    if on is None:
        send = Send(chat, text, say.language, buttons, thread=thread)
        post(unit, send, slot=bound(slot, token))
    else:
        edit = Edit(chat, on, text, say.language, buttons, thread)
        post(unit, edit, slot=bound(slot, token))


async def edit_live(
    unit: Unit,
    slot: Slot,
    say: Voice,
    text: RichText,
    names: ButtonNames,
    typed: Typed | None = None,
    labels: Mapping[str, str] | None = None,
) -> bool:
    """Change the message in a slot; False if nothing was ever sent under it."""
    live = await unit.messages.in_slot(slot)
    token = await unit.messages.token(slot)
    if live is None or token is None:
        return False
    buttons = acting_buttons(say, token, names, typed=typed, labels=labels)
    edit = Edit(live.chat, live.message, text, say.language, buttons)
    post(unit, edit, slot=bound(slot, token))
    return True
