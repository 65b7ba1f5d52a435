"""Checks the translation catalogues against the source: `python -m tools.translations`.

Every fault is one line, `file:line: sentence`, and the exit code is 1 if there are any. English is
the language of the source and needs no catalogue. Messages are format strings with named fields.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.domain.faults import Fault
from bot.text.cldr import locale_of
from bot.wording import placeholders
from bot.wording.catalogues import (
    CatalogueFault,
    catalogue_path,
    extract,
    languages,
    messages,
    quoted,
    read_catalogue,
)
from bot.wording.placeholders import texts

EXPECTED = ("ar",)
"""The configuration's default languages, English apart: these must have a catalogue."""

_PERCENT = re.compile(r"%(?:\(\w*\)[#0+-]*)?\d*(?:\.\d+)?(?:[diouxXeEfFgGcrs]\b|%)")
_COMMAND = re.compile(r"(?:\{cmd\}|(?<![\w/])/)[a-z]+")
"""`{cmd}` stands for the sign that commands begin with on the platform."""

_ISOLATES = "\u2066\u2067\u2068"
_POP_ISOLATE = "\u2069"


def check(root: Path, expected: Iterable[str] = EXPECTED) -> list[Fault]:
    """Every fault of the source's messages and of all catalogues under `root`."""
    template = extract(root)
    there = languages(root)
    faults = list(_source_faults(root, template))
    for language in sorted({*there, *expected}):
        faults += _catalogue_faults(catalogue_path(root, language), language, template)
    return faults


def _source_faults(root: Path, template: Catalog) -> Iterator[Fault]:
    for message in messages(template):
        name, line = message.locations[0]
        forms = texts(message.id)
        sentences = [placeholders.NO_FORMAT for text in forms if not placeholders.is_format(text)]
        sentences += [each for text in forms for each in _text_faults(text)]
        for sentence in dict.fromkeys(sentences):
            yield Fault(str(root / name), line, f"{sentence} in {quoted(message)}")


def _catalogue_faults(path: Path, language: str, template: Catalog) -> Iterator[Fault]:
    try:
        catalogue = read_catalogue(path, language)
    except CatalogueFault as error:
        yield error.fault
        return
    try:
        numbers = placeholders.numbers_by_form(catalogue.plural_expr)
    except ValueError as error:
        yield Fault(str(path), None, f"this cannot be read: {error}")
        return

    forms = get_plural(locale_of(language)).num_plurals
    if not catalogue.num_plurals == len(numbers) == forms:
        sentence = f"Plural-Forms must make {forms} forms for {language}, not {len(numbers)}"
        yield Fault(str(path), None, f"{sentence} (nplurals={catalogue.num_plurals})")
    for message in messages(template):
        if catalogue.get(message.id, message.context) is None:
            name, line = message.locations[0]
            sentence = f"{quoted(message)} of {name}:{line} is missing; run `make messages`"
            yield Fault(str(path), None, sentence)
    for message in messages(catalogue):
        source = template.get(message.id, message.context)
        for sentence in _message_faults(message, source, numbers):
            yield Fault(str(path), message.lineno, f"{sentence} in {quoted(message)}")
    yield from _msgfmt_faults(path)


def _message_faults(
    message: Message, source: Message | None, numbers: Sequence[frozenset[int]]
) -> Iterator[str]:
    """`numbers` holds for each plural form the numbers that it is for."""
    if source is None:
        yield "the source has no such message; run `make messages`"
        return
    if message.fuzzy:
        yield "the translation is marked fuzzy; read it and take the mark away"
    english = texts(source.id)
    if english != texts(message.id):
        yield "the source has another plural; run `make messages`"
        return
    forms = texts(message.string)
    if not any(forms):
        yield "the translation is missing"
        return
    if len(english) == 1:
        yield from _translation_faults(forms[0], english)
        return
    for index, text in enumerate(forms):
        few = placeholders.is_for_few(numbers, index)
        for sentence in _translation_faults(text, english, few=few):
            yield f"msgstr[{index}]: {sentence}"


def _translation_faults(text: str, english: Sequence[str], *, few: bool = False) -> Iterator[str]:
    """`few` tells that this is the form for exactly zero, one or two things."""
    if not text:
        yield "the form is empty"
        return
    yield from placeholders.form_faults(text, english, few=few)
    yield from _text_faults(text)
    if _edges(text) not in {_edges(each) for each in english}:
        yield "blanks or line breaks at the start or the end differ from the English text"

    commands = [frozenset(_COMMAND.findall(each)) for each in english]
    mentioned = frozenset(_COMMAND.findall(text))
    for command in sorted(mentioned - frozenset().union(*commands)):
        yield f"the English text has no command {command}"
    for command in sorted(commands[0].intersection(*commands) - mentioned):
        yield f"the command {command} is left out"


def _text_faults(text: str) -> Iterator[str]:
    """What is wrong with a text in any language, whatever it translates."""
    for found in _PERCENT.findall(text):
        yield f"{found} stands where fields are written {{name}}"
    if not _isolates_balanced(text):
        yield "a bidi isolate (U+2066 to U+2068) and its end (U+2069) are not in pairs on a line"


def _edges(text: str) -> tuple[str, str]:
    """The white space before and behind a text."""
    behind = text[len(text.rstrip()) :]
    return text[: len(text) - len(text.lstrip())], behind


def _isolates_balanced(text: str) -> bool:
    # An isolate ends with its paragraph (UAX 9, X8), so every line must be in order by itself.
    for line in text.split("\n"):
        depth = 0
        for character in line:
            depth += (character in _ISOLATES) - (character == _POP_ISOLATE)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _msgfmt_faults(path: Path) -> Iterator[Fault]:
    """What GNU msgfmt says, where it is installed."""
    program = shutil.which("msgfmt")
    if program is None:
        return
    done = subprocess.run(  # noqa: S603 - a fixed program that reads a file of this repository
        [program, "--check", "--output-file", os.devnull, path],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env={"LC_ALL": "C.UTF-8"},
    )
    if done.returncode == 0:
        return
    place = re.compile(re.escape(str(path)) + r":(\d+): *(.*)")
    for line in done.stderr.splitlines():
        if match := place.fullmatch(line.strip()):
            yield Fault(str(path), int(match[1]), f"msgfmt: {match[2]}")


def main() -> int:
    """Tell every fault on standard error; the exit code."""
    faults = check(Path())
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
