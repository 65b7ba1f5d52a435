"""Reading the files that are checked: each must be written in the one way there is, and signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.digest import normalised, revision_digest
from bot.domain.faults import OperatorFault
from bot.domain.ids import Digest, Language
from bot.domain.log import Body, Leaf, commitment
from bot.domain.log_file import EXPORT, RECEIPT, canonical, read_entry
from bot.notes import Checkpoint, NoteFault, VerifierKey, open_note
from bot.verify.bodies import is_formed

HEAD = {"checkpoint", "format", "statement", "vkey"}
TEXT = {"attribution", "digest", "language", "text", "title"}


Seen = tuple[Leaf, Body | None]
"""An entry, and what it says if that is in the file and was signed."""


class Broken(Exception):
    """What a file shows to be wrong, and why nothing else of it can be judged; one sentence."""


@dataclass
class Findings:
    """What was found out, and what is wrong, as sentences."""

    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """What every file has: whose log it is, and how far its key has signed that it goes."""

    statement: str
    key: VerifierKey
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Export:
    """A whole log, and by their digests the titles of the texts that it names."""

    head: Head
    entries: Sequence[Seen]
    titles: Mapping[Digest, str]


@dataclass(frozen=True)
class Receipt:
    """One entry of a log, and the proof that it is in it."""

    head: Head
    position: int
    entry: Seen
    inclusion: Sequence[bytes]


def read(file: Path, key: VerifierKey | None = None) -> Export | Receipt:
    """A file that is signed with `key`, or with the one that it names. Raises `Broken`, and
    `OperatorFault` where it cannot be read at all."""
    return _parse(_text(file), file.name, key)


def read_older(file: Path, key: VerifierKey) -> Checkpoint | Export | Receipt:
    """A checkpoint alone, or a file with one. Raises `Broken` and `OperatorFault` as `read`."""
    text = _text(file)
    if text.startswith("{"):
        return _parse(text, file.name, key)
    try:
        return Checkpoint.parse(open_note(text.strip() + "\n", [key]))
    except NoteFault as fault:
        raise Broken(f"{file.name}: {fault}") from None


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise OperatorFault(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Broken(f"{file.name} is not written in UTF-8, so it was changed.") from None


def _parse(text: str, name: str, key: VerifierKey | None) -> Export | Receipt:
    try:
        fields = json.loads(text)
        form = fields["format"]
        if canonical(fields) + "\n" != text:
            raise Broken(f"{name} is written in another way than the bot does, so it was changed.")
        head = _head(fields, name, key)
        if form == EXPORT and set(fields) == {*HEAD, "entries", "texts"}:
            entries = [_entry(place, each) for place, each in enumerate(fields["entries"])]
            return Export(head, entries, _titles(fields["texts"]))
        if form == RECEIPT and set(fields) == {*HEAD, "entry", "inclusion", "position"}:
            hashes = [bytes.fromhex(each) for each in fields["inclusion"]]
            if [each.hex() for each in hashes] == fields["inclusion"]:
                position = fields["position"] + 0
                return Receipt(head, position, _entry(position, fields["entry"]), hashes)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        pass
    raise Broken(
        f"{name} is no signed export and no receipt that this program can read: it was changed, "
        "or a newer program made it."
    )


def _head(fields: Mapping[str, Any], name: str, wanted: VerifierKey | None) -> Head:
    try:
        key = VerifierKey.parse(fields["vkey"])
        if wanted is not None and key != wanted:
            raise Broken(f"{name} is signed with another key: {key}")
        checkpoint = Checkpoint.parse(open_note(fields["checkpoint"], [key]))
    except NoteFault as fault:
        raise Broken(f"{name}: {fault}.") from None
    if checkpoint.origin != f"{key.name}/{fields['statement']}":
        raise Broken(f"{name} is of {fields['statement']}, its checkpoint of {checkpoint.origin}.")
    return Head(fields["statement"], key, checkpoint)


def _entry(position: int, fields: Mapping[str, Any]) -> Seen:
    leaf, opening = read_entry(fields)
    if opening is None:
        return leaf, None
    if commitment(opening) != leaf.commitment:
        raise Broken(f"Entry {position} was changed: what it says is not what was signed.")
    if not is_formed(leaf.kind, fields["body"]):
        raise Broken(f"Entry {position} says what no program of this version writes.")
    return leaf, fields["body"]


def _titles(texts: Sequence[Mapping[str, Any]]) -> Mapping[Digest, str]:
    found: dict[Digest, str] = {}
    for text in texts:
        parts = [text["title"], text["attribution"], text["text"]]
        digest = revision_digest(Language(text["language"]), *parts)
        if set(text) != TEXT or text["digest"] != digest or parts != [*map(normalised, parts)]:
            raise Broken(f"A text was changed: “{text['title']}”, {text['digest']}.")
        found[digest] = text["title"]
    if list(found) != sorted(text["digest"] for text in texts):
        raise Broken("The texts are in another order than they should be, so they were changed.")
    return found
