"""The files that carry a log to others: the signed export of a statement, and a signer's receipt.

Each is one object of JSON, written in one way alone, so that whoever reads it can write it again
and compare every byte. `docs/log.md` is the format.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.digest import SCHEME, normalised
from bot.domain.log import REF_BYTES, SALT_BYTES, EntryKind, Leaf, Opening, State
from bot.domain.merkle import HASH_BYTES
from bot.domain.revision import RevisionText

EXPORT = f"{SCHEME} export"
RECEIPT = f"{SCHEME} receipt"

Entry = tuple[Leaf, Opening | None]
"""A leaf of the log, and what opens it where that may be known."""


def canonical(value: object) -> str:
    """The one way in which a value is written as JSON here."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def export_top(checkpoint: str) -> str:
    """What a signed export begins with: the signed note over just the entries that follow."""
    return f'{{"checkpoint":{canonical(checkpoint)},"entries":['


def export_entry(position: int, entry: Entry) -> str:
    """The entry as it stands there."""
    return ("," if position else "") + canonical(entry_fields(entry))


def export_bottom(statement: str, vkey: str, texts: Iterable[RevisionText]) -> str:
    """What it ends with; `texts` are those that its entries name, if they are known."""
    beside = {
        "format": EXPORT,
        "statement": statement,
        "texts": sorted(map(_text_fields, texts), key=lambda text: text["digest"]),
        "vkey": vkey,
    }
    return "]," + canonical(beside).removeprefix("{") + "\n"


def receipt(
    statement: str,
    vkey: str,
    checkpoint: str,
    position: int,
    entry: Entry,
    inclusion: Sequence[bytes],
) -> str:
    """The proof that an entry stands in the log that `checkpoint` signs."""
    return (
        canonical(
            {
                "checkpoint": checkpoint,
                "entry": entry_fields(entry),
                "format": RECEIPT,
                "inclusion": [each.hex() for each in inclusion],
                "position": position,
                "statement": statement,
                "vkey": vkey,
            }
        )
        + "\n"
    )


def shown(
    entry: Entry, *, is_newest: bool, is_rounded: bool = False, has_affiliations: bool = True
) -> Entry:
    """The entry as everybody may see it.

    Of a record its newest alone is opened: what it said before is nobody's business any more. Where
    counts are rounded, nothing but its line on the list is, so that nobody counts the others; and
    no line that has an affiliation, where the organisers show none.
    """
    leaf, opening = entry
    if opening is None or leaf.kind is not EntryKind.RECORD:
        return entry
    says = opening.says
    is_hidden = is_rounded and says["state"] != State.LISTED
    is_too_much = not has_affiliations and bool(says.get("affiliation"))
    if not is_newest or is_hidden or is_too_much or says["state"] == State.PAD:
        return leaf, None
    return entry


def entry_fields(entry: Entry) -> dict[str, Any]:
    """As it stands in a file; salt and body only where it is opened."""
    leaf, opening = entry
    fields: dict[str, Any] = {
        "commitment": leaf.commitment.hex(),
        "day": leaf.day.isoformat(),
        "kind": leaf.kind.value,
        "ref": leaf.ref.hex(),
    }
    if opening is not None:
        fields |= {"body": json.loads(opening.body), "salt": opening.salt.hex()}
    return fields


def read_entry(fields: Mapping[str, Any]) -> Entry:
    """What `entry_fields` gave. Raises `KeyError`, `TypeError` or `ValueError`, also where it is
    written in another way."""
    leaf = Leaf(
        EntryKind(fields["kind"]),
        dt.date.fromisoformat(fields["day"]),
        bytes.fromhex(fields["ref"]),
        bytes.fromhex(fields["commitment"]),
    )
    shut, opening = dict(fields), None
    if "salt" in fields:
        salt, body = bytes.fromhex(shut.pop("salt")), canonical(shut.pop("body")).encode()
        opening = Opening(salt, body)
        if len(salt) != SALT_BYTES or salt.hex() != fields["salt"]:
            raise ValueError("a salt is written in another way than it should be")
    if (len(leaf.ref), len(leaf.commitment)) != (REF_BYTES, HASH_BYTES):
        raise ValueError("a hash of an entry has another length than it should have")
    if entry_fields((leaf, None)) != shut:
        raise ValueError("an entry is written in another way than it should be")
    return leaf, opening


def _text_fields(text: RevisionText) -> dict[str, str]:
    return {
        "attribution": normalised(text.attribution),
        "digest": text.digest,
        "language": text.language,
        "text": normalised(text.text),
        "title": normalised(text.title),
    }
