"""What is handed over in files: by systemd (`LoadCredential=`), or as a container's secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config.sources import KEY_VARIABLE, PREFIX

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
"""Names the folder (systemd.exec(5))."""


def credential(environ: Mapping[str, str], name: str) -> Path | None:
    """The file of that name, where one was handed over."""
    folder = environ.get(CREDENTIALS_VARIABLE)
    file = Path(folder, name) if folder else None
    return file if file is not None and file.is_file() else None


def with_credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The variables, and below them the files that are called as one of the configuration."""
    folder = environ.get(CREDENTIALS_VARIABLE)
    if not folder or not Path(folder).is_dir():
        return environ
    files = [file for file in Path(folder).glob(f"{PREFIX}*") if file.name != KEY_VARIABLE]
    return {file.name: file.read_text(encoding="utf-8").strip() for file in files} | dict(environ)
