"""A list of names read in a process of its own, with little memory and little time: what is wrong
with a file ends this process alone. It takes the file's name, and its bytes from standard input, so
that they are on no disk; it writes JSON (`bot.services.tables`)."""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile

CPU = 10
"""Seconds."""

MEMORY = 256 * 1024 * 1024
UNPACKED = 64 * 1024 * 1024
"""Bytes of all that a spreadsheet says it packs."""


def main(name: str, data: bytes) -> str:
    """The list as JSON; one that cannot be read is an object without names."""
    from bot.importer.model import ImportFault  # noqa: PLC0415 - where it is limited
    from bot.importer.table_file import read_list  # noqa: PLC0415

    try:
        if _is_packed_too_much(data):
            return json.dumps({})
        found = read_list(data, name, "en")  # type: ignore[arg-type]
    except (ImportFault, ValueError, RecursionError, MemoryError):
        return json.dumps({})
    names = [
        [one.lines[0].number, one.name, one.affiliation, one.country, one.printed]
        for one in found.names
    ]
    unplaced = [line.number for line in found.unplaced]
    return json.dumps({"names": names, "columns": found.columns, "unplaced": unplaced})


def _is_packed_too_much(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return sum(one.file_size for one in packed.infolist()) > UNPACKED
    except (zipfile.BadZipFile, NotImplementedError):
        # The latter is what zipfile raises over a version or a compression that it does not know.
        return True


if __name__ == "__main__":
    for what, most in ((resource.RLIMIT_CPU, CPU), (resource.RLIMIT_DATA, MEMORY)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.stdout.write(main(sys.argv[1], sys.stdin.buffer.read()))
