"""Reading a file from elsewhere: here, or in a process of its own that may take only so much."""

from __future__ import annotations

import resource
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from bot.domain.ids import Language
from bot.importer.formats import page_of
from bot.importer.model import Choice, ImportFault, Recognised
from bot.importer.names_alone import names_alone
from bot.importer.recognise import recognise_page
from bot.importer.table_file import FoundList, is_list, read_list

_MEGABYTE = 1024 * 1024
SECONDS, MEMORY = 60, 1536 * _MEGABYTE
_PROGRAM = f"from {__name__} import main; main()"
_LARGEST_FILE = 64 * 1024 * 1024


def read_file(path: Path, language: Language, choice: Choice | None = None) -> Recognised:
    """What the file at `path`, published in `language`, holds. Raises `ImportFault` when it
    cannot be read or is no text."""
    return recognise_page(page_of(_data(path), path.name, language), language, choice)


def read(
    path: Path,
    language: Language,
    choice: Choice | None = None,
    *,
    seconds: int = SECONDS,
    memory: int = MEMORY,
) -> Recognised | FoundList:
    """The same, or a list of signatories, read in a process of so many `seconds` of processor time
    and bytes of `memory`: a file from elsewhere may be made to take all there is."""
    ours, theirs = Pipe()
    with theirs:
        child = subprocess.Popen(  # noqa: S603 - this program again
            [sys.executable, "-c", _PROGRAM, str(theirs.fileno())], pass_fds=[theirs.fileno()]
        )
    with ours, child:
        ours.send((seconds, memory))
        ours.send((path.absolute(), language, choice))
        try:
            answer = ours.recv()
        except (EOFError, OSError):
            answer = ImportFault(
                f"{path} takes more than {seconds} s or {memory // _MEGABYTE} MB to read, so it is"
                " no letter, or a damaged one; copy its text into a new file."
            )
    if isinstance(answer, BaseException):
        raise answer
    found: Recognised | FoundList = answer
    return found


def _data(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE and path.is_file():
            raise ImportFault(f"{path} is larger than 64 MB, which no letter is; shorten it.")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ImportFault(f"{path} cannot be read ({reason}); check its name.") from error


def _answer(path: Path, language: Language, choice: Choice | None) -> object:
    try:
        if is_list(path):
            return read_list(_data(path), path.name, language)
        found = read_file(path, language, choice)
        return names_alone(found) or found
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
        return error


def main() -> None:
    """The other process: takes what to read from the socket that it was given, and answers."""
    with Connection(int(sys.argv[1])) as asking:
        seconds, memory = asking.recv()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        if sys.platform != "darwin":  # which does not know this limit
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        try:
            asking.send(_answer(*asking.recv()))
        except MemoryError:
            sys.exit(1)  # no answer is one
