"""What is found where something is looked at for an operator: whether it is as it should be."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verdict(enum.StrEnum):
    """With a `NOTE` the bot runs, though perhaps not as it was meant."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"
    UNKNOWN = "cannot be told"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` names the thing, `said` how it is, and `remedy` what to do where that is not as it
    should be; each without a full stop. No secret, no name of a person and no text stands in it."""

    what: str
    verdict: Verdict
    said: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{self.verdict:<14}  {self.what}: {self.said}{remedy}"


def ok(what: str, said: str) -> Finding:
    return Finding(what, Verdict.OK, said)


def note(what: str, said: str, remedy: str = "") -> Finding:
    return Finding(what, Verdict.NOTE, said, remedy)


def wrong(what: str, said: str, remedy: str = "") -> Finding:
    return Finding(what, Verdict.WRONG, said, remedy)


def unknown(what: str, why: str, remedy: str = "") -> Finding:
    return Finding(what, Verdict.UNKNOWN, why, remedy)


def from_fault(what: str, fault: object) -> Finding:
    """Of a sentence that holds its remedy already."""
    return wrong(what, str(fault).strip().removesuffix("."))
