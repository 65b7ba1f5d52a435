"""What was read of a statement as JSON and back: nothing but the values named here comes out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from bot.domain.endorsement import Mode
from bot.domain.faults import Fault
from bot.domain.mandate import MandateRule
from bot.statements.model import (
    Library,
    Loaded,
    Response,
    Revision,
    Signatory,
    Statement,
    Terms,
)
from bot.text.document import (
    CodeBlock,
    Document,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Rule,
)
from bot.text.rich import RichText, Span, Style

_CLASSES = (
    *(Loaded, Library, Statement, Signatory, Terms, Revision, Response, Fault),
    MandateRule,
    *(Document, Heading, Paragraph, Quote, Item, ItemList, CodeBlock, Rule, RichText, Span),
)


def _mandate_rule(mode: str, *values: Any) -> MandateRule:
    # To JSON it is a text as any other.
    return MandateRule(Mode(mode), *values)


_MADE: Mapping[str, Callable[..., object]] = {
    **{found.__name__: found for found in _CLASSES},
    MandateRule.__name__: _mandate_rule,
    "Style": Style,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
}
_NAMES: Mapping[type, tuple[str, ...]] = {
    found: tuple(field.name for field in fields(found)) for found in _CLASSES
}
_KIND = "@"
"""No language and no statement is called so."""


def written(value: object) -> str:
    """One line of JSON. A value of any other class raises TypeError."""
    return json.dumps(value, default=_plain)


def restored(line: bytes) -> object:
    """What `written` was given, lists as tuples. Raises ValueError, TypeError or KeyError where it
    is something else; nothing is run for it."""
    return json.loads(line, object_hook=_made)


def _plain(value: object) -> Mapping[str, object]:
    if names := _NAMES.get(type(value)):
        return {_KIND: [type(value).__name__, *(getattr(value, name) for name in names)]}
    if isinstance(value, Style):
        return {_KIND: ["Style", value.value]}
    if isinstance(value, dt.date):
        return {_KIND: [type(value).__name__, value.isoformat()]}
    raise TypeError(type(value).__name__)


def _made(found: dict[str, Any]) -> object:
    if _KIND not in found:
        return found
    kind, *values = found[_KIND]
    return _MADE[kind](*(tuple(each) if isinstance(each, list) else each for each in values))
