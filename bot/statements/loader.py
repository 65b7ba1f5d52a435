"""Reads every package under `statements/` and reports all that is wrong at once."""

import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.digest import revision_digest
from bot.domain.excepting import MOST_DEMANDS
from bot.domain.faults import Fault
from bot.domain.ids import STATEMENT_ID, Language, StatementId
from bot.statements.caps import TEXT_LIMIT
from bot.statements.checks import demands_line
from bot.statements.codes import language_fault
from bot.statements.front_matter import FrontMatter, read_front_matter
from bot.statements.markdown import read_markdown
from bot.statements.metadata import Metadata, read_metadata
from bot.statements.model import Library, Loaded, Response, Revision, Statement
from bot.statements.report import Report
from bot.statements.responses import days_differ, is_response, read_response
from bot.strict.text import read_text
from bot.strict.yaml import read
from bot.text.document import Demand

METADATA_FILE = "statement.yaml"
TEXT_SUFFIX = ".md"
ENTRIES = 1000
"""Statements in a folder, or files in one of them."""

FAULTS = 50
"""Of one file; who mends so many reads the next ones then."""

_TOO_MANY = f"More than {ENTRIES} files or folders are here; move what is not needed elsewhere."
_REMEDY = "create it with a package statements/<id>/, or run `undersigned import`."


@dataclass(frozen=True, slots=True)
class _Text:
    """One language's text and where its faults are told; `revision` is None if it has some."""

    language: Language
    file: str
    revision: Revision | None
    demands_line: int | None = None


def load(folder: Path, zone: dt.tzinfo = dt.UTC) -> Loaded:
    """Reads the packages in `folder`. Whatever is in the files, this returns faults and does not
    raise; a fault names its file beginning with the folder's own name. `zone` is the campaign's, in
    which a date or a time without an offset is meant.

    Here, in this process: what may be hostile is read by `bot.statements.apart`."""
    return Loaded.joined(packages(folder, zone, lambda _file: None))


def packages(folder: Path, zone: dt.tzinfo, reading: Callable[[str], None]) -> Iterator[Loaded]:
    """The outcome of `load`, package by package; `reading` is told of each file before it is."""
    name = _shown(folder.resolve().name)
    reading(name)
    try:
        entries = _entries(folder) if folder.is_dir() else None
    except OSError as error:
        yield _nothing(name, f"This folder cannot be read ({error.strerror}); allow it.")
        return
    if entries is None:
        yield _nothing(name, f"There is no such folder of statements; {_REMEDY}")
        return
    if len(entries) > ENTRIES:
        yield _nothing(name, _TOO_MANY)
        return
    is_empty = True
    for entry in entries:
        file = f"{name}/{_shown(entry.name)}"
        if entry.is_dir():
            is_empty = False
            yield _Package(entry, file, zone, reading).loaded()
        elif not _is_readme(entry):
            fault = Fault(file, None, "This file is not read; move it elsewhere.")
            yield Loaded(Library(), warnings=(fault,))
    if is_empty:
        yield _nothing(name, f"There is no statement in this folder; {_REMEDY}")


