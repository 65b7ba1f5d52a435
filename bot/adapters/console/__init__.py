"""The whole bot in a terminal or a pipe: a simulated platform with people, groups and admins."""

import asyncio
import os
import sys
from collections.abc import Callable

from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.lines import HINT, read_lines
from bot.adapters.console.printing import JsonPrinter, Printer
from bot.adapters.simulated_platform import Platform, PlatformFault

__all__ = ["ConsoleAdapter", "Platform", "PlatformFault", "Printer", "console_adapter"]


def console_adapter(platform: Platform, *, as_json: bool) -> ConsoleAdapter:
    """On standard input and output; at a terminal it begins with a hint of what to type. It ends
    with the input, or when nobody reads its output any more."""
    closed = asyncio.Event()

    def gone() -> None:
        # What Python still holds back is written when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        closed.set()

    printer = _printer(gone, as_json=as_json)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    if at_terminal:
        printer.hint(HINT)
    lines = read_lines(sys.stdin, closed, prompt="> " if at_terminal else "")
    return ConsoleAdapter(platform, lines, printer)


def _printer(gone: Callable[[], None], *, as_json: bool) -> Printer:
    if as_json:
        return JsonPrinter(sys.stdout, gone)
    from bot.adapters.console.people import PeoplePrinter  # noqa: PLC0415 - programs need no rich

    return PeoplePrinter(sys.stdout, gone)
