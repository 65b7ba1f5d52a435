"""The main dialogue: two sign, a group endorses, admins verify two and reject one with a reason,
and a signer withdraws."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.support.bot_process import Entry

STATEMENT = "open-library"

LINES = (
    "%lang rami ar",
    "%title tunis Tunis Readers",
    "amal: /start",
    "amal: /sign open-library",
    "amal: [confirm]",
    "amal: Amal Haddad",
    "amal: Nurse in Sfax",
    "amal: Tunisia",
    "amal: [public]",
    "amal: [confirm]",
    "rami: /sign open-library",
    "rami: [confirm]",
    "rami: رامي منصور",
    "rami: [skip]",
    "rami: [skip]",
    "rami: [organisers]",
    "rami: [confirm]",
    "omar@tunis: /endorse open-library",
    "omar@tunis: [confirm]",
    "zaid@admins: /pending",
    "zaid@admins: /verify {amal}",
    "zaid@admins: /verify {tunis}",
    "zaid@admins: /reject {rami}",
    "zaid@admins: >{question} We could not reach you",
    "amal: /mine",
    "amal: /withdraw",
    "amal: [confirm]",
)

NOTHING = {
    "pending": 0,
    "verified": 0,
    "rejected": 0,
    "withdrawn": 0,
    "persons": 0,
    "organisations": 0,
}
STATS = {
    "iraq-2014": NOTHING,
    STATEMENT: NOTHING | {"verified": 1, "rejected": 1, "withdrawn": 1, "organisations": 1},
}

QUESTION = re.compile(r"^Why is .*#[0-9]+.* not accepted\?", re.MULTILINE)


def fill_in(line: str, said: Iterable[Entry]) -> str:
    """The line with the numbers of the records as the receipts told them, and that of the bot's
    question for a reason."""
    if "{" not in line:
        return line
    said = list(said)
    numbers = {chat.removeprefix("@"): number for chat, number in recorded(said).items()}
    asked = [entry["message"] for entry in said if QUESTION.search(entry["text"])]
    return line.format(**numbers, question=asked[-1] if asked else None)


def chat_of(line: str) -> str | None:
    """Where the answer to a line appears; None for a directive."""
    if line.startswith("%"):
        return None
    who, _, where = line.partition(":")[0].partition("@")
    return f"@{where}" if where else who


def recorded(said: Iterable[Entry]) -> dict[str, int]:
    """The number on the receipt of each chat that was given one."""
    marks = ("Recorded", "سُجِّل توقيعك")
    found: dict[str, int] = {}
    for entry in said:
        if any(mark in entry["text"] for mark in marks):
            digits = entry["text"].partition("#")[2]
            number = int("".join(c for c in digits[:6] if c.isdigit()))
            assert found.setdefault(entry["chat"], number) == number
    return found
