"""A model of what a disk holds after a power cut, made from the system calls of the program.

What was synced is there. Of what was not, each sector of 512 bytes has any of the contents that it
had since, or is torn between two of them; the file has any of its sizes; and of what happened to
names in a folder that was not synced, any beginning has reached the disk.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
TORN = 0.1
"""The part of the sectors that are torn."""

CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,sendto,sendmsg,writev"
OPTIONS = ("-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none")

_LINE = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(.*)")
_FILE = re.compile(r"\(\d+<((?:\\x[0-9a-f]{2})*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_RECEIPT = re.compile(rb"Recorded\.[+ ]Your[+ ]number[+ ]is[+ ](?:#|%23)(\d+)")


@dataclass(frozen=True)
class Step:
    """One thing that happened: `call` is "write", "truncate", "sync", "create", "unlink", "rename"
    or "told", the last with the number of a receipt on its way."""

    call: str
    path: str = ""
    at: int = 0
    data: bytes = b""
    to: str = ""


def steps(trace: Path, below: Path) -> Iterator[Step]:
    """What the trace says of the files below a folder, and of receipts."""
    syncing: dict[str, str] = {}
    for line in trace.read_text(encoding="ascii", errors="replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, name, rest = found.groups()
        if "resumed>" in rest:
            if (path := syncing.pop(thread, None)) is not None:
                yield Step("sync", path)
            continue
        step = _step(name, rest)
        if step is None or (step.call != "told" and not step.path.startswith(str(below))):
            continue
        if step.call == "sync" and rest.endswith("<unfinished ...>"):
            syncing[thread] = step.path
        else:
            yield step


def _step(name: str, rest: str) -> Step | None:
    texts = [_bytes(text) for text in _TEXT.findall(rest)]
    # In files all of it is sealed.
    if name.startswith(("send", "write")) and (told := _RECEIPT.search(b"".join(texts))):
        return Step("told", at=int(told[1]))
    if name in {"sendto", "sendmsg", "writev"}:
        return None
    if name == "rename":
        return Step("rename", texts[0].decode(), to=texts[1].decode())
    if name == "unlink":
        return Step("unlink", texts[0].decode())
    if name == "openat":
        is_made = "O_CREAT" in rest and " = -1" not in rest
        return Step("create", texts[0].decode(), at="O_TRUNC" in rest) if is_made else None
    file = _FILE.match(rest)
    if file is None:
        return None
    path = _bytes(file[1]).decode()
    if name in {"fsync", "fdatasync"}:
        return Step("sync", path)
    numbers = re.findall(r", (\d+)", rest.rsplit('"', maxsplit=1)[-1] if texts else rest)
    if name == "ftruncate":
        return Step("truncate", path, int(numbers[0]))
    # A plain write goes on at the end of its file: so do those of this program.
    return Step("write", path, int(numbers[1]) if name == "pwrite64" else -1, texts[0])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class File:
    """`now` is what programs read; `synced` what is certain; `changes` what happened in between, as
    the contents of the sectors and the size after each."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    sectors: dict[int, list[bytes]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)

    def write(self, at: int, data: bytes) -> None:
        at = len(self.now) if at < 0 else at
        if at > len(self.now):
            self.now.extend(bytes(at - len(self.now)))
        self.now[at : at + len(data)] = data
        self._changed(at, at + len(data))

    def truncate(self, size: int) -> None:
        before = len(self.now)
        del self.now[size:]
        self.now.extend(bytes(size - len(self.now)))
        self._changed(min(before, size), max(before, size))

    def sync(self) -> None:
        self.synced = bytes(self.now)
        self.sectors.clear()
        self.sizes.clear()

    def _changed(self, begin: int, end: int) -> None:
        self.sizes.append(len(self.now))
        for sector in range(begin // SECTOR, -(-end // SECTOR)):
            known = self.sectors.setdefault(sector, [_sector(self.synced, sector)])
            known.append(_sector(self.now, sector))

    def after_cut(self, chance: random.Random, kept: float) -> bytes:
        """`kept` is the part of the sectors that have their newest contents."""
        size = self.sizes[-1] if self.sizes else len(self.synced)
        if self.sizes and chance.random() >= kept:
            size = chance.choice([len(self.synced), *self.sizes])
        found = bytearray(self.synced[:size].ljust(size, b"\0"))
        for sector, contents in self.sectors.items():
            new = contents[-1] if chance.random() < kept else chance.choice(contents)
            if chance.random() < TORN * (1 - kept):
                place = chance.randrange(SECTOR)
                new = new[:place] + chance.choice(contents)[place:]
            begin = sector * SECTOR
            found[begin : begin + SECTOR] = new
        return bytes(found[:size])


def _sector(content: bytes | bytearray, sector: int) -> bytes:
    return bytes(content[sector * SECTOR : (sector + 1) * SECTOR]).ljust(SECTOR, b"\0")


class Disk:
    """`told` are the numbers of the receipts that have left the machine."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._certain = {path: File(bytearray(data), data) for path, data in files.items()}
        self._now = dict(self._certain)
        self._names: list[Step] = []
        self._made: dict[int, File] = {}
        self.told: set[int] = set()

    def happens(self, step: Step) -> None:
        file = self._now.get(step.path)
        match step.call:
            case "told":
                self.told.add(step.at)
            case "sync" if file is None:
                self._sync_folder(step.path)
            case "sync" if file is not None:
                file.sync()
            case "write":
                assert file is not None, step.path
                file.write(step.at, step.data)
            case "truncate":
                assert file is not None, step.path
                file.truncate(step.at)
            case "create" if file is not None:
                if step.at:
                    file.truncate(0)
            case _:
                if step.call == "create":
                    self._made[len(self._names)] = File()
                self._apply(self._now, len(self._names), step)
                self._names.append(step)

    def _apply(self, names: dict[str, File], place: int, step: Step) -> None:
        if step.call == "create":
            names[step.path] = self._made[place]
        elif step.call == "unlink":
            names.pop(step.path, None)
        elif step.path in names:
            names[step.to] = names.pop(step.path)

    def _sync_folder(self, folder: str) -> None:
        """What happened to names reaches the disk in its order, so all of it has."""
        if any(str(Path(step.path).parent) == folder for step in self._names):
            self._certain = dict(self._now)
            self._names, self._made = [], {}

    def now(self) -> dict[str, bytes]:
        """The files as programs read them."""
        return {path: bytes(file.now) for path, file in self._now.items()}

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files as they may be found."""
        names = dict(self._certain)
        for place in range(chance.randint(0, len(self._names))):
            self._apply(names, place, self._names[place])
        kept = chance.choice([0.0, 1.0, chance.random()])
        return {path: file.after_cut(chance, kept) for path, file in names.items()}


def cuts(
    files: Mapping[str, bytes], happened: Sequence[Step], count: int, chance: random.Random
) -> Iterable[tuple[set[int], dict[str, bytes]]]:
    """So many power cuts: which receipts had left by then, and what is found."""
    places = sorted(chance.randrange(1, len(happened) + 1) for _ in range(count))
    disk, done = Disk(files), 0
    for place in places:
        while done < place:
            disk.happens(happened[done])
            done += 1
        yield set(disk.told), disk.after_cut(chance)
