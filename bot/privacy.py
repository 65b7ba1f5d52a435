"""Keys, encryption and tags: what stands between the database and the people in it.

From one host key three kinds of keys are derived (HKDF-SHA256): one that encrypts fields
(AES-256-GCM), one that tags chats and people for the host's own order (HMAC-SHA256), and one that
wraps the random key of each statement, under which its signers are tagged.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import copy
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.faults import OperatorFault

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class KeyFault(OperatorFault):
    """A key is missing, malformed or the wrong one; the message says where it is expected."""


@dataclass(frozen=True)
class _Derived:
    key: bytes = field(repr=False)
    id: bytes
    cipher: AESGCM
    tags: bytes = field(repr=False)


def _derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    return HKDF(SHA256(), length, None, b"undersigned/1 " + purpose.encode()).derive(key)


@dataclass(frozen=True)
class StatementKey:
    """The random key of one statement. Without it a tag can be linked to nobody."""

    key: bytes = field(repr=False)

    def tag(self, purpose: str, value: str) -> bytes:
        """HMAC-SHA256 of `value` for one purpose (`signer`, `word`), 32 bytes."""
        return hmac.digest(self.key, f"{purpose}\0{value}".encode(), "sha256")


class Keyring:
    """The host's keys: the first encrypts, the others only still decrypt.

    Tags cannot be made anew, as nobody keeps what they were made of. So the subkey that makes them
    is that of the first key that a database was ever used with, and outlives it in the database.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        derived = [
            _Derived(
                k,
                _derive(k, "id", KEY_ID_BYTES),
                AESGCM(_derive(k, "fields")),
                _derive(k, "tags"),
            )
            for k in keys
        ]
        self._current = derived[0]
        self._tags = derived[-1].tags
        self._by_id: Mapping[bytes, _Derived] = {d.id: d for d in derived}

    @property
    def id(self) -> str:
        """Names the key that encrypts, and gives nothing of it away."""
        return self._current.id.hex()

    @property
    def ids(self) -> frozenset[str]:
        """Of all keys."""
        return frozenset(key.hex() for key in self._by_id)

    @property
    def written(self) -> list[str]:
        """The keys themselves as a key file has them, in their order."""
        return [base64.b64encode(key.key).decode() for key in self._by_id.values()]

    @property
    def tags(self) -> bytes:
        """The subkey that makes the tags; whoever has it can test whom a tag stands for."""
        return self._tags

    def tags_of(self, key: str) -> bytes:
        """The subkey for tags that comes from the key of that `id`. Raises `KeyFault`."""
        derived = self._by_id.get(bytes.fromhex(key))
        if derived is None:
            raise KeyFault("a key that marks were made with is not in the key file")
        return derived.tags

    def tagging_with(self, subkey: bytes) -> Keyring:
        """The same keys, whose tags this subkey makes."""
        other = copy.copy(self)
        other._tags = subkey  # noqa: SLF001 - of this class
        return other

    @staticmethod
    def id_of(sealed: bytes) -> str:
        """The `id` of the key that something was encrypted under."""
        return sealed[:KEY_ID_BYTES].hex()

    def seal(self, data: bytes, context: str) -> bytes:
        """Encrypt; `context` (table, column, row) must be the same when it is opened."""
        nonce = os.urandom(NONCE_BYTES)
        key = self._current
        return key.id + nonce + key.cipher.encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal` gave. Raises `KeyFault` for another key, context or changed bytes."""
        key = self._by_id.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise KeyFault("this was encrypted under a key that is not in the key file")
        nonce, data = sealed[KEY_ID_BYTES:][:NONCE_BYTES], sealed[KEY_ID_BYTES + NONCE_BYTES :]
        try:
            return key.cipher.decrypt(nonce, data, context.encode())
        except (InvalidTag, ValueError):  # the second: cut shorter than a nonce
            column = context.partition(":")[0]
            raise KeyFault(f"the encrypted {column} was changed or moved") from None

    def tag(self, purpose: str, value: str) -> bytes:
        """HMAC-SHA256 of `value` under the host key for one purpose (`chat`, `event`), 32 bytes."""
        return hmac.digest(self._tags, f"{purpose}\0{value}".encode(), "sha256")

    def new_statement_key(self, statement: str) -> tuple[StatementKey, bytes]:
        """A new random key for a statement, and the same wrapped for the database."""
        key = secrets.token_bytes(KEY_BYTES)
        return StatementKey(key), self.seal(key, f"statements.key:{statement}")

    def statement_key(self, statement: str, wrapped: bytes) -> StatementKey:
        """Unwrap what `new_statement_key` gave for that statement; `KeyFault` as in `open`."""
        return StatementKey(self.open(wrapped, f"statements.key:{statement}"))


def parse_keys(text: str, where: str) -> Keyring:
    """Keys as text: one or more of 32 bytes in base64, separated by blanks, commas or lines, with
    comments behind `#`. Raises `KeyFault`, whose message names `where` they were read."""
    words = [line.partition("#")[0] for line in text.splitlines()]
    keys = [_parse_key(word, where) for word in " ".join(words).replace(",", " ").split()]
    if not keys:
        raise KeyFault(f"{where} holds no key; put the key there that this database was made with")
    return Keyring(keys)


