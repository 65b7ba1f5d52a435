"""The page as a folder: what is in it, that it proves itself, and what never gets into it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap.publishing import publish_into
from bot.domain.admin import Admin
from bot.domain.ids import StatementId, UserRef
from bot.privacy import make_key
from bot.services import signed_export
from bot.services.decide import verify as accept
from bot.services.publication import publish_waiting
from bot.services.windows import end_window
from bot.site.folder import ABOUT, PageFolder
from bot.storage.engines import sqlite_file
from bot.verify import verify
from bot.verify.exports import tally
from bot.verify.files import Export, read
from tests.contract.conftest import Postgres
from tests.e2e.test_privacy_on_disk import STATES, hits, ids_of, plain_hits
from tests.support.arrivals import arrive
from tests.support.bot_process import PROGRAM, environment
from tests.support.dialogue import Dialogue, number_in, open_dialogue, signing
from tests.support.statements import write_port

LATE = "verified, its window open"

KILLS = 5


@pytest.fixture
def place_of_data(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> dict[str, str]:
    """As the environment names it."""
    if sqlite_file(url) is not None:
        return {}
    make_key(tmp_path / "undersigned.key")
    new: Postgres = request.getfixturevalue("postgres")
    return {"UNDERSIGNED_DATABASE": new(blank=True)}


@pytest.fixture
async def d(tmp_path: Path, place_of_data: dict[str, str]) -> AsyncIterator[Dialogue]:
    async with open_dialogue(tmp_path, write_port(tmp_path), **place_of_data) as dialogue:
        yield dialogue


def files_of(place: Path) -> dict[str, bytes]:
    return {
        file.relative_to(place).as_posix(): file.read_bytes()
        for file in sorted(place.rglob("*"))
        if file.is_file()
    }


def beside(place: Path) -> list[str]:
    """What is left there by those that were killed, once the next one has begun."""
    with PageFolder(place).locked():
        return [each.name for each in place.parent.glob(".page.*.*")]


@dataclass(frozen=True)
class Seen:
    """What a reader of the page finds."""

    names: list[str]
    persons: int
    organisations: int


def checked(place: Path) -> Seen:
    """The page, after `undersigned verify` has found that its export, its list and its checkpoint
    hold and say the same, and the pages what these say."""
    folder = place / "port"
    export = read(folder / "log.txt")
    assert isinstance(export, Export)
    found = verify(folder / "log.txt", None, folder / "checkpoint.txt", folder / "signatories.json")
    assert found.faults == []
    counts = tally(export)
    rows: list[dict[str, Any]] = json.loads((folder / "signatories.json").read_text("utf-8"))
    names = [row["name"] for row in rows]
    assert sorted(names) == sorted(str(says["name"]) for says in counts.listed)
    pages = sorted((folder / "en").glob("names-*.html"), key=lambda file: file.name)
    on_pages = "".join(page.read_text("utf-8") for page in [folder / "en.html", *pages])
    assert all(name in on_pages for name in names)
    kinds = [row["kind"] for row in rows] + [str(says["kind"]) for says in counts.counted]
    seen = Seen(names, kinds.count("person"), kinds.count("organisation"))
    text = re.sub(r"<[^>]*>", " ", (folder / "en.html").read_text("utf-8"))
    for count, noun in ((seen.persons, "person|people"), (seen.organisations, "organisation")):
        assert not count or re.search(rf"\b{count:,}\W+({noun})", text), (count, noun, text)
    return seen


async def signed(d: Dialogue, state: str, number: int) -> tuple[str, int]:
    """Somebody in that state; their name and number."""
    who, name = f"person{number}", f"Canary {number:03d} Qamar"
    chosen, lines = STATES[state]
    [receipt] = [did for did in await d.say(*signing(who, name, chosen)) if did.chat == who]
    given = number_in(receipt.text)
    await d.say(*(line.format(who=who, n=given) for line in lines))
    return name, given


async def test_only_what_is_public_is_on_it(
    d: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, accounts and reasons in every state, before and after the windows have ended."""
    monkeypatch.setattr(signed_export, "AT_ONCE", 3)
    place = tmp_path / "page"
    hidden, late = ["Canary reason", "zaid"], 0
    shown: list[str] = []
    for number, state in enumerate(STATES):
        name, given = await signed(d, state, number)
        (shown if state == "public" else hidden).append(name)
        late = given if state == LATE else late
    await d.say("omar@tunis: /endorse port Readers of Tunis (Tunisia)", "omar@tunis: [confirm]")
    await publish_into(d.settings, place)
    canaries: list[str | int] = [*hidden, *ids_of(d.platform)]
    assert hits(files_of(place), [*canaries, *shown, "Readers of Tunis"]) == []
    assert checked(place) == Seen([], 0, 0)
    said = await d.say("%advance 11m")
    if any("release" in did.names for did in said):
        await d.say("zaid@admins: [release]")
    await d.say(f"zaid@admins: /verify {late}")
    await publish_into(d.settings, place)
    files = files_of(place)
    assert hits(files, canaries) == []
    # The other way round: what is public by now is found. The two that are counted have no name.
    found = {hit.partition(":")[0] for hit in plain_hits(files, shown)}
    assert {"port/en.html", "port/ar.html", "port/log.txt", "port/signatories.json"} <= found
    assert checked(place).names == shown
    await d.say("person7: /withdraw", "person7: [confirm]")
    await publish_into(d.settings, place)
    assert hits(files_of(place), [*canaries, *shown]) == []


