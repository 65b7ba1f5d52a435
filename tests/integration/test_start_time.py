"""How long the program takes to start, in processor time: in multiples of Python's own start, or of
the import of the libraries that a command cannot do without, which run in turn with it. So a slow
or busy machine changes little, and the best of several runs less."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import __version__

PYTHON = ("-c", "pass")
LIBRARIES = (
    "-c",
    "import pydantic.main, sqlalchemy.ext.asyncio, sqlalchemy.dialects.sqlite.aiosqlite",
)
RUNS = 3

STATS_SECONDS, CONSOLE_SECONDS, LIBRARIES_SECONDS = 0.8, 1.0, 0.36
"""What the two commands may take on a machine where the libraries take so long."""

LATER = {
    *("alembic", "bs4", "confusable_homoglyphs", "docx", "nio", "prometheus_client", "rich"),
    *("structlog", "telegram"),
}
"""Libraries that no command should load before it comes to what they are for."""

LOADED = """
import json, sys
from bot.cli import main
try:
    main()
except SystemExit:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def run(
    arguments: Sequence[str], folder: Path, lines: str = ""
) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
    # An installed program has been compiled.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        (sys.executable, *arguments),
        input=lines,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environ,
        check=True,
    )


def seconds(arguments: Sequence[str], folder: Path, lines: str = "") -> float:
    """Processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(arguments, folder, lines)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def times(
    arguments: Sequence[str], reference: Sequence[str], folder: Path, lines: str = ""
) -> float:
    """How often the reference could have run meanwhile, by the best of several runs of each."""
    taken, references = [], []
    for _ in range(RUNS):
        taken.append(seconds(("-m", "bot", *arguments), folder, lines))
        references.append(seconds(reference, folder))
    return min(taken) / min(references)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the console has been used."""
    folder = tmp_path_factory.mktemp("start")
    run(("-m", "bot", *CONSOLE), folder, ANSWERED)
    return folder


CONSOLE = ("console", "--json", "--data", "data")
STATS = ("stats", "--data", "data")
ANSWERED = "amal: /start\n"


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_what_needs_nothing_starts_almost_as_python_does(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    """0.3 s where Python takes 0.03 s."""
    assert times(arguments, PYTHON, folder) <= 10


@pytest.mark.parametrize(
    ("arguments", "lines", "most"),
    [(STATS, "", STATS_SECONDS), (CONSOLE, ANSWERED, CONSOLE_SECONDS)],
)
def test_a_command_takes_little_more_than_its_libraries(
    folder: Path, arguments: tuple[str, ...], lines: str, most: float
) -> None:
    assert times(arguments, LIBRARIES, folder, lines) <= most / LIBRARIES_SECONDS


@pytest.mark.parametrize(
    ("arguments", "also"),
    [
        (("--help",), {"asyncio", "babel", "pydantic", "sqlalchemy", "yaml"}),
        (("--version",), {"asyncio", "babel", "pydantic", "sqlalchemy", "yaml"}),
        (STATS, set()),
        (CONSOLE, set()),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_nothing_is_loaded_that_is_not_needed(
    folder: Path, arguments: tuple[str, ...], also: set[str]
) -> None:
    ran = run(("-c", LOADED, *arguments), folder, ANSWERED)
    loaded = set(json.loads(ran.stderr.splitlines()[-1]))
    assert not loaded & (LATER | also)


def test_the_version(folder: Path) -> None:
    assert run(("-m", "bot", "--version"), folder).stdout == f"undersigned {__version__}\n"
