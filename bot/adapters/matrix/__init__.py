"""The bot on Matrix."""

from bot.adapters.matrix.adapter import MatrixAdapter
from bot.adapters.matrix.memory import SECRET
from bot.adapters.matrix.refs import NAME
from bot.adapters.matrix.signing_in import Account
from bot.adapters.matrix.status import Status, read_status

__all__ = ["NAME", "SECRET", "Account", "MatrixAdapter", "Status", "read_status"]
