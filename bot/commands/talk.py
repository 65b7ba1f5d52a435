"""Free text and prompt buttons: the next step of whatever conversation the chat is in."""

from __future__ import annotations

from bot.commands.answering import continue_answering
from bot.commands.call import Call
from bot.commands.group import continue_endorsing
from bot.commands.own import continue_forgetting, continue_mending
from bot.commands.signer import continue_signing, continue_withdrawing
from bot.conversations.sign import Signing
from bot.conversations.stored import Answering, Endorsing, Forgetting, Mending, Withdrawing
from bot.conversations.turn import Input, Pressed, Typed
from bot.wording import general


async def prompt_pressed(call: Call, _rest: str, button: str) -> None:
    """A button of the chat's prompt."""
    if call.conversation is None:
        call.notice(general.old_button(call.say))
    else:
        await _go_on(call, Pressed(button))


async def text_typed(call: Call, text: str) -> None:
    """Free text in a private chat: an answer if something was asked."""
    if call.conversation is None:
        call.answer(general.not_understood(call.say))
    else:
        await _go_on(call, Typed(text))


async def _go_on(call: Call, given: Input) -> None:
    match call.conversation:
        case Signing() as state:
            await continue_signing(call, state, given)
        case Endorsing() as state:
            await continue_endorsing(call, state, given)
        case Withdrawing() as state:
            await continue_withdrawing(call, state, given)
        case Mending() as state:
            await continue_mending(call, state, given)
        case Forgetting() as state:
            await continue_forgetting(call, state, given)
        case Answering() as state:
            await continue_answering(call, state, given)
