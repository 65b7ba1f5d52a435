"""Measurements of the whole bot, each with the programs that it is compared with."""
