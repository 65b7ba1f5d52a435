"""`announce`: an announcement to those who asked for news, from its first text to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.typed import parse_number
from bot.domain.ids import Language, MessageRef
from bot.domain.slots import Slot
from bot.ports import Message, Press
from bot.services import announcing, broadcasting, second
from bot.services.announcements import WAITING, Announcement, Stage
from bot.wording import announcing as wording
from bot.wording import general
from bot.wording import second as words_of_second

_Step = Callable[[Context, Announcement, str], Awaitable[None]]


async def announce(context: Context, typed: str) -> None:
    """Without a number a new one; `announce 3` goes on with that one, and `announce 3 preview` does
    what its button does, `announce 3 ar` and a text gives the text in a language."""
    if not typed.strip():
        await _begin(context)
        return
    first, word, text = (*typed.split(maxsplit=2), "", "")[:3]
    number = parse_number(first)
    found = None if number is None else await WAITING.find(context.unit, number)
    if found is None:
        known = [each.id for each in await WAITING.all(context.unit)]
        context.answer(wording.no_such(context.say, first, known), ways_on(context))
    elif not word:
        await _show_again(context, found)
    else:
        await _go_on(context, found, word.casefold(), text)


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button of the message about one, or a reply to it, which is a text."""
    found = await WAITING.find(context.unit, int(slot.about))
    if found is None:
        context.notice(general.old_button(context.say))
    elif isinstance(context.event, Message):
        await _take_text(context, found, found.asks or context.say.language, context.event.text)
    else:
        await _go_on(context, found, button, "")


async def _begin(context: Context) -> None:
    new = await announcing.draft(context.unit, context.campaign, context.now)
    if new is None:
        known = [each.id for each in await WAITING.all(context.unit)]
        context.answer(wording.too_many(context.say, known), ways_on(context))
    else:
        await _show(context, new)


async def _show_again(context: Context, found: Announcement) -> None:
    """At the end of the chat. What waits for others, or is being sent, is told in a line."""
    if found.stage is Stage.ASKED:
        context.answer(wording.is_asked(context.say, found.id))
    elif found.stage is Stage.SENDING:
        context.answer(wording.is_being_sent(context.say, found.id))
    else:
        await _show(context, found)


async def _go_on(context: Context, found: Announcement, word: str, text: str) -> None:
    """A button's name, or a language with a text or without."""
    languages = {each.casefold(): each for each in context.campaign.languages}
    if word == "cancel":
        await _cancel(context, found)
    elif found.stage is Stage.SENDING:
        context.answer(wording.is_being_sent(context.say, found.id))
    elif word == "send":
        await _send(context, found)
    elif found.stage is Stage.ASKED:
        context.answer(wording.is_asked(context.say, found.id))
    elif word in languages and text:
        await _take_text(context, found, languages[word], text)
    elif word in languages:
        await _at(context, found, Stage.TEXTS, asks=languages[word])
    elif word in _STEPS:
        await _STEPS[word](context, found, word)
    else:
        context.answer(wording.usage(context.say, found.id, languages.values()))


async def _take_text(context: Context, found: Announcement, language: Language, text: str) -> None:
    """Refused where one message does not hold it, before anybody sees a preview."""
    text = text.strip()
    if found.stage is Stage.ASKED:
        context.answer(wording.is_asked(context.say, found.id))
    elif found.stage is Stage.SENDING:
        context.answer(wording.is_being_sent(context.say, found.id))
    elif not text:
        context.answer(wording.empty_text(context.say))
    elif (most := announcing.longest(context.campaign, found, language, text)) is not None:
        context.answer(wording.text_too_long(context.say, language, len(text), most))
    else:
        changed = await announcing.give_text(
            context.unit, context.campaign, found, language, text, context.now
        )
        if len(changed.texts) == len(context.campaign.languages):
            await _preview(context, changed)
        else:
            await _show(context, changed)


async def _at(
    context: Context, found: Announcement, stage: Stage, asks: Language | None = None
) -> None:
    changed = await announcing.change(context.unit, found, context.now, stage=stage, asks=asks)
    await _show(context, changed, on=context.turning_message)


async def _texts(context: Context, found: Announcement, _word: str) -> None:
    await _at(context, found, Stage.TEXTS)


async def _preview(context: Context, found: Announcement, _word: str = "") -> None:
    if not found.texts:
        context.answer(wording.no_text(context.say))
        return
    changed = await announcing.change(context.unit, found, context.now, stage=Stage.PREVIEW)
    announcing.preview(context.unit, context.campaign, changed, context.chat)
    await _show(context, changed)


async def _start(context: Context, found: Announcement, _word: str) -> None:
    """What was proposed is begun: the first text that is missing is asked for."""
    missing = [each for each in context.campaign.languages if each not in found.texts]
    if found.stage is not Stage.PROPOSED:
        await _show(context, found)
    elif missing:
        await _at(context, found, Stage.TEXTS, asks=missing[0])
    else:
        await _preview(context, found)


async def _choose(context: Context, found: Announcement, word: str) -> None:
    """The next choice of those to whom it goes."""
    audience = announcing.next_audience(context.campaign, found.audience, word)
    if found.stage is not Stage.PREVIEW or not found.texts:
        await _preview(context, replace(found, audience=audience))
        return
    changed = await announcing.change(
        context.unit, found, context.now, stage=Stage.PREVIEW, audience=audience
    )
    await _show(context, changed, on=context.turning_message)


async def _send(context: Context, found: Announcement) -> None:
    """Ask another admin, or agree to what another has asked. Raises `OwnRequest`. What nobody has
    seen as it will look is shown first."""
    unit, campaign = context.unit, context.campaign
    if found.stage is Stage.ASKED:
        await second.ask_about(unit, context.admin, "announce", context.now, announcement=found.id)
        context.answer(words_of_second.agreed(context.say))
    elif found.stage is not Stage.PREVIEW or not found.texts:
        await _preview(context, found)
    elif not await unit.news.counts(found.audience):
        context.answer(wording.nobody(context.say))
    else:
        await announcing.ask(unit, campaign, found, context.admin, context.now)
        if not isinstance(context.event, Press):
            context.answer(wording.needs_second(context.say, found.id))


async def _cancel(context: Context, found: Announcement) -> None:
    """At any time. What others have got already they keep, and it says how many that are."""
    unit, campaign, by, now = context.unit, context.campaign, context.admin, context.now
    if found.stage is Stage.SENDING:
        sent = await broadcasting.stop(unit, campaign, found, by, now)
        text = wording.cancelled(context.say, found.id, by.name, sent)
    elif found.stage is Stage.ASKED:
        known = await second.WAITING.all(unit)
        for request in known:
            if request.announcement == found.id:
                await second.decline(unit, campaign, request, by, now)
        text = wording.declined(context.say, by.name, found.id)
    else:
        await announcing.take_back(unit, campaign, found, by, now)
        text = wording.not_sent(context.say, found.id)
    if not isinstance(context.event, Press):
        context.answer(text, ways_on(context))


async def _show(context: Context, found: Announcement, *, on: MessageRef | None = None) -> None:
    await announcing.show(context.unit, context.campaign, found, context.chat, context.say, on=on)


_STEPS: Mapping[str, _Step] = {
    "begin": _start,
    "texts": _texts,
    "preview": _preview,
    "to_statement": _choose,
    "to_kind": _choose,
    "to_language": _choose,
}
