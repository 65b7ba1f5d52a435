"""What a signed export shows: that its entries are those that were signed, and what they say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.endorsement import Kind
from bot.domain.ids import Digest
from bot.domain.log import NOBODY, Body, EntryKind, State
from bot.domain.merkle import root
from bot.verify.files import Export, Findings, Seen


@dataclass
class Tally:
    """What the newest entry of each record says."""

    listed: list[Body] = field(default_factory=list)
    counted: list[Body] = field(default_factory=list)
    shut: int = 0


def check(export: Export, findings: Findings) -> None:
    """Add whatever holds, and whatever does not."""
    signed, hashes = export.head.checkpoint, [leaf.hash for leaf, _ in export.entries]
    if len(hashes) != signed.size or root(hashes) != signed.root:
        findings.faults.append(
            f"These {len(hashes)} entries are not the {signed.size} that were signed: some were "
            "added, left out, changed or moved."
        )
    findings.faults += _faults(export)
    counts = tally(export)
    findings.said += _history(export)
    findings.said += _sums(export, counts)
    findings.said += _dates(export)
    findings.faults += _double(counts)


def tally(export: Export) -> Tally:
    """Counted over the newest entries of all records."""
    found = Tally()
    for _, says in newest(export).values():
        if says is None:
            found.shut += 1
        elif says["state"] == State.LISTED:
            found.listed.append(says)
        elif says["state"] == State.COUNTED:
            found.counted.append(says)
    return found


def newest(export: Export) -> Mapping[bytes, Seen]:
    """The last entry of each record, by its ref."""
    return {seen[0].ref: seen for seen in export.entries if seen[0].kind is EntryKind.RECORD}


def _faults(export: Export) -> Iterator[str]:
    named = {
        says["digest"]
        for leaf, says in export.entries
        if leaf.kind is EntryKind.TEXT and says is not None
    }
    for place, (leaf, says) in enumerate(export.entries):
        if leaf.kind is EntryKind.ACT or (leaf.ref == NOBODY) is (leaf.kind is EntryKind.RECORD):
            yield f"Entry {place} is of a kind that is in no log of a statement."
        if says is None or leaf.kind is not EntryKind.RECORD or "digest" not in says:
            continue
        if says["digest"] not in named or says["digest"] not in export.titles:
            yield f"Entry {place} is under a text that is not in the file: {says['digest']}."
    for digest, title in export.titles.items():
        if digest not in named:
            yield f"The text “{title}” is in the file, but not in the log: {digest}."


def _dates(export: Export) -> Iterator[str]:
    """A clock may have been set back; or somebody has dated back."""
    last = dt.date.min
    for place, (leaf, _) in enumerate(export.entries):
        if leaf.day < last:
            yield f"Entry {place} is dated {leaf.day}, and one before it {last}."
        last = max(last, leaf.day)


def _double(counts: Tally) -> Iterator[str]:
    for number, times in Counter(says["number"] for says in counts.listed).items():
        if times > 1:
            yield f"#{number} is on the list {times} times."


def _history(export: Export) -> Iterator[str]:
    """What became of the texts and of the statement, in the order of the log."""
    for leaf, says in export.entries:
        if leaf.kind is EntryKind.RECORD:
            continue
        if says is None:
            what = f"{leaf.kind}, not shown in this file"
        elif leaf.kind is EntryKind.TEXT:
            what = f"{says['change']} text in {says['language']}: “{says['title']}”"
            what += f" {says['digest']}"
        else:
            what = f"{says['event']} {says['note']}".rstrip()
        yield f"{leaf.day}: {what}"


def _sums(export: Export, counts: Tally) -> Iterator[str]:
    yield f"On the list: {_both(counts.listed)}"
    yield f"Counted without a name: {_both(counts.counted)}"
    by_text = Counter(says["digest"] for says in (*counts.listed, *counts.counted))
    for digest, count in by_text.items():
        yield f"Under “{export.titles.get(Digest(str(digest)))}” {digest}: {count}"
        excepts = [says.get("except", []) for says in counts.listed if says["digest"] == digest]
        numbers = Counter(n for each in excepts if isinstance(each, list) for n in each)
        for number, times in sorted(numbers.items(), key=lambda item: int(item[0])):
            yield f"  on the list, except demand {number}: {times}"
    if counts.shut:
        yield (
            f"Not shown in this file: {counts.shut} records, which may count or not. So at most "
            f"{counts.shut} more count."
        )


def _both(said: list[Body]) -> str:
    kinds = Counter(says["kind"] for says in said)
    paper = sum(says.get("paper") is True for says in said)
    beside = f", of these on paper {paper}" if paper else ""
    return f"persons {kinds[Kind.PERSON]}, organisations {kinds[Kind.ORGANISATION]}{beside}"
