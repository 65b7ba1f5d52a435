"""Reading a text file that people wrote: UTF-8, of a bounded size, with LF line ends."""

from pathlib import Path

from bot.domain.faults import Fault

KIB = 1024


def read_text(path: Path, file: str, limit: int) -> str | Fault:
    """The text of `path` without a byte order mark, or the one reason why it cannot be read.

    `file` is how a fault names the file, `limit` its greatest size in bytes. Only a regular file
    is opened, so that a pipe or a device cannot hang or fill the program.
    """
    try:
        if not path.is_file():
            return Fault(file, None, f"{_not_a_file(path)}.")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        reason = error.strerror or "unknown error"
        return Fault(file, None, f"This file cannot be read ({reason}); check its permissions.")
    if len(data) > limit:
        message = f"This file is larger than {limit // KIB} KiB, the most that is read; shorten it."
        return Fault(file, None, message)
    return decoded(data, file)


def decoded(data: bytes, file: str) -> str | Fault:
    """`data` as text, or the fault that it is not UTF-8. Line ends become LF, which leaves the
    numbers of the lines as they are."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(file, line, "This is not UTF-8 text; save the file with the encoding UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _not_a_file(path: Path) -> str:
    if path.is_dir():
        return "This is a folder where a file is expected; rename or remove it"
    if path.exists():
        return "This is no ordinary file; put a text file in its place"
    return "There is no such file; create it or correct the name"
