"""The bot on Matrix."""

from bot.adapters.matrix.adapter import MatrixAdapter
from bot.adapters.matrix.signing_in import Account

__all__ = ["Account", "MatrixAdapter"]
