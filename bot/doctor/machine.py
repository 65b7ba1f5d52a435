"""What stands on this machine: Python, libraries, free space, the configuration's file."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot import __version__
from bot.bootstrap.checking import unwritable
from bot.bootstrap.opening import ROOT
from bot.bootstrap.platforms import folders_in
from bot.config import Settings
from bot.domain.findings import Finding, from_fault, note, ok, unknown, wrong
from bot.storage.engines import sqlite_file

LOCKS = (ROOT / "bot" / "share" / "requirements.txt", ROOT / "requirements.txt")
"""Where the versions stand that were tested: in an installed distribution, in a checkout."""

LITTLE, SCARCE = 50 << 20, 500 << 20
"""Bytes: below the first the next growth of the database may fail, the second is soon there."""

MOST_NAMED = 3


def versions() -> list[Finding]:
    """Of Python, of this program and of its libraries."""
    python = ok("Python", f"{platform.python_version()}, Undersigned {__version__}")
    what = "libraries"
    lock = next((file for file in LOCKS if file.is_file()), None)
    if lock is None:
        return [python, unknown(what, "this installation does not say which were tested")]
    tested = dict(_locked(lock))
    others = [
        f"{name} {there} in place of {version}"
        for name, version in tested.items()
        if (there := _installed(name)) not in {None, version}
    ]
    if not others:
        return [python, ok(what, "those that were tested")]
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    said = f"others than were tested: {', '.join(others[:MOST_NAMED])}{more}"
    return [python, note(what, said, "Install them anew, with the versions of requirements.txt")]


def _locked(lock: Path) -> Iterator[tuple[str, str]]:
    for line in lock.read_text(encoding="utf-8").splitlines():
        name, is_pinned, rest = line.partition("==")
        if is_pinned and not line.startswith((" ", "#")):
            yield name.partition("[")[0].strip(), rest.split()[0].rstrip(";")


def _installed(name: str) -> str | None:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(name)
    return None


def config_file(file: Path | None) -> Finding:
    """Of a configuration that can be read; None: there is none, and the defaults hold."""
    if file is None:
        remedy = "`undersigned init` writes one"
        return note("configuration", "there is no config.yaml here, so the defaults hold", remedy)
    with contextlib.suppress(OSError):
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            said = f"others on this machine can read {file}, which holds secrets"
            return note("configuration", said, f"Run `chmod 600 {file}`")
    return ok("configuration", str(file))


def places(settings: Settings) -> dict[str, Path]:
    """The folders that something is kept in, by what a sentence calls them."""
    found = {"of the ledger (state:)": settings.state}
    file = sqlite_file(settings.database.url)
    if file is not None:
        found["of the database"] = file.parent
    if settings.publish is not None:
        found["of the page (publish:)"] = settings.publish.folder.parent
    return found | {f"of {name}": folder for name, folder in folders_in(settings).items()}


def space(folders: Mapping[str, Path]) -> list[Finding]:
    """Whether something can be written there, and how much; a disk is told of once."""
    found: list[Finding] = []
    disks: set[int] = set()
    for name, folder in folders.items():
        if (fault := unwritable(folder, name)) is not None:
            found.append(from_fault("folder", fault))
            continue
        there = next(each for each in (folder, *folder.parents) if each.exists())
        device = there.stat().st_dev
        if device not in disks:
            disks.add(device)
            found.append(_free(there))
    return found


def _free(folder: Path) -> Finding:
    what = "free space"
    try:
        free = shutil.disk_usage(folder).free
        nodes = os.statvfs(folder)
    except OSError as error:
        return unknown(what, f"{folder} does not tell it ({error.strerror})")
    if nodes.f_files and not nodes.f_favail:
        return wrong(
            what,
            f"no file can be made in {folder}, as the disk has too many",
            "Delete some of others",
        )
    said = f"{free / (1 << 20):,.0f} MB in {folder}"
    if free < LITTLE:
        return wrong(what, said, "Make room: without any the bot cannot save what people write")
    if free < SCARCE:
        return note(what, said, "Make room before it ends")
    return ok(what, said)