def _parse_key(word: str, where: str) -> bytes:
    with contextlib.suppress(binascii.Error, ValueError):
        key = base64.b64decode(
            word.replace("-", "+").replace("_", "/") + "=" * (-len(word) % 4), validate=True
        )
        if len(key) == KEY_BYTES:
            return key
    raise KeyFault(
        f"{where} is not a key: expected {KEY_BYTES} bytes in base64 (44 characters); "
        "put the key there that this database was made with"
    )


def read_keys(environment: Mapping[str, str], variable: str, file: Path) -> Keyring:
    """The host's keys from the environment's `variable`, else from the file. Raises `KeyFault` if
    neither holds any, what is there is no key, or others may read the file."""
    if given := environment.get(variable):
        return parse_keys(given, variable)
    try:
        # systemd lets one more account read a credential, which looks like rights of the group.
        is_handed_over = str(file.parent) == environment.get("CREDENTIALS_DIRECTORY")
        if file.stat().st_mode & (stat.S_IRWXO if is_handed_over else stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFault(
                f"others on this machine can get at the key file {file}; run `chmod 600 {file}`, "
                "and `undersigned rotate-key` if somebody may have read it"
            )
        return parse_keys(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        raise KeyFault(
            f"the key for personal fields is missing: it is expected in {file} or in "
            f"{variable}; put the key back that this database was made with"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFault(
            f"the key file {file} cannot be read: {error}; mend its rights or content"
        ) from None


def make_key(file: Path) -> bool:
    """Write a new random key, readable by its owner alone, unless there is one; whether it did.
    Raises `KeyFault` where none can be written.

    Written beside and linked into place, so that a kill leaves a whole key or none.
    """
    if file.exists():
        if file.stat().st_size:
            return False
        # Cut off while it was made: nothing was ever sealed under it.
        file.unlink()
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    try:
        _write_key(file, text)
    except FileExistsError:
        return False
    except OSError as error:
        raise KeyFault(
            f"the key file {file} cannot be made: {error.strerror}; make its folder writable, or "
            "give the key in the environment"
        ) from None
    return True


def put_in_front(file: Path) -> None:
    """A new random key in front of those in the file: it encrypts from the next start on. Raises
    `KeyFault` where that cannot be written.

    The file is replaced as a whole, so that a kill leaves the old one or the new one.
    """
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    _rewrite(file, lambda old: f"{text}\n{old}")


def put_behind(file: Path, keys: Sequence[str]) -> None:
    """Keys, as `Keyring.written` gives them, behind those in the file, which still decrypt; a file
    that is not there is made with a new key in front. Raises `KeyFault`; replaced as a whole."""
    make_key(file)
    have = read_keys({}, "", file).ids
    more = [key for key in keys if not parse_keys(key, str(file)).ids <= have]
    _rewrite(file, lambda old: "\n".join([old.rstrip("\n"), *more, ""]))


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    try:
        with _beside(file, change(file.read_text(encoding="utf-8"))) as new:
            new.replace(file)
    except OSError as error:
        raise KeyFault(
            f"the key file {file} cannot be written: {error.strerror}; make its folder writable"
        ) from None


def _write_key(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with _beside(file, f"{text}\n") as new:
        os.link(new, file)


@contextlib.contextmanager
def _beside(file: Path, text: str) -> Iterator[Path]:
    """Another file in the same folder with that text, which lasts before it is put into place."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
