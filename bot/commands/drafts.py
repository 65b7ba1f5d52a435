"""Drafts: what somebody began and has not finished. It is kept for a day; who began to sign is
reminded before that is over, and told when it is."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Iterable

from bot.conversations.draft import Signing
from bot.conversations.stored import State, restore, store
from bot.domain.endorsement import DRAFT_LIFE, Kind, Route
from bot.domain.errors import NotOpen
from bot.domain.ids import ChatRef, Language
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Button, Rows, Send
from bot.services.campaign import Campaign
from bot.services.endorse import check_open, not_open
from bot.services.posting import post, post_live
from bot.statements.model import Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.tags import chat_tag
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import signing
from bot.wording.buttons import label
from bot.wording.voice import Voice

REMINDED_BEFORE = dt.timedelta(hours=2)
GO_ON = (("continue", "cancel"),)
KNOWN_AFTER = dt.timedelta(days=6)
"""How long a prompt that is too late is told from any other old message."""


class _Stage(enum.StrEnum):
    """What is due next for a draft of `sign`."""

    REMINDER = "reminder"
    END = "end"
    OBLIVION = "oblivion"


def prompt_of(tag: bytes) -> Slot:
    """The slot of the prompt in the chat with that tag: there is one conversation in a chat."""
    return Slot(SlotKind.PROMPT, tag.hex())


async def keep(unit: Unit, state: State, route: Route, now: dt.datetime) -> None:
    """Store the state of a chat's conversation, from now on for as long as a draft lives."""
    unit.conversations.put(route.chat, store(state))
    key = _key(chat_tag(unit.keys, route.chat))
    if isinstance(state, Signing):
        remind = now + DRAFT_LIFE - REMINDED_BEFORE
        progress = json.dumps([_Stage.REMINDER, route.language, route.thread])
        await unit.jobs.set(Job(key, remind, progress))
    else:
        await unit.jobs.set(Job(key, now + DRAFT_LIFE))


async def end_conversation(unit: Unit, tag: bytes) -> None:
    """End the conversation of the chat with that tag, its prompt and its deadline."""
    unit.conversations.end_tag(tag)
    await unit.messages.end(prompt_of(tag))
    await unit.jobs.end(_key(tag))


async def has_ended(unit: Unit, chat: ChatRef) -> bool:
    """Whether what the chat's last prompt asked for has ended with time, where the chat has no
    conversation now."""
    return await unit.messages.in_slot(prompt_of(chat_tag(unit.keys, chat))) is not None


async def run(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """The due job of a draft."""
    tag = bytes.fromhex(job.key.about)
    stage, language, thread = json.loads(job.progress) if job.progress else (None, "", None)
    live = await unit.messages.in_slot(prompt_of(tag))
    stored = live and (await unit.conversations.load([live.chat])).get(live.chat)
    state = restore(stored) if stored else None
    if live is None or live.chat.adapter not in campaign.adapters or not isinstance(state, Signing):
        await end_conversation(unit, tag)
        return
    say = campaign.voice([Language(language)], live.chat.adapter)
    statement = campaign.library.get(state.statement)
    is_open = statement is not None and await _is_open(unit, statement, now)
    ends = job.due + REMINDED_BEFORE if stage == _Stage.REMINDER else job.due
    if now < ends:
        if is_open:
            text = signing.reminder(say, round((ends - now) / dt.timedelta(hours=1)) or 1)
            await post_live(
                unit,
                prompt_of(tag),
                live.chat,
                say,
                text,
                GO_ON,
                thread=thread,
                priority=Priority.ANNOUNCEMENT,
            )
        await unit.jobs.set(Job(job.key, ends, json.dumps([_Stage.END, language, thread])))
        return
    unit.conversations.end_tag(tag)
    text, buttons = ended(say, [statement] if statement is not None and is_open else [])
    send = Send(live.chat, text, say.language, buttons, thread=thread)
    post(unit, send, priority=Priority.ANNOUNCEMENT)
    later = json.dumps([_Stage.OBLIVION, language, thread])
    await unit.jobs.set(Job(job.key, now + KNOWN_AFTER, later))


def ended(say: Voice, can_be_signed: Iterable[Statement]) -> tuple[RichText, Rows]:
    """What is said of a draft that has ended, with the way back where there is one."""
    which = [statement.id for statement in can_be_signed]
    typed = f"/sign {which[0]}" if len(which) == 1 else "/sign"
    sign = Button("sign", label(say, "sign"), typed)
    return signing.draft_ended(say, is_open=bool(which)), ((sign,),) if which else ()


def can_be_signed(campaign: Campaign, now: dt.datetime) -> list[Statement]:
    return [s for s in campaign.library if not_open(s.terms, Kind.PERSON, now) is None]


async def _is_open(unit: Unit, statement: Statement, now: dt.datetime) -> bool:
    try:
        await check_open(unit, statement, Kind.PERSON, now)
    except NotOpen:
        return False
    return True


def _key(tag: bytes) -> JobKey:
    return JobKey(JobKind.DRAFT, tag.hex())
