"""How the platforms that the page stands for show a message, and what they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.ports import Rows
from bot.text.chunks import Fit
from bot.text.rich import RichText

Drawing = Mapping[str, object]
"""A message as that platform's clients get it; the page draws it as they do."""


@dataclass(frozen=True, slots=True)
class Look:
    """`unit` says what `fit` counts in. `draw` is given the sign that commands begin with, for a
    platform where buttons are typed; on the platform itself that is `prefix`."""

    label: str
    unit: str
    fit: Fit
    prefix: str
    draw: Callable[[RichText, Rows, str], Drawing]


class Previews(Protocol):
    """The statements, page by page, for an organiser who looks at them on the page."""

    def statements(self) -> Sequence[tuple[str, str, Sequence[str]]]:
        """Of each its id, a title and its languages."""

    def pages(
        self, statement: str, language: str, part: str, fit: Fit, prefix: str
    ) -> Sequence[tuple[RichText, Rows]]:
        """What people get of it on a platform, message by message, with the buttons that turn
        the pages; `part` is text or demands. Empty where there is none. Works for up to seconds,
        and in any thread."""
