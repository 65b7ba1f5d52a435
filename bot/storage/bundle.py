"""The file with which a campaign goes on elsewhere: an archive (ZIP) of two files.

`manifest.txt` is a note that is signed with the key of the logs: what is in the other file, its
SHA-256, the checkpoints of the logs, and where the campaign goes. `contents.age` is encrypted with
age: a line with the keys of the host, and behind it the lines of `bot.storage.portable`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.privacy import Keyring
from bot.storage.backup import decrypted, dump, encrypted, new_copy
from bot.storage.errors import StorageFault
from bot.storage.portable import OF_ACCOUNTS

if TYPE_CHECKING:
    from io import BufferedIOBase

    from typing_extensions import Buffer

    from bot.notes import SigningKey, VerifierKey

MANIFEST, CONTENTS = "manifest.txt", "contents.age"
FORMAT = "undersigned move/1"
MOST_MANIFEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself: the public key that signs it, the day (UTC) on which it was
    made, where the campaign goes, how many records there are, and the checkpoints of the logs, by
    the ids of their statements."""

    vkey: str
    day: str
    moved_to: str
    records: int
    checkpoints: Mapping[str, str]

    @classmethod
    def now(
        cls, key: SigningKey, moved_to: str, records: int, checkpoints: Mapping[str, str]
    ) -> Manifest:
        """One that is made today."""
        day = dt.datetime.now(dt.UTC).date().isoformat()
        return cls(str(key.verifier), day, moved_to, records, checkpoints)


async def write_bundle(
    url: str,
    file: Path,
    recipients: Sequence[str],
    keys: Keyring,
    sign: Callable[[str], str],
    manifest: Manifest,
) -> None:
    """Raises `StorageFault` as `back_up` does."""
    with new_copy(file) as out, zipfile.ZipFile(out, "w") as archive:
        with archive.open(CONTENTS, "w", force_zip64=True) as member:
            hashed = _Hashed(member)
            with encrypted(hashed, recipients) as plain:
                plain.write(json.dumps({"keys": keys.written}).encode() + b"\n")
                await dump(url, plain, OF_ACCOUNTS)
        says = json.dumps(asdict(manifest) | {"contents": hashed.digest}, sort_keys=True)
        archive.writestr(MANIFEST, sign(f"{FORMAT}\n{says}\n"))


@contextlib.contextmanager
def opened_bundle(
    file: Path, identity: Path, vkey: str | None
) -> Iterator[tuple[Manifest, list[str], BufferedIOBase]]:
    """The manifest, the host's keys, and the lines of the database. `vkey` is the public key that
    must have signed it; without one, it is signed with the key that it names itself. Raises
    `StorageFault`, before anything is decrypted where the signature or what it signs is wrong."""
    known = None if vkey is None else _key_of(vkey)
    with _archive(file) as archive:
        manifest, contents = _read_manifest(file, archive, known)
        with _member(file, archive, CONTENTS) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != contents:
                raise StorageFault("this file is not the one that was signed; nothing was changed")
        given = _member(file, archive, CONTENTS)
        with given, decrypted(given, file, identity) as lines:
            yield manifest, _keys_in(file, lines.readline()), lines


def _keys_in(file: Path, line: bytes) -> list[str]:
    if not line:
        raise StorageFault(f"{file} holds nothing")
    keys: list[str] = json.loads(line)["keys"]
    return keys


def _read_manifest(
    file: Path, archive: zipfile.ZipFile, known: VerifierKey | None
) -> tuple[Manifest, str]:
    """With the SHA-256 of the contents."""
    from bot.notes import NoteFault, open_note  # noqa: PLC0415 - only where it is used

    with _member(file, archive, MANIFEST) as member:
        note = member.read(MOST_MANIFEST).decode(errors="replace")
    _begin, says = [*note.split("\n"), ""][:2]
    try:
        found = json.loads(says)
        text = open_note(note, [known or _key_of(found["vkey"])])
        contents = found.pop("contents")
        manifest = Manifest(**found)
    except (NoteFault, ValueError, TypeError, LookupError, AttributeError):
        text, contents, manifest = "", "", None
    if manifest is None or text != f"{FORMAT}\n{says}\n":
        signer = "that key" if known else "the key that it names"
        raise StorageFault(f"the manifest of {file} is not signed by {signer}; nothing was changed")
    return manifest, contents


def _key_of(vkey: str) -> VerifierKey:
    from bot.notes import VerifierKey  # noqa: PLC0415 - as above

    return VerifierKey.parse(vkey)


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise _no_bundle(file) from None
    except OSError as error:
        raise StorageFault(f"{file} cannot be read: {error.strerror or error}") from None


def _member(file: Path, archive: zipfile.ZipFile, name: str) -> io.BufferedIOBase:
    try:
        member = archive.open(name)
    except (KeyError, zipfile.BadZipFile):
        raise _no_bundle(file) from None
    assert isinstance(member, io.BufferedIOBase)
    return member


def _no_bundle(file: Path) -> StorageFault:
    return StorageFault(f"{file} is no file that `undersigned export --all` made")


class _Hashed(io.BufferedIOBase):
    """Passes on what is written, and knows its SHA-256."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of all so far, in hex."""
        return self._hash.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._hash.update(data)
        return self._out.write(data)
