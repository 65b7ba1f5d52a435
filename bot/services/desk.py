"""An admin's desk: the queue of what waits, one record at a time, in one message.

Whoever has a record on their desk holds it for a while: others get the next one. What becomes of a
record is seen on every desk that shows it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import Country, Language, Number, StatementId
from bot.domain.likeness import Likeness
from bot.domain.priority import Priority
from bot.domain.selection import EVERYTHING
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.cards import buttons_of
from bot.services.likeness import issuers_of, likeness_of, offered
from bot.services.posting import Typed, edit_live, end_live
from bot.services.quorum import has_agreed, is_against, needed
from bot.services.second import WAITING
from bot.storage.desks import MOST_KEPT, Desk, Place, desk_tag
from bot.storage.messages import LiveMessage
from bot.storage.queue import place_of
from bot.storage.selecting import is_sealed
from bot.storage.unit import Unit
from bot.text.breaks import shortened
from bot.text.rich import RichText
from bot.wording import desk as wording
from bot.wording.admin import card, names_erased
from bot.wording.buttons import ButtonNames
from bot.wording.likeness import marks
from bot.wording.linking import same_as
from bot.wording.reasons import REASONS, REASONS_OF
from bot.wording.voice import Voice, own_name, paragraphs

HOLD = dt.timedelta(minutes=5)
"""How long a record on a desk is kept from the others."""

MOST_PASSED = 100
"""Records that are passed over at once: a tenth of a second."""

LONGEST_LIST = 16
"""Countries, or languages, to choose from."""

LONGEST_VALUE = 24
"""Characters of a country or a title on a button, which the count stands behind."""

LISTS = ("statements", "countries", "language", "platform")
"""The views of a desk in which one value of many is chosen."""

COLUMNS = {"statements": "statement", "countries": "country", "language": "language"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on a desk."""

    text: RichText
    names: ButtonNames = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[Number, ...] = ()
    """The records of which anything is said."""


def slot_of(unit: Unit, desk: Desk) -> Slot:
    return Slot(SlotKind.DESK, desk_tag(unit.keys, desk.chat, desk.admin).hex())


def typed_as(number: Number | None) -> Typed:
    """What is typed in place of a desk's buttons: a decision names the record."""
    decisions = {"verify", "reject", "ask"}

    def typed(name: str) -> str:
        if name in REASONS:
            return f"reject {number}"
        if name.startswith("#"):
            return f"link {name[1:]} {number}"
        return f"{name} {number}" if name in decisions else f"pending {name}"

    return typed


async def go_on(unit: Unit, desk: Desk, now: dt.datetime) -> Desk:
    """The desk with the next record, which nobody else holds; behind the last one from the
    beginning again. Without a number where there is none."""
    back = desk.back if desk.number is None else (*desk.back, desk.number)[-MOST_KEPT:]
    desk = dataclasses.replace(desk, back=back, view="record")
    if desk.ahead:
        return dataclasses.replace(desk, number=desk.ahead[-1], ahead=desk.ahead[:-1])
    besides = await _besides(unit, desk)
    # What a second admin has to agree to is decided, as far as a desk goes.
    asked = [number for request in await WAITING.all(unit) for number in request.numbers]
    record = None
    for behind in dict.fromkeys((desk.behind, None)):
        if record is None:
            record = await _next(unit, desk, behind, now, besides=besides, without=asked)
    if record is None:
        return dataclasses.replace(desk, number=None, behind=None)
    return dataclasses.replace(desk, number=record.number, behind=place_of(record))


async def _besides(unit: Unit, desk: Desk) -> int | None:
    """The list that is being decided, if there is one: what is on it comes to no desk."""
    bulk = None if desk.bulk is None else await unit.bulks.get(desk.bulk)
    return desk.bulk if bulk is not None and bulk.stage == "doing" else None


async def _next(
    unit: Unit,
    desk: Desk,
    behind: Place | None,
    now: dt.datetime,
    *,
    besides: int | None,
    without: Sequence[Number],
) -> Endorsement | None:
    """The next one behind a place, but for what another admin has to look at; of many such, the
    last at which this stops."""
    tag = desk_tag(unit.keys, desk.chat, desk.admin)
    # Of what is sealed each look would read them all anew.
    found = (
        await unit.queue.among(desk.selection, behind, tag, now, besides=besides, without=without)
        if is_sealed(desk.selection)
        else None
    )
    record = None
    for at in range(MOST_PASSED):
        if found is not None:
            record = await unit.endorsements.get(found[at]) if at < len(found) else None
        else:
            record = await unit.queue.next(
                desk.selection, behind, tag, now, besides=besides, without=without
            )
        if record is None or not await _is_for_others(unit, record, desk.admin):
            break
        behind = place_of(record)
    return record


