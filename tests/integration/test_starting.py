"""Starts that must be refused, with one clear sentence and with nothing touched."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.privacy import parse_keys
from bot.storage import migrate
from bot.storage.engines import BUSY_SECONDS
from tests.support.bot_process import BotProcess, Ended, console, run, stats

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
OPENING = (("console", "--json", "--data", "data"), ("stats", "--json", "--data", "data"))


def signed(folder: Path, port: Path) -> None:
    """A data folder in which somebody has signed."""
    lines = ["/sign", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]", "[confirm]"]
    said = console(folder, [f"amal: {line}" for line in lines], port)
    assert any("Recorded" in entry.get("text", "") for entry in said)


def database(folder: Path) -> Path:
    return folder / "data" / "undersigned.db"


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of everything in the data folder but the lock, which is always empty."""
    return {
        file.name: file.read_bytes()
        for file in (folder / "data").iterdir()
        if file.suffix != ".lock"
    }


def assert_refused(ended: Ended, *words: str) -> None:
    assert ended.code == 2, (ended.out, ended.error)
    assert ended.out == ""
    assert "Traceback" not in ended.error
    for word in words:
        assert word in ended.error
    assert len(ended.error.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", OPENING, ids=["console", "stats"])
def test_a_missing_key(tmp_path: Path, port: Path, arguments: tuple[str, ...]) -> None:
    signed(tmp_path, port)
    key = tmp_path / "undersigned.key"
    key.unlink()
    before = contents(tmp_path)
    ended = run(*arguments, folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert_refused(ended, str(key), "UNDERSIGNED_KEY")
    assert contents(tmp_path) == before
    # Nor is a new one made in its place.
    assert not key.exists()


@pytest.mark.parametrize("arguments", OPENING, ids=["console", "stats"])
@pytest.mark.parametrize("place", ["file", "variable"])
def test_a_wrong_key(tmp_path: Path, port: Path, arguments: tuple[str, ...], place: str) -> None:
    signed(tmp_path, port)
    before = contents(tmp_path)
    environ = {}
    if place == "file":
        (tmp_path / "undersigned.key").write_text(OTHER_KEY)
    else:
        environ["UNDERSIGNED_KEY"] = OTHER_KEY
    ended = run(
        *arguments, folder=tmp_path, statements=port, lines=["amal: /mine"], environ=environ
    )
    expected = str(tmp_path / "undersigned.key") if place == "file" else "UNDERSIGNED_KEY"
    assert_refused(ended, expected, "nothing was changed")
    assert OTHER_KEY not in ended.error
    assert contents(tmp_path) == before


def test_a_wrong_key_and_a_database_of_another_journal_mode(tmp_path: Path, port: Path) -> None:
    """As one that was made where SQLite is newer."""
    signed(tmp_path, port)
    with contextlib.closing(sqlite3.connect(database(tmp_path))) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    before = contents(tmp_path)
    (tmp_path / "undersigned.key").write_text(OTHER_KEY)
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert_refused(ended, "nothing was changed")
    assert contents(tmp_path) == before


def test_a_wrong_key_and_an_older_database(tmp_path: Path, port: Path) -> None:
    """The key is looked at before the schema is brought up to date."""
    file = database(tmp_path)
    file.parent.mkdir()
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        sealed = parse_keys(KEY, "here").seal(b"undersigned", "meta.value:key")
        insert = sa.text("INSERT INTO meta (name, value) VALUES ('key', :value)")
        connection.execute(insert, {"value": sealed})
    engine.dispose()
    before = contents(tmp_path)
    (tmp_path / "undersigned.key").touch(0o600)
    (tmp_path / "undersigned.key").write_text(OTHER_KEY)
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert_refused(ended, "nothing was changed")
    assert contents(tmp_path) == before
    # With the right one it is brought up to date.
    (tmp_path / "undersigned.key").write_text(KEY)
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert ended.code == 0, ended.error


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none(tmp_path: Path, port: Path, content: str) -> None:
    signed(tmp_path, port)
    (tmp_path / "undersigned.key").write_text(content)
    before = contents(tmp_path)
    ended = run(*OPENING[0], folder=tmp_path, statements=port)
    assert_refused(ended, str(tmp_path / "undersigned.key"))
    assert contents(tmp_path) == before


def test_a_key_file_cut_off_by_a_kill_at_the_first_start(tmp_path: Path, port: Path) -> None:
    """Nothing was ever sealed under it, so the next start may make it anew."""
    (tmp_path / "undersigned.key").touch()
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /start"])
    assert ended.code == 0, ended.error


def test_the_key_is_made_once_readable_by_its_owner_alone(tmp_path: Path, port: Path) -> None:
    first = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /start"])
    key = tmp_path / "undersigned.key"
    assert first.error.count(str(key)) == 1
    assert key.stat().st_mode & 0o777 == 0o600
    text = key.read_text()
    assert text.strip() not in first.error + first.out
    again = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /start"])
    assert again.error == ""
    assert key.read_text() == text
    assert database(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("arguments", OPENING, ids=["console", "stats"])
def test_a_newer_database(tmp_path: Path, port: Path, arguments: tuple[str, ...]) -> None:
    signed(tmp_path, port)
    with contextlib.closing(sqlite3.connect(database(tmp_path))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("CREATE TABLE of_the_future (x)")
        connection.commit()
    before = contents(tmp_path)
    ended = run(*arguments, folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert_refused(ended, "newer", "9999")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("content", [b"hello, I am a text\n" * 300, b"\0" * 5000])
def test_a_file_that_is_no_database(tmp_path: Path, port: Path, content: bytes) -> None:
    signed(tmp_path, port)
    database(tmp_path).write_bytes(content)
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert_refused(ended, str(database(tmp_path)))
    assert database(tmp_path).read_bytes() == content


def test_a_database_of_another_program(tmp_path: Path, port: Path) -> None:
    signed(tmp_path, port)
    database(tmp_path).unlink()
    with contextlib.closing(sqlite3.connect(database(tmp_path))) as connection:
        connection.execute("CREATE TABLE endorsements (somebody_elses TEXT)")
        connection.commit()
    before = database(tmp_path).read_bytes()
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /mine"])
    assert ended.code == 2, ended.error
    assert "Traceback" not in ended.error
    assert database(tmp_path).read_bytes() == before


def test_a_second_instance(tmp_path: Path, port: Path) -> None:
    with BotProcess(tmp_path, port) as first:
        first.say("amal: /start")
        before = contents(tmp_path)
        began = time.monotonic()
        ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /start"])
        assert time.monotonic() - began < BUSY_SECONDS
        assert_refused(ended, "another instance")
        assert contents(tmp_path) == before
        # What only reads works meanwhile, and the first goes on.
        assert stats(tmp_path, port)["port"]["pending"] == 0
        assert first.say("amal: /help") != []
        first.kill()
    assert console(tmp_path, ["amal: /start"], port)[-1]["action"] == "done"


def test_stats_before_the_first_start(tmp_path: Path, port: Path) -> None:
    ended = run("stats", "--data", "data", folder=tmp_path, statements=port)
    assert ended.code == 2
    assert "Traceback" not in ended.error
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command_line", [("console", "--json"), ("stats",), ("check",)])
def test_a_broken_configuration(tmp_path: Path, port: Path, command_line: tuple[str, ...]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("languages: [en]\nstatments: texts\ncomfortable_chunk: many\n")
    ended = run(*command_line, "--config", "config.yaml", folder=tmp_path, statements=port)
    assert ended.code == 2
    assert "Traceback" not in ended.error
    for line in (2, 3):
        assert f"config.yaml:{line}: " in ended.error
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config.yaml", "statements"]


def test_a_broken_statement(tmp_path: Path, port: Path) -> None:
    (port / "port" / "statement.yaml").write_text("id: port\nid: port\n")
    ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=["amal: /start"])
    assert ended.code == 2
    assert "statement.yaml:2: " in ended.error
    assert "Traceback" not in ended.error
    checked = run("check", folder=tmp_path, statements=port)
    assert checked.code == 1
    assert "statement.yaml:2: " in checked.error


def test_check_of_what_is_in_order(tmp_path: Path, port: Path) -> None:
    assert run("check", folder=tmp_path, statements=port).code == 0


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("console", "--nonsense"), ("stats", "--config", "missing.yaml"), ("export",)],
)
def test_wrong_usage(tmp_path: Path, port: Path, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments, folder=tmp_path, statements=port)
    assert ended.code == 2
    assert ended.error != ""
    assert "Traceback" not in ended.error


def test_the_key_never_lies_in_the_folder_of_the_database(tmp_path: Path, port: Path) -> None:
    """Whoever copies that folder must not get both."""
    config = tmp_path / "config.yaml"
    config.write_text("database: sqlite:///undersigned.db\n")
    run("console", "--config", "config.yaml", folder=tmp_path, statements=port, lines=["a: /start"])
    together = [
        file
        for file in tmp_path.rglob("undersigned.key")
        if list(file.parent.glob("undersigned.db"))
    ]
    assert together == []


def test_a_console_json_that_is_none(tmp_path: Path, port: Path) -> None:
    signed(tmp_path, port)
    (tmp_path / "data" / "console.json").write_text("{")
    assert_refused(run(*OPENING[0], folder=tmp_path, statements=port), "console.json")


def test_export_holds_verified_and_public_ones_alone(tmp_path: Path, port: Path) -> None:
    signed(tmp_path, port)
    arguments = ("export", "--statement", "port", "--format", "json", "--data", "data")
    assert run(*arguments, folder=tmp_path, statements=port).out.strip() == "[]"
    console(tmp_path, ["zaid@admins: [verify]", "%advance 9m"], port)
    assert run(*arguments, folder=tmp_path, statements=port).out.strip() == "[]"
    console(tmp_path, ["%advance 2m"], port)
    assert "Amal Haddad" in run(*arguments, folder=tmp_path, statements=port).out


def test_input_that_ends_exits_with_0(tmp_path: Path, port: Path) -> None:
    for lines in ([], ["amal: /start"], ["nonsense", "%nonsense", "amal: [nothing]", ""]):
        ended = run(*OPENING[0], folder=tmp_path, statements=port, lines=lines)
        assert ended.code == 0
        assert ended.out.count('"done"') == len(lines)
    assert (tmp_path / "data" / "console.json").exists()
