"""The conversation of `sign`: consent, name, affiliation, country, visibility, preview."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.conversations.transition import (
    CANCEL,
    CONFIRM,
    Input,
    Pressed,
    Transition,
    Typed,
    as_press,
)
from bot.domain.endorsement import Kind, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Country, Digest, Language, StatementId
from bot.domain.names import clean_name
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, nearest_country
from bot.statements.model import Revision
from bot.text.doubts import doubts
from bot.text.rich import RichText
from bot.wording import likeness, refusals, signing
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, own_name, paragraphs


class Step(enum.StrEnum):
    CONSENT = "consent"
    NAME = "name"
    AFFILIATION = "affiliation"
    COUNTRY = "country"
    VISIBILITY = "visibility"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Signing:
    """How far somebody is. `digest` is that of the revision they were shown."""

    statement: StatementId
    language: Language
    digest: Digest
    step: Step = Step.CONSENT
    name: str = ""
    affiliation: str | None = None
    country: Country | None = None
    visibility: Visibility = Visibility.ORGANISERS
    wants_updates: bool = False
    is_doubted: bool = False
    """Whether `name` is asked about: it is kept once it is confirmed or typed again."""
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True)
class View:
    """What a turn may look at: the voice, and the revision that is current now."""

    say: Voice
    revision: Revision


BUTTONS: dict[Step, ButtonNames] = {
    Step.CONSENT: (("confirm", "read"), ("cancel",)),
    Step.NAME: CANCEL,
    Step.AFFILIATION: (("skip", "cancel"),),
    Step.COUNTRY: (("skip", "cancel"),),
    Step.VISIBILITY: (("public",), ("organisers",), ("counted",), ("cancel",)),
    Step.PREVIEW: (("confirm", "read"), ("updates", "cancel")),
}


def start(view: View) -> Transition[Signing]:
    revision = view.revision
    return _ask(view, Signing(revision.statement, revision.language, revision.digest))


def step(state: Signing, given: Input, view: View) -> Transition[Signing]:
    """One answer further. An answer that does not fit is explained and asked for again."""
    given = as_press(view.say, given, _buttons(state))
    if given == Pressed("cancel"):
        return Transition(None, signing.cancelled(view.say))
    try:
        return _STEPS[state.step](state, given, view)
    except BadName as error:
        return _again(view, state, refusals.refusal(view.say, error))


def _consent(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if given != Pressed("confirm"):
        return _again(view, state, signing.use_a_button(view.say))
    return _ask(view, dataclasses.replace(state, step=Step.NAME))


def _name(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        name = clean_name(given.text)
        if not (state.is_doubted and name == state.name) and doubts(name, Kind.PERSON):
            return _ask(view, dataclasses.replace(state, name=name, is_doubted=True))
        state = dataclasses.replace(state, name=name)
    elif not (state.is_doubted and given == Pressed("confirm")):
        return _ask(view, state)
    return _ask(view, dataclasses.replace(state, is_doubted=False, step=Step.AFFILIATION))


def _affiliation(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        state = dataclasses.replace(state, affiliation=clean_name(given.text))
    elif given != Pressed("skip"):
        return _ask(view, state)
    return _ask(view, dataclasses.replace(state, step=Step.COUNTRY))


def _country(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        country = country_in(given.text)
        if country is None:
            return _unknown_country(view, state, given.text)
        state = dataclasses.replace(state, country=country)
    elif country_fault(given.name) is None:
        state = dataclasses.replace(state, country=Country(given.name.upper()))
    elif given != Pressed("skip"):
        return _ask(view, state)
    return _ask(view, dataclasses.replace(state, step=Step.VISIBILITY))


def _unknown_country(view: View, state: Signing, typed: str) -> Transition[Signing]:
    """The question again, with a button for the country that was probably meant."""
    say = view.say
    nearest = nearest_country(typed, say.language)
    if nearest is None:
        return _again(view, state, signing.unknown_country(say, typed))
    text = signing.did_you_mean(say, typed, nearest)
    return Transition(state, text, ((nearest,), *BUTTONS[Step.COUNTRY]))


def _visibility(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if not isinstance(given, Pressed) or given.name not in set(Visibility):
        return _again(view, state, signing.use_a_button(view.say))
    chosen = dataclasses.replace(state, visibility=Visibility(given.name), step=Step.PREVIEW)
    return _checked(view, chosen)


def _preview(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if given == Pressed("updates"):
        return _checked(view, dataclasses.replace(state, wants_updates=not state.wants_updates))
    if given != Pressed("confirm"):
        return _again(view, state, signing.use_a_button(view.say))
    transition = _checked(view, state)
    return dataclasses.replace(transition, act=True) if transition.state == state else transition


_STEPS: dict[Step, Callable[[Signing, Input, View], Transition[Signing]]] = {
    Step.CONSENT: _consent,
    Step.NAME: _name,
    Step.AFFILIATION: _affiliation,
    Step.COUNTRY: _country,
    Step.VISIBILITY: _visibility,
    Step.PREVIEW: _preview,
}


def _buttons(state: Signing) -> ButtonNames:
    return CONFIRM if state.is_doubted else BUTTONS[state.step]


def _checked(view: View, state: Signing) -> Transition[Signing]:
    """The preview; if the text is not the one shown before, that is said and the new one bound."""
    revision = view.revision
    if revision.digest == state.digest:
        return _ask(view, state)
    fresh = dataclasses.replace(state, digest=revision.digest, language=revision.language)
    return _again(view, fresh, signing.text_changed(view.say, revision.title))


def _ask(view: View, state: Signing) -> Transition[Signing]:
    say, title = view.say, view.revision.title
    match state.step:
        case Step.CONSENT:
            text = signing.consent(say, title, own_name(view.revision.language))
        case Step.NAME:
            text = (
                likeness.ask_about(say, state.name, doubts(state.name, Kind.PERSON))
                if state.is_doubted
                else signing.ask_name(say)
            )
        case Step.AFFILIATION:
            text = signing.ask_affiliation(say)
        case Step.COUNTRY:
            text = signing.ask_country(say)
        case Step.VISIBILITY:
            text = signing.ask_visibility(say)
        case Step.PREVIEW:
            shown = signing.Preview(
                state.name, state.affiliation, state.country, state.visibility, state.wants_updates
            )
            text = signing.preview(say, title, state.digest, shown)
    commands = {"read": f"/read {view.revision.statement} {view.revision.language}"}
    return Transition(state, text, _buttons(state), commands=commands)


def _again(view: View, state: Signing, why: RichText) -> Transition[Signing]:
    asked = _ask(view, state)
    return dataclasses.replace(asked, text=paragraphs(why, asked.text))
