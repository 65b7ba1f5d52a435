"""The age format (https://age-encryption.org/v1): sealing to public keys, and opening with the file
that holds the secret one. Keys are those of X25519, as `age-keygen` makes them.

`pyrage` is imported where something is sealed or opened: most starts need it for nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.faults import OperatorFault

if TYPE_CHECKING:
    from pyrage import x25519

PUBLIC_PREFIX = "age1"
SECRET_PREFIX = "AGE-SECRET-KEY-"  # noqa: S105 - what a secret begins with


class AgeFault(OperatorFault):
    """An identity file cannot be made, or does not open what it should; one sentence."""


class Recipients:
    """Public keys, each of whose owners can open what is sealed to them together."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)

    @cached_property
    def _parsed(self) -> list[x25519.Recipient]:
        from pyrage import x25519  # noqa: PLC0415

        return [x25519.Recipient.from_str(key) for key in self.keys]

    def seal(self, data: bytes) -> bytes:
        """About 0.1 ms for each key; the same data is other bytes each time."""
        import pyrage  # noqa: PLC0415

        return pyrage.encrypt(data, self._parsed)


def is_public_key(text: str) -> bool:
    """Whether it is one of X25519 with a right checksum."""
    from pyrage import RecipientError, x25519  # noqa: PLC0415

    try:
        x25519.Recipient.from_str(text)
    except RecipientError:
        return False
    return True


def make_identity(file: Path, now: dt.datetime) -> str:
    """Write a new secret key as `age-keygen` does, readable by its owner alone; the public key.
    Raises `AgeFault`, also where there is a file already."""
    from pyrage import x25519  # noqa: PLC0415

    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    text = f"# created: {now.isoformat(timespec='seconds')}\n# public key: {public}\n{identity}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise AgeFault(
            f"{file} is there already and is never overwritten: without it nobody opens what was "
            "sealed to its key; name another file"
        ) from None
    except OSError as error:
        raise AgeFault(f"{file} cannot be made: {error.strerror}; name another file") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return public


class Identities:
    """The secret keys of a file."""

    def __init__(self, keys: Sequence[x25519.Identity]) -> None:
        self._keys = keys

    @classmethod
    def of(cls, file: Path) -> Identities:
        """Raises `AgeFault`, which never repeats what the file holds."""
        from pyrage import IdentityError, x25519  # noqa: PLC0415

        try:
            lines = file.read_text(encoding="utf-8").splitlines()
            words = [line.strip() for line in lines if line.strip() and line.strip()[0] != "#"]
            keys = [x25519.Identity.from_str(word) for word in words]
        except (OSError, UnicodeDecodeError, IdentityError):
            keys = []
        if not keys:
            raise AgeFault(
                f"{file} is no file with a secret key of age; name the one that `undersigned "
                "organisers-key` or `age-keygen` made"
            )
        return cls(keys)

    def open(self, sealed: bytes) -> bytes | None:
        """None where these keys do not open it, or it was changed."""
        import pyrage  # noqa: PLC0415

        try:
            return pyrage.decrypt(sealed, self._keys)
        except pyrage.DecryptError:
            return None
