"""The bot on Matrix."""

from bot.adapters.matrix.adapter import MatrixAdapter
from bot.adapters.matrix.entering import enter
from bot.adapters.matrix.faults import no_access
from bot.adapters.matrix.identities import KIND as IDENTITY
from bot.adapters.matrix.login import Account
from bot.adapters.matrix.refs import NAME
from bot.adapters.matrix.resetting import reset_identity
from bot.adapters.matrix.status import Status, in_fours, look_for_server, read_status
from bot.adapters.matrix.store import SECRET

__all__ = [
    "IDENTITY",
    "NAME",
    "SECRET",
    "Account",
    "MatrixAdapter",
    "Status",
    "enter",
    "in_fours",
    "look_for_server",
    "no_access",
    "read_status",
    "reset_identity",
]
