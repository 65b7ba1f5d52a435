"""Sealing to the organisers: what the host can read no more, and what it says of it."""

from __future__ import annotations

import base64
import datetime as dt
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.age import Identities, Recipients, make_identity
from bot.bootstrap.reports import export_sealed
from bot.domain.counts import Counts
from bot.domain.endorsement import Status
from bot.domain.ids import StatementId
from bot.services.entrusting_earlier import AT_ONCE, go_on
from bot.services.sealed_list import Row, open_list
from bot.storage.jobs import Job, JobKey, JobKind
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.signed import prepare, sign_all
from tests.support.with_host_key import found
from tests.unit.test_age import NOW

CONTACT = "data@letters.example"
HIDDEN = {
    "Amal Canary": "organisers",
    "Rami Canary": "rejected",
    "Nurse in Canary": "beside a name that is not public",
    "Baker in Canary": "beside a public name",
    "Canary school": "a question",
    "Canary street": "an answer",
    "Canary reason": "why one was rejected",
}


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """One for all, so that what is said before is the same for all."""
    file = tmp_path_factory.mktemp("identity") / "organisers.key"
    return make_identity(file, NOW), file


@pytest.fixture
def key(tmp_path: Path, identity: tuple[str, Path]) -> str:
    public, file = identity
    shutil.copy(file, tmp_path)
    return public


@pytest.fixture
async def d(tmp_path: Path, port: Path, key: str) -> AsyncIterator[Dialogue]:
    async with open_dialogue(
        tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=key, UNDERSIGNED_CONTACT=CONTACT
    ) as dialogue:
        yield dialogue


def host_key(d: Dialogue) -> bytes:
    return base64.b64decode((d.folder / "undersigned.key").read_text().strip())


def on_disk(d: Dialogue, canaries: set[str]) -> set[str]:
    """What the host's key and all that the bot keeps give away, beside the simulated platform."""
    files = [f for f in d.data.rglob("*") if f.is_file() and not f.name.startswith("console.json")]
    assert files
    return found(files, host_key(d), canaries)


async def exported(d: Dialogue, tmp_path: Path) -> str:
    pieces: list[str] = []
    await export_sealed(d.settings, StatementId("port"), pieces.append)
    return "".join(pieces)


async def opened(d: Dialogue, tmp_path: Path) -> list[Row]:
    """As the organisers open it."""
    text = await exported(d, tmp_path)
    identities = Identities.of(tmp_path / "organisers.key")
    given = open_list(text.splitlines(), identities.open)
    assert not given.closed
    return list(given.rows)


async def signed(d: Dialogue, who: str, name: str, affiliation: str, visibility: str) -> int:
    number = await d.sign(who, name, visibility)
    if affiliation:
        await d.say(f"{who}: /mine {number} affiliation {affiliation}")
    return number


async def story(d: Dialogue) -> dict[str, int]:
    """All of `HIDDEN`, decided and final."""
    amal = await signed(d, "amal", "Amal Canary", "Nurse in Canary", "organisers")
    rami = await signed(d, "rami", "Rami Canary", "", "counted")
    lina = await signed(d, "lina", "Lina Public", "Baker in Canary", "public")
    await d.say(f"zaid@admins: /ask {amal} Canary school?", "amal: Canary street")
    await d.say(f"zaid@admins: /verify {amal}", f"zaid@admins: /verify {lina}")
    await d.say(f"zaid@admins: /reject {rami} Canary reason")
    return {"amal": amal, "rami": rami, "lina": lina}


async def test_must_show_5_host_key_and_database_open_no_decided_hidden_name(
    d: Dialogue, tmp_path: Path
) -> None:
    numbers = await story(d)
    # The control: until the window ends they open all of it.
    assert on_disk(d, set(HIDDEN)) == set(HIDDEN)
    await d.say("%advance 11m")
    assert on_disk(d, set(HIDDEN)) == set()
    assert on_disk(d, {"Lina Public"}) == {"Lina Public"}
    assert await d.counts() == Counts(verified=2, rejected=1, persons=2)
    rows = {row["number"]: row for row in await opened(d, tmp_path)}
    amal, rami, lina = (rows[str(numbers[who])] for who in ("amal", "rami", "lina"))
    assert (amal["name"], amal["affiliation"]) == ("Amal Canary", "Nurse in Canary")
    assert amal["questions"] == "Canary school? → Canary street"
    assert (rami["name"], rami["reason"]) == ("Rami Canary", "Canary reason")
    assert (lina["name"], lina["affiliation"]) == ("Lina Public", "Baker in Canary")


