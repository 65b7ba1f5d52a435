"""The organisers' commands: making the key, what `check` says of it, the list and its table."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.age import make_identity
from bot.cli import main
from tests.support.dialogue import open_dialogue
from tests.support.statements import write_port
from tests.unit.test_age import NOW

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """One command in this process: its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["undersigned", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command


async def sealed(folder: Path, *names: str) -> None:
    """A bot in that folder that has sealed these names, as `config.yaml` there wants it."""
    key = make_identity(folder / "organisers.key", NOW)
    statements = write_port(folder)
    (folder / "config.yaml").write_text(f"organisers_key: {key}\n")
    async with open_dialogue(folder, statements, UNDERSIGNED_ORGANISERS_KEY=key) as d:
        for n, name in enumerate(names):
            number = await d.sign(f"signer{n}", name, "organisers")
            await d.say(f"zaid@admins: /verify {number}")
        await d.say("%advance 11m")


def test_the_key_and_what_to_do_with_it(run: Run, tmp_path: Path) -> None:
    code, out, err = run("organisers-key", "organisers.key")
    assert (code, err) == (0, "")
    text = (tmp_path / "organisers.key").read_text()
    public = text.splitlines()[1].removeprefix("# public key: ")
    assert out.splitlines()[-1] == f"organisers_key: {public}"
    assert "never goes to the bot's machine" in out
    assert text.splitlines()[2] not in out
    assert stat.S_IMODE((tmp_path / "organisers.key").stat().st_mode) == 0o600
    # What it says to write is what `check` takes, and says is in force.
    write_port(tmp_path)
    (tmp_path / "config.yaml").write_text(out.splitlines()[-1] + "\n")
    code, out, err = run("check")
    assert code == 0
    assert f"is sealed to: {public}." in err
    assert "Nobody is told whom to ask" in err
    (tmp_path / "config.yaml").write_text(f"organisers_key: {public}\ncontact: a@b.example\n")
    assert "Nobody is told" not in run("check")[2]


def test_an_existing_file_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "organisers.key").write_text("mine")
    code, out, err = run("organisers-key", "organisers.key")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "never overwritten" in err
    assert (tmp_path / "organisers.key").read_text() == "mine"


def test_a_wrong_key_is_refused_at_the_start_without_being_told(run: Run, tmp_path: Path) -> None:
    write_port(tmp_path)
    for value in ("AGE-SECRET-KEY-1CANARY", "age1canary"):
        (tmp_path / "config.yaml").write_text(f"organisers_key: {value}\n")
        code, _, err = run("run")
        assert code == 2
        assert err.count("\n") == 1
        assert "config.yaml:1: 'organisers_key" in err
        assert "canary" not in err.lower()


def test_the_list_is_a_table_for_the_organisers_alone(run: Run, tmp_path: Path) -> None:
    asyncio.run(sealed(tmp_path, "Amal Canary", "سامي منصور"))
    make_identity(tmp_path / "other.key", NOW)
    code, out, err = run("export", "--sealed", "--statement", "port")
    assert (code, err) == (0, "")
    assert "Canary" not in out
    (tmp_path / "sealed.txt").write_text(out)
    code, out, err = run("open-sealed", "organisers.key", "sealed.txt")
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert {row["name"] for row in rows} == {"Amal Canary", "سامي منصور"}
    code, out, err = run("open-sealed", "other.key", "sealed.txt")
    assert code == 1
    assert err.startswith("This key does not open #")
    for wrong, why in [
        (("sealed.txt", "sealed.txt"), "is no file with a secret key of age"),
        (("organisers.key", "organisers.key"), "holds nothing sealed"),
        (("organisers.key", "missing.txt"), "cannot be read"),
    ]:
        code, out, err = run("open-sealed", *wrong)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert why in err


def test_the_documented_lines_open_each_block_with_age(run: Run, tmp_path: Path) -> None:
    """docs/organisers.md gives them to whoever has nothing but the age program."""
    if shutil.which("age") is None:
        pytest.skip("the program `age` is not installed")
    asyncio.run(sealed(tmp_path, "Amal Canary", "Rami Canary"))
    code, out, _ = run("export", "--sealed", "--statement", "port")
    assert code == 0
    (tmp_path / "sealed.txt").write_text(out)
    page = (Path(__file__).parents[2] / "docs" / "organisers.md").read_text()
    lines = page.split("```sh\n# age alone\n")[1].partition("```")[0]
    ran = subprocess.run(["/bin/sh", "-euc", lines], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stdout.count(b"Canary") == 2
