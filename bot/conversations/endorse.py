"""The conversation of `endorse`: a preview that one of the group's administrators confirms, with
questions for another name and the country. In a group the bot reads replies to its questions."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversations import excepting
from bot.conversations.transition import Input, Pressed, Transition, Typed, as_press
from bot.domain.endorsement import Kind, Mode
from bot.domain.errors import BadName
from bot.domain.ids import Country, Digest, Language, StatementId
from bot.domain.mandate import MandateRule
from bot.domain.names import clean_name
from bot.services.likeness import odd
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, find_country, nearest_country
from bot.statements.model import Revision
from bot.text.rich import RichText
from bot.wording import excepting as wording
from bot.wording import groups, mandates, refusals
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, paragraphs

NAME_AND_COUNTRY = re.compile(r"(?P<name>.+?)\s*[(（](?P<country>[^()（）]+)[)）]\s*")
"""A name with its country in brackets behind it."""


Field = Literal["name", "country", "except"]


@dataclass(frozen=True, slots=True)
class Endorsing:
    """A group's preview waits to be confirmed, or a question for one field of it to be answered.
    `digest` is that of the revision it was shown; `place` is a country as typed that is none of
    ISO 3166; `figure`: how many members agree is to be published."""

    statement: StatementId
    language: Language
    digest: Digest
    name: str
    country: Country | None
    place: str | None = None
    excepts: tuple[str, ...] = ()
    figure: bool = False
    asked: Field | None = None
    kind: Literal["endorse"] = "endorse"


@dataclass(frozen=True, slots=True)
class View:
    """What a turn may look at: the voice, the revision that is current now, the names of the
    organisations that issued the statement, what is said of which text it is, the demands that may
    be excepted, and who must agree."""

    say: Voice
    revision: Revision
    issuers: Sequence[str] = ()
    which: RichText | None = None
    demands: tuple[str, ...] = ()
    rule: MandateRule = dataclasses.field(default_factory=MandateRule)


_ASKED: dict[str, ButtonNames] = {
    "name": (("back", "cancel"),),
    "country": (("skip", "back"), ("cancel",)),
}


def start(view: View, typed: str, title: str = "") -> Transition[Endorsing]:
    """`typed` is the organisation's name, with its country in brackets or without; brackets that
    hold no country are part of the name; "except 2 and 4" may stand behind it. Without it
    the group's `title` is the name. One that cannot be published is asked for."""
    typed, excepts = excepting.taken_off(typed, view.demands)
    match = NAME_AND_COUNTRY.fullmatch(typed)
    country = match and find_country(match["country"])
    shown = view.revision
    state = Endorsing(
        shown.statement, shown.language, shown.digest, "", country or None, excepts=excepts
    )
    try:
        name = clean_name(match["name"] if match and country else typed or title)
    except BadName as error:
        asked = dataclasses.replace(state, asked="name")
        return (
            _again(asked, view, refusals.refusal(view.say, error)) if typed else _ask(asked, view)
        )
    return _ask(dataclasses.replace(state, name=name), view)


def step(state: Endorsing, given: Input, view: View) -> Transition[Endorsing]:
    """One press or reply further; what is written while nothing is asked changes nothing."""
    given, current = as_press(view.say, given, _buttons(state, view)), view.revision
    if given == Pressed("cancel"):
        return Transition(None, groups.cancelled(view.say))
    is_same = current.digest == state.digest
    if not is_same or not set(state.excepts) <= set(view.demands):
        fresh = dataclasses.replace(
            state, language=current.language, digest=current.digest, excepts=()
        )
        changed = None if is_same else groups.text_changed(view.say)
        dropped = wording.dropped(view.say) if state.excepts else None
        return _again(fresh, view, paragraphs(changed, dropped))
    if state.asked is None:
        return _preview(state, given, view)
    if state.asked == "except" and given != Pressed("back"):
        return _excepted(state, given, view)
    if isinstance(given, Typed):
        return _answered(state, given.text, view)
    if given == Pressed("skip") and state.asked == "country":
        state = dataclasses.replace(state, country=None, place=None)
    return _ask(dataclasses.replace(state, asked=None if state.name else "name"), view)


def _preview(state: Endorsing, given: Input, view: View) -> Transition[Endorsing]:
    match given:
        case Pressed("confirm"):
            return Transition(state, act=True)
        case Pressed("name"):
            state = dataclasses.replace(state, asked="name")
        case Pressed("country"):
            state = dataclasses.replace(state, asked="country")
        case Pressed("except") if view.demands:
            state = dataclasses.replace(state, asked="except")
        case Pressed("figure" | "no_figure" as name):
            state = dataclasses.replace(state, figure=name == "figure")
        case Pressed(code) if country_fault(code) is None:
            state = dataclasses.replace(state, country=Country(code.upper()), place=None)
    return _ask(state, view)


def _excepted(state: Endorsing, given: Input, view: View) -> Transition[Endorsing]:
    excepts = excepting.answered(given, state.excepts, view.demands)
    if excepts is None:
        return _ask(state, view)
    if len(excepts) == len(view.demands):
        return _again(state, view, wording.nothing_left(view.say))
    return _ask(dataclasses.replace(state, excepts=excepts, asked=None), view)


def _answered(state: Endorsing, typed: str, view: View) -> Transition[Endorsing]:
    try:
        text = clean_name(typed)
    except BadName as error:
        return _again(state, view, refusals.refusal(view.say, error))
    if state.asked == "name":
        return _ask(dataclasses.replace(state, name=text, asked=None), view)
    country = country_in(text)
    place = None if country else text
    return _ask(dataclasses.replace(state, country=country, place=place, asked=None), view)


def _ask(state: Endorsing, view: View) -> Transition[Endorsing]:
    say = view.say
    match state.asked:
        case "name":
            text = groups.ask_name(say)
        case "country":
            text = groups.ask_country(say, state.name)
        case "except":
            text = wording.ask(say, view.revision.document.demands, state.excepts)
        case None:
            is_usual = view.rule.mode is Mode.ADMINISTRATOR
            text = groups.preview(
                say,
                view.revision.title,
                groups.Named(state.name, state.country, state.place, state.excepts),
                odd(state.name, Kind.ORGANISATION, view.issuers),
                _meant(state, view),
                view.which,
                None if is_usual else mandates.how(say, view.rule, public=state.figure),
            )
    return Transition(state, text, _buttons(state, view))


def _buttons(state: Endorsing, view: View) -> ButtonNames:
    if state.asked == "except":
        return (*excepting.rows(view.demands), ("back", "cancel"))
    if state.asked is not None:
        return _ASKED[state.asked] if state.name else (("cancel",),)
    meant = _meant(state, view)
    more = [["except"]] if view.demands else []
    if view.rule.mode is Mode.MEMBERS:
        more.append(["no_figure" if state.figure else "figure"])
    return (*([[meant]] if meant else []), ["confirm"], ["name", "country"], *more, ["cancel"])


def _meant(state: Endorsing, view: View) -> Country | None:
    """The country that was probably meant by a place that is none."""
    return nearest_country(state.place, view.say.language) if state.place else None


def _again(state: Endorsing, view: View, why: RichText) -> Transition[Endorsing]:
    asked = _ask(state, view)
    return dataclasses.replace(asked, text=paragraphs(why, asked.text))