def age_opens(program: str, identity: Path, block: str) -> bytes:
    ran = subprocess.run(
        [program, "-d", "-i", str(identity)],
        input=block.encode(),
        capture_output=True,
        check=True,
    )
    return ran.stdout


async def test_must_show_5_the_age_program_opens_it(d: Dialogue, tmp_path: Path) -> None:
    program = shutil.which("age")
    if program is None:
        pytest.skip("the program `age` is not installed")
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    text = await exported(d, tmp_path)
    block = text[text.index("-----BEGIN") :]
    assert b"Amal Canary" in age_opens(program, tmp_path / "organisers.key", block)


async def test_without_a_key_the_host_keeps_what_it_kept(tmp_path: Path, port: Path) -> None:
    async with open_dialogue(tmp_path, port) as d:
        number = await d.sign("amal", "Amal Canary", "organisers")
        await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
        assert on_disk(d, {"Amal Canary"}) == {"Amal Canary"}
        assert "Amal Canary" in (await d.say("zaid@admins: /find Amal"))[-1].text
        assert "sealed" not in (await d.answer("amal: /privacy")).text


async def test_a_name_is_sealed_when_its_window_ends_and_not_before(d: Dialogue) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", f"zaid@admins: /undo {number}")
    await d.say("%advance 11m")
    assert "Amal Canary" in (await d.say(f"zaid@admins: /show {number}"))[-1].text
    await d.say(f"zaid@admins: /verify {number}", "%advance 9m")
    assert "Amal Canary" in (await d.say("zaid@admins: /find Canary"))[-1].text
    await d.say("%advance 2m")
    said = (await d.say("zaid@admins: /find Canary"))[-1].text
    assert "No name has all these words" in said
    assert "sealed to the organisers" in said
    card = (await d.say(f"zaid@admins: /show {number}"))[-1].text
    assert "only the organisers can read it" in card
    assert "Amal" not in card
    # Nor does it make others look alike.
    other = await d.sign("omar", "Amal Canary", "organisers")
    assert "imilar" not in (await d.say(f"zaid@admins: /show {other}"))[-1].text


async def test_its_signer_is_told_whom_to_ask(d: Dialogue) -> None:
    assert CONTACT in (await d.answer("amal: /privacy")).text
    number = await d.sign("amal", "Amal Canary", "organisers")
    assert CONTACT not in (await d.say("amal: /mydata"))[0].text
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    *said, file = await d.say("amal: /mydata")
    assert CONTACT in said[0].text
    (record,) = file.sent["endorsements"]
    assert record["sealed to the organisers"] is True
    assert record["name"] is None


