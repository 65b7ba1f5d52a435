"""The options that commands share, and the configuration that these name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Settings

PROBLEM = 1
"""The exit code where a command has found one."""

KEY_LENGTH = 43
"""Characters of a key in base64, without the sign that fills it up."""

Config = Annotated[
    Path | None,
    typer.Option(help="The configuration; without it config.yaml here, else the defaults."),
]
Data = Annotated[
    Path | None, typer.Option(help="A folder for the database, in place of the configured one.")
]


def read_settings(
    config: Path | None, data: Path | None = None, database: str | None = None
) -> Settings:
    """The configuration. From here on the log is as it says, without the secrets in it."""
    import contextlib
    import os

    from bot import logs
    from bot.bootstrap import opening
    from bot.config import KEY_VARIABLE

    settings = opening.read_settings(config, data, database)
    keys = os.environ.get(KEY_VARIABLE, "")
    with contextlib.suppress(OSError, UnicodeDecodeError):
        keys = f"{keys} {settings.key_file.read_text(encoding='utf-8')}"
    longer = [word for word in keys.replace(",", " ").split() if len(word) >= KEY_LENGTH]
    logs.configure(settings.log.form, settings.log.level, [*settings.secrets, *longer])
    return settings