async def _is_for_others(unit: Unit, record: Endorsement, admin: Admin) -> bool:
    """Whether this admin has had their say: has agreed, or is appealed against."""
    return is_against(unit, record, admin) or await has_agreed(unit, record, admin)


def go_back(desk: Desk) -> Desk:
    """The desk with what was shown before."""
    ahead = desk.ahead if desk.number is None else (*desk.ahead, desk.number)[-MOST_KEPT:]
    return dataclasses.replace(
        desk, number=desk.back[-1], back=desk.back[:-1], ahead=ahead, view="record"
    )


async def refresh(
    unit: Unit,
    campaign: Campaign,
    record: Endorsement,
    showing: Iterable[LiveMessage],
    *,
    erased: bool = False,
) -> None:
    """Show on every desk among the messages `showing` the record what has become of it. Where its
    name was `erased` it stands on no list and beside no other any more, nor do the words by which
    it was looked for."""
    for live in showing:
        if live.slot.kind is not SlotKind.DESK or live.chat.adapter not in campaign.adapters:
            continue
        desk, say = (
            await unit.desks.get(bytes.fromhex(live.slot.about)),
            campaign.admin_voice(live.chat),
        )
        if desk is None:
            if erased:
                await end_live(unit, live.slot, say, names_erased(say))
            continue
        if erased:
            selection = dataclasses.replace(desk.selection, name="")
            desk = dataclasses.replace(desk, selection=selection)
            await unit.desks.change(desk)
        if erased or desk.number == record.number:
            await _show_again(unit, campaign, desk, say, erases=erased)


async def _show_again(
    unit: Unit, campaign: Campaign, desk: Desk, say: Voice, *, erases: bool
) -> None:
    seen = dataclasses.replace(desk, view="record")
    shown = await show(unit, campaign, seen, say, desk.at)
    await edit_live(
        unit,
        slot_of(unit, desk),
        say,
        shown.text,
        shown.names,
        typed=typed_as(desk.number),
        labels=shown.labels,
        priority=Priority.DECISION,
        shows=shown.shows,
        erases=erases,
    )


async def show(unit: Unit, campaign: Campaign, desk: Desk, say: Voice, now: dt.datetime) -> Shown:
    """What stands on the desk in its view of the record, or of what it can be filtered by."""
    waiting = await unit.queue.waiting(desk.selection)
    head = wording.head(say, waiting, desk.selection, title_of(campaign, desk, say), now)
    if desk.view == "filter":
        return _filters(campaign, desk, say, head)
    if desk.view in LISTS:
        return await _values(unit, campaign, desk, say, head)
    record = None if desk.number is None else await unit.endorsements.get(desk.number)
    if record is None:
        return await _empty(unit, desk, say, head, now, is_left=waiting.total > 0)
    issuers = issuers_of(campaign.library.get(record.statement))
    is_pending = record.status is Status.PENDING
    likeness = await likeness_of(unit, record, issuers) if is_pending else Likeness()
    about = await _about(unit, campaign, desk, record, likeness, say, now)
    asked: RichText | None = None
    names: ButtonNames
    labels: Mapping[str, str] = {}
    match desk.view:
        case "reason":
            asked = wording.why(say, record, is_told=campaign.can_tell(record))
            names = (*([name] for name in REASONS_OF[record.kind]), ["back"])
        case "ask":
            asked, names = wording.what_to_ask(say), [["back"]]
        case _:
            labels = same_as(say, await offered(unit, record, likeness))
            names = _buttons(campaign, desk, record, likeness, list(labels))
    beside = (similar.number for similar in likeness.similar)
    return Shown(paragraphs(head, about, asked), names, labels, (record.number, *beside))


def _buttons(
    campaign: Campaign, desk: Desk, record: Endorsement, likeness: Likeness, links: list[str]
) -> ButtonNames:
    """What can be decided about the record, and where the desk can go."""
    rows = [list(row) for row in buttons_of(record)]
    if record.status is Status.PENDING:
        # An undo here is of what was decided before.
        rows = [["verify", "reject", *(["ask"] if campaign.can_tell(record) else [])]]
    if (reason := likely_reason(likeness)) is not None:
        rows.append([reason])
    rows += [[link] for link in links]
    turns = ["previous", "skip"] if desk.back else ["skip"]
    undo = ["undo"] if desk.back and ["undo"] not in rows else []
    return (*rows, [*turns, *undo], ["filter", "bulk"])


