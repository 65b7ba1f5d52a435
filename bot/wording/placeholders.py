"""Whether a translation can be spoken: its `{fields}` are those of the source, in each plural form.

In a form that a language uses for exactly zero, one or two things, a translation may leave out the
number (a field with a name of `NUMBER_FIELDS`), as Arabic does.
"""

from __future__ import annotations

import gettext
import string
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Catalog, Message

NUMBER_FIELDS = frozenset({"n", "count"})

NO_FORMAT = "this is no valid format string: a brace is not closed, or not doubled"

_FEW = frozenset({0, 1, 2})
_COUNTED = 1000
"""Numbers up to this one tell which of them a plural form is for, as msgfmt does it."""


def texts(written: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a message or of its translation: one, or one for each plural."""
    if isinstance(written, str) or written is None:
        return (written or "",)
    return tuple(written)


def unspeakable(catalogue: Catalog) -> Iterator[tuple[Message, str]]:
    """Each translation that would be spoken and cannot be, with what is wrong with it. Raises
    `ValueError` where the plural forms of the whole catalogue cannot be read."""
    numbers = numbers_by_form(catalogue.plural_expr)
    for message in catalogue:
        forms = texts(message.string)
        if not message.id or message.fuzzy or not any(forms):
            continue
        fault = next(_faults(texts(message.id), forms, numbers), None)
        if fault is not None:
            yield message, fault


def _faults(
    english: Sequence[str], forms: Sequence[str], numbers: Sequence[frozenset[int]]
) -> Iterator[str]:
    if len(english) == 1:
        yield from form_faults(forms[0], english)
        return
    given = len(list(filter(None, forms)))
    if given != len(numbers):
        yield f"there must be {len(numbers)} plural forms, not {given}"
    for index, text in enumerate(forms):
        few = is_for_few(numbers, index)
        yield from (f"msgstr[{index}]: {each}" for each in form_faults(text, english, few=few))


def form_faults(text: str, english: Sequence[str], *, few: bool = False) -> Iterator[str]:
    """What is wrong with one form of a translation; `few`: it is for exactly zero, one or two."""
    if not is_format(text):
        yield NO_FORMAT
        return
    if not all(map(is_format, english)):
        return
    wanted = frozenset().union(*map(_fields, english))
    given = _fields(text)
    # The English singular may say "one" or "your"; what it leaves out, a form for few may too.
    optional = NUMBER_FIELDS | (wanted - _fields(english[0])) if few else frozenset()
    for name in sorted(given - wanted):
        yield f"the English text has no field {{{name}}}"
    for name in sorted(wanted - given - optional):
        yield f"the field {{{name}}} is left out"


def is_format(text: str) -> bool:
    """Whether its braces are closed, or doubled."""
    try:
        _fields(text)
    except ValueError:
        return False
    return True


def _fields(text: str) -> frozenset[str]:
    """The names of the `{fields}` of a format string; ValueError where it is none."""
    found: set[str] = set()
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is not None:
            found |= {name, *_fields(spec or "")}
    return frozenset(found)


def numbers_by_form(expression: str) -> list[frozenset[int]]:
    """The numbers that each plural form is for. Raises `ValueError`."""
    form_of = gettext.c2py(expression)
    numbers: dict[int, set[int]] = {}
    for number in range(_COUNTED + 1):
        numbers.setdefault(form_of(number), set()).add(number)
    return [frozenset(numbers.get(form, ())) for form in range(max(numbers) + 1)]


def is_for_few(numbers: Sequence[frozenset[int]], form: int) -> bool:
    """Whether the form of that index is for exactly zero, one or two things."""
    return form < len(numbers) and numbers[form] <= _FEW
