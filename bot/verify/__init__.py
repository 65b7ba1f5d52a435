"""Checking what a bot has published, with nothing but its file: no configuration and no database.

It imports nothing of the bot but the words of its log and its notes, and checks files of any bot.
"""

from __future__ import annotations

from pathlib import Path

from bot.notes import VerifierKey
from bot.verify import older, receipts
from bot.verify.exports import check
from bot.verify.files import Broken, Export, Findings, read, read_older
from bot.verify.lists import compare

MOST_FAULTS = 20
"""Of each file so many are told."""


def verify(
    file: Path, key: str | None = None, against: Path | None = None, listed: Path | None = None
) -> Findings:
    """What a signed export or a receipt shows. `key` is the public key that it must be signed with,
    `against` an older checkpoint or export, `listed` the list of names that it must be the proof
    of. Raises `OperatorFault` where a file cannot be read, or the key is none."""
    wanted = None if key is None else VerifierKey.parse(key)
    findings = Findings()
    try:
        found = read(file, wanted)
        findings.said += [f"{found.head.statement}: a log of {found.head.checkpoint.size} entries"]
        findings.said += [f"Signed with {found.head.key}"]
        if wanted is None:
            findings.said += ["Compare that key with the one that the organisers publish."]
        if isinstance(found, Export):
            check(found, findings)
            if against is not None:
                older.check(found, read_older(against, found.head.key), findings)
            if listed is not None:
                compare(found, listed, findings)
        else:
            receipts.check(found, findings)
            if against is not None:
                receipts.compare(found, read_older(against, found.head.key), findings)
            if listed is not None:
                findings.faults += ["A receipt is compared with no list; name a signed export."]
    except Broken as fault:
        findings.faults.append(str(fault))
    return findings
