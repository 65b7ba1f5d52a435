"""A draft of `sign`: what it holds, and what is asked in it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.conversations import excepting
from bot.conversations.transition import Transition
from bot.domain.endorsement import Details, Kind, Visibility
from bot.domain.ids import Country, Digest, Language, MessageRef, StatementId
from bot.statements.countries import nearest_country
from bot.statements.model import Revision
from bot.text.doubts import doubts
from bot.text.rich import RichText
from bot.wording import excepting as wording
from bot.wording import likeness, signing
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, own_name, paragraphs


class Step(enum.StrEnum):
    """Named as the button of the preview that leads back to it."""

    CONSENT = "consent"
    NAME = "name"
    AFFILIATION = "affiliation"
    COUNTRY = "country"
    VISIBILITY = "visibility"
    PREVIEW = "preview"
    EXCEPT = "except"
    """Asked only by the preview's button."""


ORDER = tuple(Step)[:-1]
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
    excepts: tuple[str, ...] = ()
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
    """What a turn may look at: the voice, the revision that is current now, whether the statement's
    list shows affiliations, what is said of which text it is, and the demands that may be
    excepted."""

    say: Voice
    revision: Revision
    shows_affiliations: bool = True
    which: RichText | None = None
    demands: tuple[str, ...] = ()


def details(state: Signing, view: View) -> Details:
    """What is recorded beside the name."""
    return Details(
        affiliation=state.affiliation,
        affiliation_shown=state.affiliation_shown and may_show(state, view),
        place=state.place,
        excepts=state.excepts,
    )


def may_show(state: Signing, view: View) -> bool:
    """Whether there is an affiliation that could be published with the name."""
    is_public = state.visibility is Visibility.PUBLIC
    return view.shows_affiliations and is_public and state.affiliation is not None


def nearest(view: View, state: Signing) -> Country | None:
    return nearest_country(state.unsure, view.say.language)


def buttons(view: View, state: Signing) -> ButtonNames:
    back = ("back", "cancel")
    if state.step is Step.PREVIEW:
        return _preview_buttons(view, state)
    if state.step is Step.CONSENT:
        return (("confirm", "read"), ("cancel",))
    if state.step is Step.VISIBILITY:
        return (*((visibility,) for visibility in Visibility), back)
    if state.step is Step.EXCEPT:
        return (*excepting.rows(view.demands), back)
    given = _given(view, state)
    if state.step is Step.NAME:
        kept: ButtonNames = (("confirm",),) if state.unsure else (("keep",),) if given else ()
    elif state.unsure:
        meant = nearest(view, state)
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
        *((("except",),) if view.demands else ()),
        *(((toggle,),) if may_show(state, view) else ()),
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


def ask(view: View, state: Signing) -> Transition[Signing]:
    text = _asked_about(view, state) if state.unsure else _question(view, state)
    commands = {"read": f"/read {view.revision.statement} {view.revision.language}"}
    return Transition(state, text, buttons(view, state), commands=commands)


def _asked_about(view: View, state: Signing) -> RichText:
    if state.step is Step.NAME:
        return likeness.ask_about(view.say, state.unsure, doubts(state.unsure, Kind.PERSON))
    return signing.unknown_country(view.say, state.unsure, nearest(view, state))


def _question(view: View, state: Signing) -> RichText:
    say, title = view.say, view.revision.title
    match state.step:
        case Step.CONSENT:
            text = signing.consent(
                say,
                title,
                own_name(view.revision.language),
                view.which,
                may_except=bool(view.demands),
            )
        case Step.NAME:
            text = signing.ask_name(say)
        case Step.AFFILIATION:
            text = signing.ask_affiliation(say, may_be_shown=view.shows_affiliations)
        case Step.COUNTRY:
            text = signing.ask_country(say)
        case Step.VISIBILITY:
            text = signing.ask_visibility(say)
        case Step.EXCEPT:
            text = wording.ask(say, view.revision.document.demands, state.excepts)
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
        signing.step_of(say, QUESTIONS.index(state.step) + 1, len(QUESTIONS))
        if state.step in QUESTIONS and not state.then
        else None
    )
    return paragraphs(at, text, now)


def again(view: View, state: Signing, why: RichText) -> Transition[Signing]:
    asked = ask(view, state)
    return dataclasses.replace(asked, text=paragraphs(why, asked.text))
