"""Reading statements in a process of its own with little memory and little time: whatever a file
does to its reader, the bot goes on and says which file it was (docs/decisions/0033)."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.faults import Fault
from bot.statements.model import Library, Loaded
from bot.statements.plain import restored, written

CPU = 2
"""Seconds of processor time for one file. The longest text allowed takes about one."""

SILENCE = 30.0
"""Seconds in which a file must have been read, however busy the machine is."""

MEMORY = 256 * 1024 * 1024
"""Bytes of data that the process may take; the longest text allowed takes 80 MB."""

AT_ONCE = 64 * 1024
LINE = 16 * 1024 * 1024
"""Bytes of what the process may say of one package."""

_ROOT = Path(__file__).parents[2]


def load_apart(folder: Path, zone: dt.tzinfo) -> Loaded:
    """As `bot.statements.loader.load`. Blocks for as long as the reading takes: at start that is
    meant, later it is called in a thread.

    A file that takes too much is the fault told, and what comes after it is not read."""
    reader, writer = os.pipe()
    # A fork costs next to nothing, and is safe as long as no other thread can hold a lock.
    begin = _forked if threading.active_count() == 1 else _started
    try:
        process = begin(folder, zone, reader, writer)
    except OSError as error:
        os.close(reader)
        return _nothing(folder.name, f"No process can be started ({error.strerror}); try again.")
    finally:
        os.close(writer)
    parts: list[Loaded] = []
    file = folder.name
    try:
        for line in _lines(reader):
            match restored(line):
                case str(name):
                    file = name
                case Loaded() as part:
                    parts.append(part)
                case _:
                    return Loaded.joined(parts)
    except (ValueError, TypeError, KeyError):
        pass  # Not what the process says while it is in order: the file has got the better of it.
    finally:
        os.close(reader)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    message = "Reading this takes too much time or memory; make it shorter and simpler."
    return Loaded.joined([*parts, _nothing(file, message)])


def _nothing(file: str, message: str) -> Loaded:
    return Loaded(Library(), (Fault(file, None, message),))


def _lines(reader: int) -> Iterator[bytes]:
    """What the process says, until it ends, says nothing for too long or too much at once."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    parts: list[bytes] = []
    deadline = time.monotonic() + SILENCE
    while poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        data = os.read(reader, AT_ONCE)
        if not data or len(parts) * AT_ONCE > LINE:
            return
        first, *others = data.split(b"\n")
        parts.append(first)
        for each in others:
            yield b"".join(parts)
            parts = [each]
            deadline = time.monotonic() + SILENCE


def _forked(folder: Path, zone: dt.tzinfo, reader: int, writer: int) -> int:
    process = os.fork()
    if process == 0:
        try:
            # Else it would wait for ever for a bot that was killed to read what it says.
            os.close(reader)
            signal.set_wakeup_fd(-1)
            _read(folder, zone, writer)
        except Exception:  # noqa: BLE001 - nothing above may go on in this process
            traceback.print_exc()
        finally:
            os._exit(0)
    return process


def _started(folder: Path, zone: dt.tzinfo, _reader: int, writer: int) -> int:
    command = (sys.executable, "-P", "-m", __name__, folder.absolute(), str(zone))
    # It needs no secret of ours.
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
    places = filter(None, (str(_ROOT), environ.get("PYTHONPATH")))
    environ["PYTHONPATH"] = os.pathsep.join(places)
    to_pipe = [(os.POSIX_SPAWN_DUP2, writer, 1)]
    return os.posix_spawn(sys.executable, command, environ, file_actions=to_pipe)


def _read(folder: Path, zone: dt.tzinfo, writer: int) -> None:
    """In the limited process: each file's name before it is read, then what was in the package."""
    _set_limit(resource.RLIMIT_DATA, _held() + MEMORY)
    _set_limit(resource.RLIMIT_CORE, 0)
    from bot.statements.loader import packages  # noqa: PLC0415 - where it is limited, and only there

    with os.fdopen(writer, "w", encoding="ascii") as out:

        def say(value: object) -> None:
            out.write(f"{written(value)}\n")
            out.flush()

        def reading(file: str) -> None:
            _set_limit(resource.RLIMIT_CPU, int(time.process_time()) + CPU)
            say(file)

        # The end comes of itself: whatever is wrong with a file is among its faults.
        with contextlib.suppress(MemoryError, RecursionError):
            for part in packages(folder, zone, reading):
                say(part)
            say(None)


def _held() -> int:
    """Bytes of data that the process began with: a fork has all of its parent's."""
    try:
        # https://docs.kernel.org/filesystems/proc.html: data and stack, in pages.
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _set_limit(what: int, most: int) -> None:
    """The soft one; it is never above the hard one."""
    _, hard = resource.getrlimit(what)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    place = sys.argv[2]
    _read(Path(sys.argv[1]), dt.UTC if place == "UTC" else ZoneInfo(place), 1)
