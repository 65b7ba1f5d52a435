"""The attack on hidden names by whoever has the database and not its key.

Public names are known with their numbers, and so are those that the attacker has given. Whatever
stands beside a number and is the same for all known names with a word, and for no other known one,
is taken for that word: beside the number of a hidden name it gives that word away.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.endorsement import Visibility
from bot.domain.ids import Number
from bot.privacy import Keyring
from bot.services.find import find
from bot.storage.lists import Order
from bot.storage.sealing import BUCKET
from bot.text.alike import name_keys
from bot.text.folding import words
from tests.support.statements import write_port
from tests.support.still import PORT, become, sign, still

GIVEN = [
    "Amal",
    "Sami",
    "Rim",
    "Nour",
    "Hatem",
    "Lina",
    "Karim",
    "Salma",
    "Youssef",
    "Zied",
    "Mona",
    "Tarek",
    "Ines",
    "Walid",
    "Dora",
]
FAMILY = [
    "Trabelsi",
    "Mansour",
    "Haddad",
    "Khalil",
    "Aziz",
    "Saleh",
    "Jebali",
    "Baccar",
    "Ayari",
    "Gharbi",
    "Riahi",
    "Zouari",
]
Beside = Mapping[Number, set[Hashable]]
"""What stands beside each number in the database."""


@dataclass(frozen=True)
class Seized:
    """A database, what the attacker knows of it, and what nobody may know."""

    file: Path
    known: Mapping[Number, str]
    hidden: Mapping[Number, str]
    found: Mapping[str, int]
    """How many names an admin found by each word, while the bot ran."""


STATES = {
    "pending": Visibility.PUBLIC,
    "verified": Visibility.ORGANISERS,
    "rejected": Visibility.PUBLIC,
    "withdrawn": Visibility.COUNTED,
}
"""What becomes of hidden names, and who was to see them."""

KNOWN = 40
"""So many public names, and as many of the attacker's own."""


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=[24, pytest.param(200, marks=pytest.mark.soak)]
)
async def seized(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Seized:
    """So many hidden names, each of two words that public names have and the attacker gave too."""
    folder = tmp_path_factory.mktemp("seized")
    chance = random.Random(1)
    names = [" ".join(pair) for pair in product(GIVEN, FAMILY)]
    ways = itertools.cycle(STATES.items())
    told: list[tuple[str, str, Visibility]] = [
        *((name, "verified", Visibility.PUBLIC) for name in chance.sample(names, KNOWN)),
        *((name, *next(ways)) for name in chance.choices(names, k=request.param)),
        *((name, "pending", Visibility.PUBLIC) for name in chance.sample(names, KNOWN)),
    ]
    by_number: dict[Number, str] = {}
    async with still(folder, write_port(folder)) as (database, bot):
        async with database.unit() as unit:
            for at, (name, what, visibility) in enumerate(told):
                number = await sign(unit, bot, str(at), name, visibility)
                await become(unit, bot, number, str(at), what)
                by_number[number] = name
        async with database.unit() as unit:
            found = {word: (await find(unit, word)).total for word in GIVEN}
            public = len(await unit.lists.page(Order(PORT), 1000))
    assert public == KNOWN
    numbers = list(by_number)
    hidden = {number: by_number.pop(number) for number in numbers[KNOWN:-KNOWN]}
    return Seized(folder / "data" / "undersigned.db", by_number, hidden, found)


def beside_numbers(file: Path) -> Beside:
    """Every value of every row of every table that has a number, and how long it is."""
    found: defaultdict[Number, set[Hashable]] = defaultdict(set)
    with contextlib.closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            cursor = database.execute(f"SELECT * FROM {table}")
            columns = [column for column, *_ in cursor.description]
            if "number" not in columns:
                continue
            for row in cursor:
                values = dict(zip(columns, row, strict=True))
                beside = found[values.pop("number")]
                for column, value in values.items():
                    beside.add((table, column, value))
                    if isinstance(value, bytes):
                        beside.add((table, column, "length", len(value)))
    return found


def recovered(seized: Seized, beside: Beside) -> list[str]:
    """The hidden names of which the attack gives every word, and no other."""
    known = {number: set(words(name)) for number, name in seized.known.items()}
    meaning: defaultdict[Hashable, set[str]] = defaultdict(set)
    for word in set().union(*known.values()):
        having = [beside[number] for number, of in known.items() if word in of]
        others = [beside[number] for number, of in known.items() if word not in of]
        for value in set.intersection(*having).difference(*others):
            meaning[value].add(word)
    return [
        name
        for number, name in seized.hidden.items()
        if set(words(name)) == {word for value in beside[number] for word in meaning.get(value, ())}
    ]


def as_it_was(seized: Seized) -> Beside:
    """The index of the version before: a tag of each word under the statement's key, of public and
    hidden names alike."""
    key, _ = Keyring([bytes(32)]).new_statement_key("port")
    found: dict[Number, set[Hashable]] = {}
    for number, name in [*seized.known.items(), *seized.hidden.items()]:
        keys = name_keys(name)
        kinds = (("word", keys.words), ("sound", keys.sounds), ("name", keys.whole))
        found[number] = {key.tag(kind, value)[:16] for kind, values in kinds for value in values}
    return found


def test_admins_find_all_names_public_and_hidden(seized: Seized) -> None:
    names = [*seized.known.values(), *seized.hidden.values()]
    assert seized.found == {word: sum(word in name.split() for name in names) for word in GIVEN}


def test_words_of_hidden_names_were_told_by_their_tags(seized: Seized) -> None:
    """The control: that the attack works at all."""
    assert len(recovered(seized, as_it_was(seized))) > 0.9 * len(seized.hidden)


def test_row_1_no_hidden_name_is_told_by_what_public_ones_are(seized: Seized) -> None:
    assert recovered(seized, beside_numbers(seized.file)) == []


def test_row_1_no_hidden_name_has_words_in_the_database(seized: Seized) -> None:
    with contextlib.closing(sqlite3.connect(seized.file)) as database:
        rows = database.execute("SELECT DISTINCT number FROM name_words").fetchall()
        public = database.execute("SELECT number FROM endorsements WHERE public_name IS NOT NULL")
        assert sorted(rows) == sorted(public.fetchall()) != []


def test_row_1_sealed_names_are_as_long_as_each_other(seized: Seized) -> None:
    """But for very long ones, whose length tells how many times 128 bytes they take."""
    with contextlib.closing(sqlite3.connect(seized.file)) as database:
        (lengths,) = zip(
            *database.execute("SELECT DISTINCT length(sealed_name) FROM endorsements"), strict=True
        )
    assert len(lengths) == 1
    assert lengths[0] > BUCKET


VICTIMS = ("Ingeborg Sonnleitner", "Karim Zubaidi", "Tomasz Wintergreen")
NOBODY = ("Hortense Quillfeather", "Oluwaseun Brightwater", "Matteo Cantalamessa")


def telling(beside: Beside, right: Iterable[Number], wrong: Iterable[Number]) -> set[Hashable]:
    """What all right guesses have and no wrong one does, or the other way round."""
    rights, wrongs = ([beside[number] for number in guesses] for guesses in (right, wrong))
    return set.intersection(*rights).difference(*wrongs) | set.intersection(*wrongs).difference(
        *rights
    )


async def test_row_1_a_guess_is_not_told_to_be_right(tmp_path: Path, port: Path) -> None:
    """Who signs with a name makes a mark if somebody has given it: the database does not say so."""
    async with still(tmp_path, port) as (database, bot):
        async with database.unit() as unit:
            given = [await sign(unit, bot, f"v{n}", name) for n, name in enumerate(VICTIMS)]
            right = [await sign(unit, bot, f"r{n}", name) for n, name in enumerate(VICTIMS)]
            wrong = [await sign(unit, bot, f"w{n}", name) for n, name in enumerate(NOBODY)]
        async with database.unit() as unit:
            found = [await unit.endorsements.get(number) for number in (*right, *wrong)]
    marked = [record.marked for record in found if record is not None]
    assert marked == [True] * len(right) + [False] * len(wrong)
    assert len(given) == len(VICTIMS)
    beside = beside_numbers(tmp_path / "data" / "undersigned.db")
    assert telling(beside, right, wrong) == set()
    # The control: had the mark been in clear, it would have been found.
    for number, mark in zip((*right, *wrong), marked, strict=True):
        beside[number].add(("endorsements", "marked", mark))
    assert telling(beside, right, wrong) == {
        ("endorsements", "marked", True),
        ("endorsements", "marked", False),
    }
