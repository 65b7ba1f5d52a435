"""`undersigned doctor`: all that an operator would look at, each with its remedy.

It reads and asks, and writes nothing: it may be run beside the bot, and where nothing else works.
"""

from bot.doctor.examination import examine

__all__ = ["examine"]
