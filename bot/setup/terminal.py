"""Where answers are typed, or come from a pipe, a line each."""

from __future__ import annotations

import getpass
import re
import shutil
import sys
import textwrap

WIDEST = 80
"""Characters in a line; a sentence reads badly in wider ones."""

_ITEM = re.compile(r"[0-9]+\. ")


class Terminal:
    """`is_talk`: a person answers, who can be asked again. With `reads` False nothing is read, as
    at the end of what is piped."""

    def __init__(self, *, reads: bool) -> None:
        self.is_talk = reads and sys.stdin.isatty()
        self._reads = reads

    def say(self, text: str = "") -> None:
        """Each line of the text is a paragraph, in lines that fit. One that begins with a space is
        to be copied, and stays whole."""
        width = min(WIDEST, shutil.get_terminal_size().columns) - 1
        wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines() or [""]:
            wrapper.subsequent_indent = "   " if _ITEM.match(line) else ""
            self.show(line if line.startswith(" ") else wrapper.fill(line))

    def show(self, line: str) -> None:
        """A line as it is."""
        print(line)  # noqa: T201

    def ask(self, question: str, proposed: str) -> str:
        """A person's answer."""
        return self.read(f"{question} [{proposed}]: ") or proposed

    def read(self, prompt: str, *, is_secret: bool = False) -> str | None:
        """What was answered; None where nothing more comes. Raises `KeyboardInterrupt` also where a
        person ends the input."""
        if self.is_talk:
            try:
                # getpass reads from the terminal itself and shows nothing.
                return (getpass.getpass(prompt) if is_secret else input(prompt)).strip()
            except EOFError:
                raise KeyboardInterrupt from None
        line = sys.stdin.readline() if self._reads else ""
        answer = line.strip() if line else None
        print(f"{prompt}{'(not shown)' if is_secret and answer else answer or ''}")  # noqa: T201
        return answer
