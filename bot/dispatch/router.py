"""From an event to its handler: what must be asked first, who may, and what is answered if not."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bot.commands import prompts
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.cost import TooMuch
from bot.commands.events import happened
from bot.commands.links import PAGE
from bot.commands.mandates import is_vote
from bot.commands.moving import STAYING, say_moved, stays
from bot.commands.parameters import ParameterError
from bot.commands.reader import turn_page
from bot.commands.table import (
    LARGEST_FILE,
    RIGHTS,
    ButtonTable,
    Command,
    CommandTable,
    Needs,
    Right,
)
from bot.commands.typed import TypedCommand, is_for_us
from bot.domain.errors import Refusal
from bot.domain.slots import Slot, SlotKind
from bot.ports import (
    Button,
    Corrected,
    DeliveryFault,
    Entered,
    Event,
    Message,
    Place,
    Press,
    Role,
    TooLarge,
    TryLater,
)
from bot.services import adding, bulk, desk, text_answers
from bot.services.posting import ACTS, about
from bot.storage.messages import bound
from bot.text.rich import RichText
from bot.wording import admin, files, general, groups, refusals
from bot.wording.buttons import LABELS
from bot.wording.voice import Voice

FRESH = 5.0
"""Seconds for which an answer about somebody's role may be relied on (docs/security.md, row 6)."""

_WHY_NOT: Mapping[Role | None, Callable[[Voice], RichText]] = {
    Role.ANONYMOUS: groups.anonymous,
    Role.NO_PERSON: groups.no_person,
    Role.FROZEN: admin.frozen,
    Role.DISOWNED: admin.disowned,
    Role.UNKNOWN: groups.role_unknown,
    None: groups.role_unknown,
}


_ENOUGH = {Right.ASKS: Role.ANONYMOUS, Right.VOTES: Role.MEMBER}
"""The role that has a right besides an administrator's."""


class StaleFacts(Exception):
    """The answer about a role has grown too old before it could be used."""


class NotDelivered(Exception):
    """A button was pressed of a message whose delivery has not been written down yet, or somebody
    may have replied to such a one."""


