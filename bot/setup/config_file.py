"""config.yaml: the text of config.example.yaml with what was answered in the place of the lines
that are commented out there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.config import load_settings

Place = tuple[str, ...]

# A key, be it commented out ('#' before an even number of spaces) or not.
_LINE = re.compile(r"(?P<outer>(?:  )*)(?P<off>#?)(?P<inner>(?:  )*)(?P<key>[a-z_]+):.*")
_PLAIN = re.compile(r"(?!(?i:null|true|false)$)[A-Za-z][A-Za-z0-9_/.-]*|-?(0|[1-9][0-9]{0,14})")


def filled(example: str, values: Mapping[Place, str]) -> str:
    """The example with these values, which are YAML, and the sections around them. A section alone
    has an empty value. Raises `LookupError` for a key that the example does not show."""
    lines, left, path = [], set(values), [""]
    for line in example.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        depth = (len(found["outer"]) + len(found["inner"])) // 2
        path[depth:] = [found["key"]]
        place = tuple(path)
        left.discard(place)
        if place in values:
            lines.append(f"{'  ' * depth}{place[-1]}: {values[place]}".rstrip())
        elif found["off"] and any(each[: len(place)] == place for each in values):
            lines.append(f"{'  ' * depth}{place[-1]}:")
        else:
            lines.append(line)
    if left:
        raise LookupError(f"not in the example: {left}")
    return "\n".join([*lines, ""])


def as_yaml(value: str, *, is_list: bool = False) -> str:
    """A value as the environment gives it, for the file."""
    if is_list:
        parts = [part for part in re.split(r"[\s,]+", value) if part]
        return f"[{', '.join(map(as_yaml, parts))}]"
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def write(file: Path, text: str, languages: Sequence[str]) -> None:
    """For its owner alone, as a whole, and never over another one. Raises `ConfigFaults` where the
    program would refuse it, `FileExistsError`, or another `OSError`."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        load_settings(draft, os.environ, languages)
        os.link(draft, file)
    finally:
        draft.unlink()
