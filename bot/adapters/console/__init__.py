"""The whole bot in a terminal or a pipe: a simulated platform with people, groups and admins."""

import sys

from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.lines import HINT, read_lines
from bot.adapters.console.platform import Platform, PlatformFault
from bot.adapters.console.printing import JsonPrinter, PeoplePrinter, Printer

__all__ = ["ConsoleAdapter", "Platform", "PlatformFault", "Printer", "console_adapter"]


def console_adapter(platform: Platform, *, as_json: bool) -> ConsoleAdapter:
    """On standard input and output; at a terminal it begins with a hint of what to type."""
    printer: Printer = JsonPrinter(sys.stdout) if as_json else PeoplePrinter(sys.stdout)
    at_terminal = sys.stdin.isatty() and not as_json
    if at_terminal:
        printer.hint(HINT)
    lines = read_lines(sys.stdin, prompt="> " if at_terminal else "")
    return ConsoleAdapter(platform, lines, printer)
