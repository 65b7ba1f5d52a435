"""Free text and prompt buttons: the next step of whatever conversation the chat is in."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.group import continue_endorsing
from bot.commands.questions import continue_answering
from bot.commands.records import continue_forgetting, continue_mending
from bot.commands.signer import continue_signing, continue_withdrawing
from bot.conversations.sign import Signing
from bot.conversations.stored import Answering, Endorsing, Forgetting, Mending, Withdrawing
from bot.conversations.transition import Input, Pressed, Typed
from bot.domain.slots import Slot
from bot.wording import general


async def prompt_pressed(context: Context, _slot: Slot, button: str) -> None:
    """A button of the chat's prompt."""
    if context.conversation is None:
        context.notice(general.old_button(context.say))
    else:
        await _go_on(context, Pressed(button))


async def text_typed(context: Context, text: str) -> None:
    """Free text in a private chat: an answer if something was asked."""
    if context.conversation is None:
        context.answer(general.not_understood(context.say))
    else:
        await _go_on(context, Typed(text))


async def _go_on(context: Context, given: Input) -> None:
    match context.conversation:
        case Signing() as state:
            await continue_signing(context, state, given)
        case Endorsing() as state:
            await continue_endorsing(context, state, given)
        case Withdrawing() as state:
            await continue_withdrawing(context, state, given)
        case Mending() as state:
            await continue_mending(context, state, given)
        case Forgetting() as state:
            await continue_forgetting(context, state, given)
        case Answering() as state:
            await continue_answering(context, state, given)
