"""The folder of a page: made whole beside the old one, and put in its place at once.

Whoever reads the page finds the old one or the new one, and no mixture, also where the program is
killed; what a kill leaves lies beside the folder, begins with a dot and its name, and is cleared
away by the next run.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bot.domain.faults import OperatorFault

ABOUT = "about-this-folder.txt"
"""In every page: what tells it from any other folder, and one page from another."""

_SENTENCE = (
    "`undersigned publish` makes this folder, and puts a new one in its place each time: keep "
    "nothing of your own in here."
)

# https://man7.org/linux/man-pages/man2/rename.2.html
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


class PageFault(OperatorFault):
    """The page cannot be written where it should be; the sentence says what to do."""


class NewFile:
    """One of a page, while it is written."""

    def __init__(self, place: Path) -> None:
        self._out = place.open("xb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """What comes next in it."""
        self._out.write(data)
        self._hash.update(data)

    def write_text(self, text: str) -> None:
        """The same, as UTF-8."""
        self.write(text.encode())

    def close(self) -> str:
        """It is whole: the digest of all of it."""
        self._out.close()
        return self._hash.hexdigest()


class NewPage:
    """One that is being written. Each file is given once, in any order."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: dict[PurePosixPath, str] = {}

    @contextlib.contextmanager
    def file(self, path: PurePosixPath) -> Iterator[NewFile]:
        """To be written in pieces."""
        place = self._root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(NewFile(place)) as new:
            yield new
            self._digests[path] = new.close()

    def write(self, path: PurePosixPath, data: bytes) -> None:
        """A whole file."""
        with self.file(path) as new:
            new.write(data)

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._digests)

    def finish(self) -> str:
        """Write `ABOUT`; the digest of all files, which is the same for the same files alone."""
        files = [f"{path} {digest}" for path, digest in sorted(self._digests.items())]
        digest = hashlib.sha256("\n".join(files).encode()).hexdigest()
        own = sorted({path.parts[0] for path in self._digests} | {ABOUT})
        lines = [_SENTENCE, "", f"digest: {digest}", *(f"file: {name}" for name in own), ""]
        (self._root / ABOUT).write_text("\n".join(lines), encoding="utf-8")
        # A web server is another user, and all of it is for everybody.
        for folder, _, names in os.walk(self._root):
            Path(folder).chmod(0o755)
            for name in names:
                Path(folder, name).chmod(0o644)
        return digest


class PageFolder:
    """Where the page is, or will be. Use `locked` for all that changes anything."""

    def __init__(self, place: Path) -> None:
        self.place = place.resolve()
        self._begin = f".{self.place.name}."

    def beside(self, end: str) -> Path:
        """A file or a folder beside it that is not part of the page."""
        return self.place.with_name(self._begin + end)

    def fault(self) -> str | None:
        """Why no page can be put there, in a sentence; None if one can."""
        place = self.place
        try:
            if not place.exists():
                return None
            if not place.is_dir() or place == place.parent:
                return f"{place} is no folder for a page; name another one."
            there = {each.name for each in place.iterdir()}
        except OSError as error:
            return f"{place} cannot be read: {error.strerror}."
        own = self._own()
        if not there or (own is not None and there <= own):
            return None
        if own is None:
            return (
                f"{place} is a folder of something else, and is left alone; name a new one for the "
                "page, or empty it."
            )
        others = ", ".join(sorted(there - own)[:3])
        return f"In {place} is what is not of the page ({others}); take it elsewhere first."

    @property
    def digest(self) -> str | None:
        """Of the page that is there; None where there is none."""
        return next(iter(self._lines("digest: ")), None)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """While no other process publishes there; what a kill has left is cleared away. Raises
        `PageFault`."""
        self._refuse()
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.beside("lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise PageFault(f"{self.place.parent} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._clear()
            self._refuse()
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def new(self) -> Iterator[NewPage]:
        """A page in the place of the one that is there, once the block has ended without a fault.
        One that is just the same is dropped. Raises `PageFault`."""
        root = self.beside(f"{secrets.token_hex(4)}.new")
        try:
            root.mkdir()
            page = NewPage(root)
            yield page
            if page.finish() != self.digest:
                # What a power cut finds must be whole too.
                os.sync()
                self._put(root)
        except OSError as error:
            what = error.strerror or error
            raise PageFault(f"The page in {self.place} cannot be written: {what}.") from error
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def _refuse(self) -> None:
        if (fault := self.fault()) is not None:
            raise PageFault(fault)

    def _put(self, root: Path) -> None:
        """Behind this the other one, if there was one, is called `root`."""
        if self._own() is None:
            # In the place of nothing, or of an empty folder.
            root.rename(self.place)
        elif not _exchange(root, self.place):
            old = root.with_suffix(".old")
            self.place.rename(old)
            root.rename(self.place)
            shutil.rmtree(old, ignore_errors=True)

    def _clear(self) -> None:
        """What a kill has left; where it came between two renames, the old page goes back."""
        named = re.compile(re.escape(self._begin) + r"[0-9a-f]{8}\.(new|old)")
        for left in sorted(self.place.parent.iterdir()):
            if (found := named.fullmatch(left.name)) is None:
                continue
            if found[1] == "old" and not self.place.exists():
                left.rename(self.place)
            else:
                shutil.rmtree(left, ignore_errors=True)

    def _own(self) -> set[str] | None:
        """What is in it of the page's; None where it is no page."""
        return set(self._lines("file: ")) or None

    def _lines(self, begin: str) -> list[str]:
        try:
            lines = (self.place / ABOUT).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []
        if lines[:1] != [_SENTENCE]:
            return []
        return [line.removeprefix(begin) for line in lines if line.startswith(begin)]


def _exchange(one: Path, other: Path) -> bool:
    """Each is called as the other was, at once; False where the system cannot do that."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(one))
