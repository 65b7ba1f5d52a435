"""A campaign that has moved: what the old bot says, and the secret code that the new one takes."""

from __future__ import annotations

from bot.commands.context import Context
from bot.conversations.records import Forgetting, Withdrawing
from bot.conversations.stored import State
from bot.domain.endorsement import Endorsement
from bot.domain.moving import SecretCode
from bot.domain.slots import SlotKind
from bot.ports import Place, Press
from bot.services.moving import bind, secret_code
from bot.services.posting import delete_button
from bot.text.rich import RichText
from bot.wording import moving as wording

STAYING = frozenset(
    (
        *("mine", "mydata", "withdraw", "forget", "delete", "language", "settings", "privacy"),
        *("confirm", "cancel", "finish", "agree", "news"),
    )
)
"""The commands that a bot still knows whose campaign has moved."""


def stays(context: Context, state: State | None, kind: SlotKind = SlotKind.PROMPT) -> bool:
    """Whether what is asked in such a message still leads somewhere here."""
    if context.campaign.moved_to is None or kind is SlotKind.SECOND:
        return True
    return kind is SlotKind.PROMPT and isinstance(state, Withdrawing | Forgetting)


def say_moved(context: Context) -> None:
    """Where the campaign went."""
    place = context.campaign.moved_to
    assert place is not None
    if isinstance(context.event, Press):
        context.notice(wording.moved_to(context.say, place).plain)
        return
    is_private = context.place is Place.PRIVATE
    buttons = ((context.button("mine", "/mine"),),) if is_private else ()
    context.answer(wording.moved(context.say, place), buttons)


def only_here(context: Context) -> RichText | None:
    """That what was just withdrawn is not withdrawn there; None where there is no other place."""
    place = context.campaign.moved_to
    return None if place is None else wording.only_here(context.say, place)


async def give_code(context: Context, record: Endorsement) -> None:
    """To its signer, where the campaign has moved."""
    if context.campaign.moved_to is None or record.signer is None:
        context.answer(wording.not_moved(context.say))
        return
    code = str(await secret_code(context.unit, record))
    place = context.campaign.moved_to
    text = wording.secret_code(context.say, record.number, code, place)
    context.answer(text, delete_button(context.say))


async def code(context: Context, typed: str) -> None:
    """`code 950-K7QF-2M4X-ABCD-EFGH`."""
    found = SecretCode.parse(typed)
    if found is None:
        context.answer(wording.usage(context.say))
    else:
        await take(context, found)


async def take(context: Context, typed: SecretCode) -> None:
    """A code was typed, wherever in a private chat. A wrong one slows down who guesses."""
    guesses, by, now = context.campaign.guesses, context.person, context.now
    is_heard = not guesses.is_slowed(by, now)
    bound = (
        await bind(context.unit, context.campaign, by, context.route, typed) if is_heard else None
    )
    if bound is None:
        context.unit.after_commit(lambda: guesses.wrong(by, now))
        context.answer(wording.wrong(context.say))
        return
    text = wording.bound(context.say, bound.record.number, bound.instead_of)
    context.answer(text, ((context.button("mine", "/mine"),), *delete_button(context.say)))
