"""The log of a statement: what its entries say, and what each gives away of it.

An entry stands in the log as a `Leaf`, which everybody may see. What it says, its body, is known by
its `Opening` alone: once that is erased nobody can find it out, and the log still holds.
`docs/log.md` is the format for whoever writes another program that reads it.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.digest import SCHEME
from bot.domain.endorsement import Details, Endorsement, Status
from bot.domain.ids import Digest, Language
from bot.domain.merkle import leaf_hash

REF_BYTES = 16
SALT_BYTES = 32
NOBODY = bytes(REF_BYTES)
"""The ref of entries that are of no record."""

Body = Mapping[str, str | int | list[str]]
_LEAF = re.compile(
    rf"{SCHEME} ([a-z]+) ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\n([0-9a-f]{{32}})\n([0-9a-f]{{64}})\n"
)


class EntryKind(enum.StrEnum):
    """What an entry is about: a record, a text, the statement's life, or what an admin did."""

    RECORD = "record"
    TEXT = "text"
    LIFE = "life"
    ACT = "act"


class State(enum.StrEnum):
    """What a record's newest entry says: its line is on the list, it counts without its name, it
    does not count any more; or there never was a record."""

    LISTED = "listed"
    COUNTED = "counted"
    OUT = "out"
    PAD = "pad"


class TextChange(enum.StrEnum):
    """How a text came to be what signers are shown in its language."""

    FIRST = "first"
    CORRECTION = "correction"
    NEW = "new"
    TRANSLATION = "translation"


class LifeEvent(enum.StrEnum):
    """What became of the statement, or of its database."""

    OPENED = "opened"
    PAUSED = "paused"
    FINISHED = "finished"
    MOVED = "moved"
    ACCEPTED = "accepted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What everybody may see of an entry: `day` (UTC) is when it was written, `ref` (16 bytes) is
    the same in all of one record, `commitment` (32 bytes) binds what it says."""

    kind: EntryKind
    day: dt.date
    ref: bytes
    commitment: bytes

    @property
    def data(self) -> bytes:
        """What the tree is made of."""
        first = f"{SCHEME} {self.kind} {self.day.isoformat()}"
        return f"{first}\n{self.ref.hex()}\n{self.commitment.hex()}\n".encode()

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.data)

    @classmethod
    def parse(cls, data: bytes) -> Leaf:
        """The leaf of these bytes. Raises `ValueError`."""
        found = _LEAF.fullmatch(data.decode())
        if found is None:
            raise ValueError("this is no leaf of a log")
        kind, day, ref, commitment = found.groups()
        return cls(
            EntryKind(kind),
            dt.date.fromisoformat(day),
            bytes.fromhex(ref),
            bytes.fromhex(commitment),
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """What an entry says (`body`, as `encode` writes it), and 32 random bytes, without which nobody
    can try whether it says something."""

    salt: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def data(self) -> bytes:
        """Both as one, to be kept."""
        return self.salt + self.body

    @classmethod
    def of(cls, data: bytes) -> Opening:
        """What `data` gave."""
        return cls(data[:SALT_BYTES], data[SALT_BYTES:])

    @property
    def says(self) -> Body:
        """The body. Raises `ValueError` where it is not written as `encode` does."""
        body = json.loads(self.body)
        if not isinstance(body, dict) or encode(body) != self.body:
            raise ValueError("this is no body of an entry")
        return body


def commitment(opening: Opening) -> bytes:
    return hashlib.sha256(opening.data).digest()


def encode(body: Body) -> bytes:
    """As JSON, in the one way that it can be written. Raises `ValueError` for what UTF-8 cannot
    hold."""
    normal = {
        key: unicodedata.normalize("NFC", value) if isinstance(value, str) else value
        for key, value in body.items()
    }
    return json.dumps(normal, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def short_code(ref: bytes) -> str:
    """What a signer compares, such as `K7QF2-M4XAB`: 50 bits of the ref of their record."""
    code = base64.b32encode(ref)[:10].decode()
    return f"{code[:5]}-{code[5:]}"


def state_of(record: Endorsement) -> State | None:
    """What the record's newest entry should say; None while that is not decided: a window is open,
    or the name waits for its list."""
    if record.published:
        return State.LISTED
    if record.undo_until is not None or record.is_for_lists:
        return None
    return State.COUNTED if record.status is Status.VERIFIED else State.OUT


def due(record: Endorsement, newest: Body | None) -> Body | None:
    """What is to be written, given what the record's newest entry says (None: it has none).

    None where nothing is. A name that leaves the list does so at once, whatever comes next; who was
    never counted never enters.
    """
    state = state_of(record)
    if state is None and newest is not None and newest["state"] == State.LISTED:
        state = State.OUT
    if state is None or (state is State.OUT and newest is None):
        return None
    body = record_body(record, state)
    return None if newest is not None and encode(body) == encode(newest) else body


def record_body(record: Endorsement, state: State) -> Body:
    """What an entry in that state says of the record; a listed one says its line of the list."""
    # Left out where it is not so, so that what was written before it stays the same.
    paper = {"paper": True} if record.paper else {}
    if state is State.COUNTED:
        return {"state": state, "kind": record.kind, "digest": record.digest, **paper}
    if state is not State.LISTED:
        return {"state": state}
    details = record.details or Details()
    return {
        "state": state,
        "number": record.number,
        "kind": record.kind,
        "name": record.name or "",
        "country": record.country or "",
        "affiliation": (details.affiliation or "") if details.affiliation_shown else "",
        "place": details.place or "",
        "digest": record.digest,
        "day": record.hour.date().isoformat(),
        **({"except": list(details.excepts)} if details.excepts else {}),
        **({"mandate": details.figures} if details.figures else {}),
        **paper,
    }


PAD: Body = {"state": State.PAD}
"""Fills a batch up, where counts are rounded; it is never opened to anybody."""


def text_body(
    change: TextChange, language: Language, digest: Digest, title: str, of: Digest | None = None
) -> Body:
    """`of` is the text that this one is a correction or a translation of, or takes the place of."""
    return {
        "change": change,
        "language": language,
        "digest": digest,
        "of": of or "",
        "title": title,
    }


def life_body(event: LifeEvent, note: str = "") -> Body:
    return {"event": event, "note": note}
