"""The settings, from the models that check them, and from config.example.yaml, which says why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config import Settings, variable_of
from bot.config.sources import section_of
from tools.reference.linking import linked

HEAD = """\
# Settings

For operators: every key of `config.yaml`, with its variable, its default and what it is for.
`undersigned init` writes the file, and `undersigned check` finds whatever is wrong in it. What
follows is `config.example.yaml`, which says of itself:

{intro}

This page is written from the program and from that file by `make reference`.
"""

_KEY = re.compile(r"( *)#?((?:  )*)([a-z_]+):(?: +(.*))?")


@dataclass
class Explained:
    """What the example says of a key: the comment above it, and the value that it shows."""

    text: list[str] = field(default_factory=list)
    shown: str = ""


Place = tuple[str, ...]


def settings_page(example: str) -> str:
    """Markdown. Raises `KeyError` where the example has no line for a key."""
    intro, explained = read_example(example)
    parts = [HEAD.format(intro="\n\n".join(map(linked, intro)))]
    for name, info in Settings.model_fields.items():
        model = section_of(info.annotation)
        parts += [f"## {name}", "", *_paragraphs(explained[name,])]
        parts += [*_rows((name,), info, model, explained), ""]
    return "\n".join(parts)


def read_example(example: str) -> tuple[list[str], Mapping[Place, Explained]]:
    """The paragraphs at the top, and what stands above each key."""
    found: dict[Place, Explained] = {}
    place: Place = ()
    said: list[str] = []
    intro: list[str] = []
    for line in example.splitlines():
        if key := _KEY.fullmatch(line):
            depth = (len(key[1]) + len(key[2])) // 2
            place = (*place[:depth], key[3])
            found[place] = Explained(_joined(said), _value(key[4] or ""))
            said = []
        elif line.strip():
            said.append(line.strip().removeprefix("#").strip())
        elif said:
            # A blank line ends what stands above no key.
            intro += _joined(said)
            said = []
    return intro, found


def _value(shown: str) -> str:
    return shown.partition(" #")[0].strip()


def _joined(lines: list[str]) -> list[str]:
    """As paragraphs, which an empty line parts."""
    text = "\n".join(lines)
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _paragraphs(explained: Explained) -> Iterator[str]:
    for paragraph in explained.text:
        yield linked(paragraph)
        yield ""


def _rows(
    place: Place,
    info: FieldInfo,
    model: type[BaseModel] | None,
    explained: Mapping[Place, Explained],
) -> Iterator[str]:
    """Of the key at `place`, or of those in the section `model` that is there."""
    if model is None:
        facts = _facts(place, info, explained[place])
        yield f"- {facts[0].upper()}{facts[1:]}"
        return
    for name, inner in model.model_fields.items():
        below = (*place, name)
        known, section = explained[below], section_of(inner.annotation)
        told = [*map(linked, known.text)]
        if section is None:
            told.append(_facts(below, inner, known))
        yield f"- `{'.'.join(below[1:])}`: {' '.join(told)}"
        if section is not None:
            yield from _rows(below, inner, section, explained)


def _facts(place: Place, info: FieldInfo, known: Explained) -> str:
    parts = [limits] if (limits := _limits(info)) else []
    default = _default(info.default)
    if info.is_required():
        parts.append("needed in this section" if len(place) > 1 else "needed")
    else:
        parts.append("not set by default" if default is None else f"default `{default}`")
    if known.shown not in ("", "[]", default):
        parts.append(f"such as `{known.shown}`")
    facts = "; ".join((*parts, f"variable `{variable_of(place)}`"))
    return f"{facts[0].upper()}{facts[1:]}." if known.text and len(place) > 1 else f"{facts}."


def _limits(info: FieldInfo) -> str:
    bounds = {type(each).__name__: each for each in info.metadata}
    least, most = bounds.get("Ge"), bounds.get("Le")
    if least is not None and most is not None:
        return f"{least.ge} to {most.le}"
    if least is not None:
        return f"{least.ge} or more"
    if get_origin(info.annotation) is Literal:
        return " or ".join(f"`{each}`" for each in get_args(info.annotation))
    return "`true` or `false`" if info.annotation is bool else ""


def _default(value: Any) -> str | None:
    """As it is written in the file; None where the key is left out."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return value.as_posix() if isinstance(value, Path) else str(value)
