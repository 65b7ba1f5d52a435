"""Living counts: one message in a chat that says how many have signed, edited every ten minutes at
most (docs/living-count.md).

A due job looks at each. It says the figures that everybody sees, so it tells no more than they do,
and nothing is edited while an earlier edit waits: however slow a platform is, edits do not add up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.domain.ids import AdapterName, ChatRef, Language, StatementId
from bot.domain.living import Living, Offer
from bot.domain.priority import Priority
from bot.ports import HasLinks, Send, private_link
from bot.services.campaign import Campaign
from bot.services.page_links import page_link
from bot.services.posting import edit_live, end_live, post, post_live
from bot.services.standing import is_open, standing
from bot.services.waiting import Waiting
from bot.statements.model import Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.messages import bound
from bot.storage.moving import COUNT_CODES, LIVING_COUNTS
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import living as wording
from bot.wording.moving import moved_to
from bot.wording.voice import Voice

EVERY = dt.timedelta(minutes=10)
"""Between two edits of one message, at the least."""

SOON = dt.timedelta(minutes=1)
"""Until it is looked again whether a platform is ready, or the bot has come back."""

MOST = 100
"""Those that were begun by who administers a chat; the admins' are not counted."""

OFFERED, MOST_OFFERS = dt.timedelta(days=1), 20
"""How long a code is good, and how many are at a time."""

_LAST = "last living count"
"""Value in `meta`: the number of the last one."""

WAITING = Waiting(LIVING_COUNTS, list[Living], lambda living: living.id)
OFFERS = Waiting(COUNT_CODES, list[Offer], lambda offer: offer.code)


async def of_chat(unit: Unit, chat: ChatRef) -> list[Living]:
    """Those that stand there."""
    return [living for living in await WAITING.all(unit) if living.chat == chat]


async def is_full(unit: Unit) -> bool:
    """Whether nobody but the admins can begin one more."""
    return sum(not living.by_admins for living in await WAITING.all(unit)) >= MOST


async def begin(unit: Unit, campaign: Campaign, living: Living, now: dt.datetime) -> None:
    """Send the message, in place of one of the same statement that stands there already. Its `id`
    is given here."""
    for earlier in await of_chat(unit, living.chat):
        if earlier.statement == living.statement:
            await end(unit, campaign, earlier, now)
    await _look_at(unit, campaign, replace(living, id=await unit.meta.next(_LAST)), now)


