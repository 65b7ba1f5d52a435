"""What `statement.yaml` says of a statement."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.ids import STATEMENT_ID, Country, Language
from bot.statements.codes import country_fault, language_fault
from bot.statements.fields import Fields, text_line
from bot.statements.mandates import mandate_rule
from bot.statements.model import Signatory, Terms
from bot.statements.report import Report
from bot.strict.yaml import Parsed, Step, Value

KEYS = (
    "id",
    "issued",
    "original_language",
    "official_languages",
    "signatories",
    "endorsement",
)
ENDORSEMENT_KEYS = (
    *("persons", "organisations", "opens", "closes", "goal", "affiliations"),
    *("searchable_after_close", "exceptions"),
    *("mandate", "quorum", "vote_days", "newcomers"),
)
SIGNATORY_KEYS = ("name", "country")


@dataclass(frozen=True, slots=True)
class Metadata:
    """`official_lines` says where an official language is named; it is empty when the file names
    none and the original language is the official one."""

    original_language: Language | None = None
    official_languages: tuple[Language, ...] = ()
    official_lines: Mapping[Language, int | None] = field(default_factory=dict)
    issued: dt.date | None = None
    signatories: tuple[Signatory, ...] = ()
    terms: Terms = field(default_factory=Terms)


def read_metadata(parsed: Parsed, folder: str, report: Report, zone: dt.tzinfo) -> Metadata:
    """What the file says, as far as it is right; everything else becomes a fault. `zone` is the
    campaign's, for times without an offset."""
    report.faults.extend(parsed.faults)
    if not parsed.complete:
        return Metadata()
    if parsed.data is None:
        report.fault(None, f"This file is empty; write at least 'id: {folder}' into it.")
        return Metadata()
    fields = Fields(parsed, report, (), KEYS)
    if not isinstance(parsed.data, dict):
        return Metadata()
    _check_id(fields, folder)
    original = _original_language(fields)
    lines = _official_languages(fields, report)
    return Metadata(
        original,
        tuple(lines) or ((original,) if original else ()),
        lines,
        _issued(fields),
        _signatories(fields, parsed, report),
        _terms(fields, parsed, report, zone),
    )


def _check_id(fields: Fields, folder: str) -> None:
    name = fields.text("id", missing=f"The id is missing; add a line 'id: {folder}'.")
    if name is None:
        return
    if not STATEMENT_ID.fullmatch(name):
        message = f"The id '{name}' must be 1 to 32 of a-z, 0-9 and '-'; rename it and its folder."
        fields.fault("id", message)
    elif name != folder:
        message = f"The id '{name}' differs from the folder's name '{folder}'; make them the same."
        fields.fault("id", message)


def _original_language(fields: Fields) -> Language | None:
    missing = "The original language is missing; add a line such as 'original_language: ar'."
    tag = fields.text("original_language", missing=missing)
    if tag is None:
        return None
    if fault := language_fault(tag):
        fields.fault("original_language", fault)
        return None
    return Language(tag)


def _official_languages(fields: Fields, report: Report) -> dict[Language, int | None]:
    lines: dict[Language, int | None] = {}
    value = fields.value("official_languages")
    if value == []:
        message = "'official_languages' is empty; name a language or remove the key."
        fields.fault("official_languages", message)
    for index, item in enumerate(fields.items("official_languages", "[en, ar]")):
        line = fields.line("official_languages", index)
        tag = text_line(item, "A language", line, report)
        if tag is None:
            continue
        if fault := language_fault(tag):
            report.fault(line, fault)
        elif tag in lines:
            report.fault(line, f"The language '{tag}' is listed twice; remove one.")
        else:
            lines[Language(tag)] = line
    return lines


def _issued(fields: Fields) -> dt.date | None:
    value = fields.value("issued")
    if value is None:
        return None
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        fields.fault("issued", "'issued' must be a date such as 2024-05-31.")
        return None
    return value


def _signatories(fields: Fields, parsed: Parsed, report: Report) -> tuple[Signatory, ...]:
    found: list[Signatory] = []
    seen: dict[tuple[str, str, Country | None], int | None] = {}
    items = fields.items("signatories", "lines '- name: …'")
    for index in range(len(items)):
        path = (*fields.path("signatories"), index)
        inner = Fields(parsed, report, path, SIGNATORY_KEYS)
        if not isinstance(items[index], dict):
            continue
        signatory = Signatory(_names(inner, parsed, report), _country(inner))
        keys = [
            (language, name.casefold(), signatory.country)
            for language, name in signatory.names.items()
        ]
        line = parsed.line(*path)
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            report.fault(line, f"This signatory stands in line {first} already; remove one.")
        seen.update((key, line) for key in keys if key not in seen)
        found.append(signatory)
    return tuple(found)


def _names(fields: Fields, parsed: Parsed, report: Report) -> dict[Language, str]:
    """The name in every language given; a plain one stands under the empty language."""
    value: Value = fields.value("name")
    if not isinstance(value, dict):
        name = fields.text("name", missing="A signatory has no name; add a line 'name: …'.")
        return {Language(""): name} if name else {}
    names: dict[Language, str] = {}
    for tag, inner in value.items():
        path: tuple[Step, ...] = (*fields.path("name"), tag)
        line = parsed.line(*path)
        if fault := language_fault(tag):
            report.fault(line, fault)
        elif text := text_line(inner, f"The name in '{tag}'", line, report):
            names[Language(tag)] = text
    if not value:
        fields.fault("name", "A signatory has no name; add one such as 'name: {en: …}'.")
    return names


def _country(fields: Fields) -> Country | None:
    code = fields.text("country")
    if code is None:
        return None
    if fault := country_fault(code):
        fields.fault("country", fault)
        return None
    return Country(code.upper())


def _terms(fields: Fields, parsed: Parsed, report: Report, zone: dt.tzinfo) -> Terms:
    if fields.value("endorsement") is None:
        return Terms()
    inner = Fields(parsed, report, fields.path("endorsement"), ENDORSEMENT_KEYS)
    opens = inner.moment("opens", zone)
    closes = inner.moment("closes", zone, ends_day=True)
    if opens and closes and opens >= closes:
        inner.fault("closes", "'closes' is not after 'opens'; correct one of the two.")
    goal = inner.value("goal")
    if goal is not None and (not isinstance(goal, int) or isinstance(goal, bool) or goal < 1):
        inner.fault("goal", "'goal' must be a whole number above 0; correct or remove it.")
        goal = None
    return Terms(
        inner.flag("persons", default=True),
        inner.flag("organisations", default=True),
        opens,
        closes,
        goal,
        inner.flag("affiliations", default=True),
        inner.flag("searchable_after_close", default=True),
        inner.flag("exceptions", default=False),
        mandate_rule(inner),
    )