async def test_the_same_page_is_the_same_bytes(d: Dialogue, tmp_path: Path) -> None:
    for number in range(3):
        await signed(d, "public", number)
    await d.say("%advance 11m")
    first, second = tmp_path / "first", tmp_path / "below" / "second"
    made = await publish_into(d.settings, first)
    again = await publish_into(d.settings, second)
    assert files_of(first) == files_of(second)
    assert (made.digest, made.is_new) == (again.digest, again.is_new)
    assert not (await publish_into(d.settings, first)).is_new
    files = files_of(first)
    assert made.files == len(files) - 1
    assert ABOUT in files
    day = d.platform.now().strftime("%d %b %Y")
    assert day in files["port/en/news.xml"].decode()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_names_come_at_their_time_and_counts_are_rounded(
    tmp_path: Path, place_of_data: dict[str, str]
) -> None:
    """As the configuration says it, so that nobody can tell from a page when somebody signed."""
    rules = {
        "UNDERSIGNED_PUBLICATION__NAMES_AT": "12:00",
        "UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "2",
        **place_of_data,
    }
    place = tmp_path / "page"
    async with open_dialogue(tmp_path, write_port(tmp_path), **rules) as d:
        for number, state in enumerate(["public"] * 3 + ["verified, counted only"] * 3):
            await signed(d, state, number)
        await d.say("%advance 11m")
        await publish_into(d.settings, place)
        assert hits(files_of(place), ["Qamar"]) == []
        await d.say("%advance 24h")
        if any("release" in did.names for did in d.did):
            await d.say("zaid@admins: [release]", "%advance 24h")
        await publish_into(d.settings, place)
        log = read(place / "port" / "log.txt")
        assert isinstance(log, Export)
        counts = tally(log)
        # Three who are counted, filled up with one that is none; nothing tells which.
        assert (len(counts.listed), len(counts.counted), counts.shut) == (3, 0, 4)
        text = re.sub(r"<[^>]*>", " ", (place / "port" / "en.html").read_text("utf-8"))
        assert re.search(r"\b4\W+(persons|people)", text)
        assert not re.search(r"\b[356]\W+(persons|people)", text)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_it_is_of_one_checkpoint_while_many_sign(d: Dialogue, tmp_path: Path) -> None:
    """Who comes and goes meanwhile is on the next one."""
    place, ended = tmp_path / "page", asyncio.Event()
    signing_on = asyncio.create_task(sign_on(d, ended, count=5))
    sizes: set[int] = set()
    while len(sizes) < 3:
        await publish_into(d.settings, place)
        sizes.add(len(checked(place).names))
    ended.set()
    assert await signing_on >= max(sizes)


async def sign_on(d: Dialogue, ended: asyncio.Event, count: int, every: float = 0) -> int:
    """So many people sign every so many seconds, and are verified, until it is to end; how many
    were."""
    name, total, due = d.adapter.name, 0, time.monotonic()
    admin = Admin("zaid", UserRef(name, "1"))
    while not ended.is_set():
        numbers = await arrive(d.bot, d.database, d.platform.now(), name, count)
        async with d.database.unit() as unit:
            for number in numbers:
                record = await accept(unit, d.bot.campaign, number, admin, d.platform.now())
                assert record.undo_until is not None
                await end_window(unit, d.bot.campaign, number, record.undo_until)
            await publish_waiting(unit, d.bot.campaign, d.platform.now())
        total += count
        due += every
        await asyncio.sleep(due - time.monotonic())
    return total


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_page_is_made_while_a_thousand_sign_in_a_minute(
    d: Dialogue, tmp_path: Path
) -> None:
    """By the program itself, again and again; and killed at any moment it leaves one that is
    whole."""
    seconds, kills, tried, made = 60.0, 0, 0, 0
    place, ended = tmp_path / "page", asyncio.Event()
    signing_on = asyncio.create_task(sign_on(d, ended, count=50, every=3))
    began = time.monotonic()
    whole: dict[str, bytes] = {}
    longest = 0.0
    while (now := time.monotonic()) - began < seconds or kills < KILLS:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            "publish",
            str(place),
            cwd=d.folder,
            env=environment(d.settings.statements)
            | {"UNDERSIGNED_DATABASE": d.settings.database.url},
            stdout=asyncio.subprocess.DEVNULL,
        )
        if made % 2 == 0:
            assert await process.wait() == 0
            longest = max(longest, time.monotonic() - now)
            checked(place)
            whole = files_of(place)
            made += 1
            continue
        await asyncio.sleep((kills * 7919 % 100) / 100 * longest)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        kills += await process.wait() < 0
        found = files_of(place)
        if found != whole:
            # It had come so far that the new one is there.
            checked(place)
            whole = found
        tried += 1
        made += tried % 5 == 0
    ended.set()
    count, took = await signing_on, time.monotonic() - began
    assert beside(place) == []
    async with d.database.unit() as unit:
        assert await unit.log.size(StatementId("port")) > count
    # 50 every three seconds, however the machine is divided up.
    assert count / took > 0.9 * 1000 / 60
