"""Snapshots of a statement without a database: what documents are made of."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, Country, Digest, Number
from bot.domain.texts import History
from bot.services.snapshot import Snapshot
from bot.statements.loader import load
from bot.statements.model import Statement
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.storage.public_names import PublicNames
from bot.storage.statements import State
from bot.text.collation import sort_key

DAY = dt.date(2026, 3, 1)
CHECKPOINT = """\
undersigned/port
12
q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=

— undersigned/port ASNFZw==
"""
TELEGRAM = {AdapterName("telegram"): "https://t.me/PortBot?start={payload}"}

SCRIPTS = {
    "Latin": "Zoë Łukasiewicz",
    "Greek": "Ελένη Παππά",
    "Cyrillic": "Їван Щербак",
    "Georgian": "გიორგი ბერიძე",
    "Armenian": "Անահիտ Պետրոսյան",
    "Hebrew": "דוד לוי",
    "Persian": "زهرا گودرزی",
    "Arabic": "فاطمة منصور",
    "Ethiopic": "ሰላም ተስፋዬ",
    "Devanagari": "प्रिया त्रिपाठी",
    "Bengali": "শ্রেয়া চক্রবর্তী",
    "Tamil": "கிருஷ்ணன்",
    "Thai": "ประเสริฐ แก้วมณี",
    "Korean": "김민준",
    "Japanese": "さくら アキラ",
    "Chinese": "王小明",
    "Emoji": "🎶 💡",
}
"""A name in each, in the order of the collation but for the last."""


IN_ENGLISH = (*list(SCRIPTS)[:1], "Emoji", *list(SCRIPTS)[1:-1])
"""The scripts in the order of an English list: the reader's own, then what is in none."""


def varied(name: str, count: int) -> list[str]:
    """As many names in one script in the order of the list, of the same length each."""
    letters = sorted(filter(str.isalpha, name)) or ["🎵", "🎻"]
    pairs = ["".join(pair) for pair in itertools.product(dict.fromkeys(letters), repeat=3)]
    return sorted((f"{name} {pair}" for pair in pairs[:count]), key=sort_key)


def statement_in(folder: Path) -> Statement:
    """The only one there."""
    return next(iter(load(folder, ZoneInfo("UTC")).library))


def person(number: int, name: str, **more: object) -> PublicEndorsement:
    """On the list; `more` are other fields."""
    fields = {"kind": Kind.PERSON, "country": None, "digest": Digest("0" * 64), "day": DAY} | more
    return PublicEndorsement(number=Number(number), name=name, **fields)  # type: ignore[arg-type]


def people(*names: str) -> list[PublicEndorsement]:
    return [person(number, name) for number, name in enumerate(names, 1)]


@contextmanager
def made_up(
    statement: Statement, listed: Sequence[PublicEndorsement], hidden: int = 0
) -> Iterator[Snapshot]:
    """Of that list, and of `hidden` more who are counted alone."""
    with closing(PublicNames()) as names:
        names.add(listed)
        persons = sum(row.kind is Kind.PERSON for row in listed) + hidden

        async def pages(order: Order) -> AsyncIterator[Sequence[PublicEndorsement]]:
            for page in names.pages(order):
                yield page
                await asyncio.sleep(0)

        yield Snapshot(
            statement=statement,
            history=History(),
            state=State(),
            counts=PublicCounts(persons, len(listed) + hidden - persons, hidden=hidden),
            days=(),
            came=(),
            countries={},
            events=(),
            checkpoint=CHECKPOINT,
            size=12,
            vkey="undersigned/port+0123abcd+AQ==",
            as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
            names=pages,
            links=TELEGRAM,
        )


TUNISIA = Country("TN")
