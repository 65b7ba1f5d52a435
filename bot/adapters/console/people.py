"""Writing what the bot does as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.adapters.simulated_adapter import Shown
from bot.text.rich import RichText, Style

_STYLES = {
    Style.BOLD: "bold",
    Style.HEADING: "bold",
    Style.ITALIC: "italic",
    Style.STRIKE: "strike",
    Style.CODE: "cyan",
    Style.PRE: "cyan",
    Style.LINK: "underline",
    Style.QUOTE: "dim",
}


class _Screen(Console):
    """Flushes what it prints."""

    def __init__(self, out: TextIO, gone: Callable[[], None]) -> None:
        super().__init__(file=out, highlight=False, markup=False, emoji=False)
        self._gone = gone

    def on_broken_pipe(self) -> None:
        self.quiet = True
        self._gone()


class PeoplePrinter:
    """A chat as a person reads it. `gone` is called when nobody reads `out` any more."""

    def __init__(self, out: TextIO, gone: Callable[[], None]) -> None:
        self._console = _Screen(out, gone)
        # At a terminal lines break between words; in a pipe they stay as they are.
        self._as_is = not out.isatty()

    def show(self, shown: Shown) -> None:
        number = f" #{shown.message}" if shown.message is not None else ""
        verb = {"edit": " (edited)", "notice": " (notice)", "file": " (file)"}.get(shown.action, "")
        pinned = " (pinned)" if shown.pinned else ""
        self._console.print(Text(f"bot → {shown.chat}{number}{verb}{pinned}", style="dim"))
        self._console.print(_styled(shown.text), soft_wrap=self._as_is)
        if shown.path is not None:
            self._console.print(Text(shown.path, style="underline"))
        for row in shown.buttons:
            self._console.print(_buttons([(b.name, b.label) for b in row]), soft_wrap=self._as_is)
        self._console.print()

    def done(self, line: int) -> None:
        """People see that the next line may be typed."""

    def hint(self, text: str) -> None:
        self._console.print(Text(text, style="dim"), soft_wrap=self._as_is)


def _styled(text: RichText) -> Text:
    styled = Text(text.plain)
    for span in text.spans:
        styled.stylize(_STYLES[span.style], span.start, span.end)
    return styled


def _buttons(row: Sequence[tuple[str, str]]) -> Text:
    text = Text()
    for name, label in row:
        text.append(f"[{name}]", style="bold green")
        text.append(f" {label}   ")
    return text
