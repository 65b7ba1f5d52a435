"""One organisation in several chats: what each chat gave stays a record of its own, with its own
signer, and one of them stands for the others, which are linked to it and count nowhere.

What becomes of the others once that one is gone for good: where its group has withdrawn it, the
other groups are asked, and nothing becomes of theirs until they or the admins say so; where the
admins have not accepted it, the others wait to be decided; where it is erased by its age, one of
the others takes its place (docs/decisions/0063-one-organisation-in-several-chats.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Kind, Status
from bot.domain.errors import CannotLink, NoLink, NotLinked, StoodForAgain
from bot.domain.ids import Number
from bot.domain.lifecycle import Effect, Outcome
from bot.domain.priority import Priority
from bot.ports import Button, Rows, Send
from bot.services.campaign import Campaign
from bot.services.cards import bring_card
from bot.services.lifecycle import apply, known
from bot.services.posting import post
from bot.storage.unit import Unit
from bot.wording import linking as wording
from bot.wording.buttons import label


async def pair(unit: Unit, one: Number, other: Number) -> tuple[Endorsement, Endorsement]:
    """Of two records of one organisation the one that stands for both, and the one that is linked
    to it: the first, unless the other alone counts, or alone has others linked to it. Of one that
    is linked already it is the one that stands for it. Raises `UnknownNumber` or `CannotLink`."""
    main, record = await _standing_for(unit, one), await known(unit, other)
    if main.number in {record.number, record.linked_to}:
        why = NoLink.SAME if one == other else NoLink.LINKED
        raise CannotLink(other if record.linked_to else one, main.number, why)
    counts = [each.status is Status.VERIFIED for each in (main, record)]
    others = [bool(await unit.endorsements.linked_to(each.number)) for each in (main, record)]
    is_better = record.stands and (counts[1], others[1]) > (counts[0], others[0])
    return (record, main) if is_better else (main, record)


async def link(unit: Unit, main: Number, number: Number, by: str, now: dt.datetime) -> Outcome:
    """As `lifecycle.link`. Raises `UnknownNumber` or `CannotLink`."""
    stands, record = await known(unit, main), await known(unit, number)
    others = await unit.endorsements.linked_to(number)
    return lifecycle.link(record, stands, by, now, stands_for=len(others))


async def follow(unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement) -> None:
    """After a decision of the admins: the group whose endorsement stands for the other one hears of
    it too. Where that one was gone, whoever stands by itself again stands for all that is left."""
    if before.linked_to == record.linked_to:
        return
    number = record.linked_to or before.linked_to
    assert number is not None
    main = await known(unit, number)
    if record.linked_to is None and is_gone(main):
        await _stand_for(unit, campaign, record, await unit.endorsements.linked_to(number))
    if main.stands:
        _post(unit, campaign, main, "linked" if record.linked_to else "unlinked")


async def stand_alone(
    unit: Unit, campaign: Campaign, record: Endorsement, now: dt.datetime
) -> Endorsement:
    """Its group wants it to, since the one that stood for it is gone: it is what it was, and stands
    for the others. Admins get its card. Raises `NotLinked`, or `StoodForAgain` where there is one
    that does."""
    if record.linked_to is None:
        raise NotLinked(record.number)
    main = await known(unit, record.linked_to)
    if not is_gone(main):
        raise StoodForAgain(record.number)
    outcome = lifecycle.unlink(record, now)
    # It is told by the answer.
    outcome = replace(outcome, effects=outcome.effects & ~Effect.TELL_SIGNER)
    alone = await apply(unit, campaign, record, outcome)
    await _stand_for(unit, campaign, alone, await unit.endorsements.linked_to(main.number))
    await bring_card(unit, campaign, alone)
    return alone


async def settle(
    unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement, now: dt.datetime
) -> None:
    """The last change of an organisation's record, which was that `before`, is final: if it is gone
    with that, see to those that it stood for, or that had one in common with it."""
    # What is forgotten shows no more whose it was.
    is_a_person = before.kind is Kind.PERSON and before.signer is not None
    if is_a_person or not is_gone(record):
        return
    linked = await unit.endorsements.linked_to(record.number)
    # Not accepted, it can be withdrawn too before that is final.
    was = (before.status, before.before and before.before.status, record.status)
    if Status.REJECTED in was:
        for one in linked:
            await apply(unit, campaign, one, lifecycle.lose_main(one, now))
    elif record.signer is None and linked:
        # It counted nowhere any more, so none of them must wait for anybody's word.
        linked.sort(key=lambda one: _stood(one) is not Status.VERIFIED)
        heir, *others = linked
        heir = await apply(unit, campaign, heir, lifecycle.unlink(heir, now))
        await _stand_for(unit, campaign, heir, others)
    elif record.signer is not None:
        await _ask_others(unit, campaign, before, record, linked)


async def mended(unit: Unit, outcome: Outcome, now: dt.datetime) -> Outcome:
    """A record that was withdrawn is what it was again, but another may stand for it since. Where
    that one is gone, another of its organisation may count in its place: so it waits."""
    record = outcome.record
    if record.linked_to is None:
        return outcome
    main = await known(unit, record.linked_to)
    if main.linked_to is not None:
        on = lifecycle.link_on(record, await known(unit, main.linked_to))
    elif is_gone(main):
        on = lifecycle.lose_main(record, now)
    else:
        return outcome
    return Outcome(on.record, outcome.effects | on.effects)


async def has_lost_main(unit: Unit, record: Endorsement) -> bool:
    """Whether the one that stood for a linked one is gone."""
    assert record.linked_to is not None
    return is_gone(await known(unit, record.linked_to))


def is_gone(record: Endorsement) -> bool:
    """Whether it was withdrawn, not accepted or forgotten, and that cannot be undone any more."""
    return record.status in {Status.WITHDRAWN, Status.REJECTED} and record.undo_until is None


async def _standing_for(unit: Unit, number: Number) -> Endorsement:
    record = await known(unit, number)
    return record if record.linked_to is None else await known(unit, record.linked_to)


async def _stand_for(
    unit: Unit, campaign: Campaign, main: Endorsement, others: Sequence[Endorsement]
) -> None:
    for one in others:
        await apply(unit, campaign, one, lifecycle.link_on(one, main))


def _stood(record: Endorsement) -> Status:
    """What a linked one was before."""
    stood = record.before or (record.details or Details()).stood
    return stood.status if stood else Status.PENDING


async def _ask_others(
    unit: Unit,
    campaign: Campaign,
    before: Endorsement,
    gone: Endorsement,
    linked: Sequence[Endorsement],
) -> None:
    """Its group has withdrawn it. Those that it stood for count nowhere until their groups say what
    becomes of them, and admins are told so; of the others nothing changes."""
    for one in linked:
        _post(unit, campaign, one, "left", ("alone", "withdraw"))
    if before.before is not None and before.before.linked_to is not None:
        main = await _standing_for(unit, before.before.linked_to)
        others = await unit.endorsements.linked_to(main.number)
        for one in (main, *others) if main.stands else ():
            _post(unit, campaign, one, "withdrawn", ("withdraw",))
    if not linked:
        return
    untold = [one.number for one in linked if not campaign.can_tell(one)]
    names = [f"#{one.number}" for one in linked]
    cards: Rows = (tuple(Button(name, name, f"/show {name[1:]}") for name in names[:5]),)
    for chat, say in campaign.admin_chats():
        text = wording.left_behind(say, gone.number, [one.number for one in linked], untold)
        post(unit, Send(chat, text, say.language, cards), priority=Priority.CARD)


def _post(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    what: str,
    buttons: Sequence[str] = (),
) -> None:
    """To its group, if the bot can write there."""
    route = record.route
    if route is None or not campaign.can_tell(record):
        return
    say = campaign.voice([route.language], route.chat.adapter)
    title = campaign.title(record.statement, say.language)
    text = wording.to_group(say, what, record, title)
    rows = tuple((Button(name, label(say, name), f"/{name} {record.number}"),) for name in buttons)
    send = Send(route.chat, text, say.language, rows, thread=route.thread)
    post(unit, send, priority=Priority.DECISION)
