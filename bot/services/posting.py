"""Putting what is to be said into the outbox, with buttons that can act."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bot.domain.ids import ChatRef, Language, MessageRef, Number, StatementId
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Button, Edit, Outgoing, Rows, Send, decode_outgoing, encode_outgoing
from bot.storage.messages import bound
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

ACTS = "b"
"""What the data of a button begins with that carries a token: `b:<token>:<name>`."""

HELD_PLACE = RichText("…")
"""What stays in a platform's history in the place of a list of names."""

Typed = Callable[[str], str | None]
"""What a button's name is typed as."""


def post(
    unit: Unit,
    outgoing: Outgoing,
    *,
    slot: bytes | None = None,
    priority: Priority = Priority.ANSWER,
) -> None:
    """Deliver this once the unit has been committed."""
    unit.outbox.add(
        outgoing.chat,
        encode_outgoing(outgoing),
        slot=slot,
        priority=priority,
        is_change=isinstance(outgoing, Edit),
    )


def delete_button(say: Voice) -> Rows:
    """Takes the message away from the private chat that it stands in."""
    return ((Button("delete", label(say, "delete"), "/delete"),),)


def appeal_button(say: Voice, number: Number) -> Rows:
    """Lets who was not accepted say why that is wrong."""
    return ((Button("appeal", label(say, "appeal"), f"/appeal {number}"),),)


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
    """What is typed is the button's name and the number of a record; what ends a question is no
    command, and what is named by another record links both."""

    def typed(name: str) -> str | None:
        if name.startswith("#"):
            return f"link {name[1:]} {number}"
        return None if name == "cancel" else f"{name} {number}"

    return typed


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
    priority: Priority = Priority.ANSWER,
    quiet: bool = False,
    shows: Collection[Number] = (),
    kept: RichText | None = None,
    pinned: bool = False,
) -> None:
    """Send a message whose buttons act, or make the message `on` into it, under a slot. `shows` are
    the records of which it says anything that may have to be erased; `kept` and `pinned` are as in
    `Send`."""
    token = await unit.messages.place(slot, chat, on)
    buttons = acting_buttons(say, token, names, commands, typed, labels)
    if shows:
        await unit.messages.show(token, shows, is_new=True)
    outgoing: Send | Edit
    if on is None:
        outgoing = Send(
            *(chat, text, say.language, buttons, quiet), thread=thread, kept=kept, pinned=pinned
        )
    else:
        outgoing = Edit(chat, on, text, say.language, buttons, thread, is_first=True)
    post(unit, outgoing, slot=bound(unit.keys, slot, token), priority=priority)


async def post_shown(
    unit: Unit,
    send: Send,
    shows: Collection[Number],
    *,
    on: MessageRef | None = None,
    priority: Priority = Priority.ANSWER,
) -> None:
    """Send a message without buttons that act, or make the message `on` into it. It stands in a
    slot for the sake of what it shows alone."""
    live = None if on is None else await unit.messages.by_message(send.chat, on)
    is_known = live is not None and live.slot.kind is SlotKind.SHOWN
    slot = live.slot if live and is_known else Slot(SlotKind.SHOWN, secrets.token_hex(8))
    token = await unit.messages.place(slot, send.chat, on)
    await unit.messages.show(token, shows, is_new=True)
    outgoing: Send | Edit = send
    if on is not None:
        outgoing = Edit(send.chat, on, send.text, send.language, send.buttons, send.thread)
    post(unit, outgoing, slot=bound(unit.keys, slot, token), priority=priority)


async def edit_live(
    unit: Unit,
    slot: Slot,
    say: Voice,
    text: RichText,
    names: ButtonNames,
    *,
    commands: Mapping[str, str] | None = None,
    typed: Typed | None = None,
    labels: Mapping[str, str] | None = None,
    priority: Priority = Priority.ANSWER,
    shows: Collection[Number] | None = None,
    erases: bool = False,
    thread: str | None = None,
    pinned: bool = False,
    is_dispensable: bool = False,
) -> bool:
    """Change the message in a slot; False if nothing was ever sent under it. `shows` is as in
    `post_live`; None: the same as before. `erases`: what it said until now is said no more, also
    where it has not been delivered yet. `thread` and `pinned` are for where it is not there any
    more, and `is_dispensable` is as in `Edit`."""
    live = await unit.messages.in_slot(slot)
    token = await unit.messages.token(slot)
    if live is None or token is None:
        return False
    if shows is not None:
        await unit.messages.show(token, shows)
    buttons = acting_buttons(say, token, names, commands, typed, labels)
    edit = Edit(
        *(live.chat, live.message, text, say.language, buttons, thread),
        pinned=pinned,
        is_dispensable=is_dispensable,
    )
    name = bound(unit.keys, slot, token)
    if erases:
        await _say_instead(unit, name, edit)
    post(unit, edit, slot=name, priority=priority)
    return True


async def end_live(
    unit: Unit, slot: Slot, say: Voice, text: RichText, *, priority: Priority = Priority.ANSWER
) -> None:
    """The message in a slot says this and nothing else from now on, also where it has not been
    delivered yet; its slot is empty."""
    live = await unit.messages.in_slot(slot)
    token = await unit.messages.token(slot)
    if live is None or token is None:
        return
    edit = Edit(live.chat, live.message, text, say.language, last=True)
    name = bound(unit.keys, slot, token)
    await _say_instead(unit, name, edit)
    post(unit, edit, slot=name, priority=priority)
    await unit.messages.retire(slot)


async def _say_instead(unit: Unit, name: bytes, edit: Edit) -> None:
    """What waits to be delivered of a message says no more than the edit does."""
    for row in await unit.outbox.waiting(name):
        earlier = decode_outgoing(row.data)
        assert isinstance(earlier, Send | Edit)
        said = replace(earlier, text=edit.text, language=edit.language, buttons=edit.buttons)
        await unit.outbox.rewrite(row, encode_outgoing(said))
    await unit.letters.drop([name])
