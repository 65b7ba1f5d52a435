"""The conversation of `sign`: consent, name, affiliation, country, visibility, preview."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bot.conversations import excepting
from bot.conversations.draft import (
    CHANGES,
    ORDER,
    TYPED,
    Signing,
    Step,
    View,
    again,
    ask,
    buttons,
    may_show,
    nearest,
)
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
from bot.domain.endorsement import Kind, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Country
from bot.domain.names import clean_name
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, name_key
from bot.text.doubts import doubts
from bot.wording import asking, refusals, signing
from bot.wording import excepting as wording
from bot.wording.voice import paragraphs

LONGEST_PLACE = 60
"""Characters of a place that is no country: it stands on one line below a name."""


def start(view: View) -> Transition[Signing]:
    revision = view.revision
    return ask(view, Signing(revision.statement, revision.language, revision.digest))


def step(state: Signing, given: Input, view: View) -> Transition[Signing]:
    """One answer further. An answer that does not fit is explained and asked for again."""
    names = buttons(view, state)
    skips = ("skip",) if state.step in {Step.AFFILIATION, Step.COUNTRY} else ()
    match as_press(view.say, given, (*names, skips)):
        case Typed(text) if is_yes(text) and any("confirm" in row for row in names):
            return _take(state, Pressed("confirm"), view)
        case Pressed("cancel"):
            return Transition(None, signing.not_signed(view.say))
        case Pressed("continue"):
            return ask(view, state)
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
    back = dataclasses.replace(
        taken.state,
        step=state.step,
        then=state.then,
        unsure=state.unsure,
        # A text that has changed is told of where it is confirmed.
        digest=state.digest,
        language=state.language,
    )
    return None if back == state else again(view, back, signing.corrected(view.say))


def _take(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed) and given.message is not None and state.step in TYPED:
        state = dataclasses.replace(state, said={**state.said, state.step: given.message})
    try:
        return _STEPS[state.step](state, given, view)
    except BadName as error:
        return again(view, state, refusals.refusal(view.say, error))


def _back(view: View, state: Signing) -> Transition[Signing]:
    if state.unsure:
        return ask(view, dataclasses.replace(state, unsure=""))
    if state.then is not None:
        return ask(view, dataclasses.replace(state, step=state.then, then=None))
    if state.step in CHANGES:
        before = ORDER[ORDER.index(state.step) - 1]
        return ask(view, dataclasses.replace(state, step=before))
    return again(view, state, signing.use_a_button(view.say))


def _on(view: View, state: Signing) -> Transition[Signing]:
    """Where an answer leads."""
    to = state.then or ORDER[ORDER.index(state.step) + 1]
    state = dataclasses.replace(state, step=to, then=None, unsure="")
    return _checked(view, state) if to is Step.PREVIEW else ask(view, state)


def _consent(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if given != Pressed("confirm"):
        return again(view, state, signing.use_a_button(view.say))
    return _on(view, state)


def _name(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        name = clean_name(given.text)
        if name != state.unsure and doubts(name, Kind.PERSON):
            return ask(view, dataclasses.replace(state, unsure=name))
        return _on(view, dataclasses.replace(state, name=name))
    if state.unsure and given == Pressed("confirm"):
        return _on(view, dataclasses.replace(state, name=state.unsure))
    is_kept = given == Pressed("keep") and state.name and not state.unsure
    return _on(view, state) if is_kept else ask(view, state)


def _affiliation(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        return _on(view, dataclasses.replace(state, affiliation=clean_name(given.text)))
    if given == Pressed("remove"):
        return _on(view, dataclasses.replace(state, affiliation=None))
    return _on(view, state) if given in _KEEPS else ask(view, state)


def _country(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if isinstance(given, Typed):
        if state.unsure and is_yes(given.text):
            given = Pressed(nearest(view, state) or "keep")
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
    return _on(view, state) if given in _KEEPS else ask(view, state)


def _no_country(view: View, state: Signing, typed: str) -> Transition[Signing]:
    """A place is kept as it is once its person insists."""
    if (length := len(typed.strip())) > LONGEST_PLACE:
        return again(view, state, asking.too_long(view.say, length, LONGEST_PLACE))
    place = clean_name(typed)
    if state.unsure and name_key(place) == name_key(state.unsure):
        return _on(view, dataclasses.replace(state, country=None, place=place))
    return ask(view, dataclasses.replace(state, unsure=place))


def _visibility(state: Signing, given: Input, view: View) -> Transition[Signing]:
    if not isinstance(given, Pressed) or given.name not in set(Visibility):
        return again(view, state, signing.use_a_button(view.say))
    return _on(view, dataclasses.replace(state, visibility=Visibility(given.name)))


def _preview(state: Signing, given: Input, view: View) -> Transition[Signing]:
    match given:
        case Pressed("updates"):
            return _checked(view, dataclasses.replace(state, wants_updates=not state.wants_updates))
        case Pressed("shown" | "hidden" as choice) if may_show(state, view):
            return _checked(view, dataclasses.replace(state, affiliation_shown=choice == "shown"))
        case Pressed(name) if name in CHANGES:
            return ask(view, dataclasses.replace(state, step=Step(name), then=Step.PREVIEW))
        case Pressed("except") if view.demands:
            return ask(view, dataclasses.replace(state, step=Step.EXCEPT, then=Step.PREVIEW))
        case Pressed("confirm"):
            transition = _checked(view, state)
            is_same = transition.state == state
            return dataclasses.replace(transition, act=True) if is_same else transition
    return again(view, state, signing.use_a_button(view.say))


def _except(state: Signing, given: Input, view: View) -> Transition[Signing]:
    excepts = excepting.answered(given, state.excepts, view.demands)
    if excepts is None:
        return ask(view, state)
    if len(excepts) == len(view.demands):
        return again(view, state, wording.nothing_left(view.say))
    return _on(view, dataclasses.replace(state, excepts=excepts))


_STEPS: dict[Step, Callable[[Signing, Input, View], Transition[Signing]]] = {
    Step.CONSENT: _consent,
    Step.NAME: _name,
    Step.AFFILIATION: _affiliation,
    Step.COUNTRY: _country,
    Step.VISIBILITY: _visibility,
    Step.PREVIEW: _preview,
    Step.EXCEPT: _except,
}
_KEEPS = (Pressed("skip"), Pressed("keep"))


def _checked(view: View, state: Signing) -> Transition[Signing]:
    """The preview; if the text is not the one shown before, that is said and the new one bound: a
    number may name another demand there."""
    revision, say = view.revision, view.say
    is_same = revision.digest == state.digest
    if is_same and set(state.excepts) <= set(view.demands):
        return ask(view, state)
    fresh = dataclasses.replace(
        state, digest=revision.digest, language=revision.language, excepts=()
    )
    changed = None if is_same else signing.text_changed(say, revision.title)
    dropped = wording.dropped(say) if state.excepts else None
    return again(view, fresh, paragraphs(changed, dropped))
