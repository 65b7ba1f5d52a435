"""What the bodies of a statement's log may hold: anything else was not written by this program."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.endorsement import Kind
from bot.domain.log import EntryKind, LifeEvent, State, TextChange
from bot.domain.public_list import COLUMNS

FORMS: Mapping[str, tuple[str, ...]] = {
    State.LISTED: ("state", *COLUMNS),
    State.COUNTED: ("state", "kind", "digest", "paper"),
    State.OUT: ("state",),
    EntryKind.TEXT: ("change", "language", "digest", "of", "title"),
    EntryKind.LIFE: ("event", "note"),
}
"""What a body holds, by the state of a record or the kind of the entry."""

IF_SO = frozenset(("except", "mandate", "paper"))
"""What is left out where it is not so."""

VALUES: Mapping[str, frozenset[str]] = {
    "kind": frozenset(Kind),
    "change": frozenset(TextChange),
    "event": frozenset(LifeEvent),
}
DIGEST = re.compile(r"[0-9a-f]{64}")
MANDATE = re.compile(r"(0|[1-9][0-9]{0,8})/[1-9][0-9]{0,8}")
DEMAND = re.compile(r"[0-9]{1,9}")


def is_formed(kind: EntryKind, says: object) -> bool:
    """Whether it is the body of an entry of that kind."""
    if not isinstance(says, dict):
        return False
    form = FORMS.get(str(says.get("state")) if kind is EntryKind.RECORD else kind)
    if form is None or set(says) - set(form) or set(form) - set(says) - IF_SO:
        return False
    return all(map(_is_value, says, says.values()))


def _is_value(name: str, value: object) -> bool:
    if name == "number":
        return type(value) is int and value > 0
    if name == "except":
        return isinstance(value, list) and bool(value) and all(map(_is_demand, value))
    if name == "mandate":
        return isinstance(value, str) and _is_mandate(value)
    if name == "paper":
        return value is True
    if not isinstance(value, str) or value not in VALUES.get(name, {value}):
        return False
    return name != "digest" or DIGEST.fullmatch(value) is not None


def _is_mandate(value: str) -> bool:
    agreed, _, of = value.partition("/")
    return MANDATE.fullmatch(value) is not None and int(agreed) <= int(of)


def _is_demand(number: object) -> bool:
    return isinstance(number, str) and DEMAND.fullmatch(number) is not None
