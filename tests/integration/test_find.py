"""Finding names and similar names by tags, in a real database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.endorsement import Status, Visibility
from bot.domain.ids import Language, Number
from bot.domain.likeness import Likeness, Mixed, Similar
from bot.privacy import Keyring
from bot.services.find import PAGE, Found, find
from bot.services.likeness import MOST_SIMILAR, likeness_of
from bot.storage.database import Database
from bot.storage.name_index import MOST_COUNTED, MOST_OPENED
from bot.storage.opening import open_database
from bot.storage.tables import name_words
from bot.wording import finding
from bot.wording.likeness import marks
from bot.wording.voice import Voice
from tests.support.names import made_up
from tests.support.numbers import in_order
from tests.support.signed import names_opened, prepare, sign_all

EN = Voice(Language("en"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    keys = Keyring([bytes(32)])
    opened = await open_database(
        f"sqlite:///{tmp_path / 'bot.db'}", keys, key_place="a test", draw=in_order
    )
    await prepare(opened, "library", "port")
    yield opened
    await opened.close()


async def found(database: Database, typed: str) -> Found:
    async with database.unit() as unit:
        return await find(unit, typed)


async def names_found(database: Database, typed: str) -> list[str | None]:
    return [record.name for record in (await found(database, typed)).records]


async def likeness(database: Database, number: Number) -> Likeness:
    async with database.unit() as unit:
        record = await unit.endorsements.get(number)
        assert record is not None
        return await likeness_of(unit, record)


async def similar(database: Database, names: Sequence[str], to: str) -> list[str]:
    """Which of `names` a card of `to` would point at, the most similar first."""
    first, *_ = await sign_all(database, names, "port")
    (asked,) = await sign_all(database, [to], "port")
    return [names[one.number - first] for one in (await likeness(database, asked)).similar]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Amal Haddad", "haddad"),
        ("Amal Haddad", "HADDAD, Amal"),
        ("José García", "garcia"),
        ("Sana'a Trade Union", "sanaa"),
        ("أحمد الأحمد", "احمد"),
        ("محمد یوسف", "يوسف"),
        ("Анна Ёлкина", "елкина"),
        ("अमित शर्मा", "शर्मा"),
        ("王小明", "王"),
        ("王小明", "小明"),
        ("王小明", "王小明"),
        ("ประเสริฐ ศรีสุข", "ศรีสุข"),
        ("สมาคมนักข่าวไทย", "นักข่าว"),
        ("김철수", "철수"),
        ("Local 12", "١٢"),
        ("Al-Jazeera الجزيرة", "jazeera الجزيره"),
    ],
)
async def test_a_name_is_found_by_its_words(database: Database, name: str, typed: str) -> None:
    await sign_all(database, ["Somebody Else", name, "Другой 别人 آخر"])
    assert await names_found(database, typed) == [name]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Amal Haddad", "had"),
        ("Amal Haddad", "amal khalil"),
        ("Local 12", "1"),
        ("王小明", "明小"),
        ("王小明", "王明"),
        ("Amal Haddad", "!"),
        ("Amal Haddad", ""),
    ],
)
async def test_a_name_is_not_found_by_less(database: Database, name: str, typed: str) -> None:
    await sign_all(database, [name])
    assert await found(database, typed) == Found((), 0)


async def test_those_of_all_statements_and_states_come_in_order_of_their_numbers(
    database: Database,
) -> None:
    await sign_all(database, ["Amal One", "Amal Two"], status=Status.REJECTED)
    await sign_all(database, ["Amal Three", "Amal Four"], status=Status.VERIFIED)
    records = (await found(database, "amal")).records
    assert [record.name for record in records] == [
        "Amal One", "Amal Two", "Amal Three", "Amal Four",
    ]  # fmt: skip
    assert {record.statement for record in records} == {"library", "port"}


async def test_words_of_two_statements_are_not_mixed_up(database: Database) -> None:
    await sign_all(database, ["Amal Haddad"], "port")
    await sign_all(database, ["Nadia Khalil"], "library")
    assert await found(database, "amal khalil") == Found((), 0)


async def test_no_more_than_a_page_is_opened_and_told(database: Database) -> None:
    await sign_all(database, [f"Amal Haddad {number}" for number in range(45)])
    with names_opened() as opened:
        result = await found(database, "amal haddad")
    assert (len(result.records), result.total, len(opened)) == (PAGE, 45, PAGE)
    rows = [(record, "Title") for record in result.records]
    text = finding.found(EN, rows, result.total, page=1, pages=result.pages).plain
    assert text.startswith("45 names:")
    assert "\n\n1/5\n\n" in text
    assert "#1 \u2068Amal Haddad 0\u2069\n  person · waiting" in text
    assert "Secret works" not in text


async def test_a_word_that_all_have_is_counted_up_to_a_point(database: Database) -> None:
    await sign_all(database, [f"Union {number}" for number in range(MOST_COUNTED + 10)], "port")
    with names_opened() as opened:
        result = await found(database, "union")
    assert (len(result.records), result.total, result.at_least) == (PAGE, MOST_COUNTED, True)
    assert len(opened) == PAGE
    rows = [(record, "Title") for record in result.records]
    text = finding.found(EN, rows, result.total, at_least=True).plain
    assert text.startswith("More than 1,000 names:")


async def test_a_name_leaves_with_its_words(database: Database) -> None:
    one, other = await sign_all(database, ["Amal Haddad", "Amal Khalil"], "port")
    await change(database, one, name=None)
    assert await names_found(database, "amal") == ["Amal Khalil"]
    await change(database, other, name="Nour Aziz")
    assert (await found(database, "amal")).total == 0
    assert (await found(database, "nour")).total == 1


async def change(database: Database, number: Number, **values: Any) -> None:
    async with database.unit() as unit:
        before = await unit.endorsements.get(number)
        assert before is not None
        after = await unit.endorsements.save(before, replace(before, **values))
        assert after is not None
        await unit.name_index.put(before, after)


async def words_stored(database: Database) -> list[int]:
    """The numbers that have words in the database."""
    async with database.unit() as unit:
        query = sa.select(name_words.c.number).distinct().order_by(name_words.c.number)
        return list(await unit._connection.scalars(query))


async def test_only_what_is_public_has_words_in_the_database(database: Database) -> None:
    one, two = await sign_all(database, ["Amal Haddad", "Amal Khalil"], "port")
    assert await words_stored(database) == []
    await change(database, one, status=Status.VERIFIED, listed=True)
    assert await words_stored(database) == [one]
    assert await names_found(database, "amal") == ["Amal Haddad", "Amal Khalil"]
    await change(database, one, name="Amal Aziz")
    assert await names_found(database, "haddad") == []
    assert await names_found(database, "aziz") == ["Amal Aziz"]
    await change(database, one, visibility=Visibility.ORGANISERS)
    assert await words_stored(database) == []
    assert await names_found(database, "amal") == ["Amal Aziz", "Amal Khalil"]
    await change(database, one, visibility=Visibility.PUBLIC)
    await change(database, one, name=None)
    assert await words_stored(database) == []
    assert await names_found(database, "amal") == ["Amal Khalil"]
    assert two == one + 1


def stored_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_nothing_of_a_name_is_in_clear(database: Database, tmp_path: Path) -> None:
    await sign_all(database, ["Amal Canarybird", "أمل كناري"])
    stored = stored_in(tmp_path)
    for word in ("amal", "canarybird", "cnrbrd", "knrbrd", "امل", "كناري"):
        assert word.encode() not in stored.lower()
        assert word.encode("utf-16-le") not in stored


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ("Amal Haddad", "Haddad, Amal"),
        ("Amal Haddad", "Amal Hadad"),
        ("José García", "JOSE GARCIA"),
        ("Mohammed Al-Ahmad", "Muhammad Alahmed"),
        ("Mohammed Al-Ahmad", "محمد الأحمد"),
        ("Sergey Ivanov", "Сергей Иванов"),
        ("अमित शर्मा", "Amit Sharma"),
        ("張偉", "张伟"),
        ("สมชาย ใจดี", "สมชาย ใจจดี"),
        ("Greenpeace", "Greenpaece"),
        ("Dockers' Union of Tunis", "Dockers Union, Tunis"),
        ("Local 12", "Local ١٢"),
        pytest.param("Amnesty", "\u0410mnesty", id="with a Cyrillic A"),
        pytest.param(
            "Poca Coco", "\u0420\u043e\u0441\u0430 \u0421\u043e\u0441\u043e", id="Cyrillic"
        ),
        pytest.param("\u0420\u043e\u0441\u0430 \u0421\u043e\u0441\u043e", "Poca Coco", id="Latin"),
    ],
)
async def test_a_similar_name_is_pointed_at(database: Database, given: str, to: str) -> None:
    assert await similar(database, ["Somebody Else", given, "Nour Aziz"], to) == [given]


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ("Local 12", "Local 21"),
        ("Local 12", "Local"),
        ("Amal Haddad", "Amal Khalil"),
        ("Women for Peace", "Women in Black"),
        ("王小明", "王小敏"),
        ("Omar Haddad", "Nadia Haddad"),
    ],
)
async def test_another_name_is_not_pointed_at(database: Database, given: str, to: str) -> None:
    assert await similar(database, [given], to) == []


async def test_similar_names_of_another_statement_are_its_own_affair(database: Database) -> None:
    await sign_all(database, ["Amal Haddad"], "library")
    assert await similar(database, ["Nour Aziz"], "Amal Haddad") == []


async def test_at_most_three_are_pointed_at_the_same_name_first(database: Database) -> None:
    names = ["Amal Hadad", "AMAL HADDAD", "Amal Haddadi", "Amall Haddad", "Amal Haddade"]
    assert len(await similar(database, names, "Amal Haddad")) == MOST_SIMILAR
    async with database.unit() as unit:
        total = await unit.endorsements.total()
    first, *_ = (await likeness(database, Number(total))).similar
    assert first == Similar(Number(2), Status.PENDING, same=True)


async def test_a_common_name_is_shown_and_no_mark(database: Database) -> None:
    others = [f"Mohammed {name}" for name in made_up(40)] + [f"{name} Ali" for name in made_up(40)]
    numbers = await sign_all(database, [*others, "Mohammed Ali", "Mohammed Ali"], "port")
    found = await likeness(database, numbers[-1])
    assert found.similar[0] == Similar(numbers[-2], Status.PENDING, same=True, telling=False)
    assert not found


async def test_signing_often_makes_no_name_common(database: Database) -> None:
    numbers = await sign_all(database, [*made_up(40), *(["Karim Zubaidi"] * 30)], "port")
    assert await likeness(database, numbers[-1])


async def test_no_more_names_are_opened_than_may_be(database: Database) -> None:
    names = [f"Amal Haddad {letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 12]
    numbers = await sign_all(database, names, "port")
    with names_opened() as opened:
        await likeness(database, numbers[0])
    # The one whose card it is has been read as well.
    assert len(opened) == MOST_OPENED + 1


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("\u0410mnesty International", (Mixed("\u0410mnesty", (("\u0410", "CYRILLIC"),)),)),
        (
            "\u0421\u0415\u041e Watch",
            (
                Mixed(
                    "\u0421\u0415\u041e",
                    (("\u0421", "CYRILLIC"), ("\u0415", "CYRILLIC"), ("\u041e", "CYRILLIC")),
                ),
            ),
        ),
        ("Greenpeac\u03b5", (Mixed("Greenpeac\u03b5", (("\u03b5", "GREEK"),)),)),
        ("Al-Jazeera الجزيرة", ()),
        ("Мост Bridge", ()),
        ("IT部门 東京カレー", ()),
        ("José O'Brien-Łukasz", ()),
        ("Анна Ёлкина", ()),
        ("अमित शर्मा", ()),
        ("کوردستان می‌روم", ()),
        ("Local 12", ()),
    ],
)
async def test_letters_that_mislead_are_marked(
    database: Database, name: str, mixed: tuple[Mixed, ...]
) -> None:
    (number,) = await sign_all(database, [name])
    assert (await likeness(database, number)).mixed == mixed


async def test_a_letter_of_another_script_inside_a_word_is_marked(database: Database) -> None:
    (number,) = await sign_all(database, ["Al-Jazeeraالجزيرة"])
    ((word, letters),) = [(m.word, m.letters) for m in (await likeness(database, number)).mixed]
    assert word == "Jazeeraالجزيرة"
    assert {script for _, script in letters} == {"ARABIC"}


def test_how_marks_are_told() -> None:
    told = marks(
        EN,
        Likeness(
            (
                Similar(Number(7), Status.VERIFIED, same=True),
                Similar(Number(9), Status.PENDING, same=False),
                Similar(Number(8), Status.REJECTED, same=False),
            ),
            (Mixed("\u0410mnesty", (("\u0410", "CYRILLIC"),)),),
        ),
    )
    plain = told.plain.replace("\u2068", "").replace("\u2069", "")
    assert plain.splitlines() == [
        "Same name: #7 · verified",
        "Similar name: #9 · waiting to be verified and #8 · not accepted",
        "“\u0410mnesty” has letters of another script: \u0410 (Cyrillic)",
    ]
    assert not marks(EN, Likeness())


async def test_five_thousand_names(database: Database) -> None:
    """The short form of what test_find_soak.py measures."""
    names = made_up(5_000)
    numbers = await sign_all(database, names)
    for number in numbers[:: len(numbers) // 60]:
        name = names[number - 1]
        with names_opened() as opened:
            result = await found(database, name)
            assert any(record.name == name for record in result.records)
            assert len(opened) <= PAGE
            opened.clear()
            await likeness(database, number)
            assert len(opened) <= MOST_OPENED + 1
