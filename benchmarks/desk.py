"""What the desk costs two admins for a whole campaign, and how good its marks are.

A made-up campaign signs through the services of a running bot. Then two admins work by the buttons
of their desks, as docs/verification.md tells it: everybody without marks at once, then the people
with marks and every organisation one by one, in turns. They know who was planted, so that taps are
counted and no judgement.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.found import Found, table
from bot.domain.ids import Number, StatementId
from tests.support.campaign import Signer, campaign
from tests.support.campaign_signing import marks_of, sign_campaign
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import write_port

ADMIN_CHAT = "@admins"
STATEMENT = "port"
PACE = dt.timedelta(seconds=0.5)
_SHOWN = re.compile(r"^#(\d+) · ", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """`recall`: of those that were planted, how many are marked; `false_share`: of all others;
    `precision`: how many of those with marks were planted. `taps` of all admins together, with
    what they typed among them. `messages`: new ones in the admin chat, without the desks' own."""

    seed: int
    recall: float
    false_share: float
    precision: float
    taps: int
    messages: int


class Admin:
    """Somebody at a desk, who presses its buttons."""

    def __init__(self, dialogue: Dialogue, name: str) -> None:
        self._dialogue = dialogue
        self._name = name
        self._desk: int | None = None
        self.own: set[int] = set()
        """The messages that the desk, and what was done on it, stand in."""
        self.taps = 0

    async def open(self) -> None:
        """Type `pending`."""
        await self._do("/pending")

    async def press(self, *buttons: str) -> None:
        """Buttons of the desk, one after the other."""
        for button in buttons:
            assert button in self.shown.names, (button, self.shown)
            await self._do(f"[{self._desk}:{button}]")

    async def agree(self) -> None:
        """To what the others have asked for, if they have."""
        asked: dict[int, Did] = {}
        for did in self._dialogue.did:
            if did.chat == ADMIN_CHAT and did.message is not None:
                asked[did.message] = did
        for number, did in asked.items():
            if "agree" in did.names and f"\u2068{self._name}\u2069 wants" not in did.text:
                await self._do(f"[{number}:agree]")

    async def settled(self) -> None:
        """Wait until all that was begun is done."""
        await self._dialogue.bot.inbox.settled()

    @property
    def shown(self) -> Did:
        """The desk as it looks now."""
        assert self._desk is not None
        return self._dialogue.now_showing(ADMIN_CHAT, self._desk)

    @property
    def number(self) -> Number | None:
        """The record that can be decided there; None where there is none."""
        found = _SHOWN.search(self.shown.text)
        is_open = found is not None and "verify" in self.shown.names
        return Number(int(found[1])) if found is not None and is_open else None

    async def _do(self, what: str) -> None:
        self.taps += 1
        # Faster than anybody decides, and slow enough not to be taken for a flood.
        self._dialogue.platform.advance(PACE)
        said = await self._dialogue.say(f"{self._name}@admins: {what}")
        for did in said:
            if did.chat != ADMIN_CHAT or did.message is None:
                continue
            if "filter" in did.names:
                self._desk = did.message
            if did.action == "send" and ("filter" in did.names or did.names == ("undo",)):
                self.own.add(did.message)


async def measure(seed: int, people: Sequence[Signer] | None = None) -> Measured:
    """Sign a whole campaign (`people`, or that of `seed`) and decide all of it."""
    with TemporaryDirectory() as folder:
        statements = write_port(Path(folder))
        async with open_dialogue(Path(folder), statements) as dialogue:
            return await _measured(dialogue, seed, people or campaign(seed))


async def _measured(dialogue: Dialogue, seed: int, people: Sequence[Signer]) -> Measured:
    admins = [Admin(dialogue, name) for name in ("zaid", "mona")]
    await dialogue.say(*(f"{name}@admins: /help" for name in ("zaid", "mona")))
    before = len(dialogue.did)
    place = StatementId(STATEMENT)
    signed = await sign_campaign(dialogue.database, dialogue.bot.campaign, place, people)
    marks = await marks_of(dialogue.database, signed)
    await dialogue.bot.inbox.settled()
    await _all_without_marks(admins[0])
    await _one_by_one(admins, signed)
    await _agree(admins)
    counts = await dialogue.counts(STATEMENT)
    assert counts.pending == 0, counts
    own = admins[0].own | admins[1].own
    sent = [
        did
        for did in dialogue.did[before:]
        if did.chat == ADMIN_CHAT and did.action == "send" and did.message not in own
    ]
    return Measured(
        seed=seed,
        recall=round(marks.recall, 3),
        false_share=round(marks.false_share, 4),
        precision=round(marks.precision, 3),
        taps=sum(admin.taps for admin in admins),
        messages=len(sent),
    )


async def _all_without_marks(admin: Admin) -> None:
    """The people: organisations are looked at one by one."""
    await admin.open()
    await admin.press("bulk", "confirm")
    await admin.settled()


async def _one_by_one(admins: Sequence[Admin], signed: Mapping[Number, Signer]) -> None:
    """In turns, until both desks are empty."""
    await admins[1].open()
    working = True
    while working:
        working = False
        for admin in admins:
            number = admin.number
            if number is None:
                continue
            working = True
            if signed[number].planted:
                likely = {"duplicate", "unreal"} & {*admin.shown.names}
                await admin.press(*(likely or ("reject", "duplicate")))
            else:
                await admin.press("verify")


async def _agree(admins: Sequence[Admin]) -> None:
    """To what the other one rejected beyond what one admin does alone."""
    for admin in admins:
        await admin.agree()
        await admin.settled()


async def found(seed: int) -> Found:
    """Of the campaign of that seed."""
    measured = asdict(await measure(seed))
    results = {f"desk.{name}": value for name, value in measured.items()}
    return Found(results, table(("figure", "value"), measured.items()))
