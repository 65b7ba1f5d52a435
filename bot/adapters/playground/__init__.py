"""The whole bot on a page of this machine: three phones side by side, and nobody else's server."""

from bot.adapters.playground.adapter import PlaygroundAdapter
from bot.adapters.playground.looks import Look, Previews
from bot.adapters.playground.people import settle
from bot.adapters.simulated_platform import Platform

__all__ = ["Look", "Platform", "PlaygroundAdapter", "Previews", "settle"]
