"""The whole bot in a terminal or a pipe: a simulated platform with people, groups and admins."""

import sys

from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.lines import HINT, read_lines
from bot.adapters.console.platform import Platform, PlatformFault
from bot.adapters.console.printing import JsonPrinter, Printer

__all__ = ["ConsoleAdapter", "Platform", "PlatformFault", "Printer", "console_adapter"]


def console_adapter(platform: Platform, *, as_json: bool) -> ConsoleAdapter:
    """On standard input and output; at a terminal it begins with a hint of what to type."""
    printer = _printer(as_json=as_json)
    at_terminal = sys.stdin.isatty() and not as_json
    if at_terminal:
        printer.hint(HINT)
    lines = read_lines(sys.stdin, prompt="> " if at_terminal else "")
    return ConsoleAdapter(platform, lines, printer)


def _printer(*, as_json: bool) -> Printer:
    if as_json:
        return JsonPrinter(sys.stdout)
    from bot.adapters.console.people import PeoplePrinter  # noqa: PLC0415 - programs need no rich

    return PeoplePrinter(sys.stdout)
