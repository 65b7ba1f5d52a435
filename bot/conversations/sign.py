"""The conversation of `sign`: consent, name, affiliation, country, visibility, preview."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.conversations.transition import (
    Corrected,
    Input,
    Pressed,
    Transition,
    Typed,
    as_press,
    is_no,
    is_yes,
)
from bot.domain.endorsement import Details, Kind, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Country, Digest, Language, MessageRef, StatementId
from bot.domain.names import clean_name
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, name_key, nearest_country
from bot.statements.model import Revision
from bot.text.doubts import doubts
from bot.text.rich import RichText
from bot.wording import asking, likeness, refusals, signing
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, own_name, paragraphs

LONGEST_PLACE = 60
"""Characters of a place that is no country: it stands on one line below a name."""


class Step(enum.StrEnum):
    """Named as the button of the preview that leads back to it."""

    CONSENT = "consent"
    NAME = "name"
    AFFILIATION = "affiliation"
    COUNTRY = "country"
    VISIBILITY = "visibility"
    PREVIEW = "preview"


ORDER = tuple(Step)
QUESTIONS = ORDER[:-1]
TYPED = (Step.NAME, Step.AFFILIATION, Step.COUNTRY)
"""Where free text is the answer."""

CHANGES = QUESTIONS[1:]
"""What the preview has a button for."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How far somebody is. `digest` is that of the revision they were shown."""

    statement: StatementId
    language: Language
    digest: Digest
    step: Step = Step.CONSENT
    name: str = ""
    affiliation: str | None = None
    affiliation_shown: bool = False
    country: Country | None = None
    place: str | None = None
    """Where they are, as typed, if that is no country."""
    visibility: Visibility = Visibility.ORGANISERS
    wants_updates: bool = False
    unsure: str = ""
    """What was typed and is asked about, an odd name or a place that is no country: it is kept once
    it is confirmed or typed again."""
    then: Step | None = None
    """Where the answer leads, and going back, if not through the questions in their order."""
    said: Mapping[Step, MessageRef] = field(default_factory=dict)
    """The person's own messages that answered last: to correct one corrects the answer."""
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True)
class View:
    """What a turn may look at: the voice, the revision that is current now, and whether the
    statement's list shows affiliations."""

    say: Voice
    revision: Revision
    shows_affiliations: bool = True


def start(view: View) -> Transition[Signing]:
    revision = view.revision
    return resume(Signing(revision.statement, revision.language, revision.digest), view)


def resume(state: Signing, view: View) -> Transition[Signing]:
    """What is asked now, once more."""
    return _ask(view, state)


def step(state: Signing, given: Input, view: View) -> Transition[Signing]:
    """One answer further. An answer that does not fit is explained and asked for again."""
    buttons = _buttons(view, state)
    skips = ("skip",) if state.step in {Step.AFFILIATION, Step.COUNTRY} else ()
    match as_press(view.say, given, (*buttons, skips)):
        case Typed(text) if is_yes(text) and any("confirm" in row for row in buttons):
            return _take(state, Pressed("confirm"), view)
        case Pressed("cancel"):
            return Transition(None, signing.not_signed(view.say))
        case Pressed("continue"):
            return resume(state, view)
        case Pressed("back"):
            return _back(view, state)
        case Typed(text) if state.unsure and text.strip() != state.unsure and is_no(text):
            return _back(view, state)
        case taken:
            return _take(state, taken, view)


def correct(state: Signing, given: Corrected, view: View) -> Transition[Signing] | None:
    """The answer that the message gave is another now; what was asked last is asked again. None
    where the message answered nothing of this draft."""
    asked = next((step for step, ref in state.said.items() if ref == given.message), None)
    typed = Typed(given.text, given.message)
    if asked is None:
        return None
    if asked is state.step:
        return _take(dataclasses.replace(state, unsure=""), typed, view)
    then = state.then or state.step
    taken = _take(dataclasses.replace(state, step=asked, then=then, unsure=""), typed, view)
    if taken.state is None or taken.state.step is asked:
        return taken
    back = dataclasses.replace(taken.state, step=state.step, then=state.then, unsure=state.unsure)
    return None if back == state else _again(view, back, signing.corrected(view.say))


def details(state: Signing, view: View) -> Details:
    """What is recorded beside the name."""
    return Details(
        affiliation=state.affiliation,
        affiliation_shown=state.affiliation_shown and _may_show(state, view),
        place=state.place,
    )


