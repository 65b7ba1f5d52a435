"""The wheel as pipx and uv install it for somebody who has nothing else: every command is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.machine import ROOT
from tools.release import LOCK, PROGRAMS, build

pytestmark = pytest.mark.soak

LETTER = """\
# The books of the port

We ask the port authority to open its books.

1. Publish the contracts.
2. Publish the accounts.
"""

TALK = [
    "amal: /sign letter",
    "amal: [confirm]",
    "amal: Amal Haddad",
    "amal: [skip]",
    "amal: [skip]",
    "amal: [public]",
    "amal: [confirm]",
    "zaid@admins: /pending",
    "zaid@admins: [verify]",
    "%advance 11m",
]


class Person:
    """Somebody with an empty home and the program in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "campaign"
        self.folder.mkdir(parents=True)
        self.used: set[str] = set()
        self._environ = {
            "HOME": str(home),
            "PATH": f"{home}/.local/bin:{Path(sys.executable).parent}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        } | {name: os.environ[name] for name in os.environ if name.endswith(("CERT", "CERT_FILE"))}

    def run(self, *command: str | Path, code: int = 0, lines: str = "") -> str:
        """All that it says."""
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environ,
            input=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert ended.returncode == code, f"{command}: {ended.returncode}\n{ended.stdout}"
        assert "Traceback" not in ended.stdout
        return ended.stdout

    def bot(self, *arguments: str, code: int = 0, lines: str = "") -> str:
        self.used.add(" ".join(arguments[: 2 if arguments[0] == "matrix" else 1]))
        return self.run("undersigned", *arguments, code=code, lines=lines)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def commands(self, *path: str) -> set[str]:
        """Those that `--help` lists; of each its own help is shown."""
        shown = self.run("undersigned", *path, "--help").partition("Commands:\n")[2]
        found = set()
        for name in re.findall(r"^  ([a-z-]+)", shown, re.MULTILINE):
            inner = self.commands(*path, name)
            found |= {f"{name} {each}" for each in inner} or {name}
        return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(params=["pipx", "uv"])
def person(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path) -> Person:
    found = Person(tmp_path / "home")
    if request.param == "pipx":
        found.run(PROGRAMS / "pipx", "install", "--python", sys.executable, wheel)
    else:
        pinned = ("--constraints", ROOT / LOCK)
        given = ("--python", sys.executable, "--no-python-downloads")
        found.run(PROGRAMS / "uv", "tool", "install", *given, *pinned, wheel)
    return found


def test_every_command_is_used(person: Person) -> None:
    """From a text to a campaign that moves to another machine."""
    assert person.bot("--version").startswith("undersigned ")
    prepare(person)
    talk = person.bot("console", "--json", lines="".join(f"{line}\n" for line in TALK))
    assert "Recorded. Your number is #" in talk
    assert "letter: " in person.bot("stats")
    assert "are in order" in person.bot("check")
    look_at_lists(person)
    copy_and_restore(person)
    look_after(person)
    move(person)
    with_what_is_not_there(person)
    assert person.used >= person.commands()


def prepare(person: Person) -> None:
    public = person.bot("organisers-key", "organisers.key")
    found = re.search(r"age1[a-z0-9]+", public)
    assert found is not None
    person.write("letter.md", LETTER)
    person.bot("import", "letter.md", "--id", "letter", "--lang", "en", "--yes")
    key = found[0]
    person.write(
        "config.yaml",
        f"languages: [en]\nbackup: {{recipients: [{key}]}}\norganisers_key: [{key}]\n",
    )
    assert "ar: " in person.bot("translations")


def look_at_lists(person: Person) -> None:
    assert "Amal Haddad" in person.bot("export", "--statement", "letter", "--format", "csv")
    assert "files" in person.bot("publish", "page")
    assert "Amal Haddad" in (person.folder / "page/letter/en.html").read_text(encoding="utf-8")
    for form in ("xlsx", "pdf", "md"):
        person.bot("export", "--statement", "letter", "--format", form, "--output", f"list.{form}")
    assert "no link" in person.bot("poster", "posters", "--statement", "letter", code=2)
    signed = person.bot("export", "--statement", "letter", "--format", "signed")
    person.write("signed.json", signed)
    person.bot("verify", "signed.json")
    person.write("sealed.age", person.bot("export", "--statement", "letter", "--sealed"))
    person.bot("open-sealed", "organisers.key", "sealed.age")


def copy_and_restore(person: Person) -> None:
    person.bot("backup", "copy.age")
    person.run("mv", "data", "earlier")
    person.bot("restore", "copy.age", "--identity", "organisers.key")
    assert "letter: " in person.bot("stats")


def look_after(person: Person) -> None:
    person.bot("rotate-key")
    person.run("cp", "undersigned.key", "copy.key")
    person.bot("key-copied", "copy.key")
    person.bot("dead-letters")
    person.bot("accept-database", "--note", "Nothing was changed.")
    person.bot("migrate-database", "sqlite:///data/undersigned.db", "sqlite:///other/campaign.db")
    person.run("mv", "data", "before")
    person.run("mv", "other", "data")
    person.run("mv", "data/campaign.db", "data/undersigned.db")


def move(person: Person) -> None:
    config = (person.folder / "config.yaml").read_text("utf-8")
    public = re.search(r"age1[a-z0-9]+", config)
    assert public is not None
    person.write("config.yaml", f"{config}moved_to: https://example.org/new\n")
    person.bot("export", "--all", "all.age", "--to", public[0])
    old, person.folder = person.folder, person.home / "new-machine"
    person.folder.mkdir()
    person.write("config.yaml", config)
    person.run("cp", "-r", old / "statements", old / "all.age", old / "organisers.key", ".")
    person.bot("take-over", "all.age", "--identity", "organisers.key")
    assert "letter: " in person.bot("stats")


def with_what_is_not_there(person: Person) -> None:
    """No platform is configured: one sentence, which says what to do."""
    assert "No platform is configured" in person.bot("run", code=2)
    assert "No platform is configured" in person.bot("doctor", code=1)
    assert "listen" in person.bot("health", code=2)
    assert "other machines reach" in person.bot("playground", "--host", "0.0.0.0", code=2)
    assert "All is written" in person.bot("init", "another", "--yes")
    for command in ("status", "reset", "trust"):
        more = ("@you:example.org",) if command == "trust" else ()
        assert "matrix" in person.bot("matrix", command, *more, code=2)
