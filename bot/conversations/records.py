"""What a signer is asked about their own records: whether to withdraw one or to erase its name, the
right name or affiliation, where they are, whether everything is to be erased. A group is asked the
first of these too."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.conversations.transition import (
    CANCEL,
    CONFIRM,
    Input,
    Pressed,
    Transition,
    Typed,
    as_press,
)
from bot.domain.endorsement import Endorsement, Kind, Visibility
from bot.domain.errors import BadName, Refusal
from bot.domain.ids import Country, Digest, Number
from bot.domain.names import clean_name
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, nearest_country
from bot.statements.model import Revision
from bot.text.difference import Difference
from bot.text.doubts import doubts
from bot.text.rich import RichText
from bot.wording import correcting, groups, likeness, mydata, refusals, signing, texts
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, paragraphs

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Withdrawing:
    number: Number
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What may be looked at: the record, or why it can neither be withdrawn nor changed any more,
    and the title of its statement."""

    say: Voice
    record: Endorsement | Refusal
    title: str = ""


def ask_to_withdraw(say: Voice, record: Endorsement, title: str) -> Transition[Withdrawing]:
    asked = signing.ask_withdraw(say, record, title)
    return Transition(Withdrawing(record.number), asked, CONFIRM)


def withdraw(state: Withdrawing, given: Input, view: Withdrawal) -> Transition[Withdrawing]:
    given = as_press(view.say, given, CONFIRM)
    if given == Pressed("cancel"):
        return Transition(None, groups.kept(view.say, state.number))
    if isinstance(view.record, Refusal):
        return Transition(None, refusals.refusal(view.say, view.record))
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    return ask_to_withdraw(view.say, view.record, view.title)


@dataclass(frozen=True, slots=True)
class SigningNew:
    """Whether a signature is to stand under the new text, whose digest was shown."""

    number: Number
    digest: Digest
    kind: Literal["new text"] = "new text"


@dataclass(frozen=True, slots=True)
class NewText:
    """What may be looked at: the record, or why it cannot be under another text any more; the text
    that is in use now; what is other in it than in the one that was signed."""

    say: Voice
    record: Endorsement | Refusal
    revision: Revision
    differences: Sequence[Difference] = ()


def ask_to_sign_new(view: NewText) -> Transition[SigningNew]:
    record = view.record
    assert isinstance(record, Endorsement)
    asked = texts.ask_to_sign_new(view.say, record, view.revision.title, view.differences)
    return Transition(SigningNew(record.number, view.revision.digest), asked, CONFIRM)


