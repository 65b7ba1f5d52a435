"""How many decisions a second a few admins make at their desks, and how soon a card comes.

Each admin has a desk in the same admin chat and presses "Verify" again as soon as it shows the next
record. Before, people sign one after the other: a card is late by the time from the last press of
its signer to when it is in the admin chat.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.fill import STATEMENT, fill
from benchmarks.found import Found, median, rounded, table
from benchmarks.places import prepare
from benchmarks.plots import bars
from benchmarks.processes import Program, bot, processor_time, running
from benchmarks.signing import PATIENCE, STEPS, Signers, count
from tests.support.botapi import BotApiServer, Chat, Message, Person, fast

ADMINS = 4
CARDS = 7
"""So many of ten cards are for people, and for so many in half an hour."""

_SHOWN = re.compile(r"^#(\d+) · ", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """Decisions a second, the processor's milliseconds for each; those until each card."""

    rate: float
    processor: float
    cards: Sequence[float]


async def measure(rounds: int, records: int, decisions: int) -> Found:
    """Among so many records, of which one in twenty waits."""
    with TemporaryDirectory() as folder:
        filled = Path(folder) / "filled"
        prepare(filled)
        await fill(filled, records)
        measured = []
        async with BotApiServer(rules=fast(), journal_limit=2000) as server:
            office = Office(server)
            for at in range(rounds):
                here = Path(folder) / f"{at}"
                shutil.copytree(filled, here)
                measured.append(await once(office, here, decisions))
    return found(measured)


async def once(office: Office, folder: Path, decisions: int) -> Measured:
    """In a copy of the folder, with a bot of its own."""
    async with running(office.program, office.server, folder) as process:
        cards = [await office.card() for _ in range(CARDS)]
        verified = count(folder / "data" / "bench.db", "verified")
        await office.open_desks()
        began, worked = time.perf_counter(), processor_time(process.pid)
        await office.decide(decisions)
        took, worked = time.perf_counter() - began, processor_time(process.pid) - worked
    done = count(folder / "data" / "bench.db", "verified") - verified
    assert done >= decisions - ADMINS, f"{done} of {decisions} are stored"
    return Measured(done / took, worked * 1000 / done, cards)


class Office:
    """The admin chat and who works in it."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self._admins = [server.person(f"admin{number}") for number in range(ADMINS)]
        self.chat: Chat = server.group("Admins", creator=self._admins[0])
        for admin in self._admins[1:]:
            self.chat.change(admin, self._admins[0], status="administrator")
        self._desks: dict[Person, Message] = {}
        self._signed = 0

    @property
    def program(self) -> Program:
        """The bot, for this admin chat."""
        return bot("undersigned", "undersigned", str(self.chat.id))

    async def card(self) -> float:
        """Milliseconds from when somebody has signed to when the card is there."""
        self._signed += 1
        person = self.server.person(f"signer{self._signed}")
        signers = Signers(self.server, STATEMENT)
        await signers.sign(person, until=len(STEPS) - 1)
        known = self._cards()
        began = time.perf_counter()
        signed = asyncio.create_task(signers.step(person, *STEPS[-1]))
        await self.server.wait_for(lambda: self._cards() > known, PATIENCE)
        took = (time.perf_counter() - began) * 1000
        await signed
        return took

    def _cards(self) -> int:
        """How many messages begin with a number."""
        return sum((m.text or "").startswith("#") for m in self.server.sent(self.chat))

    async def open_desks(self) -> None:
        """One for each admin."""
        for admin in self._admins:
            newest = self.server.sent(self.chat)[-1].id
            await admin.send(self.chat, "/pending")
            await self.server.wait_for(lambda: self._desks_behind(newest), PATIENCE)  # noqa: B023
            self._desks[admin] = self._desks_behind(newest)[0]

    def _desks_behind(self, message: int) -> list[Message]:
        sent = self.server.sent(self.chat)
        return [each for each in sent if each.id > message and _is_desk(each)]

    async def decide(self, decisions: int) -> None:
        """All together."""
        each = decisions // ADMINS
        await asyncio.gather(*(self.verify(admin, each) for admin in self._admins))

    async def verify(self, admin: Person, times: int) -> None:
        """One after the other, at the admin's desk."""
        desk = self._desks[admin]
        for _ in range(times):
            shown = _number(desk)
            await admin.press(desk, "Verify")
            await self.server.wait_for(lambda: _number(desk) != shown, PATIENCE)  # noqa: B023


def _is_desk(message: Message) -> bool:
    return (message.text or "").startswith("Waiting") and _number(message) is not None


def _number(message: Message) -> str | None:
    """Of the record that a desk shows."""
    found = _SHOWN.search(message.text or "")
    return found[1] if found else None


def found(measured: Sequence[Measured]) -> Found:
    """By the medians."""
    rates = [one.rate for one in measured]
    cards = sorted(card for one in measured for card in one.cards)
    spent = median(one.processor for one in measured)
    results = {
        "verifying.decisions_per_second": rounded(median(rates)),
        "verifying.processor_ms": rounded(spent),
        "verifying.card_ms": rounded(median(cards)),
    }
    rows = [
        ("decisions a second", median(rates), f"{min(rates):.1f}, {max(rates):.1f}"),
        ("processor, ms a decision", spent, ""),
        ("from a signature to its card, ms", median(cards), f"{cards[0]:.0f}, {cards[-1]:.0f}"),
    ]
    plot = {"undersigned": (median(rates), min(rates), max(rates))}
    drawn = bars(f"Decisions a second of {ADMINS} admins at their desks", plot)
    return Found(results, table(("", "median", "least, most"), rows), {"verifying": drawn})
