"""The proof that a package holds exactly the words of the lines that were placed, in order."""

from __future__ import annotations

import html
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from bot.domain.digest import normalised
from bot.importer.blocks import shown
from bot.importer.folding import words
from bot.importer.markdown_file import demand_parts
from bot.importer.model import ImportFault, Line, Part, Recognised
from bot.importer.names import left_out
from bot.statements.countries import country_of
from bot.statements.model import Statement
from bot.text.flow import flow


def check_lines(found: Recognised) -> None:
    """Raises `ImportFault` unless every part has all characters of its lines, blanks aside."""
    single = [p for p in (found.title, found.attribution) if p]
    headings = [p for p in (found.demands_heading, found.closing_heading) if p]
    above = [p for demand in found.demands for p in demand.above]
    for part in (
        *single,
        *headings,
        *above,
        *found.paragraphs,
        *found.after_demands,
        *found.closing,
    ):
        _compare(part.text, part.lines)
    for demand in found.demands:
        label = "" if demand.label.word or demand.label.drawn else demand.label.written
        _compare(label + "".join(p.text for p in demand.paragraphs), demand.lines)


def check_everything(found: Recognised, markdown: str) -> None:
    """Raises `ImportFault` unless each word of the file is in `markdown`, the file of this
    language, among its signatories, or among what is told to the person who imports it."""
    if words_lost := lost(found, markdown):
        told = ", ".join(list(dict.fromkeys(words_lost.elements()))[:5])
        raise ImportFault(
            f"Words of the file would be lost ({told}), so nothing is written; report this with"
            " the file."
        )


def lost(found: Recognised, markdown: str) -> Counter[str]:
    """The words of the file that are in none of these places."""
    missing = Counter(_tokens(found.everything))
    kept = Counter(_tokens("\n".join((markdown, *_carried(found)))))
    # Where a style ends inside a word, the two sides may part it in different places.
    left = _letters(missing - kept) - _letters(kept - missing)
    return missing - kept if left else Counter()


def _carried(found: Recognised) -> Iterator[str]:
    """All that is neither in the text nor in the front matter."""
    yield from (line.text for line in found.unplaced)
    yield from (demand.label.written for demand in found.demands)
    yield from (text for one in found.signatories for text in (one.name, one.printed))
    for entry in found.names:
        yield from (entry.name, entry.affiliation, entry.printed, entry.url, entry.label)
    yield from (line.text for part in (found.issued, found.source) if part for line in part.lines)
    yield from left_out(found.signatories)
    yield from found.signs


def _tokens(text: str) -> list[str]:
    return words(html.unescape(unquote(text)))


def _letters(tokens: Counter[str]) -> Counter[str]:
    return Counter("".join(tokens.elements()))


def check_package(found: Recognised, statement: Statement) -> None:
    """Raises `ImportFault` unless the package, read and rendered, gives back what was found."""
    revision = statement.revisions[found.language]
    _same("title", revision.title, _words_of(found.title))
    _same("attribution", revision.attribution, _words_of(found.attribution))
    _same("text", flow(revision.document).text.plain, list(_text_words(found)))
    labels = [demand.label for demand in revision.document.demands]
    _same("numbers", " ".join(labels), [demand.marker for demand in found.demands])
    _check_signatories(found, statement)


def _check_signatories(found: Recognised, statement: Statement) -> None:
    held = [(one.name(found.language), one.country) for one in statement.signatories]
    wanted = [(normalised(one.name).strip(), one.country) for one in found.signatories]
    for one, (name, country) in zip(found.signatories, wanted, strict=True):
        # Where one of package and text names no country, the other's stays or is told in a note.
        known = any(name == n and (country == c or None in (country, c)) for n, c in held)
        if not known or country_of(one.printed, found.language) != country:
            raise ImportFault(
                f"The package would not hold the signatory '{one.name}', so nothing is written;"
                " report this with the text."
            )
    if len(statement.revisions) == 1 and [name for name, _ in held] != [n for n, _ in wanted]:
        raise ImportFault(
            "The package would hold its signatories in another order than the text, so nothing is"
            " written; report this with the text."
        )


def _text_words(found: Recognised) -> Iterator[str]:
    for paragraph in found.paragraphs:
        yield from shown(paragraph)
    yield from _words_of(found.demands_heading)
    for item in demand_parts(found):
        yield from shown(item)
    for paragraph in found.after_demands:
        yield from shown(paragraph)
    yield from _words_of(found.closing_heading)
    for line in found.closing:
        yield from shown(line)


def _words_of(part: Part | None) -> list[str]:
    return part.text.split() if part else []


def _same(what: str, held: str, wanted: Sequence[str]) -> None:
    got = unicodedata.normalize("NFC", held).split()
    expected = unicodedata.normalize("NFC", " ".join(wanted)).split()
    if got == expected:
        return
    at = next((i for i, (a, b) in enumerate(zip(got, expected, strict=False)) if a != b), None)
    at = min(len(got), len(expected)) if at is None else at
    near = " ".join(expected[max(0, at - 3) : at + 4])
    raise ImportFault(
        f"The {what} of the package would differ from the file near '{near}', so nothing is"
        " written; report this with the text."
    )


def _compare(text: str, lines: Sequence[Line]) -> None:
    if _solid(text) != _solid("".join(line.visible for line in lines)):
        raise ImportFault(
            f"Words of line {lines[0].number} would be lost, so nothing is written; report this"
            " with the text."
        )


def _solid(text: str) -> str:
    """`text` without blanks and without characters that show nothing."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
