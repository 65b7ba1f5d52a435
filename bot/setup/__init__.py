"""`undersigned init`: from nothing to a bot that can be started, by questions in a terminal or with
answers from a script.

Each answer is looked at when it is given, by those who use it later. What is done is done once: the
key, the sign-in to Matrix and the statement are seen on the disk, so that after a kill the same
command goes on; config.yaml comes last, as a whole.
"""

from bot.setup.wizard import set_up

__all__ = ["set_up"]
