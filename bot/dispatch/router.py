"""From an event to its handler: what must be asked first, who may, and what is answered if not."""

from __future__ import annotations

import time
from collections.abc import Collection

from bot.commands import prompts
from bot.commands.context import Context
from bot.commands.events import happened
from bot.commands.reader import PAGE, turn_page
from bot.commands.table import ButtonTable, Command, CommandTable, Needs
from bot.domain.errors import AlreadyEndorsed, Refusal
from bot.domain.slots import SlotKind
from bot.ports import Event, Message, Place, Press, Role, typed_text
from bot.services.posting import ACTS
from bot.wording import admin, general, groups, refusals

FRESH = 5.0
"""Seconds for which an answer about somebody's role may be relied on (docs/security.md, row 6)."""

SLASH = "/"
DIRECTION_MARKS = "\u200e\u200f\u2066\u2067\u2068\u2069"


class StaleFacts(Exception):
    """The answer about a role has grown too old before it could be used."""


class NotDelivered(Exception):
    """A button was pressed of a message whose delivery has not been written down yet."""


class Router:
    def __init__(
        self, commands: CommandTable, buttons: ButtonTable, questions: Collection[SlotKind]
    ) -> None:
        """`questions` are the kinds of messages to which a reply is an answer."""
        self._commands = commands
        self._buttons = buttons
        self._questions = questions

    def needs(self, event: Event) -> Needs:
        """What the platform must be asked before `handle`. In a private chat, nothing: the person
        of that chat is the only one who can write there."""
        place = event.origin.place
        if place is Place.PRIVATE:
            return Needs.NOTHING
        typed = _unmarked(typed_text(event))
        if typed.startswith(SLASH):
            command = self._commands.find(_split(typed)[0], place)
            known = command is not None and place in command.places
            return command.needs if command and known else Needs.NOTHING
        if isinstance(event, Message):
            return Needs.ROLE if event.reply_to else Needs.NOTHING
        if typed.startswith(f"{ACTS}:"):
            return Needs.ROLE | (Needs.GROUP if place is Place.GROUP else Needs.NOTHING)
        return Needs.NOTHING

    async def handle(self, context: Context) -> None:
        """Answer one event. Raises `StaleFacts`, `NotDelivered` or `Conflict`: handle it again."""
        try:
            match context.event:
                case Message() as message:
                    await self._message(context, message)
                case Press() as press:
                    await self._press(context, press)
                case happening:
                    await happened(context, happening)
        except Refusal as refusal:
            _refuse(context, refusal)
        if not context.noticed:
            context.acknowledge()

    def refuse_flood(self, context: Context, *, tell: bool) -> None:
        """Answer an event that is over a limit: with a line once, then with nothing."""
        if tell and (context.place is Place.PRIVATE or self._is_for_us(context.event)):
            context.notice(general.too_much(context.say).plain)
        elif not context.noticed:
            context.acknowledge()

    def _is_for_us(self, event: Event) -> bool:
        return isinstance(event, Press) or _unmarked(typed_text(event)).startswith(SLASH)

    async def _message(self, context: Context, event: Message) -> None:
        if (typed := _unmarked(event.text)).startswith(SLASH):
            await self._command(context, typed)
        elif not await self._reply(context, event) and context.place is Place.PRIVATE:
            await prompts.text_typed(context, event.text)

    async def _reply(self, context: Context, event: Message) -> bool:
        """A reply to a question of the bot's. In a group or the admin chat nothing else that is
        no command is for it."""
        if event.reply_to is None:
            return False
        live = await context.unit.messages.by_message(context.chat, event.reply_to)
        if live is None or live.slot.kind not in self._questions:
            return False
        if self._may(context, context.event.text if isinstance(context.event, Message) else ""):
            await self._buttons[live.slot.kind](context, live.slot, "reply")
        return True

    async def _press(self, context: Context, event: Press) -> None:
        kind, _, rest = event.data.partition(":")
        if event.data.startswith(SLASH):
            await self._command(context, event.data)
        elif kind == PAGE:
            await turn_page(context, rest)
        elif kind == ACTS:
            await self._token(context, event, *rest.partition(":")[::2])
        else:
            context.notice(general.old_button(context.say))

    async def _token(self, context: Context, event: Press, token: str, button: str) -> None:
        """The token must be that of this very message in this very chat, and the presser must
        have the right; otherwise nothing happens but the notice."""
        live = await context.unit.messages.by_token(token)
        if live is not None and live.chat == context.chat and live.message is None:
            raise NotDelivered
        if live is None or live.chat != context.chat or live.message != event.message:
            await self._old_button(context, event, button)
        else:
            is_card = live.slot.kind is SlotKind.CARD
            typed = f"{button} {live.slot.number}" if is_card else button
            if self._may(context, typed):
                await self._buttons[live.slot.kind](context, live.slot, button)

    async def _old_button(self, context: Context, event: Press, button: str) -> None:
        """Who typed its name answered the prompt that came in the meantime, as in any command."""
        command = self._commands.find(button, context.place) if event.typed else None
        if command is not None and context.conversation is not None:
            await self._command(context, SLASH + button)
        else:
            context.notice(general.old_button(context.say))

    async def _command(self, context: Context, typed: str) -> None:
        name, args = _split(typed)
        command = self._commands.find(name, context.place)
        is_void = command is not None and command.answers and context.conversation is None
        is_known = command is not None and not is_void
        if not is_known and isinstance(context.event, Message) and not context.event.named:
            return
        if is_void:
            context.answer(general.nothing_asked(context.say))
        elif command is None:
            nearest = self._commands.nearest(name, context.place)
            context.answer(general.unknown_command(context.say, nearest))
        elif context.place not in command.places:
            assert command.elsewhere is not None
            await command.elsewhere(context, args)
        elif not _restricted(command, context.place) or self._may(
            context, typed.removeprefix(SLASH), asks=command.asks
        ):
            await command.handler(context, args)

    def _may(self, context: Context, typed: str, *, asks: bool = False) -> bool:
        """Whether the person may act here; if not, they are told why. What only `asks` is open to
        an administrator without a name too. `typed` is the command that does the same."""
        if context.place is Place.PRIVATE:
            return True
        if not context.event.origin.proven:
            context.notice(admin.unproven(context.say, context.say.prefix + typed).plain)
            return False
        if time.monotonic() - context.facts.asked > FRESH:
            raise StaleFacts
        role = context.facts.role
        if role is Role.ADMINISTRATOR or (asks and role is Role.ANONYMOUS):
            return True
        if role is Role.ANONYMOUS:
            words = groups.anonymous(context.say)
        elif role is Role.NO_PERSON:
            words = groups.no_person(context.say)
        elif role is Role.FROZEN:
            words = admin.frozen(context.say)
        elif role in {None, Role.UNKNOWN}:
            words = groups.role_unknown(context.say)
        elif context.place is Place.ADMIN:
            words = admin.admins_only(context.say)
        else:
            words = groups.administrators_only(context.say)
        context.notice(words.plain)
        return False


def _unmarked(typed: str) -> str:
    """Without the marks of direction that a command copied from one of our texts brings along."""
    return typed.strip().strip(DIRECTION_MARKS)


def _split(typed: str) -> tuple[str, str]:
    name, _, args = typed.removeprefix(SLASH).partition(" ")
    if "\n" in name:
        name, _, more = name.partition("\n")
        args = f"{more} {args}"
    return name.casefold(), args.strip()


def _restricted(command: Command, place: Place) -> bool:
    return command.right and place is not Place.PRIVATE


def _refuse(context: Context, refusal: Refusal) -> None:
    if isinstance(refusal, AlreadyEndorsed) and context.place is Place.GROUP:
        text = refusals.already_endorsed_group(context.say, refusal)
    else:
        text = refusals.refusal(context.say, refusal)
    if isinstance(context.event, Press) and context.place is not Place.PRIVATE:
        context.notice(text.plain)
    else:
        context.answer(text)