def likely_reason(likeness: Likeness) -> str | None:
    """What a name with such marks is most often rejected for: that takes one touch."""
    if any(similar.telling for similar in likeness.similar):
        return "duplicate"
    return "unreal" if likeness.mixed else None


async def _empty(
    unit: Unit, desk: Desk, say: Voice, head: RichText, now: dt.datetime, *, is_left: bool
) -> Shown:
    """Where nothing comes to the desk; `is_left`: though something waits."""
    tag = desk_tag(unit.keys, desk.chat, desk.admin)
    others = await unit.desks.holding(tag, now) if is_left else []
    names = list(dict.fromkeys(other.admin.name for other in others))
    held = wording.only_held(say, names) if names else None
    if is_left and not names:
        besides = await _besides(unit, desk)
        left = await unit.queue.next(desk.selection, None, tag, now, besides=besides)
        held = wording.others_left(say) if left is not None else None
    turns = ["previous", "undo"] if desk.back else []
    filters = ["filter"] if desk.selection == EVERYTHING else ["filter", "all"]
    return Shown(paragraphs(head, held), ([*turns, "pending"], filters))


def title_of(campaign: Campaign, desk: Desk, say: Voice) -> str:
    """That of the statement that the desk is filtered by; empty for none."""
    statement = desk.selection.statement
    return campaign.title(statement, say.language) if statement else ""


async def _about(
    unit: Unit,
    campaign: Campaign,
    desk: Desk,
    record: Endorsement,
    likeness: Likeness,
    say: Voice,
    now: dt.datetime,
) -> RichText:
    """The record as on its card, what is to be looked at twice, and what it resembles beside it."""
    text = card(
        say,
        record,
        campaign.title(record.statement, say.language),
        is_earlier=record.digest in campaign.history(record.statement).earlier,
        needed=needed(campaign, record),
        stands_for=await unit.endorsements.linked_to(record.number),
    )
    if record.status is not Status.PENDING:
        return text
    found = await unit.endorsements.each([similar.number for similar in likeness.similar])
    tag = desk_tag(unit.keys, desk.chat, desk.admin)
    other = await unit.desks.holder(record.number, tag, now)
    return paragraphs(
        text,
        marks(say, likeness),
        wording.beside(say, [one for one in found.values() if one is not None]),
        wording.in_a_wave(say) if record.wave else None,
        None if record.aside is None else wording.set_aside(say, record.aside),
        wording.held(say, other.admin.name) if other else None,
    )


def _filters(campaign: Campaign, desk: Desk, say: Voice, head: RichText) -> Shown:
    """What the desk can be filtered by, as far as that makes a difference."""
    lists = ["countries", "language"]
    if len(list(campaign.library)) > 1:
        lists.insert(0, "statements")
    if len(campaign.adapters) > 1:
        lists.append("platform")
    rows = (["person", "organisation"], ["marked", "unmarked"], lists, ["wave", "aside", "paper"])
    chosen = [["all"]] if desk.selection != EVERYTHING else []
    can_set_aside = bool(chosen) and not desk.selection.aside
    aside = [["put_aside"]] if can_set_aside else []
    text = paragraphs(head, wording.filter_by(say))
    return Shown(text, (*rows, *aside, *chosen, ["back"]))


async def _values(unit: Unit, campaign: Campaign, desk: Desk, say: Voice, head: RichText) -> Shown:
    """The values of one kind that there are, with how many wait of each."""
    if desk.view == "platform":
        labels = {str(name): wording.platform(say, name) for name in campaign.adapters}
    else:
        found = await unit.queue.choices(desk.selection, COLUMNS[desk.view])
        labels = {
            value: f"{_name(campaign, desk.view, value, say)} · {say.number(count)}"
            for value, count in found[:LONGEST_LIST]
        }
    rows = [[name] for name in labels]
    return Shown(paragraphs(head, wording.filter_by(say)), (*rows, ["back"]), labels)


def _name(campaign: Campaign, view: str, value: str, say: Voice) -> str:
    if view == "countries":
        return shortened(say.country(Country(value)), LONGEST_VALUE)
    if view == "language":
        return own_name(Language(value))
    return shortened(campaign.title(StatementId(value), say.language), LONGEST_VALUE)