def sign_new(state: SigningNew, given: Input, view: NewText) -> Transition[SigningNew]:
    given = as_press(view.say, given, CONFIRM)
    if given == Pressed("cancel"):
        return Transition(None, texts.stays(view.say, state.number))
    if isinstance(view.record, Refusal):
        return Transition(None, refusals.refusal(view.say, view.record))
    if view.revision.digest != state.digest:
        return _told(texts.changed_again(view.say), ask_to_sign_new(view))
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    return ask_to_sign_new(view)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Whether a name is to be erased once it has been counted."""

    number: Number
    kind: Literal["counted"] = "counted"


def ask_to_erase(say: Voice, record: Endorsement) -> Transition[Erasing]:
    return Transition(Erasing(record.number), correcting.ask_to_erase(say, record), CONFIRM)


def erase(state: Erasing, given: Input, view: Withdrawal) -> Transition[Erasing]:
    given = as_press(view.say, given, CONFIRM)
    if given == Pressed("cancel"):
        return Transition(None, correcting.unchanged(view.say))
    if isinstance(view.record, Refusal):
        return Transition(None, refusals.refusal(view.say, view.record))
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    return _told(signing.use_a_button(view.say), ask_to_erase(view.say, view.record))


MendedField = Literal["name", "affiliation"]


@dataclass(frozen=True, slots=True)
class Mending:
    """`value` is what was typed; it is stored with the state only while it is asked about
    (`is_doubted`)."""

    number: Number
    field: MendedField
    value: str = ""
    is_doubted: bool = False
    kind: Literal["mend"] = "mend"


def ask_to_mend(say: Voice, state: Mending) -> Transition[Mending]:
    if state.is_doubted:
        asked = likeness.ask_about(say, state.value, doubts(state.value, Kind.PERSON))
        return Transition(state, asked, CONFIRM)
    return Transition(state, correcting.ask_to_mend(say, state.field), CANCEL)


def mend(state: Mending, given: Input, say: Voice) -> Transition[Mending]:
    """An odd name is asked about once: it is kept when it is confirmed or typed again."""
    given = as_press(say, given, CONFIRM if state.is_doubted else CANCEL)
    if given == Pressed("cancel"):
        return Transition(None, correcting.unchanged(say))
    if state.is_doubted and given == Pressed("confirm"):
        return Transition(state, act=True)
    if not isinstance(given, Typed):
        return ask_to_mend(say, state)
    try:
        value = clean_name(given.text)
    except BadName as error:
        return _told(refusals.refusal(say, error), ask_to_mend(say, state))
    is_kept = state.is_doubted and value == state.value
    if state.field == "name" and not is_kept and doubts(value, Kind.PERSON):
        return ask_to_mend(say, dataclasses.replace(state, value=value, is_doubted=True))
    return Transition(dataclasses.replace(state, value=value), act=True)


@dataclass(frozen=True, slots=True)
class Renewing:
    """What is sealed to the organisers, given anew so that another thing can change: the name, then
    the affiliation (None: not asked yet). `visibility` and `place` are what is to change, where it
    is one of them; `is_doubted` as in `Mending`."""

    number: Number
    visibility: Visibility | None = None
    place: str | None = None
    name: str = ""
    is_doubted: bool = False
    affiliation: str | None = None
    kind: Literal["renew"] = "renew"


def ask_to_renew(say: Voice, state: Renewing) -> Transition[Renewing]:
    if state.is_doubted:
        asked = likeness.ask_about(say, state.name, doubts(state.name, Kind.PERSON))
        return Transition(state, asked, CONFIRM)
    if state.name:
        return Transition(state, correcting.ask_affiliation_anew(say, state.number), SKIP)
    return Transition(state, correcting.ask_name_anew(say, state.number), CANCEL)


def renew(state: Renewing, given: Input, say: Voice) -> Transition[Renewing]:
    """Whoever types the name has read that the signature is verified anew then."""
    if state.name and not state.is_doubted:
        return _affiliation_anew(state, given, say)
    asked = mend(Mending(state.number, "name", state.name, state.is_doubted), given, say)
    if asked.state is None:
        return Transition(None, asked.text)
    if not asked.act:
        is_doubted = asked.state.is_doubted
        name = asked.state.value if is_doubted else ""
        kept = dataclasses.replace(state, name=name, is_doubted=is_doubted)
        return Transition(kept, asked.text, asked.buttons)
    named = dataclasses.replace(state, name=asked.state.value, is_doubted=False)
    return ask_to_renew(say, named) if named.affiliation is None else Transition(named, act=True)


def _affiliation_anew(state: Renewing, given: Input, say: Voice) -> Transition[Renewing]:
    given = as_press(say, given, SKIP)
    if given == Pressed("cancel"):
        return Transition(None, correcting.unchanged(say))
    if given == Pressed("skip"):
        return Transition(dataclasses.replace(state, affiliation=""), act=True)
    if not isinstance(given, Typed):
        return ask_to_renew(say, state)
    try:
        text = clean_name(given.text)
    except BadName as error:
        return _told(refusals.refusal(say, error), ask_to_renew(say, state))
    return Transition(dataclasses.replace(state, affiliation=text), act=True)


SKIP: ButtonNames = (("skip", "cancel"),)


@dataclass(frozen=True, slots=True)
class Locating:
    """Where somebody is: a country, a place in their own words, or nothing that is shown. `typed`
    is what is asked about: it is kept as a place once it is typed again."""

    number: Number
    country: Country | None = None
    place: str | None = None
    typed: str = ""
    kind: Literal["locate"] = "locate"


def ask_to_locate(say: Voice, number: Number) -> Transition[Locating]:
    return Transition(Locating(number), correcting.ask_to_locate(say), SKIP)


def locate(state: Locating, given: Input, say: Voice) -> Transition[Locating]:
    given = as_press(say, given, SKIP)
    number = state.number
    match given:
        case Pressed("cancel"):
            return Transition(None, correcting.unchanged(say))
        case Pressed("skip"):
            return Transition(Locating(number), act=True)
        case Pressed(code) if country_fault(code) is None:
            return Transition(Locating(number, Country(code.upper())), act=True)
        case Typed(text):
            return _located(state, text, say)
    return ask_to_locate(say, number)


def _located(state: Locating, typed: str, say: Voice) -> Transition[Locating]:
    try:
        place = clean_name(typed)
    except BadName as error:
        return _told(refusals.refusal(say, error), ask_to_locate(say, state.number))
    country = country_in(place)
    nearest = None if country or place == state.typed else nearest_country(place, say.language)
    if nearest is not None:
        text = correcting.did_you_mean(say, place, nearest)
        return Transition(Locating(state.number, typed=place), text, ((nearest,), *SKIP))
    there = Locating(state.number, country, None if country else place)
    return Transition(there, act=True)


def _told(why: RichText, asked: Transition[S]) -> Transition[S]:
    """Asked again, with what was wrong before it."""
    return dataclasses.replace(asked, text=paragraphs(why, asked.text))


@dataclass(frozen=True, slots=True)
class Forgetting:
    kind: Literal["forget"] = "forget"


def ask_to_forget(say: Voice) -> Transition[Forgetting]:
    return Transition(Forgetting(), mydata.ask_to_forget(say), CONFIRM)


def forget(state: Forgetting, given: Input, say: Voice) -> Transition[Forgetting]:
    given = as_press(say, given, CONFIRM)
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    if given == Pressed("cancel"):
        return Transition(None, mydata.kept(say))
    return _told(signing.use_a_button(say), ask_to_forget(say))
