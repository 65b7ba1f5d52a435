"""docs/operating.md as a list of commands: the page is what is run, so that the two cannot part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"

DIFFERENT = "…"
"""Stands for what is different each time."""

_BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(\w+)\$ (.+)")


@dataclass(frozen=True)
class Step:
    """A command, the machine on which it is typed, and the lines that it prints."""

    machine: str
    command: str
    printed: tuple[str, ...]

    def prints(self, text: str) -> bool:
        """Whether a command that prints this does as the page says; a page that shows nothing
        says that nothing is printed."""
        return pattern("\n".join(self.printed)).fullmatch(text.strip("\n")) is not None


def pattern(shown: str) -> re.Pattern[str]:
    """Of the text that the page shows."""
    return re.compile(".+?".join(map(re.escape, shown.split(DIFFERENT))))


def sections(text: str) -> dict[str, str]:
    """Each by its title."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def steps(section: str) -> list[Step]:
    """Its commands, in their order."""
    found: list[Step] = []
    for block in _BLOCK.finditer(section):
        indent = len(block[1])
        for line in block[2].splitlines():
            if command := _COMMAND.fullmatch(line[indent:]):
                found.append(Step(command[1], command[2], ()))
            else:
                last = found.pop()
                found.append(Step(last.machine, last.command, (*last.printed, line[indent:])))
    return found
