"""One event being handled: who asks, where, and the ways to answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.commands import drafts
from bot.commands.cost import Spend
from bot.commands.typed import TypedCommand
from bot.conversations.stored import State
from bot.conversations.transition import Transition
from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement, Kind, Route
from bot.domain.ids import ChatRef, Language, MessageRef, Number, StatementId, UserRef
from bot.domain.memo import Memo
from bot.domain.paper import Table, TableFault
from bot.domain.slots import Slot
from bot.ports import (
    Adapter,
    Button,
    Corrected,
    DeliveryFault,
    Edit,
    Event,
    GroupFacts,
    Notice,
    Place,
    Press,
    Role,
    Rows,
    Send,
    SendFile,
    private_link,
)
from bot.services.campaign import Campaign
from bot.services.posting import HELD_PLACE, post, post_live
from bot.statements.model import Loaded, Revision, Statement
from bot.storage.tags import chat_tag
from bot.storage.unit import Unit
from bot.text.chunks import Fit
from bot.text.rich import RichText
from bot.wording import groups
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice, paragraphs

_ANSWERS = "answers"
"""The kind of memo that holds which messages gave what was recorded last in a chat."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the platform said of the person and the group, and when it was asked (monotonic
    seconds), and what is in the statements' folder, and the list in the document that an
    administrator's command is written below (`table`), or why that could not be had; None where
    nobody needed to know."""

    asked: float
    role: Role | None = None
    group: GroupFacts | None = None
    loaded: Loaded | None = None
    file_fault: DeliveryFault | None = None
    table: Table | TableFault | None = None


@dataclass(slots=True)
class Context:
    """Handed to every handler. What it posts goes out once the unit has been committed."""

    event: Event
    typed: TypedCommand | None
    """The command in the event."""
    unit: Unit
    campaign: Campaign
    say: Voice
    languages: Sequence[Language | None]
    """The person's choice and the client's language, for texts the bot itself does not speak."""
    now: dt.datetime
    facts: Facts
    conversation: State | None
    spend: Spend
    may_wait: bool = field(default=True)
    """Whether the event can be handled again in a moment: it has not waited for long."""
    noticed: bool = field(default=False)

    @property
    def chat(self) -> ChatRef:
        return self.event.origin.chat

    @property
    def thread(self) -> str | None:
        return self.event.origin.thread

    @property
    def place(self) -> Place:
        return self.event.origin.place

    @property
    def person(self) -> UserRef:
        return self.event.origin.user

    @property
    def admin(self) -> Admin:
        """Who acts, where only admins can."""
        return Admin(self.event.origin.name, self.person)

    @property
    def adapter(self) -> Adapter:
        return self.campaign.adapters[self.chat.adapter]

    @property
    def public(self) -> bool:
        """Nothing personal may be said in answer: it may not be who it seems to be."""
        return not self.event.origin.proven

    @property
    def in_person(self) -> bool:
        """Somebody talks with the bot alone, and it is them."""
        return self.place is Place.PRIVATE and not self.public

    @property
    def fit(self) -> Fit:
        """The longest message that the platform takes."""
        return self.adapter.capabilities.fit

    @property
    def signer(self) -> tuple[Kind, UserRef | ChatRef]:
        """Who endorses or withdraws here: the person in private, else the group."""
        if self.place is Place.PRIVATE:
            return Kind.PERSON, self.person
        return Kind.ORGANISATION, self.chat

    @property
    def route(self) -> Route:
        return Route(self.chat, self.say.language, self.thread)

    @property
    def pressed_message(self) -> MessageRef | None:
        return self.event.message if isinstance(self.event, Press) else None

    @property
    def slot(self) -> Slot:
        """The slot of this chat's prompt: there is one conversation in a chat."""
        return drafts.prompt_of(chat_tag(self.unit.keys, self.chat))

    @property
    def turning_message(self) -> MessageRef | None:
        """The message that turns into the answer: the one whose button was pressed. None where the
        button's name was typed in a private chat, as what stands above is read already."""
        event = self.event
        is_pressed = isinstance(event, Press) and not (event.typed and self.place is Place.PRIVATE)
        return self.pressed_message if is_pressed else None

    def revision(self, statement: Statement) -> Revision:
        """The statement's text in the language that fits the person best."""
        return self.campaign.revision(statement, self.languages)

    def title(self, statement: StatementId) -> str:
        return self.campaign.title(statement, self.say.language)

    def titled(self, records: Iterable[Endorsement]) -> list[tuple[Endorsement, str]]:
        """Each with the title of its statement."""
        return [(record, self.title(record.statement)) for record in records]

    def answer(self, text: RichText, buttons: Rows = (), language: Language | None = None) -> None:
        """A new message in this chat; `language` where it is not the bot's own words. Among admins
        it calls nobody: who asked is there."""
        spoken = language or self.say.language
        quiet = self.place is Place.ADMIN
        send = Send(self.chat, text, spoken, buttons, quiet, thread=self.thread, public=self.public)
        post(self.unit, send)

    def turn(self, text: RichText, buttons: Rows = (), language: Language | None = None) -> None:
        """The same message with other content where a button of it was pressed, else a new one."""
        self._change(self.turning_message, text, buttons, language)

    def turn_page(
        self, text: RichText, buttons: Rows = (), language: Language | None = None
    ) -> None:
        """As `turn`, and in its place also where that was typed: a text stands in one message. What
        a command opens beside a conversation takes the place of no prompt."""
        is_begun = self.conversation is not None and self.typed is not None
        self._change(None if is_begun else self.pressed_message, text, buttons, language)

    def _change(
        self, message: MessageRef | None, text: RichText, buttons: Rows, language: Language | None
    ) -> None:
        if message is None:
            self.answer(text, buttons, language)
        else:
            spoken = language or self.say.language
            edit = Edit(self.chat, message, text, spoken, buttons, self.thread, self.public)
            post(self.unit, edit)

    def send_file(
        self, name: str, data: bytes, caption: RichText, *, is_picture: bool = False
    ) -> None:
        language, thread = self.say.language, self.thread
        file = SendFile(self.chat, name, data, caption, language, thread, self.public, is_picture)
        post(self.unit, file)

    def notice(self, text: str | None) -> None:
        """A private answer to the press; a message where there was none."""
        if isinstance(self.event, Press):
            self.noticed = True
            notice = Notice(self.chat, self.event.press, self.say.language, text, self.public)
            post(self.unit, notice)
        elif text:
            self.answer(RichText(text))

    @property
    def shows_press(self) -> bool:
        """Whether all in the chat see what was pressed, without a word of the bot's."""
        is_seen = isinstance(self.event, Press) and not self.event.typed
        return is_seen and self.adapter.capabilities.shows_presses

    def acknowledge(self) -> None:
        """End the wait on the person's screen where nothing had to be said about a press."""
        if isinstance(self.event, Press):
            self.notice(None)

    def to_private(self, command: str, payload: str, above: RichText | None = None) -> None:
        """One short line with the way to the private chat, below what else is to be said: a button
        where the platform has links that open it, else the command to send there."""
        link = private_link(self.adapter, payload)
        text = groups.in_private(self.say, self.say.prefix + command, button=link is not None)
        button = Button("private", label(self.say, "private"), "", link)
        self.answer(paragraphs(above, text), ((button,),) if link else ())

    def button(self, name: str, data: str, typed: str | None = None) -> Button:
        return Button(name, label(self.say, name), data, typed=typed)

    async def begin(self, transition: Transition[State]) -> None:
        """A conversation begins here, and what had begun before is dropped."""
        await self.end_conversation()
        await self.converse(transition)

    async def converse(self, transition: Transition[State]) -> None:
        """Go on with this chat's conversation: keep the state and show the prompt, or end it."""
        if transition.state is None:
            await self.end_conversation()
            self.turn(transition.text)
            return
        await drafts.keep(self.unit, transition.state, self.route, self.now)
        on, commands = await self._prompt_to_edit(), transition.commands
        await self.live(self.slot, transition.text, transition.buttons, on=on, commands=commands)

    async def keep(self, state: State) -> None:
        """Remember this for whatever comes next in the chat; what had begun before is dropped."""
        await self.end_conversation()
        await drafts.keep(self.unit, state, self.route, self.now)

    async def live(
        self,
        slot: Slot,
        text: RichText,
        names: ButtonNames,
        *,
        on: MessageRef | None = None,
        commands: Mapping[str, str] | None = None,
        shows: Collection[Number] = (),
    ) -> None:
        """A message in this chat whose buttons act, or the message `on` made into one, which shows
        something of these records."""
        await post_live(
            self.unit,
            slot,
            self.chat,
            self.say,
            text,
            names,
            on=on,
            commands=commands,
            thread=self.thread,
            shows=shows,
            kept=HELD_PLACE if shows else None,
        )

    async def end_conversation(self) -> None:
        """Forget the state and take the power from the prompt's buttons."""
        await drafts.end_conversation(self.unit, chat_tag(self.unit.keys, self.chat))

    async def end_everything(self) -> None:
        """End the conversation and every other message of this chat whose buttons could act."""
        await self.end_conversation()
        await self.remember_answers(())
        await self.unit.messages.end_of_chat(chat_tag(self.unit.keys, self.chat))

    async def remember_answers(self, messages: Iterable[MessageRef]) -> None:
        """In which of the person's messages they gave what has just been recorded, for a day: to
        edit one changes nothing any more, and that is said. None forgets them."""
        value = json.dumps([*messages])
        until = self.now.date() + dt.timedelta(days=1)
        memo = Memo(_ANSWERS, self.chat.key, None if value == "[]" else value, until)
        await self.unit.memos.write(self.chat.adapter, [memo])

    async def was_recorded(self, message: MessageRef) -> bool:
        """Whether the person's message gave something that has just been recorded."""
        found = await self.unit.memos.one(self.chat.adapter, _ANSWERS, self.chat.key)
        return found is not None and message in json.loads(found)

    async def _prompt_to_edit(self) -> MessageRef | None:
        """The conversation's own message where a button of it was pressed or an answer to it was
        corrected; another one (a page with a `sign` button) stays as it is."""
        live = await self.unit.messages.in_slot(self.slot)
        prompt = None if live is None else live.message
        is_turned = isinstance(self.event, Corrected) or prompt == self.turning_message
        return prompt if is_turned else None