async def test_withdrawing_erases_what_is_sealed_at_once(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    asked = await d.answer("amal: /withdraw")
    assert "You can't undo it" in asked.text
    await d.say("amal: [confirm]")
    assert await opened(d, tmp_path) == []
    assert await d.rows("SELECT * FROM entrusted") == []
    assert "can't be undone" in (await d.answer(f"amal: /withdraw undo {number}")).text
    # Signing again is as it ever was.
    assert await d.sign("amal", "Amal Again", "organisers") == number
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    assert [row["name"] for row in await opened(d, tmp_path)] == ["Amal Again"]


async def test_a_public_name_comes_back_from_a_withdrawal(d: Dialogue, tmp_path: Path) -> None:
    number = await signed(d, "lina", "Lina Public", "Baker in Canary", "public")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say("lina: /withdraw", "lina: [confirm]")
    assert await opened(d, tmp_path) == []
    await d.say("lina: [undo]")
    assert "Lina Public" in (await d.say("amal: /signatories"))[-1].text


async def test_forgetting_erases_what_is_sealed(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say("amal: /forget", "amal: [confirm]")
    assert await opened(d, tmp_path) == []


async def test_a_later_rejection_needs_no_name(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say(f"zaid@admins: /reject {number} Canary reason")
    await d.say(f"zaid@admins: /undo {number}", f"zaid@admins: /reject {number} Canary reason")
    await d.say("%advance 11m")
    assert on_disk(d, set(HIDDEN)) == set()
    (row,) = await opened(d, tmp_path)
    assert (row["name"], row["status"]) == ("Amal Canary", "rejected")
    assert row["reason"] == "Canary reason"


async def test_making_it_public_takes_the_name_and_a_new_look(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say("amal: /mine")
    asked = await d.answer("amal: [public]")
    assert "waits to be verified anew" in asked.text
    assert await d.counts() == Counts(verified=1, persons=1)
    asked = await d.answer("amal: Amal Haddad")
    assert "affiliation" in asked.text
    told = await d.say("amal: Nurse")
    assert "verify" in told[0].text
    assert await d.counts() == Counts(pending=1)
    # What was sealed before is of the past.
    assert await d.rows("SELECT * FROM entrusted") == []
    assert "Amal Haddad" in (await d.say(f"zaid@admins: /show {number}"))[-1].text
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    assert "Amal Haddad" in (await d.say("lina: /signatories"))[-1].text
    (row,) = await opened(d, tmp_path)
    assert (row["name"], row["affiliation"]) == ("Amal Haddad", "Nurse")


@pytest.mark.parametrize(
    ("change", "answers"),
    [
        ("name Amal Haddad", ["[skip]"]),
        ("name", ["Amal Haddad", "[skip]"]),
        ("affiliation Nurse", ["Amal Haddad"]),
        ("affiliation", ["Amal Haddad", "Nurse"]),
        ("country Al-Quds street", ["Amal Haddad", "[skip]"]),
    ],
)
async def test_a_change_takes_the_name_and_a_new_look(
    d: Dialogue, change: str, answers: list[str]
) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    asked = await d.answer(f"amal: /mine {number} {change}")
    for answer in answers:
        assert "verified anew" in asked.text
        assert await d.counts() == Counts(verified=1, persons=1)
        asked = (await d.say(f"amal: {answer}"))[0]
    assert await d.counts() == Counts(pending=1)
    assert "Amal Haddad" in (await d.say(f"zaid@admins: /show {number}"))[-1].text


async def test_a_change_that_is_cancelled_changes_nothing(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say(f"amal: /mine {number} public")
    assert "Nothing has changed" in (await d.answer("amal: [cancel]")).text
    await d.say(f"amal: /mine {number} public", "amal: Amal Haddad")
    assert "Nothing has changed" in (await d.answer("amal: [cancel]")).text
    assert [row["name"] for row in await opened(d, tmp_path)] == ["Amal Canary"]
    # An odd name is asked about here too.
    await d.say(f"amal: /mine {number} name")
    assert "confirm" in (await d.answer("amal: Amal and Bert Haddad")).names
    assert "skip" in (await d.answer("amal: [confirm]")).names


async def test_a_country_and_fewer_who_see_it_take_no_name(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say(f"amal: /mine {number} country Tunisia")
    (row,) = await opened(d, tmp_path)
    assert (row["country"], row["name"]) == ("TN", "Amal Canary")
    await d.say(f"amal: /mine {number} counted", "amal: [confirm]", "amal: [undo]")
    assert len(await opened(d, tmp_path)) == 1
    await d.say(f"amal: /mine {number} counted", "amal: [confirm]", "%advance 11m")
    assert await opened(d, tmp_path) == []
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_hiding_a_public_name_seals_it(d: Dialogue, tmp_path: Path) -> None:
    number = await d.sign("lina", "Lina Canary", "public")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    await d.say(f"lina: /mine {number} organisers")
    assert on_disk(d, {"Lina Canary"}) == set()
    assert [row["name"] for row in await opened(d, tmp_path)] == ["Lina Canary"]


async def test_what_is_sealed_is_reopened_by_its_signer_alone(d: Dialogue) -> None:
    number = await d.sign("amal", "Amal Canary", "organisers")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    said = (await d.say(f"zaid@admins: /reopen {number}"))[-1]
    assert "Only the organisers can read the name" in said.text
    for _ in range(2):
        await d.say(f"zaid@admins: /reject {number} why", "%advance 11m")
        await d.say("amal: /sign port")
        if "twice" not in d.newest("amal").text:
            await d.say("amal: /cancel")
            await d.sign("amal", "Amal Canary", "organisers")
    assert "twice" in d.newest("amal").text
    await d.say(f"zaid@admins: /reopen {number}")
    agreed = await d.say("omar@admins: [agree]")
    assert any("Reopened: " in did.text for did in agreed), agreed
    assert await d.sign("amal", "Amal Canary", "organisers") == number


async def test_a_key_that_is_given_later_seals_what_was_decided_before(
    tmp_path: Path, port: Path, key: str
) -> None:
    signers = [f"signer{n}" for n in range(3)]
    names = {f"Canary Number {n}" for n in range(3)}
    async with open_dialogue(tmp_path, port) as d:
        for who, name in zip(signers, sorted(names), strict=True):
            number = await d.sign(who, name, "organisers")
            await d.say(f"zaid@admins: /verify {number}")
        waits = await d.sign("omar", "Omar Waits", "organisers")
        await d.say("%advance 11m")
        assert on_disk(d, names) == names
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        await d.say("%advance 1m")
        assert on_disk(d, names) == set()
        assert {row["name"] for row in await opened(d, tmp_path)} == names
        assert "Omar Waits" in (await d.say(f"zaid@admins: /show {waits}"))[-1].text
        assert await d.rows("SELECT * FROM due_jobs WHERE kind = 'entrust'") == []


async def test_many_are_sealed_in_steps_and_a_kill_between_two_loses_none(
    tmp_path: Path, port: Path, key: str
) -> None:
    names = [f"Canary Number {n}" for n in range(2 * AT_ONCE + 1)]
    job = Job(JobKey(JobKind.ENTRUST), NOW)
    now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    async with open_dialogue(tmp_path, port) as d:
        await prepare(d.database, "port")
        await sign_all(d.database, names, "port", status=Status.REJECTED)
        d.bot.campaign.recipients = Recipients([key])
        async with d.database.unit() as unit:
            # The next step is due in an hour, so that the program is killed before it.
            await go_on(unit, job, now, campaign=d.bot.campaign)
        assert await d.rows("SELECT count(*) FROM entrusted") == [(AT_ONCE,)]
        assert len(await d.rows("SELECT 1 FROM due_jobs WHERE kind = 'entrust'")) == 1
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        await d.say("%advance 61m")
        assert sorted(row["name"] for row in await opened(d, tmp_path)) == sorted(names)
        assert await d.rows("SELECT count(*) FROM name_words") == [(0,)]


async def test_another_key_holds_for_what_is_decided_then(
    tmp_path: Path, port: Path, key: str
) -> None:
    other = make_identity(tmp_path / "other.key", NOW)
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        first = await d.sign("amal", "Amal Canary", "organisers")
        await d.say(f"zaid@admins: /verify {first}", "%advance 11m")
    async with open_dialogue(tmp_path, port, UNDERSIGNED_ORGANISERS_KEY=other) as d:
        second = await d.sign("rami", "Rami Canary", "organisers")
        await d.say(f"zaid@admins: /verify {second}", "%advance 11m")
        lines = (await exported(d, tmp_path)).splitlines()
    old = open_list(lines, Identities.of(tmp_path / "organisers.key").open)
    new = open_list(lines, Identities.of(tmp_path / "other.key").open)
    assert ([row["name"] for row in old.rows], list(old.closed)) == (["Amal Canary"], [second])
    assert ([row["name"] for row in new.rows], list(new.closed)) == (["Rami Canary"], [first])


async def test_what_is_sealed_does_not_tell_in_which_order_it_was_decided(d: Dialogue) -> None:
    numbers = [await d.sign(f"signer{n}", f"Canary Number {n}", "organisers") for n in range(3)]
    for number in reversed(numbers):
        await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    assert len(await d.rows("SELECT number, part FROM entrusted")) == 3
    with pytest.raises(sa.exc.OperationalError, match="no such column"):
        await d.rows("SELECT rowid FROM entrusted")