class _Package:
    """One folder under `statements/`, and what is wrong in it."""

    def __init__(
        self, folder: Path, shown: str, zone: dt.tzinfo, reading: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._shown = shown
        self._zone = zone
        self._reading = reading
        self._id = _shown(folder.name)
        self._faults: list[Fault] = []
        self._warnings: list[Fault] = []

    def loaded(self) -> Loaded:
        """The statement, if it has no fault, and what is wrong."""
        statement = self._read()
        found = {statement.id: statement} if statement else {}
        return Loaded(Library(found), tuple(self._faults), tuple(self._warnings))

    def _read(self) -> Statement | None:
        self._reading(self._shown)
        try:
            entries = _entries(self._folder)
        except OSError as error:
            self._fault(
                self._shown,
                f"This folder cannot be read ({error.strerror}); correct its permissions.",
            )
            return None
        if len(entries) > ENTRIES:
            self._fault(self._shown, _TOO_MANY)
            return None
        if not STATEMENT_ID.fullmatch(self._id):
            message = f"'{self._id}' must be 1 to 32 of a-z, 0-9 and '-'; rename the folder."
            self._fault(self._shown, message)
        metadata = self._metadata()
        texts = self._texts(entries)
        responses = self._responses(entries)
        self._check_files(metadata, texts)
        self._check_demands(metadata, texts)
        if self._faults or metadata.original_language is None:
            return None
        return self._statement(metadata, texts, responses)

    def _statement(
        self, metadata: Metadata, texts: Sequence[_Text], responses: Sequence[Response]
    ) -> Statement:
        original = metadata.original_language or Language("")
        revisions = {text.language: text.revision for text in texts if text.revision}
        official = metadata.official_languages
        order = [
            *(language for language in official if language in revisions),
            *sorted(revisions.keys() - set(official)),
        ]
        answered = {response.language: response for response in responses}
        known = [language for language in order if language in answered]
        return Statement(
            StatementId(self._id),
            metadata.issued,
            original,
            official,
            metadata.signatories,
            metadata.terms,
            {language: revisions[language] for language in order},
            {language: answered[language] for language in dict.fromkeys([*known, *answered])},
        )

    def _fault(self, file: str, message: str, line: int | None = None) -> None:
        self._faults.append(Fault(file, line, message))

    def _keep(self, report: Report) -> None:
        """Takes over what a reader of one file found, in the order of the lines."""
        self._faults.extend(_first(report.faults))
        self._warnings.extend(_first(report.warnings))

    def _metadata(self) -> Metadata:
        file = f"{self._shown}/{METADATA_FILE}"
        report = Report(file)
        self._reading(file)
        parsed = read(self._folder / METADATA_FILE, file)
        metadata = read_metadata(parsed, self._id, report, self._zone)
        self._keep(report)
        return metadata

    def _texts(self, entries: Iterable[Path]) -> list[_Text]:
        texts: list[_Text] = []
        for entry in entries:
            file = f"{self._shown}/{_shown(entry.name)}"
            if _is_readme(entry) or is_response(entry):
                continue
            if entry.suffix == TEXT_SUFFIX:
                tag = _shown(entry.stem)
                if fault := language_fault(tag):
                    self._fault(file, f"{fault[:-1]} as the name of the file.")
                texts.append(self._text(entry, file, Language(tag)))
            elif entry.name != METADATA_FILE and entry.stem != "signatories":
                message = (
                    "This is not read; name a text <language>.md, an answer"
                    " response.<language>.md, and keep other files elsewhere."
                )
                self._warnings.append(Fault(file, None, message))
        return texts

    def _text(self, path: Path, file: str, language: Language) -> _Text:
        report = Report(file)
        self._reading(file)
        content = read_text(path, file, TEXT_LIMIT)
        revision: Revision | None = None
        line: int | None = None
        if isinstance(content, Fault):
            report.faults.append(content)
        elif head := read_front_matter(content, report):
            revision = self._revision(language, head, report)
            line = demands_line(revision.document, head.first_line) if revision else None
        self._keep(report)
        return _Text(language, file, revision, line)

    def _revision(self, language: Language, head: FrontMatter, report: Report) -> Revision | None:
        found = read_markdown(head.text, head.first_line, report)
        if found is None:
            return None
        text, document = found
        return Revision(
            StatementId(self._id),
            language,
            head.title,
            head.attribution,
            text,
            revision_digest(language, head.title, head.attribution, text),
            head.source,
            document,
        )

    def _responses(self, entries: Iterable[Path]) -> list[Response]:
        """What the addressee has answered, in each language."""
        found: list[tuple[str, Response]] = []
        for entry in filter(is_response, entries):
            file = f"{self._shown}/{_shown(entry.name)}"
            report = Report(file)
            self._reading(file)
            if response := read_response(entry, report):
                found.append((file, response))
            self._keep(report)
        if differing := days_differ(found):
            self._fault(*differing)
        return [response for _, response in found]

    def _check_files(self, metadata: Metadata, texts: Sequence[_Text]) -> None:
        if not texts:
            name = f"{metadata.original_language or 'en'}{TEXT_SUFFIX}"
            self._fault(self._shown, f"There is no text of this statement; add a file {name}.")
            return
        languages = {text.language for text in texts}
        for language, line in metadata.official_lines.items():
            if language not in languages:
                message = (
                    f"There is no file {language}{TEXT_SUFFIX} for the official language"
                    f" '{language}'; add it or remove the language."
                )
                self._fault(f"{self._shown}/{METADATA_FILE}", message, line)

    def _check_demands(self, metadata: Metadata, texts: Sequence[_Text]) -> None:
        """Every translation must have as many demands as the original, or else the first text."""
        readable = [(text, text.revision) for text in texts if text.revision]
        readable.sort(key=lambda pair: pair[0].language != metadata.original_language)
        if not readable:
            return
        (first, pattern), *others = readable
        count = len(pattern.document.demands)
        for text, revision in others:
            if (found := len(revision.document.demands)) != count:
                message = (
                    f"{text.file} has {found} demands and {first.file} has {count};"
                    " make them the same number."
                )
                self._fault(text.file, message, text.demands_line)
        if metadata.terms.exceptions:
            self._check_exceptions([(text, r.document.demands) for text, r in readable])

    def _check_exceptions(self, texts: Sequence[tuple[_Text, Sequence[Demand]]]) -> None:
        """A number must name one demand, the same in every language."""
        numbers = [demand.number for demand in texts[0][1]]
        for text, demands in texts:
            found = [demand.number for demand in demands]
            is_known = found == numbers and len({*found}) == len(found)
            if not is_known or not 2 <= len(found) <= MOST_DEMANDS:
                message = (
                    f"With 'exceptions: true' {text.file} needs 2 to {MOST_DEMANDS} demands, each"
                    " with a number of its own, the same in every language; change them or remove"
                    " 'exceptions'."
                )
                self._fault(text.file, message, text.demands_line)


def _nothing(name: str, message: str) -> Loaded:
    return Loaded(Library(), (Fault(name, None, message),))


def _first(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)[:FAULTS]


def _entries(folder: Path) -> list[Path]:
    """What the folder holds, without hidden files, in the order of the names; no more than tells
    that it is too much."""
    shown = (entry for entry in folder.iterdir() if not entry.name.startswith("."))
    return sorted(itertools.islice(shown, ENTRIES + 1))


def _is_readme(path: Path) -> bool:
    return path.stem.upper() == "README"


def _shown(name: str) -> str:
    """A file's name as text that can be printed, even if it is not UTF-8 on the disk."""
    decoded = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in decoded)
