"""Row 23 of the threats: whatever stands in `statements/`, the bot says one sentence about it, soon
and without much memory, and goes on meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.statements.apart import load_apart
from bot.statements.caps import HEADINGS, MARKS, TEXT_LIMIT
from bot.statements.loader import load
from tests.support.dialogue import Dialogue
from tests.support.pace import slowness
from tests.support.statements import ENGLISH, STATEMENT

SECONDS, MEGABYTES = 2.0, 300
BLOCKED = 0.05

HEAD = "---\ntitle: Port\n---\n"
YAML = "id: port\noriginal_language: en\n"
GOOD = {"statement.yaml": YAML, "en.md": f"{HEAD}Words."}


def text(body: str) -> Callable[[Path], None]:
    return files({"en.md": HEAD + body})


def files(content: Mapping[str, str]) -> Callable[[Path], None]:
    def made(package: Path) -> None:
        for name, written in {**GOOD, **content}.items():
            (package / name).write_text(written, encoding="utf-8")

    return made


def in_place_of_text(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def made(package: Path) -> None:
        files({})(package)
        (package / "en.md").unlink()
        make(package / "en.md")

    return made


def many_texts(package: Path) -> None:
    files({f"{number}.txt": "" for number in range(1_001)})(package)


HOSTILE: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "stars": (text("*a " * 30_000), "500 signs"),
    "brackets": (text("[" * 60_000), "500 signs"),
    "pictures": (text("!" * 200_000), "500 signs"),
    "marks in many paragraphs": (text("**a** *b*\n\n" * 4_000), f"{MARKS} signs"),
    "one star row": (text(f"{'*' * 240}a{'*' * 240}"), "nested too deep"),
    "list in list": (text("- " * 30_000), "begin in this line"),
    "list in list, line by line": (
        text("\n".join(" " * (2 * depth) + "- a" for depth in range(200))),
        "nested too deep",
    ),
    "quotes": (text(">" * 60_000), "begin in this line"),
    "headings": (text("# a\n" * 10_000), f"{HEADINGS} headings"),
    "blanks in a heading": (text(f"# a{' ' * 200_000}b"), "blanks"),
    "accents": (text("a" + "\u0301\u0323" * 30_000), "accents"),
    "short lines": (text("a\n\n" * 80_000), "lines at most"),
    "references": (text("".join(f"[{i}]: x\n\n" for i in range(12_000))), f"{MARKS} signs"),
    "a large file": (text("a" * TEXT_LIMIT), "larger than 256 KiB"),
    "zeros": (text("a\0b"), "U+0000"),
    "a title of accents": (
        files({"en.md": "---\ntitle: a" + "\u0301\u0323" * 15_000 + "\n---\nb"}),
        "characters",
    ),
    "a large statement.yaml": (files({"statement.yaml": f"{YAML}x: {'a' * 70_000}"}), "64 KiB"),
    "a bomb": (files({"statement.yaml": "a: &a [x]\nb: [*a, *a]"}), "anchor"),
    "brackets in statement.yaml": (files({"statement.yaml": "[" * 60_000}), "nested too deeply"),
    "/dev/zero": (in_place_of_text(lambda place: place.symlink_to("/dev/zero")), "ordinary file"),
    "a pipe": (in_place_of_text(os.mkfifo), "ordinary file"),
    "a folder": (in_place_of_text(Path.mkdir), "a folder where a file"),
    "many files": (many_texts, "More than 1000"),
}

ALL = """
import datetime, json, pathlib, resource, sys
from bot.statements.apart import load_apart
for name in sys.argv[1:]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    loaded = load_apart(pathlib.Path(name), datetime.UTC)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps([[str(fault) for fault in loaded.faults], taken, after.ru_maxrss / 1024]))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[list[str], float, float]]:
    """Sentences, seconds of processor time, and megabytes so far, of each kind: in one program, as
    at a start."""
    folders = []
    for make, _ in HOSTILE.values():
        folders.append(tmp_path_factory.mktemp("hostile") / "statements")
        (folders[-1] / "port").mkdir(parents=True)
        make(folders[-1] / "port")
    ran = subprocess.run(
        (sys.executable, "-c", ALL, *folders), stdout=subprocess.PIPE, check=True, timeout=100
    )
    return dict(zip(HOSTILE, map(json.loads, ran.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("kind", HOSTILE)
def test_row_23_one_sentence_soon(
    read: Mapping[str, tuple[list[str], float, float]], kind: str
) -> None:
    sentences, seconds, megabytes = read[kind]
    assert len(sentences) == 1
    assert HOSTILE[kind][1] in sentences[0]
    assert sentences[0].startswith("statements/port")
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


WITHOUT_CAPS = """
import time
from bot.statements import apart, loader, markdown
markdown.is_within_caps = lambda *_: True
"""


@pytest.mark.parametrize(
    ("kind", "also"),
    [("stars", "apart.CPU = 60"), ("accents", ""), ("zeros", "SLEEP")],
    ids=["memory", "processor time", "silence"],
)
def test_row_23_what_no_cap_holds_back_the_process_does(
    tmp_path: Path, kind: str, also: str
) -> None:
    """The limits of the process, tried with the caps taken away."""
    folder = tmp_path / "statements"
    (folder / "port").mkdir(parents=True)
    HOSTILE[kind][0](folder / "port")
    sleep = "apart.SILENCE = 0.5; loader.read_text = lambda *_: time.sleep(60)"
    program = WITHOUT_CAPS + also.replace("SLEEP", sleep) + ALL
    ran = subprocess.run(
        (sys.executable, "-c", program, folder), stdout=subprocess.PIPE, check=True, timeout=30
    )
    sentences, seconds, megabytes = json.loads(ran.stdout)
    assert sentences == [
        "statements/port/en.md: Reading this takes too much time or memory; make it shorter and"
        " simpler."
    ]
    assert seconds < SECONDS + 1
    assert megabytes < MEGABYTES


def largest(folder: Path) -> None:
    """The largest texts allowed, of the kinds that take longest to read and to cut."""
    for name, body in (
        ("prose", ("Open the port, *now*. " + "And keep it open for all. " * 9) * 1_000),
        ("items", "\n".join(f"- {'word ' * 9}" for _ in range(MARKS - 100))),
        ("one-word", "x" * (TEXT_LIMIT - 100)),
        ("bold", "\n\n".join("**a** *b* " * 60 for _ in range(20))),
    ):
        package = folder / name
        package.mkdir()
        head = f"id: {name}\noriginal_language: en\n"
        cut = "\n\n".join(body[at : at + 9_600] for at in range(0, len(body), 9_600))
        files({"statement.yaml": head, "en.md": HEAD + cut})(package)


class Turn(NamedTuple):
    """Seconds so far: of processor time, of all threads and of the loop's, and those in which the
    loop's thread could have gone on, had the machine had a processor for it."""

    all: float
    own: float
    waited: float

    @classmethod
    def now(cls) -> Turn:
        try:
            # https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds are the second.
            waited = int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
        except FileNotFoundError:
            waited = 0.0
        return cls(time.process_time(), time.thread_time(), waited)

    def held_up(self, before: Turn) -> float:
        """What the loop itself did, or others while it waited for them. What they did while it
        waited for a processor held up nobody."""
        waited = self.waited - before.waited
        return max(self.own - before.own, self.all - before.all - waited)


@pytest.fixture
def tidy() -> Iterator[None]:
    """The collector looks at what the program makes, not at what all tests before have left."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("started")
async def test_row_23_reload_never_holds_up_the_others(d: Dialogue, tidy: None) -> None:
    """Measured by processor time between two turns of the loop, which says the same on a busy
    machine."""
    largest(d.folder / "statements")
    turns: list[Turn] = []
    slow = slowness()

    async def watch() -> None:
        while True:
            turns.append(Turn.now())
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(watch())
    said = await d.say("zaid@admins: /reload")
    await d.say("amal: /read one-word", "amal: [next]", "amal: /read bold", "amal: [next]")
    watching.cancel()
    assert "Statements reloaded: 5" in said[-1].text
    slow = max(slow, slowness())
    longest = max(after.held_up(before) for before, after in itertools.pairwise(turns))
    assert longest < BLOCKED * slow


def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path) -> None:
    """By a new process, as while the bot runs."""
    folder = tmp_path / "statements"
    package = folder / "port"
    package.mkdir(parents=True)
    (package / "statement.yaml").write_text(STATEMENT + "issued: 2024-05-31\n", encoding="utf-8")
    (package / "en.md").write_text(f"{ENGLISH}\n> **a** [b](c)\n\n---\n\n    d\n", encoding="utf-8")
    (package / "ar.md").write_text(HEAD + "{#x}", encoding="utf-8")
    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
    assert load_apart(folder, dt.UTC) == load(folder)
    (package / "ar.md").unlink()
    (package / "statement.yaml").write_text(YAML, encoding="utf-8")
    assert load_apart(folder, dt.UTC) == load(folder)
    assert load(folder).library


LARGE = """
import datetime, pathlib, sys
from bot.statements.apart import MEMORY, load_apart
held = bytearray(2 * MEMORY)
print(load_apart(pathlib.Path(sys.argv[1]), datetime.UTC).faults)
"""


def test_a_process_that_holds_much_reads_statements_all_the_same(tmp_path: Path) -> None:
    """A fork begins with all that its parent holds."""
    folder = tmp_path / "statements"
    package = folder / "port"
    package.mkdir(parents=True)
    (package / "statement.yaml").write_text(YAML, encoding="utf-8")
    (package / "en.md").write_text(f"{ENGLISH}\nA text.\n", encoding="utf-8")
    ran = subprocess.run(
        (sys.executable, "-c", LARGE, folder), capture_output=True, check=True, text=True
    )
    assert ran.stdout == "()\n"
