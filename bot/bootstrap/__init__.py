"""Puts the parts together. The only package that knows every one of them."""

from bot.adapters.console import PlatformFault
from bot.bootstrap.opening import StatementFaults, open_storage, read_library, read_settings
from bot.bootstrap.reports import check, export, read_matrix_status, read_public, read_stats
from bot.bootstrap.running import NoPlatform, run_console, run_platforms
from bot.bootstrap.wiring import Bot, build
from bot.config import ConfigFaults
from bot.ports import AdapterFault
from bot.privacy import KeyFault
from bot.storage.errors import StorageFault

EXPECTED = (
    NoPlatform,
    AdapterFault,
    ConfigFaults,
    StatementFaults,
    KeyFault,
    StorageFault,
    PlatformFault,
)
"""What stops the program with a sentence for the operator and exit code 2."""

__all__ = [
    "EXPECTED",
    "Bot",
    "build",
    "check",
    "export",
    "open_storage",
    "read_library",
    "read_matrix_status",
    "read_public",
    "read_settings",
    "read_stats",
    "run_console",
    "run_platforms",
]
