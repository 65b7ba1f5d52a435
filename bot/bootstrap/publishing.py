"""The campaign's page as it is configured: where it goes, and what is run once it is there."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap.opening import ROOT, NotConfigured, open_storage, read_library
from bot.bootstrap.platforms import links_in
from bot.config import Publish, Settings
from bot.domain.faults import OperatorFault
from bot.domain.ids import Language
from bot.services.campaign import Publication
from bot.site.folder import PageFault, PageFolder

if TYPE_CHECKING:
    from bot.site.writing import Published

COMMAND_SECONDS = 900
"""After which `publish.command` hangs, and is ended."""

LONGEST_WORDS = 200
"""Characters of what it says of a fault."""

NOT_CONFIGURED = (
    "Name a folder, or add the section publish to config.yaml (config.example.yaml shows it)."
)

_STATE = "state.json"


class CommandFault(OperatorFault):
    """`publish.command` could not be run, or has ended with a fault. `plain` is the sentence
    without the words of the command, which may hold secrets of its own."""

    exit_code = 1

    def __init__(self, plain: str, words: str = "") -> None:
        super().__init__(f"{plain}: {words}" if words else f"{plain}.")
        self.plain = f"{plain}."


@dataclass(frozen=True, slots=True)
class State:
    """What is kept beside the page: what `publish.command` was last done with, and why the last
    try has failed."""

    done: str | None = None
    fault: str | None = None


async def publish_into(settings: Settings, folder: Path) -> Published:
    """The page into that folder, and nothing else. Raises `PageFault`, `TemplateFault`, `KeyFault`
    or `StorageFault`."""
    page = PageFolder(folder)
    with page.locked():
        return await _publish(settings, page)


async def publish_configured(settings: Settings) -> Published:
    """As `publish_into`, where it is configured, with the command afterwards: whenever the page is
    another one than that with which it was last done. Also raises `NotConfigured` and
    `CommandFault`."""
    section = settings.publish
    if section is None:
        raise NotConfigured(NOT_CONFIGURED)
    page = PageFolder(section.folder)
    with page.locked():
        state = read_state(page)
        try:
            published = await _publish(settings, page)
            done = _done(published.digest, section)
            if section.command and state.done != done:
                _run(section, settings.base)
        except OperatorFault as fault:
            plain = fault.plain if isinstance(fault, CommandFault) else str(fault)
            _keep(page, State(state.done, plain))
            raise
        _keep(page, State(done))
    return published


def page_fault(settings: Settings) -> str | None:
    """Why there can be no page where it is configured, in a sentence; None if there can, or is to
    be none."""
    section = settings.publish
    if section is None:
        return None
    if section.templates is not None and not section.templates.is_dir():
        return f"there is no folder {section.templates}; publish.templates names it"
    return PageFolder(section.folder).fault()


def read_state(page: PageFolder) -> State:
    """As it was left; nothing where nobody has published there."""
    try:
        kept = json.loads(page.beside(_STATE).read_text(encoding="utf-8"))
        return State(kept["done"], kept["fault"])
    except (OSError, ValueError, KeyError, TypeError):
        return State()


async def _publish(settings: Settings, page: PageFolder) -> Published:
    from bot.site.look import Look  # noqa: PLC0415 - the bot itself needs neither
    from bot.site.writing import publish  # noqa: PLC0415

    section = settings.publish
    look = Look(
        tuple(map(Language, settings.languages)),
        None if section is None else section.templates,
        settings.page,
        settings.timezone,
    )
    library = read_library(settings)
    publication = Publication.of(settings.publication)
    async with open_storage(settings, reader=True) as database:
        async with database.unit() as unit:
            links = await links_in(settings, unit)
        return await publish(database.unit, library, publication, links, look, page)


def _run(section: Publish, base: Path) -> None:
    """Without our secrets, and from where relative paths of the configuration count."""
    name = section.command[0]
    try:
        subprocess.run(  # noqa: S603 - the operator's own words, and no shell
            section.command,
            cwd=base,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=COMMAND_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        words = said[-1][:LONGEST_WORDS] if said else ""
        plain = f"publish.command ({name}) has ended with exit code {error.returncode}"
        raise CommandFault(plain, words) from error
    except subprocess.TimeoutExpired as error:
        plain = f"publish.command ({name}) was ended after {COMMAND_SECONDS // 60} minutes"
        raise CommandFault(plain) from error
    except OSError as error:
        plain = f"publish.command ({name}) cannot be run ({error.strerror})"
        raise CommandFault(plain) from error


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Without our secrets, nor our libraries, which the bot names to the process that publishes."""
    kept = {name: value for name, value in ours.items() if not name.startswith("UNDERSIGNED_")}
    places = kept.pop("PYTHONPATH", "").split(os.pathsep)
    theirs = os.pathsep.join(place for place in places if place not in {"", str(ROOT)})
    return kept | ({"PYTHONPATH": theirs} if theirs else {})


def _done(digest: str, section: Publish) -> str:
    """Of the page, and of what was done with it."""
    return hashlib.sha256(json.dumps([digest, section.command]).encode()).hexdigest()


def _keep(page: PageFolder, state: State) -> None:
    file = page.beside(_STATE)
    new = page.beside(f"{_STATE}.new")
    try:
        kept = {"done": state.done, "fault": state.fault}
        new.write_text(json.dumps(kept) + "\n", encoding="utf-8")
        new.replace(file)
    except OSError as error:
        raise PageFault(f"{file} cannot be written: {error.strerror}.") from error
