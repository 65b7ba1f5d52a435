"""The main dialogue goes on in its middle on another host: another folder; in the long form also
another user and another Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pyrage
import pytest

from tests.e2e.script import LINES, STATEMENT, STATS, fill_in, recorded
from tests.e2e.test_main_dialogue import DECIDING, RECEIPTS
from tests.support import bot_process
from tests.support.bot_process import Ended, Entry
from tests.support.dialogue import SHIPPED
from tests.support.nursery import ROOT

Program = Callable[..., Ended]
"""As `bot_process.run`: takes a command, the current folder, and the lines of standard input."""

SIGNING = LINES.index("amal: Nurse in Sfax")
"""Before this line somebody is asked something."""

REPLY = next(line for line in LINES if "{question}" in line)

SECRET = pyrage.x25519.Identity.generate()
NOBODY = 65534
"""A user who owns nothing."""

OPEN = "/var/tmp"
"""Where another user may come, which a test's own folder is not."""


@pytest.fixture
def here() -> Program:
    return bot_process.run


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Program]:
    """The program as it is installed from the project's folder, on another Python, for another user
    where this one may become that."""
    python = other_python()
    folder = Path(tempfile.mkdtemp(dir=OPEN))
    folder.chmod(0o755)
    install(python, folder)

    program = str(folder / "program" / "bin" / "undersigned")
    # An interpreter that was copied finds its library there.
    libraries = str(folder / "python" / "lib")
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8", "LD_LIBRARY_PATH": libraries}

    def run(*arguments: str, folder: Path, lines: Iterable[str] = ()) -> Ended:
        own: list[str] = []
        if os.geteuid() == 0:
            own = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        ended = subprocess.run(
            [*own, program, *arguments],
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env=environ | {"HOME": str(folder)},
            timeout=60,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    yield run
    shutil.rmtree(folder)


def other_python() -> Path:
    """One that this machine has beside the one that runs this."""
    found = [shutil.which(f"python3.{minor}") for minor in (14, 13, 12, 11)]
    found += map(str, Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python3"))
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for each in filter(None, found):
        asked = subprocess.run(
            [each, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        version, _, executable = asked.stdout.strip().partition(" ")
        if asked.returncode == 0 and version != own:
            return Path(executable)
    pytest.skip("there is no other Python here")


def install(python: Path, folder: Path) -> None:
    """As docs/install.md has it, with the versions that the project pins. The interpreter is copied
    first: where it is, another user may not look."""
    copy = folder / "python"
    left_out = shutil.ignore_patterns("test", "__pycache__", "site-packages", "config-*", "share")
    shutil.copytree(python.parent.parent, copy, symlinks=True, ignore=left_out)
    pip: list[str | Path] = [
        folder / "program" / "bin" / "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
    ]
    commands: tuple[list[str | Path], ...] = (
        [copy / "bin" / python.name, "-m", "venv", folder / "program"],
        [*pip, "--require-hashes", "-r", ROOT / "requirements.txt"],
        [*pip, "--no-deps", "--no-build-isolation", ROOT],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            pytest.skip(f"{command[0]} fails here: {done.stderr[-1000:]}")


def say(program: Program, folder: Path, lines: Iterable[str], said: list[Entry]) -> None:
    """In as few processes as there must be; what they say goes to what was said before."""
    waiting = list(lines)
    while waiting:
        # What a line refers to has been said by an earlier process.
        upto = next((n for n, line in enumerate(waiting) if n and line == REPLY), len(waiting))
        filled = [fill_in(line, said) for line in waiting[:upto]]
        ended = program("console", "--json", folder=folder, lines=filled)
        assert ended.code == 0, ended.error
        entries = [json.loads(line) for line in ended.out.splitlines()]
        said += [entry for entry in entries if entry["action"] != "done"]
        waiting = waiting[upto:]


def set_up(folder: Path) -> None:
    """What an operator brings: the configuration, with the statements."""
    folder.mkdir()
    shutil.copytree(SHIPPED, folder / "statements")
    text = f"backup: {{recipients: [{SECRET.to_public()}]}}\n"
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def hand_over(folder: Path) -> None:
    """All of it belongs to the other user."""
    if os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, NOBODY, NOBODY)
            each.chmod(0o700 if each.is_dir() else 0o600)


def bring_platform(old: Path, new: Path) -> None:
    """The simulated one is in a file; it is no part of the bot."""
    (new / "data").mkdir(exist_ok=True)
    shutil.copy(old / "data" / "console.json", new / "data")


def stats(program: Program, folder: Path) -> dict[str, dict[str, int]]:
    ended = program("stats", "--json", folder=folder)
    assert ended.code == 0, ended.error
    found: dict[str, dict[str, int]] = json.loads(ended.out)
    return found


def signed(program: Program, folder: Path, file: Path) -> Path:
    ended = program("export", "--statement", STATEMENT, "--format", "signed", folder=folder)
    file.write_text(ended.out, encoding="utf-8")
    file.chmod(0o644)
    return file


@pytest.mark.parametrize("there", ["here", pytest.param("elsewhere", marks=pytest.mark.soak)])
def test_from_a_backup(
    tmp_path: Path, here: Program, there: str, request: pytest.FixtureRequest
) -> None:
    program: Program = request.getfixturevalue(there)
    old, kept = tmp_path / "old", tmp_path / "kept"
    set_up(old)
    kept.mkdir()
    said: list[Entry] = []
    say(here, old, LINES[:DECIDING], said)
    made = here("backup", str(kept / "campaign.age"), folder=old)
    assert (made.code, made.out) == (0, ""), made.error
    shutil.copy(old / "undersigned.key", kept)
    shutil.copytree(old / "state", kept / "state")
    before = signed(here, old, kept / "before.json")

    new = Path(tempfile.mkdtemp(dir=OPEN)) / "new"
    request.addfinalizer(partial(shutil.rmtree, new.parent))
    new.parent.chmod(0o755)
    set_up(new)
    shutil.copy(kept / "undersigned.key", new)
    shutil.copytree(kept / "state", new / "state")
    shutil.copy(kept / "campaign.age", new)
    (new / "backup.key").write_text(str(SECRET), encoding="ascii")
    if there == "elsewhere":
        hand_over(new)
    command = ("restore", "campaign.age", "--identity", "backup.key")
    restored = program(*command, folder=new)
    assert restored.error == "Restored: 3 records; erased again: 0.\n"
    bring_platform(old, new)
    if there == "elsewhere":
        hand_over(new)
    checked = program("check", folder=new)
    assert checked.code == 0, checked.error
    say(program, new, LINES[DECIDING:], said)
    assert sorted(recorded(said)) == RECEIPTS
    assert stats(program, new) == STATS
    # The log that others have seen goes on, whoever checks it.
    after = signed(program, new, kept / "after.json")
    verified = here("verify", str(after), "--against", str(before), folder=kept)
    assert (verified.code, verified.error) == (0, "")


def test_as_it_is_moved_in_the_middle_of_a_signing(tmp_path: Path, here: Program) -> None:
    """Database, ledger and key by themselves: nobody has to begin again."""
    old, new = tmp_path / "old", tmp_path / "new"
    set_up(old)
    set_up(new)
    said: list[Entry] = []
    say(here, old, LINES[:SIGNING], said)
    for folder in ("data", "state"):
        shutil.move(old / folder, new)
    shutil.move(old / "undersigned.key", new)
    say(here, new, LINES[SIGNING:DECIDING], said)
    say(here, new, LINES[DECIDING:], said)
    assert sorted(recorded(said)) == RECEIPTS
    assert stats(here, new) == STATS
