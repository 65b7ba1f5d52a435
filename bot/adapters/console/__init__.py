"""The whole bot in a terminal or a pipe: a simulated platform with people, groups and admins."""

from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.lines import HINT, read_lines
from bot.adapters.console.platform import Platform, PlatformFault
from bot.adapters.console.printing import JsonPrinter, PeoplePrinter, Printer

__all__ = [
    "HINT",
    "ConsoleAdapter",
    "JsonPrinter",
    "PeoplePrinter",
    "Platform",
    "PlatformFault",
    "Printer",
    "read_lines",
]