class Router:
    def __init__(
        self, commands: CommandTable, buttons: ButtonTable, questions: Collection[SlotKind]
    ) -> None:
        """`questions` are the kinds of messages to which a reply is an answer."""
        self._commands = commands
        self._buttons = buttons
        self._questions = questions

    def needs(self, event: Event, typed: TypedCommand | None) -> Needs:
        """What the platform must be asked before `handle`. In a private chat, nothing: the person
        of that chat is the only one who can write there."""
        place = event.origin.place
        if place is Place.PRIVATE:
            return Needs.NOTHING
        if typed is not None:
            command = self._commands.find(typed.name, place)
            needs = command.needs(place) if command else Needs.NOTHING
            has_file = isinstance(event, Message) and event.attachment is not None
            return needs if has_file else needs & ~Needs.FILE
        if isinstance(event, Message):
            return Needs.ROLE if event.reply_to else Needs.NOTHING
        if isinstance(event, Entered) and place is Place.ADMIN:
            return Needs.ROLE
        if isinstance(event, Press) and event.data.startswith(f"{ACTS}:"):
            asks_of_group = place is Place.GROUP and not is_vote(event)
            return Needs.ROLE | (Needs.GROUP if asks_of_group else Needs.NOTHING)
        return Needs.NOTHING

    async def handle(self, context: Context) -> None:
        """Answer one event. Raises `StaleFacts`, `NotDelivered`, `NotDrawn` or `Conflict`: handle
        it again, after `NotDrawn` once the picture is there."""
        try:
            match context.event:
                case Message() | Press() | Corrected() if not self._may_be_told(context):
                    context.notice(general.not_vouched_for(context.say).plain)
                case Message() as message:
                    await self._written(context, message)
                case Press() if context.typed is not None:
                    await self._command(context, context.typed)
                case Press() as press:
                    await self._press(context, press)
                case happening:
                    await happened(context, happening)
        except Refusal as refusal:
            _refuse(context, refusal)
        except ParameterError as error:
            if error.kept is not None:
                await context.keep(error.kept)
            context.answer(error.text, error.choices)
        except TooMuch as error:
            self.refuse_flood(context, error)
        if not context.noticed:
            context.acknowledge()

    def refuse_flood(self, context: Context, error: TooMuch) -> None:
        """Answer an event that is over a limit: with a line once, then with nothing."""
        if error.tell and is_for_us(context.event):
            words = general.crowded if error.crowded else general.too_much
            context.notice(words(context.say).plain)
        elif not context.noticed:
            context.acknowledge()

    def _may_be_told(self, context: Context) -> bool:
        """In private, whoever it may not be is told what any member of a group is."""
        if context.place is not Place.PRIVATE or context.in_person:
            return True
        typed, event = context.typed, context.event
        command = self._commands.find(typed.name, Place.GROUP) if typed else None
        if command is not None and typed is not None:
            return Place.GROUP in command.places and command.right is None
        return isinstance(event, Press) and event.data.partition(":")[0] == PAGE

    async def _written(self, context: Context, message: Message) -> None:
        typed, takes_file = context.typed, self._commands.takes_file(context.place)
        if message.attachment is not None and (typed is None or typed.name not in takes_file):
            self._unasked_file(context)
        elif typed is not None:
            await self._command(context, typed)
        else:
            await self._message(context, message)

    def _unasked_file(self, context: Context) -> None:
        """Nothing was fetched, and what is written below it is not done either: half of what
        somebody wants is not what they want."""
        if context.place is Place.PRIVATE:
            asked = context.conversation is not None
            buttons = () if asked else ways_on(context)
            context.answer(files.unasked(context.say, asked=asked), buttons)
        else:
            commands = self._commands.takes_file(context.place)
            context.answer(files.unasked_by_admins(context.say, commands))

    async def _message(self, context: Context, event: Message) -> None:
        if await self._reply(context, event) or context.place is not Place.PRIVATE:
            return
        if not stays(context, context.conversation):
            say_moved(context)
        else:
            await prompts.text_typed(context, event)

    async def _reply(self, context: Context, event: Message) -> bool:
        """A reply to a question of the bot's. In a group or the admin chat nothing else that is
        no command is for it."""
        if event.reply_to is None:
            return False
        live = await context.unit.messages.by_message(context.chat, event.reply_to)
        if live is None and context.may_wait:
            under_way = await context.unit.messages.under_way(context.chat)
            if any(self._takes_replies(context, slot) for slot in under_way):
                raise NotDelivered
        if live is None or not self._takes_replies(context, live.slot):
            return False
        if not stays(context, context.conversation, live.slot.kind):
            say_moved(context)
        elif self._may(context, event.text):
            await self._buttons[live.slot.kind](context, live.slot, "reply")
        return True

    def _takes_replies(self, context: Context, slot: Slot) -> bool:
        """In a private chat whatever is typed answers its prompt, and needs no reply."""
        if slot.kind is SlotKind.PROMPT and context.place is Place.GROUP:
            return slot == context.slot and prompts.asks_for_words(context.conversation)
        return slot.kind in self._questions

    async def _press(self, context: Context, event: Press) -> None:
        kind, _, rest = event.data.partition(":")
        if kind == PAGE:
            await turn_page(context, rest)
        elif kind == ACTS:
            await self._token(context, event, *rest.partition(":")[::2])
        else:
            context.notice(general.old_button(context.say))

    async def _token(self, context: Context, event: Press, token: str, button: str) -> None:
        """The token must be that of this very message in this very chat, and the presser must
        have the right; otherwise nothing happens but the notice."""
        live = await context.unit.messages.by_token(token)
        if live is not None and live.chat == context.chat and not live.message:
            if live.message is None and context.may_wait:
                raise NotDelivered
            # The platform does not say which message it made. No other one was given the token.
            live = replace(live, message=event.message)
            slot = bound(context.unit.keys, live.slot, token)
            await context.unit.messages.delivered(slot, context.chat, event.message)
        if live is None or live.chat != context.chat or live.message != event.message:
            await self._old_button(context, event, button)
        elif not stays(context, context.conversation, live.slot.kind):
            say_moved(context)
        elif self._may(
            context,
            await _typed(context, live.slot, button),
            RIGHTS.get(live.slot.kind, Right.ACTS),
        ):
            await self._buttons[live.slot.kind](context, live.slot, button)

    async def _old_button(self, context: Context, event: Press, button: str) -> None:
        """Who typed its name answered the prompt that came in the meantime, as in any command."""
        command = self._commands.find(button, context.place) if event.typed else None
        if command is not None and context.conversation is not None:
            await self._command(context, TypedCommand(button))
        else:
            context.notice(general.old_button(context.say))

    async def _command(self, context: Context, typed: TypedCommand) -> None:
        command = self._commands.find(typed.name, context.place)
        is_void = command is not None and command.answers and context.conversation is None
        is_known = command is not None and not is_void
        if not is_known and isinstance(context.event, Message) and not context.event.named:
            return
        if command is not None and context.campaign.moved_to and typed.name not in STAYING:
            say_moved(context)
        elif is_void:
            context.answer(general.nothing_asked(context.say), ways_on(context))
        elif command is None and self._names_a_button(context, typed):
            await prompts.prompt_pressed(context, context.slot, typed.name)
        elif command is None:
            nearest = self._commands.nearest(typed.name, context.place)
            meant = (
                (Button(nearest, context.say.prefix + nearest, f"/{nearest}"),) if nearest else ()
            )
            text = general.unknown_command(context.say, nearest)
            context.answer(text, (meant, *ways_on(context)) if meant else ways_on(context))
        else:
            context.spend(self._commands.cost(command, typed.args))
            await self._carry_out(context, command, typed)

    async def _carry_out(self, context: Context, command: Command, typed: TypedCommand) -> None:
        if context.place not in command.places:
            assert command.elsewhere is not None
            await command.elsewhere(context, typed)
        elif not command.right or self._may(context, str(typed), command.right):
            if context.facts.file_fault is not None:
                context.answer(_not_fetched(context.say, context.facts.file_fault))
            else:
                await command.call(context, typed)

    def _names_a_button(self, context: Context, typed: TypedCommand) -> bool:
        """What a button of the prompt does, its name does as a command too."""
        is_asked = context.place is Place.PRIVATE and context.conversation is not None
        return is_asked and typed.name in LABELS and not typed.args

    def _may(self, context: Context, typed: str, right: Right = Right.ACTS) -> bool:
        """Whether the person may act here; if not, they are told why. `typed` is the command that
        does the same."""
        if context.place is Place.PRIVATE:
            return True
        if not context.event.origin.proven:
            _decline(context, admin.unproven(context.say, context.say.prefix + typed))
            return False
        if time.monotonic() - context.facts.asked > FRESH:
            raise StaleFacts
        role = context.facts.role
        if role in {Role.ADMINISTRATOR, _ENOUGH.get(right)}:
            return True
        not_allowed = groups.administrators_only
        if context.place is Place.ADMIN:
            not_allowed = admin.admins_only
        elif right is Right.VOTES:
            not_allowed = groups.members_only
        words = _WHY_NOT.get(role, not_allowed)
        _decline(context, words(context.say))
        return False


