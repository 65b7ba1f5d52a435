"""`statement.yaml`: written new, or an existing one carried on, with its comments and order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from bot.domain.ids import Language, StatementId
from bot.importer.markdown_file import quoted
from bot.importer.model import FoundSignatory, ImportFault, Recognised
from bot.statements.model import Signatory, Statement
from bot.strict.yaml import scalar


def new_yaml(found: Recognised, statement: StatementId) -> str:
    """A package open to persons and organisations."""
    lines = [
        # An id such as 2024 or null would be a number or nothing without the marks.
        f"id: {statement if scalar(statement) == statement else quoted(statement)}",
        *([f"issued: {found.issued.date}"] if found.issued else ()),
        f"original_language: {found.original_language or found.language}",
        f"official_languages: [{found.language}]",
        *([f"signatories:{_signatories(found)}"] if found.signatories else ()),
        "endorsement:",
        "  persons: true",
        "  organisations: true",
    ]
    return "\n".join(lines) + "\n"


def merged_yaml(written: str, found: Recognised, existing: Statement) -> str:
    """`written`, with the text's language among the official ones and its names of the
    signatories. Raises `ImportFault` when its signatories are others than those in the file."""
    edits = _Edits(written, found.language)
    edits.official(existing)
    if found.signatories and not existing.signatories:
        edits.add_signatories(_signatories(found))
    elif found.signatories:
        names = dict(
            zip(pairing(found.signatories, existing.signatories), found.signatories, strict=True)
        )
        edits.names(names, next(iter(existing.revisions)))
    return edits.result()


def pairing(found: Sequence[FoundSignatory], existing: Sequence[Signatory]) -> list[int]:
    """Which existing signatory each found one is: by order where the countries agree, else by
    countries that occur only once. Raises `ImportFault` when neither tells."""
    countries = [one.country for one in existing]
    if len(found) == len(existing):
        agree = (
            None in (a.country, c) or a.country == c for a, c in zip(found, countries, strict=True)
        )
        if all(agree):
            return list(range(len(existing)))
        here = {one.country for one in found}
        if None not in here and here == set(countries) and len(here) == len(found):
            return [countries.index(one.country) for one in found]
    raise ImportFault(
        f"The text has {len(found)} signatories which cannot be matched with the {len(existing)} in"
        " statement.yaml; bring both into the same order with the same countries."
    )


def _signatories(found: Recognised) -> str:
    return "".join(
        f"\n  - name: {{{found.language}: {quoted(one.name)}}}"
        + (f"\n    country: {one.country}" if one.country else "")
        for one in found.signatories
    )


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


class _Edits:
    """Changes at places that the YAML parser names; everything else stays letter for letter."""

    def __init__(self, written: str, language: Language) -> None:
        self._written = written
        self._language = language
        self._edits: list[_Edit] = []
        self._root = yaml.compose(written, Loader=yaml.SafeLoader)

    def result(self) -> str:
        text = self._written
        for edit in sorted(self._edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    def official(self, existing: Statement) -> None:
        """The language becomes an official one, behind the others."""
        if self._language in existing.official_languages:
            return
        node = self._value(self._root, "official_languages")
        if isinstance(node, yaml.SequenceNode) and node.value:
            self._append(node, self._language, "- ")
        else:
            both = ", ".join((*existing.official_languages, self._language))
            self._append_line(f"official_languages: [{both}]")

    def add_signatories(self, lines: str) -> None:
        node = self._value(self._root, "signatories")
        if node is None:
            self._append_line(f"signatories:{lines}")
        else:
            self._edits.append(_Edit(node.start_mark.index, node.end_mark.index, lines))

    def names(self, names: dict[int, FoundSignatory], plain: Language) -> None:
        """The names in the new language; a name given for every language becomes that in `plain`,
        the language of the texts there were."""
        node = self._value(self._root, "signatories")
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        for index, item in enumerate(items):
            name = self._value(item, "name")
            if isinstance(name, yaml.ScalarNode):
                self._plain_name(name, names[index].name, plain)
            elif isinstance(name, yaml.MappingNode):
                self._name(name, names[index].name)

    def _plain_name(self, node: yaml.ScalarNode, name: str, plain: Language) -> None:
        if node.value != name:
            both = f"{{{plain}: {quoted(node.value)}, {self._language}: {quoted(name)}}}"
            new = both if plain != self._language else quoted(name)
            self._edits.append(_Edit(node.start_mark.index, node.end_mark.index, new))

    def _name(self, node: yaml.MappingNode, name: str) -> None:
        given = self._value(node, self._language)
        if given is None:
            self._append(node, f"{self._language}: {quoted(name)}", "")
        elif given.value != name:
            edit = _Edit(given.start_mark.index, given.end_mark.index, quoted(name))
            self._edits.append(edit)

    def _append(self, node: yaml.CollectionNode, text: str, bullet: str) -> None:
        """One more entry at the end of a list or mapping, written as the others are."""
        last = node.value[-1]
        end = (last[1] if isinstance(last, tuple) else last).end_mark.index
        line = f"\n{' ' * node.start_mark.column}{bullet}{text}"
        self._edits.append(_Edit(end, end, f", {text}" if node.flow_style else line))

    def _append_line(self, line: str) -> None:
        end = len(self._written)
        gap = "" if self._written.endswith("\n") else "\n"
        self._edits.append(_Edit(end, end, f"{gap}{line}\n"))

    def _value(self, node: yaml.Node | None, wanted: str) -> yaml.Node | None:
        return next((value for key, value in _pairs(node) if key == wanted), None)


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Keys as the reader of packages takes them: `official languages` is the same key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            text = str(key.value).strip()
            yield text if "-" in text else re.sub(r"[\s_]+", "_", text.lower()), value