def _take(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed) and given.message is not None and state.step in TYPED:
        state = dataclasses.replace(state, said={**state.said, state.step: given.message})
    try:
        return _STEPS[state.step](state, given, view)
    except BadName as error:
        return _again(view, state, refusals.refusal(view.say, error))


def _back(view: View, state: Signing) -> Transition[Signing]:
    if state.unsure:
        return _ask(view, dataclasses.replace(state, unsure=""))
    if state.then is not None:
        return _ask(view, dataclasses.replace(state, step=state.then, then=None))
    if state.step in CHANGES:
        before = ORDER[ORDER.index(state.step) - 1]
        return _ask(view, dataclasses.replace(state, step=before))
    return _again(view, state, signing.use_a_button(view.say))


def _on(view: View, state: Signing) -> Transition[Signing]:
    """Where an answer leads."""
    to = state.then or ORDER[ORDER.index(state.step) + 1]
    state = dataclasses.replace(state, step=to, then=None, unsure="")
    return _checked(view, state) if to is Step.PREVIEW else _ask(view, state)


def _consent(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if given != Pressed("confirm"):
        return _again(view, state, signing.use_a_button(view.say))
    return _on(view, state)


def _name(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        name = clean_name(given.text)
        if name != state.unsure and doubts(name, Kind.PERSON):
            return _ask(view, dataclasses.replace(state, unsure=name))
        return _on(view, dataclasses.replace(state, name=name))
    if state.unsure and given == Pressed("confirm"):
        return _on(view, dataclasses.replace(state, name=state.unsure))
    is_kept = given == Pressed("keep") and state.name and not state.unsure
    return _on(view, state) if is_kept else _ask(view, state)


def _affiliation(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        return _on(view, dataclasses.replace(state, affiliation=clean_name(given.text)))
    if given == Pressed("remove"):
        return _on(view, dataclasses.replace(state, affiliation=None))
    return _on(view, state) if given in _KEEPS else _ask(view, state)


def _country(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        if state.unsure and is_yes(given.text):
            given = Pressed(_nearest(view, state) or "keep")
        elif (country := country_in(given.text)) is not None:
            return _on(view, dataclasses.replace(state, country=country, place=None))
        else:
            return _no_country(view, state, given.text)
    if country_fault(given.name) is None:
        country = Country(given.name.upper())
        return _on(view, dataclasses.replace(state, country=country, place=None))
    if given == Pressed("keep") and state.unsure:
        return _on(view, dataclasses.replace(state, country=None, place=state.unsure))
    if given == Pressed("remove"):
        return _on(view, dataclasses.replace(state, country=None, place=None))
    return _on(view, state) if given in _KEEPS else _ask(view, state)


def _no_country(view: View, state: Signing, typed: str) -> Transition[Signing]:
    """A place is kept as it is once its person insists."""
    if (length := len(typed.strip())) > LONGEST_PLACE:
        return _again(view, state, asking.too_long(view.say, length, LONGEST_PLACE))
    place = clean_name(typed)
    if state.unsure and name_key(place) == name_key(state.unsure):
        return _on(view, dataclasses.replace(state, country=None, place=place))
    return _ask(view, dataclasses.replace(state, unsure=place))


def _visibility(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if not isinstance(given, Pressed) or given.name not in set(Visibility):
        return _again(view, state, signing.use_a_button(view.say))
    return _on(view, dataclasses.replace(state, visibility=Visibility(given.name)))


def _preview(state: Signing, given: Input, view: View) -> Transition[Signing]:
    match given:
        case Pressed("updates"):
            return _checked(view, dataclasses.replace(state, wants_updates=not state.wants_updates))
        case Pressed("shown" | "hidden" as choice) if _may_show(state, view):
            return _checked(view, dataclasses.replace(state, affiliation_shown=choice == "shown"))
        case Pressed(name) if name in CHANGES:
            return _ask(view, dataclasses.replace(state, step=Step(name), then=Step.PREVIEW))
        case Pressed("confirm"):
            transition = _checked(view, state)
            is_same = transition.state == state
            return dataclasses.replace(transition, act=True) if is_same else transition
    return _again(view, state, signing.use_a_button(view.say))


_STEPS: dict[Step, Callable[[Signing, Input, View], Transition[Signing]]] = {
    Step.CONSENT: _consent,
    Step.NAME: _name,
    Step.AFFILIATION: _affiliation,
    Step.COUNTRY: _country,
    Step.VISIBILITY: _visibility,
    Step.PREVIEW: _preview,
}
_KEEPS = (Pressed("skip"), Pressed("keep"))


def _may_show(state: Signing, view: View) -> bool:
    """Whether there is an affiliation that could be published with the name."""
    is_public = state.visibility is Visibility.PUBLIC
    return view.shows_affiliations and is_public and state.affiliation is not None


def _nearest(view: View, state: Signing) -> Country | None:
    return nearest_country(state.unsure, view.say.language)


def _buttons(view: View, state: Signing) -> ButtonNames:
    back = ("back", "cancel")
    if state.step is Step.PREVIEW:
        return _preview_buttons(view, state)
    if state.step is Step.CONSENT:
        return (("confirm", "read"), ("cancel",))
    if state.step is Step.VISIBILITY:
        return (*((visibility,) for visibility in Visibility), back)
    given = _given(view, state)
    if state.step is Step.NAME:
        kept: ButtonNames = (("confirm",),) if state.unsure else (("keep",),) if given else ()
    elif state.unsure:
        meant = _nearest(view, state)
        kept = (*(((meant,),) if meant else ()), ("keep",) if given else ("keep", "skip"))
    else:
        kept = (("keep", "remove") if given else ("skip",),)
    return (*kept, back)


def _preview_buttons(view: View, state: Signing) -> ButtonNames:
    toggle = "hidden" if state.affiliation_shown else "shown"
    return (
        ("confirm", "read"),
        ("name", "affiliation"),
        ("country", "visibility"),
        *(((toggle,),) if _may_show(state, view) else ()),
        ("updates", "cancel"),
    )


def _given(view: View, state: Signing) -> str | None:
    """What was answered to this question before."""
    match state.step:
        case Step.NAME:
            return state.name
        case Step.AFFILIATION:
            return state.affiliation
        case Step.COUNTRY:
            return view.say.country(state.country) if state.country else state.place
        case Step.VISIBILITY if state.then is not None:
            return signing.visibility_name(view.say, state.visibility).plain
    return None


def _checked(view: View, state: Signing) -> Transition[Signing]:
    """The preview; if the text is not the one shown before, that is said and the new one bound."""
    revision = view.revision
    if revision.digest == state.digest:
        return _ask(view, state)
    fresh = dataclasses.replace(state, digest=revision.digest, language=revision.language)
    return _again(view, fresh, signing.text_changed(view.say, revision.title))


def _ask(view: View, state: Signing) -> Transition[Signing]:
    text = _asked_about(view, state) if state.unsure else _question(view, state)
    commands = {"read": f"/read {view.revision.statement} {view.revision.language}"}
    return Transition(state, text, _buttons(view, state), commands=commands)


def _asked_about(view: View, state: Signing) -> RichText:
    if state.step is Step.NAME:
        return likeness.ask_about(view.say, state.unsure, doubts(state.unsure, Kind.PERSON))
    return signing.unknown_country(view.say, state.unsure, _nearest(view, state))


def _question(view: View, state: Signing) -> RichText:
    say, title = view.say, view.revision.title
    match state.step:
        case Step.CONSENT:
            text = signing.consent(say, title, own_name(view.revision.language))
        case Step.NAME:
            text = signing.ask_name(say)
        case Step.AFFILIATION:
            text = signing.ask_affiliation(say, may_be_shown=view.shows_affiliations)
        case Step.COUNTRY:
            text = signing.ask_country(say)
        case Step.VISIBILITY:
            text = signing.ask_visibility(say)
        case Step.PREVIEW:
            shown = signing.Preview(
                state.name,
                state.country,
                state.visibility,
                details(state, view),
                wants_updates=state.wants_updates,
            )
            return signing.preview(say, title, shown)
    now = (given := _given(view, state)) and signing.given_now(say, given)
    at = (
        None
        if state.then
        else signing.step_of(say, QUESTIONS.index(state.step) + 1, len(QUESTIONS))
    )
    return paragraphs(at, text, now)


def _again(view: View, state: Signing, why: RichText) -> Transition[Signing]:
    asked = _ask(view, state)
    return dataclasses.replace(asked, text=paragraphs(why, asked.text))