async def _typed(context: Context, slot: Slot, button: str) -> str:
    """What an admin types to do the same."""
    match slot.kind:
        case SlotKind.CARD:
            return about(slot.number)(button) or button
        case SlotKind.BULK:
            return bulk.typed_as(int(slot.about))
        case SlotKind.PAPER:
            return adding.typed_as(int(slot.about), button)
        case SlotKind.TEXT:
            asked = await text_answers.WAITING.find(context.unit, slot.about)
            return asked.typed(button) if asked else button
        case SlotKind.DESK:
            found = await context.unit.desks.get(bytes.fromhex(slot.about))
            return desk.typed_as(found.number if found else None)(button) or button
    return button


def _not_fetched(say: Voice, fault: DeliveryFault) -> RichText:
    if isinstance(fault, TooLarge):
        return files.too_large(say, LARGEST_FILE // 1024 // 1024)
    return files.not_fetched(say, later=isinstance(fault, TryLater))


def _refuse(context: Context, refusal: Refusal) -> None:
    words = groups.refused if context.place is Place.GROUP else refusals.refusal
    text = words(context.say, refusal, context.now)
    if context.place is Place.PRIVATE:
        context.answer(text, ways_on(context))
    else:
        _decline(context, text)


def _decline(context: Context, text: RichText) -> None:
    """To whoever pressed alone; where it was typed, with what can be done instead."""
    if isinstance(context.event, Press):
        context.notice(text.plain)
    else:
        context.answer(text, ways_on(context))
