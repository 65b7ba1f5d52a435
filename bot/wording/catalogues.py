"""The translation catalogues beside the messages of the source: what is translated, what is not.

The messages are read from the program's own modules, so this works wherever it is installed.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import PoFileError, read_po

from bot.domain.faults import Fault
from bot.text.cldr import locale_of
from bot.wording.placeholders import texts, unspeakable
from bot.wording.voice import DOMAIN, LOCALES

ROOT = LOCALES.parents[1]
"""The folder that the package `bot` lies in."""

SHOWN = 60
"""Characters of a message that are shown where it is named."""

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "N_": None,
}
"""The functions whose arguments are messages, in Babel's notation; `c` marks the context."""


class CatalogueFault(Exception):
    """A catalogue is missing or cannot be read."""

    def __init__(self, path: Path, sentence: str, line: int | None = None) -> None:
        self.fault = Fault(str(path), line, sentence)
        super().__init__(str(self.fault))


class Standing(enum.Enum):
    """A fuzzy translation was guessed or is of an older text: it is not shown to anybody."""

    TRANSLATED = "translated"
    MISSING = "missing"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Gap:
    """A message that is not shown in the language, and where it stands in the source."""

    standing: Standing
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.standing.value}: {self.message}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the translation into one language has come."""

    language: str
    messages: int
    gaps: Sequence[Gap]

    def __str__(self) -> str:
        """`fr: 180 of 211 translated, 3 fuzzy, 28 missing`."""
        shown = self.messages - len(self.gaps)
        counts = Counter(gap.standing.value for gap in self.gaps)
        numbers = [f"{count} {standing}" for standing, count in sorted(counts.items())]
        return ", ".join([f"{self.language}: {shown} of {self.messages} translated", *numbers])


def locales(root: Path) -> Path:
    """The folder of the catalogues in a checkout or an installed distribution at `root`."""
    return root / "bot" / "locales"


def catalogue_path(root: Path, language: str) -> Path:
    """Where the catalogue of a language is, or would be."""
    return locales(root) / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages(root: Path) -> list[str]:
    """The languages that have a catalogue, as their folders spell them."""
    return sorted(path.parts[-3] for path in locales(root).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def extract(root: Path) -> Catalog:
    """The messages of the source; their locations are relative to `root`."""
    template = Catalog(project=DOMAIN, header_comment="# The messages of Undersigned.")
    for path in sorted((root / "bot").rglob("*.py")):
        found = extract_from_file(
            "python", path, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        name = path.relative_to(root).as_posix()
        for line, message, comments, context in found:
            template.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return template


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue in that file. Raises `CatalogueFault`."""
    locale = locale_of(language)
    if locale is None:
        raise CatalogueFault(path, f"{language} is no language that Babel knows; rename the folder")
    try:
        with path.open("rb") as file:
            return read_po(file, locale=locale, abort_invalid=True)
    except FileNotFoundError:
        sentence = f"there is no such catalogue; `make messages ARGS={language}` begins it"
        raise CatalogueFault(path, sentence) from None
    except PoFileError as error:
        # Babel counts lines from 0, and says its number behind "on".
        reason = str(error).rpartition(" on ")[0]
        sentence = f"this is no valid catalogue: {reason}"
        raise CatalogueFault(path, sentence, error.lineno + 1) from None
    except (OSError, ValueError) as error:
        raise CatalogueFault(path, f"this cannot be read: {error}") from None


def standing(source: Message, translation: Message | None) -> Standing:
    """Whether a message of the source is translated, in every plural form."""
    if translation is None or not all(texts(translation.string)):
        return Standing.MISSING
    is_of_this = texts(translation.id) == texts(source.id) and not translation.fuzzy
    return Standing.TRANSLATED if is_of_this else Standing.FUZZY


def progress(language: str, template: Catalog, root: Path) -> Progress:
    """How much of the template there is in a language. Raises `CatalogueFault`."""
    catalogue = read_catalogue(catalogue_path(root, language), language)
    sources = list(messages(template))
    gaps: list[Gap] = []
    for source in sources:
        found = standing(source, catalogue.get(source.id, source.context))
        if found is not Standing.TRANSLATED:
            name, line = source.locations[0]
            gaps.append(Gap(found, f"{name}:{line}", quoted(source)))
    return Progress(language, len(sources), gaps)


def faults(root: Path) -> list[Fault]:
    """Every translation that cannot be spoken, and every catalogue that cannot be read."""
    found: list[Fault] = []
    for language in languages(root):
        path = catalogue_path(root, language)
        try:
            for message, fault in unspeakable(read_catalogue(path, language)):
                sentence = f"{fault} in {quoted(message)}; mend the translation"
                found.append(Fault(str(path), message.lineno, sentence))
        except CatalogueFault as error:
            found.append(error.fault)
        except ValueError as error:
            found.append(Fault(str(path), None, f"Plural-Forms cannot be read: {error}"))
    return found


def messages(catalogue: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalogue if message.id)


def quoted(message: Message) -> str:
    """The beginning of a message, on one line."""
    text = " ".join(texts(message.id)[0].split())
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"
