"""The conversation of `add`: one signature that came on paper, asked for piece by piece."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from bot.conversations.endorse import NAME_AND_COUNTRY
from bot.conversations.transition import CANCEL, Input, Pressed, Transition, Typed, as_press
from bot.domain.endorsement import Kind, Visibility
from bot.domain.errors import BadName
from bot.domain.ids import Country, StatementId
from bot.domain.names import clean_name
from bot.domain.paper import Signed
from bot.services.likeness import odd
from bot.statements.codes import country_fault
from bot.statements.countries import country_in, find_country, nearest_country
from bot.storage.conversations import StoredConversation
from bot.text.rich import RichText
from bot.wording import adding, refusals
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice, paragraphs

VERSION = 1
UNCHOSEN = StatementId("")
_SEPARATOR = re.compile(r"[;؛\n]")


class Step(enum.StrEnum):
    """Named as the button of the preview that leads back to it."""

    STATEMENT = "statement"
    KIND = "kind"
    NAME = "name"
    COUNTRY = "country"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Adding:
    """How far it is: the steps that are `answered`; the first other one is asked."""

    statement: StatementId = UNCHOSEN
    kind: Kind = Kind.PERSON
    name: str = ""
    country: Country | None = None
    place: str | None = None
    source: str = ""
    visibility: Visibility = Visibility.PUBLIC
    answered: tuple[Step, ...] = ()

    @property
    def step(self) -> Step | None:
        """What is asked; None: the preview is shown."""
        return next((step for step in Step if step not in self.answered), None)

    @property
    def signed(self) -> Signed:
        """What stands on the paper."""
        return Signed(self.name, self.country, self.place)


@dataclass(frozen=True, slots=True)
class View:
    """What a turn may look at: the voice, the titles of the statements that can be added to with
    the kinds that each takes, and the names of those that issued the one that was chosen."""

    say: Voice
    titles: Mapping[StatementId, str]
    kinds: Mapping[StatementId, tuple[Kind, ...]]
    issuers: tuple[str, ...] = ()


def start(view: View, typed: str) -> Transition[Adding]:
    """`typed` may give all in one line: the statement, the kind, the name with its country in
    brackets, and behind a semicolon the source. What is left out is asked for."""
    before, *behind = _SEPARATOR.split(typed, maxsplit=1)
    state, rest = first_words(view, before)
    why: RichText | None = None
    try:
        if rest:
            state = _named(state, rest)
        if behind and behind[0].strip():
            state = _sourced(state, behind[0])
    except BadName as error:
        why = refusals.refusal(view.say, error)
    return _ask(state, view, why)


def first_words(view: View, typed: str) -> tuple[Adding, str]:
    """The statement and the kind, as far as they are named first or there is only one, and what
    stands behind them."""
    state, rest = Adding(), typed.strip()
    word, _, behind = rest.partition(" ")
    found = StatementId(word.casefold())
    if found in view.titles:
        state, rest = _answer(state, Step.STATEMENT, statement=found), behind.strip()
    elif len(view.titles) == 1:
        state = _answer(state, Step.STATEMENT, statement=next(iter(view.titles)))
    if state.statement:
        state = _only_kind(state, view)
    word, _, behind = rest.partition(" ")
    kind = _kind(view.say, word)
    if kind is not None and kind in view.kinds.get(state.statement, tuple(Kind)):
        state, rest = _answer(state, Step.KIND, kind=kind), behind.strip()
    return state, rest


def step(state: Adding, given: Input, view: View) -> Transition[Adding]:
    """One answer further. An answer that does not fit is explained and asked for again."""
    if state.statement and state.statement not in view.titles:
        return Transition(None, adding.statement_left(view.say))
    given = as_press(view.say, given, buttons(state, view))
    if given == Pressed("cancel"):
        return Transition(None, adding.not_added(view.say))
    if state.step is None:
        return _preview(state, given, view)
    try:
        answered = _answered(state, given, view)
    except BadName as error:
        return _ask(state, view, refusals.refusal(view.say, error))
    return _ask(answered or state, view)


def buttons(state: Adding, view: View) -> ButtonNames:
    """Rows of them, below what is asked."""
    kept: ButtonNames = (("keep",),) if _is_given(state) else ()
    match state.step:
        case Step.STATEMENT:
            return (*((statement,) for statement in view.titles), *CANCEL)
        case Step.KIND:
            return (tuple(kind.value for kind in view.kinds[state.statement]), *CANCEL)
        case Step.COUNTRY:
            return (*kept, ("skip", "cancel"))
        case None:
            meant = _meant(state, view)
            shown = "public" if state.visibility is Visibility.ORGANISERS else "organisers"
            change = ("kind", "source") if len(view.kinds[state.statement]) > 1 else ("source",)
            return (
                *(((meant,),) if meant else ()),
                ("confirm",),
                ("name", "country"),
                change,
                (shown, "cancel"),
            )
        case _:
            return (*kept, *CANCEL)


def store(state: Adding) -> StoredConversation:
    """As it is kept."""
    return StoredConversation(VERSION, _STATE.dump_json(state))


def restore(stored: StoredConversation | None) -> Adding | None:
    """The state, or None if there is none of this version."""
    try:
        is_known = stored is not None and stored.version == VERSION
        return _STATE.validate_json(stored.state) if stored and is_known else None
    except ValidationError:
        return None


def _preview(state: Adding, given: Input, view: View) -> Transition[Adding]:
    match given:
        case Pressed("confirm"):
            return Transition(state, act=True)
        case Pressed("public" | "organisers" as shown):
            return _ask(dataclasses.replace(state, visibility=Visibility(shown)), view)
        case Pressed("name" | "country" | "kind" | "source" as field):
            answered = tuple(step for step in state.answered if step != field)
            return _ask(dataclasses.replace(state, answered=answered), view)
        case Pressed(code) if country_fault(code) is None:
            country = Country(code.upper())
            return _ask(dataclasses.replace(state, country=country, place=None), view)
    return _ask(state, view)


def _answered(state: Adding, given: Input, view: View) -> Adding | None:
    """The state with the answer to what is asked; None where it is none. Raises `BadName`."""
    if isinstance(given, Typed):
        return _typed(state, given.text)
    match state.step, given.name:
        case Step.STATEMENT, name if name in view.titles:
            return _only_kind(_answer(state, Step.STATEMENT, statement=StatementId(name)), view)
        case Step.KIND, name if name in view.kinds[state.statement]:
            return _answer(state, Step.KIND, kind=Kind(name))
        case Step.COUNTRY, "skip":
            return _answer(state, Step.COUNTRY, country=None, place=None)
        case asked, "keep" if asked is not None and _is_given(state):
            return _answer(state, asked)
    return None


def _typed(state: Adding, text: str) -> Adding | None:
    match state.step:
        case Step.NAME:
            return _named(state, text)
        case Step.COUNTRY:
            country = country_in(text)
            place = None if country else clean_name(text)
            return _answer(state, Step.COUNTRY, country=country, place=place)
        case Step.SOURCE:
            return _sourced(state, text)
    return None


def _answer(state: Adding, step: Step, **values: object) -> Adding:
    changed = dataclasses.replace(state, **values)  # type: ignore[arg-type]
    return dataclasses.replace(changed, answered=(*state.answered, step))


def _only_kind(state: Adding, view: View) -> Adding:
    kinds = view.kinds[state.statement]
    return _answer(state, Step.KIND, kind=kinds[0]) if len(kinds) == 1 else state


def _named(state: Adding, typed: str) -> Adding:
    """With a country too where one stands in brackets. Raises `BadName`."""
    match = NAME_AND_COUNTRY.fullmatch(typed.strip())
    country = match and find_country(match["country"])
    state = _answer(
        state, Step.NAME, name=clean_name(match["name"] if match and country else typed)
    )
    return _answer(state, Step.COUNTRY, country=country, place=None) if country else state


def _sourced(state: Adding, typed: str) -> Adding:
    """Raises `BadName`."""
    return _answer(state, Step.SOURCE, source=clean_source(typed))


def clean_source(typed: str) -> str:
    """As it is kept, in one line. Raises `BadName`."""
    return clean_name(" ".join(typed.split()))


def _kind(say: Voice, word: str) -> Kind | None:
    for kind in Kind:
        if word.casefold() in {kind.value, f"{kind.value}s", *adding.kind_words(say, kind)}:
            return kind
    return None


def _is_given(state: Adding) -> bool:
    """Whether what is asked was answered before."""
    match state.step:
        case Step.NAME:
            return bool(state.name)
        case Step.SOURCE:
            return bool(state.source)
        case Step.COUNTRY:
            return bool(state.country or state.place)
    return False


def _meant(state: Adding, view: View) -> Country | None:
    """The country that was probably meant by a place that is none."""
    return nearest_country(state.place, view.say.language) if state.place else None


def _ask(state: Adding, view: View, why: RichText | None = None) -> Transition[Adding]:
    say, title = view.say, view.titles.get(state.statement, "")
    match state.step:
        case Step.STATEMENT:
            text = adding.ask_statement(say)
        case Step.KIND:
            text = adding.ask_kind(say, title)
        case Step.NAME:
            text = adding.ask_name(say, title, state.kind)
        case Step.COUNTRY:
            text = adding.ask_country(say, state.name)
        case Step.SOURCE:
            text = adding.ask_source(say, state.name)
        case None:
            doubts = odd(state.name, state.kind, view.issuers)
            text = adding.preview(
                say, title, state.kind, state.signed, state.source, state.visibility, doubts
            )
    return Transition(state, paragraphs(why, text), buttons(state, view))


_STATE = TypeAdapter(Adding)