async def look(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Bring one up to date where that is due, and set the job again."""
    living = await WAITING.find(unit, int(job.key.about))
    if living is None:
        return
    if living.left:
        await _lose(unit, campaign, living)
    else:
        await _look_at(unit, campaign, living, now)


async def _look_at(unit: Unit, campaign: Campaign, living: Living, now: dt.datetime) -> None:
    statement = campaign.library.get(living.statement)
    wait = await _wait(unit, campaign, living)
    if statement is None or wait is not None:
        await WAITING.keep(unit, living)
        await _look_again(unit, living, now + (wait or EVERY))
        return
    say = await _voice(unit, campaign, living)
    text = await _text(unit, campaign, living, statement, say, now)
    if campaign.moved_to is not None or await _has_ended(unit, living.statement):
        await _end(unit, living, say, text)
        return
    sign = hashlib.sha256(repr((say.language, text)).encode()).hexdigest()
    if sign != living.said:
        await _say(unit, living, say, text)
        await WAITING.keep(unit, replace(living, said=sign))
    await _look_again(unit, living, now + EVERY)


async def _wait(unit: Unit, campaign: Campaign, living: Living) -> dt.timedelta | None:
    """How long nothing can be said: the platform has not taken yet what the message says now, is
    not ready to make links, or is not there. None where something can be."""
    adapter = campaign.adapters.get(living.chat.adapter)
    if adapter is None:
        return EVERY
    if isinstance(adapter, HasLinks) and adapter.private_link("r") is None:
        return SOON
    token = await unit.messages.token(living.slot)
    if token is None:
        return None
    waiting = await unit.outbox.waiting(bound(unit.keys, living.slot, token))
    return EVERY if waiting else None


async def _say(unit: Unit, living: Living, say: Voice, text: RichText) -> None:
    """In its message, or where there is none, or none any more, in a new one."""
    how = Priority.ANNOUNCEMENT
    slot, thread = living.slot, living.thread
    if not await edit_live(unit, slot, say, text, (), priority=how, thread=thread, pinned=True):
        await post_live(
            unit,
            slot,
            living.chat,
            say,
            text,
            (),
            thread=thread,
            priority=Priority.ANSWER,
            quiet=True,
            pinned=True,
        )


async def _look_again(unit: Unit, living: Living, due: dt.datetime) -> None:
    await unit.jobs.set(Job(_job(living), due))


def _job(living: Living) -> JobKey:
    return JobKey(JobKind.LIVING, str(living.id))


async def _voice(unit: Unit, campaign: Campaign, living: Living) -> Voice:
    """In the language that was chosen for the chat, else that in which it was begun."""
    chosen = (await unit.languages.chosen({living.chat})).get(living.chat)
    return campaign.voice([chosen, living.language], living.chat.adapter)


async def _text(
    unit: Unit,
    campaign: Campaign,
    living: Living,
    statement: Statement,
    say: Voice,
    now: dt.datetime,
) -> RichText:
    revision = campaign.revision(statement, [say.language])
    stands = replace(await standing(unit, campaign, statement, now), is_fresh=False)
    if campaign.moved_to is not None:
        return wording.count(say, revision.title, stands, moved_to(say, campaign.moved_to))
    may_sign = await is_open(unit, statement, now)
    verb = "sign" if may_sign else "read"
    payload = f"{verb[0]}_{statement.id}_{revision.language}"
    way = wording.way(
        say,
        link=private_link(campaign.adapters[living.chat.adapter], payload),
        command=f"{say.prefix}{verb} {statement.id}",
        is_open=may_sign,
        page=page_link(campaign, statement.id, revision.language),
    )
    return wording.count(say, revision.title, stands, way)


async def _has_ended(unit: Unit, statement: StatementId) -> bool:
    """Whether it is closed for ever and nothing of it is counted any more."""
    if (await unit.statements.state(statement)).finished is None:
        return False
    return await unit.jobs.when(JobKey(JobKind.FINISH, statement)) is None


async def _end(unit: Unit, living: Living, say: Voice, text: RichText) -> None:
    """The message says this, and nothing else from now on."""
    await end_live(unit, living.slot, say, text, priority=Priority.ANNOUNCEMENT)
    await _forget(unit, living)


async def _forget(unit: Unit, living: Living) -> None:
    await WAITING.drop(unit, living.id)
    await unit.jobs.end(_job(living))


async def end(unit: Unit, campaign: Campaign, living: Living, now: dt.datetime) -> None:
    """It is not wanted any more: the message says so, with the figures of this moment."""
    statement = campaign.library.get(living.statement)
    say = await _voice(unit, campaign, living)
    if statement is None:
        await unit.messages.end(living.slot)
        await _forget(unit, living)
        return
    text = await _text(unit, campaign, living, statement, say, now)
    await _end(unit, living, say, wording.ended(say, text, now))


async def end_unreached(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """A chat did not take what was to be said there, and never will."""
    for living in await of_chat(unit, chat):
        await _lose(unit, campaign, living)


async def _lose(unit: Unit, campaign: Campaign, living: Living) -> None:
    """The bot may not write there any more. If it was begun from the admin chat, that is told."""
    await unit.messages.end(living.slot)
    await _forget(unit, living)
    if living.by_admins:
        _tell(unit, campaign, living, wording.not_reached)


async def note_left(unit: Unit, chat: ChatRef, now: dt.datetime) -> None:
    """The platform says that the bot is not in a chat any more, or may not write there."""
    for living in await of_chat(unit, chat):
        await WAITING.keep(unit, replace(living, left=True))
        await _look_again(unit, living, now + SOON)


async def note_back(unit: Unit, chat: ChatRef) -> None:
    """It is there again."""
    for living in await of_chat(unit, chat):
        await WAITING.keep(unit, replace(living, left=False))


async def move(unit: Unit, old: ChatRef, new: ChatRef) -> None:
    """The chat goes on under another key."""
    for living in await of_chat(unit, old):
        await WAITING.keep(unit, replace(living, chat=new, left=False))


async def offer(unit: Unit, statement: StatementId, language: Language, now: dt.datetime) -> Offer:
    """A code by which one begins in a channel; of too many the oldest are good no more."""
    new = Offer(secrets.token_hex(8), statement, language, now + OFFERED)
    good = [each for each in await OFFERS.all(unit) if now < each.until]
    for old in good[: 1 - MOST_OFFERS]:
        await OFFERS.drop(unit, old.code)
    await OFFERS.keep(unit, new)
    return new


async def take_up(
    unit: Unit, campaign: Campaign, chat: ChatRef, title: str, typed: str, now: dt.datetime
) -> None:
    """A code was posted in a channel of that title; nothing comes of any other."""
    found = next(
        (
            each
            for each in await OFFERS.all(unit)
            if now < each.until and hmac.compare_digest(each.code.encode(), typed.encode())
        ),
        None,
    )
    if found is None:
        return
    await OFFERS.drop(unit, found.code)
    if await _has_ended(unit, found.statement):
        return
    living = Living(0, found.statement, chat, found.language, title, by_admins=True)
    await begin(unit, campaign, living, now)
    _tell(unit, campaign, living, wording.begun)


def _tell(
    unit: Unit,
    campaign: Campaign,
    living: Living,
    what: Callable[[Voice, str, str], RichText],
) -> None:
    """The admins, of the statement's title and of the chat's."""
    for chat, say in campaign.admin_chats():
        text = what(say, campaign.title(living.statement, say.language), living.title)
        post(unit, Send(chat, text, say.language, quiet=True), priority=Priority.CARD)


def channels_of(campaign: Campaign) -> AdapterName | None:
    """A platform that has channels."""
    for name, adapter in campaign.adapters.items():
        if adapter.capabilities.has_channels:
            return name
    return None
