"""A search, byte for byte, over all that the bot leaves: names that are not public, and ids."""

from __future__ import annotations

import base64
import gzip
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyrage
import pytest

from bot.adapters.simulated_platform import Platform
from bot.bootstrap.copies import make_backup
from tests.e2e.script import LINES, fill_in
from tests.support.bot_process import BotProcess, Entry
from tests.support.dialogue import Dialogue, open_dialogue

PLATFORM = "console.json"
"""Stands for the servers of the platform, which know their people."""


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """The ways in which a text could lie in a file."""
    raws = {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": text.encode("ascii", "backslashreplace"),
    }
    for name, raw in raws.items():
        yield name, raw
        yield f"{name}, hex", raw.hex().encode()
        yield f"{name}, HEX", raw.hex().upper().encode()
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw + b"\0\0")
            # Only what no neighbour has a part in: the groups of four that hold nothing else.
            first, last = 4 * -(-shift // 3), 4 * ((shift + len(raw)) // 3)
            yield f"{name}, base64 at {shift}", coded[first:last]


def id_forms(number: int) -> Iterator[tuple[str, bytes]]:
    yield from encodings(str(abs(number)))
    yield "binary, big end first", abs(number).to_bytes(6, "big")
    yield "binary, little end first", abs(number).to_bytes(6, "little")


def forms(canaries: Iterable[str | int]) -> list[tuple[str, bytes]]:
    """Each form once, with what it is."""
    found: dict[bytes, str] = {}
    for canary in canaries:
        of_one = encodings(canary) if isinstance(canary, str) else id_forms(canary)
        for how, data in of_one:
            if len(data) > 4:
                found.setdefault(data, f"{canary} as {how}")
    return [(how, data) for data, how in found.items()]


def left_behind(folder: Path) -> dict[str, bytes]:
    """Every file but the platform's and the tests' own; the key's folder too."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(PLATFORM) and file.suffix != ".md"
    }


def plain_hits(files: dict[str, bytes], canaries: Iterable[str | int]) -> list[str]:
    """As `hits`, only for what is in no encoding; much faster."""
    return [
        f"{file}: {c}" for file, data in files.items() for c in canaries if str(c).encode() in data
    ]


def hits(files: dict[str, bytes], canaries: Iterable[str | int]) -> list[str]:
    wanted = forms(canaries)
    return [
        f"{file}: {how}" for file, data in files.items() for how, needle in wanted if needle in data
    ]


def ids_of(platform: Platform) -> list[int]:
    return [
        *(person.id for person in platform.people.values()),
        *(group.id for group in platform.groups.values()),
    ]


@pytest.mark.parametrize("text", ["Amal Haddad", "رامي منصور", "9876543210"])
def test_the_search_finds_every_form_in_any_neighbourhood(text: str) -> None:
    raws = [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]
    for before in (b"", b"x", b"xy", b"xyz"):
        for raw in raws:
            for data in (
                raw,
                raw.hex().encode(),
                raw.hex().upper().encode(),
                base64.b64encode(before + raw + b"!?"),
            ):
                assert hits({"file": b"\0" + data + b"\0"}, [text])


def test_after_the_main_dialogue(tmp_path: Path) -> None:
    """In the program itself, with everything that it wrote to standard error."""
    said: list[Entry] = []
    with BotProcess(tmp_path) as bot:
        for line in LINES:
            said += bot.say(fill_in(line, said))
        secret = ["Amal Haddad", "رامي منصور", "Nurse in Sfax", "We could not reach you", "zaid"]
        undecided = ["Tunis Readers"]
        ids = ids_of(Platform(tmp_path / "data" / PLATFORM))
        assert len(ids) == 6
        files = left_behind(tmp_path)
        assert {"data/undersigned.db", "stderr.txt"} <= files.keys()
        assert hits(files, [*secret, *undecided, *ids]) == []

        # The other way round: what is public by now, is found.
        said += bot.say("%advance 11m")
        assert bot.close() == 0
    files = left_behind(tmp_path)
    assert hits(files, undecided) == ["data/undersigned.db: Tunis Readers as utf-8"]
    assert hits(files, [*secret, *ids]) == []


STORY = (
    ("amal: /sign port", "Amal Haddad"),
    ("amal: [confirm]", None),
    ("amal: Amal Haddad", None),
    ("amal: Teacher of Arabic", "Teacher of Arabic"),
    ("amal: Tunisia", None),
    ("amal: [organisers]", None),
    ("amal: [confirm]", None),
    ("rami: /sign port", "رامي منصور"),
    ("rami: [confirm]", None),
    ("rami: رامي منصور", None),
    ("rami: [skip]", None),
    ("rami: [skip]", None),
    ("rami: [counted]", None),
    ("rami: [confirm]", None),
    ("zaid@admins: /pending", None),
    ("zaid@admins: /verify 1", None),
    ("zaid@admins: /verify 2", None),
    ("nour: /sign port", "Nour el-Houda"),
    ("nour: [confirm]", None),
    ("nour: Nour el-Houda", None),
    ("nour: [skip]", None),
    ("nour: [skip]", None),
    ("nour: [public]", None),
    ("nour: /cancel", None),
    ("omar@tunis: /endorse port Readers of Sfax (Tunisia)", "Readers of Sfax"),
    ("omar@tunis: [confirm]", None),
    ("lina@admins: /reject 3 We could not reach this group", "We could not reach this group"),
    ("omar@tunis: /appeal 3 Our phone was stolen", "Our phone was stolen"),
    ("zaid@admins: /verify 3", None),
    ("amal: /withdraw", None),
    ("amal: [confirm]", None),
    ("%advance 11m", None),
    ("amal: Not A Name At All", "Not A Name At All"),
    ("zaid@admins: /find Amal Haddad", None),
)


async def test_at_every_commit_of_a_story_in_which_nothing_becomes_public(
    tmp_path: Path, port: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Looked for just before each commit, when the journal is there too, after each line, and in
    the log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    found: list[str] = []
    journals = 0
    two = {"UNDERSIGNED_VERIFICATION__TWO_ADMINS": "organisations"}
    async with open_dialogue(tmp_path, port, **two) as d:
        canaries: list[str | int] = []

        def look(what: str) -> None:
            nonlocal journals
            if what == "a commit" and canaries:
                files = left_behind(d.data)
                journals += any(name.endswith("-journal") for name in files)
                found.extend(plain_hits(files, canaries))

        d.at_point = look
        for line, canary in STORY:
            if canary is not None:
                canaries = [*[s for _, s in STORY if s], *ids_of(d.platform), "zaid"]
            await d.say(line)
            found.extend(hits(left_behind(d.data), canaries))
        d.at_point = None
        assert (await d.counts()).verified == 1
        assert await d.actions("agree") == [("agree", 3)]
    assert found == []
    assert journals > len(STORY)
    printed = capfd.readouterr()
    logs = {"log": caplog.text.encode(), "err": printed.err.encode(), "out": printed.out.encode()}
    assert hits(logs, canaries) == []


async def test_names_are_in_clear_only_while_they_are_public(d: Dialogue) -> None:
    names = [f"Organisation of the letter {letter} in the town" for letter in "ABCDEFGHIJKL"]

    def in_clear() -> int:
        return len(plain_hits({"db": (d.data / "undersigned.db").read_bytes()}, names))

    for n, name in enumerate(names, start=1):
        await d.say(f"omar@g{n}: /endorse port {name}", f"omar@g{n}: [confirm]")
        await d.say(f"zaid@admins: /verify {n}")
    assert in_clear() == 0
    await d.say("%advance 9m")
    assert in_clear() == 0
    await d.say("%advance 2m")
    assert in_clear() == len(names)
    for n in range(1, len(names) + 1):
        await d.say(f"omar@g{n}: /withdraw", f"omar@g{n}: [confirm]")
        assert in_clear() == len(names) - n


STATES = {
    "pending": ("organisers", ()),
    "verified, for the organisers": ("organisers", ("zaid@admins: /verify {n}",)),
    "verified, counted only": ("counted", ("zaid@admins: /verify {n}",)),
    "rejected": ("public", ("zaid@admins: /reject {n} Canary reason {n}",)),
    "withdrawn": ("public", ("{who}: /withdraw {n}", "{who}: [confirm]")),
    "forgotten": ("public", ("zaid@admins: /verify {n}", "{who}: /forget", "{who}: [confirm]")),
    "verified, its window open": ("public", ()),
    "public": ("public", ("zaid@admins: /verify {n}",)),
}
"""For each what its signer chose, and what is said then; those that are `LATE` wait for the others'
windows to end."""

LATE = "verified, its window open"


@pytest.mark.parametrize("count", [len(STATES), pytest.param(200, marks=pytest.mark.soak)])
async def test_row_1_no_canary_is_in_database_journal_log_or_backup(
    tmp_path: Path, port: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    """Names, accounts and reasons in every state, before and after the windows have ended, and in
    what the secret key of the backups opens."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    secret = pyrage.x25519.Identity.generate()
    recipients = {"UNDERSIGNED_BACKUP__RECIPIENTS": str(secret.to_public())}
    async with open_dialogue(tmp_path, port, **recipients) as d:
        hidden = ["Canary reason", "zaid"]
        shown: list[str] = []
        late: list[int] = []
        for number in range(count):
            who, state = f"person{number}", list(STATES)[number % len(STATES)]
            name = f"Canary {number:03d} Qamar"
            (shown if state == "public" else hidden).append(name)
            chosen, lines = STATES[state]
            signed = await d.sign(who, name, chosen)
            late += [signed] if state == LATE else []
            await d.say(*(line.format(who=who, n=signed) for line in lines))
        canaries: list[str | int] = [*hidden, *ids_of(d.platform)]
        assert len(canaries) >= 2 * count - len(shown)
        assert hits(await _everything(d, secret, "before"), [*canaries, *shown]) == []
        # So many windows that end at once wait for an admin's word.
        if any("release" in did.names for did in await d.say("%advance 11m")):
            await d.say("zaid@admins: [release]")
        await d.say(*(f"zaid@admins: /verify {number}" for number in late))
        files = await _everything(d, secret, "after")
        assert hits(files, canaries) == []
        # The other way round: what is public by now is found.
        assert {hit.partition(":")[0] for hit in plain_hits(files, shown)} == {
            "data/undersigned.db",
            "backup after",
        }
    assert hits({"log": caplog.text.encode()}, canaries) == []


async def _everything(d: Dialogue, secret: pyrage.x25519.Identity, when: str) -> dict[str, bytes]:
    """The files, also that of a backup, and what is in it."""
    file = d.folder / f"{when}.age"
    await make_backup(d.settings, file)
    opened = gzip.decompress(pyrage.decrypt(file.read_bytes(), [secret]))
    return left_behind(d.folder) | {f"backup {when}": opened}
