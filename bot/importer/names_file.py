"""`signatories.yaml`: a long list of people and organisations, beside the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from bot.importer.markdown_file import quoted
from bot.importer.recognised import FoundName, ImportFault

NAMES_FILE = "signatories.yaml"


def names_yaml(names: Sequence[FoundName]) -> str:
    """The file, read back to prove that it holds each entry."""
    text = "".join(line + "\n" for name in names for line in _entry(name))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if yaml.load(text, Loader=loader) != [_plain(name) for name in names]:  # noqa: S506 - a safe one
        raise ImportFault(
            f"{NAMES_FILE} would not hold every name of the text, so nothing is written; report"
            " this with the text."
        )
    return text


def count(text: str) -> int:
    """How many entries there are in a file of this form."""
    return sum(line.startswith("- ") for line in text.splitlines())


def _plain(name: FoundName) -> dict[str, str]:
    fields = {
        "name": name.name,
        "affiliation": name.affiliation,
        "country": name.country or "",
        "url": name.url,
    }
    return {key: value for key, value in fields.items() if value}


def _entry(name: FoundName) -> Iterator[str]:
    for index, (key, value) in enumerate(_plain(name).items()):
        yield f"{'  ' if index else '- '}{key}: {quoted(value)}"
