"""A log as a bot would write it, in memory: what its files show can be tried without a database."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.digest import revision_digest
from bot.domain.ids import Language, StatementId
from bot.domain.log import (
    NOBODY,
    PAD,
    REF_BYTES,
    SALT_BYTES,
    Body,
    EntryKind,
    Leaf,
    LifeEvent,
    Opening,
    State,
    TextChange,
    commitment,
    encode,
    life_body,
    text_body,
)
from bot.domain.log_file import (
    Entry,
    export_bottom,
    export_entry,
    export_top,
    receipt,
    shown,
)
from bot.domain.merkle import inclusion_ranges, proof, root
from bot.domain.revision import RevisionText
from bot.notes import Checkpoint, SigningKey

NAMES = ("Amal Haddad", "أمل حداد", "=cmd()", "Amélie; Ltd", 'O\'Neill "Bo"', "李小龙")


@dataclass
class WrittenLog:
    """One statement's log, and what is known of it. `random` makes it the same each time."""

    random: random.Random
    rounded: bool = False
    statement: str = "water"
    entries: list[tuple[Leaf, Opening]] = field(default_factory=list)
    texts: dict[str, RevisionText] = field(default_factory=dict)
    states: dict[bytes, Body] = field(default_factory=dict)
    day: dt.date = dt.date(2026, 3, 1)

    def __post_init__(self) -> None:
        self.key = SigningKey("undersigned/0123abcd", self.random.randbytes(32))

    def append(self, kind: EntryKind, body: Body, ref: bytes = NOBODY) -> None:
        opening = Opening(self.random.randbytes(SALT_BYTES), encode(body))
        self.entries.append((Leaf(kind, self.day, ref, commitment(opening)), opening))

    def add_text(self, change: TextChange, language: str = "en") -> str:
        """A text of a few words, and its entry; its digest."""
        fields = f"Water {len(self.texts)}", "By the people", f"Give it back.\n\nNow {language}."
        digest = revision_digest(Language(language), *fields)
        text = RevisionText(StatementId(self.statement), Language(language), *fields, digest)
        self.texts[digest] = text
        self.append(EntryKind.TEXT, text_body(change, text.language, digest, text.title))
        return digest

    def record(self, state: State, number: int, ref: bytes | None = None) -> bytes:
        """An entry of a record, new or known; its ref."""
        ref = ref or self.random.randbytes(REF_BYTES)
        kind = self.random.choice(["person", "person", "organisation"])
        digest = self.random.choice(list(self.texts))
        body: Body = {"state": state}
        if state is not State.OUT:
            body = {"state": state, "kind": kind, "digest": digest}
        if state is State.LISTED:
            name = self.random.choice(NAMES)
            place = {"country": "TN", "place": "", "day": self.day.isoformat()}
            affiliation = self.random.choice(["", "Port & Co"])
            body = {**body, **place, "number": number, "name": name, "affiliation": affiliation}
            excepts = {3: ["4"], 4: ["2", "10"]}.get(number % 5)
            body = {**body, "except": excepts} if excepts else body
            body = {**body, "mandate": "42/120"} if number % 7 == 0 else body
        if state is not State.OUT and number % 7 == 3:
            body = {**body, "paper": True}
        self.append(EntryKind.RECORD, body, ref)
        self.states[ref] = body
        return ref

    def pad(self) -> None:
        """An entry of nobody, which looks like any other."""
        self.append(EntryKind.RECORD, PAD, self.random.randbytes(REF_BYTES))

    def checkpoint(self, size: int | None = None) -> str:
        """The signed note over the first entries."""
        upto = self.entries[:size]
        hashes = [leaf.hash for leaf, _ in upto]
        origin = f"{self.key.name}/{self.statement}"
        return self.key.sign(str(Checkpoint(origin, len(upto), root(hashes))))

    def export(self, size: int | None = None) -> str:
        """The signed export, as of when it had that size."""
        upto = self.entries[:size]
        last = {leaf.ref: place for place, (leaf, _) in enumerate(upto)}
        seen: list[Entry] = [
            shown(entry, is_newest=last[entry[0].ref] == place, is_rounded=self.rounded)
            for place, entry in enumerate(upto)
        ]
        bottom = export_bottom(self.statement, str(self.key.verifier), self.texts.values())
        parts = [export_entry(place, entry) for place, entry in enumerate(seen)]
        return export_top(self.checkpoint(size)) + "".join(parts) + bottom

    def receipt(self, position: int, size: int | None = None) -> str:
        """Of one entry."""
        hashes = [leaf.hash for leaf, _ in self.entries[:size]]
        found = proof(
            inclusion_ranges(position, len(hashes)),
            lambda level, index: root(hashes[index << level : index + 1 << level]),
        )
        note = self.checkpoint(size)
        entry = self.entries[position]
        return receipt(self.statement, str(self.key.verifier), note, position, entry, found)


def history(seed: int, events: int | None = None, *, rounded: bool = False) -> WrittenLog:
    """What may happen to a statement, drawn at random."""
    draw = random.Random(seed)
    log = WrittenLog(draw, rounded=rounded)
    log.add_text(TextChange.FIRST)
    log.append(EntryKind.LIFE, life_body(LifeEvent.OPENED))
    number = 0
    for _ in range(draw.randrange(12) if events is None else events):
        log.day += dt.timedelta(days=draw.randrange(3))
        what = draw.randrange(10)
        if what < 5 or not log.states:
            number += 1
            log.record(draw.choice([State.LISTED, State.COUNTED]), number)
        elif what < 8:
            ref = draw.choice(list(log.states))
            known = int(str(log.states[ref].get("number", number + 1)))
            number = max(number, known)
            log.record(draw.choice([State.LISTED, State.COUNTED, State.OUT]), known, ref)
        elif what == 8:
            log.add_text(draw.choice(list(TextChange)), draw.choice(["en", "ar"]))
        else:
            log.append(EntryKind.LIFE, life_body(LifeEvent.PAUSED, draw.choice(["", "rest"])))
        if rounded and draw.randrange(3) == 0:
            log.pad()
    return log


def written(folder: Path, text: str | bytes, name: str = "water.json") -> Path:
    """A file that holds it."""
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def small() -> WrittenLog:
    """Two on the list, one counted, one who has left it."""
    log = WrittenLog(random.Random(3))
    log.add_text(TextChange.FIRST)
    log.record(State.LISTED, 12)
    gone = log.record(State.LISTED, 7)
    log.record(State.COUNTED, 3)
    log.record(State.LISTED, 951)
    log.record(State.OUT, 7, gone)
    return log


def key_of(log: WrittenLog) -> str:
    return str(log.key.verifier)
