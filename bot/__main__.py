"""`python -m bot` is the same as the command `undersigned`."""

from bot.cli import main

main()
