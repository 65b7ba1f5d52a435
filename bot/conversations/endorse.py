"""The conversation of `endorse`: a preview that one of the group's administrators confirms."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

from bot.conversations.draft import View
from bot.conversations.transition import CONFIRM, Input, Pressed, Transition, as_press
from bot.domain.ids import Country, Digest, Language, StatementId
from bot.domain.names import clean_name
from bot.statements.countries import find_country
from bot.wording import groups, signing
from bot.wording.voice import paragraphs

_NAME_AND_COUNTRY = re.compile(r"(?P<name>.+?)\s*[(（](?P<country>[^()（）]+)[)）]\s*")


@dataclass(frozen=True, slots=True)
class Endorsing:
    """A group's preview waits to be confirmed. `digest` is that of the revision it was shown."""

    statement: StatementId
    language: Language
    digest: Digest
    name: str
    country: Country | None
    kind: Literal["endorse"] = "endorse"


def start(view: View, typed: str) -> Transition[Endorsing]:
    """`typed` is the organisation's name, with its country in brackets or without; brackets that
    hold no country are part of the name. Raises `BadName`."""
    match = _NAME_AND_COUNTRY.fullmatch(typed)
    country = match and find_country(match["country"])
    name = clean_name(match["name"] if match and country else typed)
    shown = view.revision
    state = Endorsing(shown.statement, shown.language, shown.digest, name, country or None)
    return _preview(state, view)


def step(state: Endorsing, given: Input, view: View) -> Transition[Endorsing]:
    given, current = as_press(view.say, given, CONFIRM), view.revision
    if given == Pressed("cancel"):
        return Transition(None, signing.cancelled(view.say))
    if current.digest != state.digest:
        fresh = dataclasses.replace(state, language=current.language, digest=current.digest)
        shown = _preview(fresh, view)
        text = paragraphs(groups.text_changed(view.say), shown.text)
        return dataclasses.replace(shown, text=text)
    if given == Pressed("confirm"):
        return Transition(state, act=True)
    return _preview(state, view)


def _preview(state: Endorsing, view: View) -> Transition[Endorsing]:
    title = view.revision.title
    text = groups.preview(view.say, title, state.name, state.country, state.digest)
    return Transition(state, text, CONFIRM)
