"""`check` names whatever `run` would refuse, in the same words, and changes nothing; `run` says in
one line that it works."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main
from bot.privacy import parse_keys
from bot.storage.opening import open_database
from bot.wording import catalogues, voice
from tests.integration.test_operator_errors import BROKEN
from tests.support.blank import write_blank
from tests.support.statements import write_port

Breaking = Callable[[Path], None]

KEY = base64.b64encode(b"k" * 32).decode()
TOKEN = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678"

TELEGRAM = f"telegram:\n  token: '{TOKEN}'\n  api_url: http://127.0.0.1:9\n  admin_chat: -1\n"
MATRIX = (
    "matrix:\n  homeserver: http://127.0.0.1:9\n  user_id: '@bot:a.example'\n"
    "  password: x\n  admins: ['@you:a.example']\n"
)


def use(folder: Path) -> None:
    """What a start leaves with the keys that are there."""
    write_blank(folder)
    place = folder / "undersigned.key"
    keys = parse_keys(place.read_text(), str(place))
    url = f"sqlite:///{folder / 'data' / 'undersigned.db'}"

    async def start() -> None:
        await (await open_database(url, keys, key_place=str(place))).close()

    asyncio.run(start())


def no_key(folder: Path) -> None:
    use(folder)
    (folder / "undersigned.key").unlink()


def another_key(folder: Path) -> None:
    use(folder)
    (folder / "undersigned.key").write_text(KEY)


def older_key_taken_out(folder: Path) -> None:
    use(folder)
    (folder / "undersigned.key").write_text(f"{KEY}\n{(folder / 'undersigned.key').read_text()}")
    use(folder)
    (folder / "undersigned.key").write_text(KEY)


def newer_key_taken_out(folder: Path) -> None:
    use(folder)
    older = (folder / "undersigned.key").read_text()
    (folder / "undersigned.key").write_text(f"{KEY}\n{older}")
    use(folder)
    (folder / "undersigned.key").write_text(older)


def newer_database(folder: Path) -> None:
    use(folder)
    with contextlib.closing(sqlite3.connect(folder / "data" / "undersigned.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def no_platform(folder: Path) -> None:
    (folder / "config.yaml").write_text("languages: [en]\n")


def file_for_a_folder(name: str) -> Breaking:
    def write(folder: Path) -> None:
        (folder / name).write_text("")

    return write


def matrix_store(folder: Path) -> None:
    (folder / "config.yaml").write_text(f"{MATRIX}  store: taken\n")
    (folder / "taken").write_text("")


def no_way_in(folder: Path) -> None:
    """An account that has not been entered before, without its password."""
    use(folder)
    (folder / "config.yaml").write_text(MATRIX.replace("  password: x\n", ""))


REFUSED: dict[str, tuple[Breaking, str]] = {
    **{name: each for name, each in BROKEN.items() if name != "a platform that is none"},
    "the key is gone": (no_key, "undersigned.key"),
    "the key is another": (another_key, "undersigned.key lacks a key"),
    "the older key is gone": (older_key_taken_out, "undersigned.key lacks a key"),
    "the newer key is gone": (newer_key_taken_out, "undersigned.key lacks a key"),
    "the database is newer": (newer_database, "written by a newer version"),
    "the database's folder is none": (file_for_a_folder("data"), "data"),
    "the store's folder is none": (matrix_store, "taken"),
    "there is no way into the account": (no_way_in, "Set UNDERSIGNED_MATRIX__PASSWORD"),
}
"""All that `run` refuses before it asks a server; without a platform it is a note, see below."""


def undersigned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """One command in this process: its exit code and what it wrote to standard error."""
    monkeypatch.setattr(sys, "argv", ["undersigned", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().err


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", REFUSED)
def test_what_run_refuses_check_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_port(tmp_path)
    (tmp_path / "config.yaml").write_text(TELEGRAM)
    breaking, where = REFUSED[name]
    breaking(tmp_path)
    monkeypatch.chdir(tmp_path)
    if name == "a file that is no database":
        (tmp_path / "undersigned.key").touch(0o600)
        (tmp_path / "undersigned.key").write_text(KEY)
    before = {file: file.is_file() and file.read_bytes() for file in tmp_path.rglob("*")}
    code, said = undersigned(monkeypatch, capsys, "check")
    assert code in (1, 2), said
    assert where in said
    assert "Traceback" not in said
    assert before == {file: file.is_file() and file.read_bytes() for file in tmp_path.rglob("*")}
    code, refused = undersigned(monkeypatch, capsys, "run")
    assert code == 2, refused
    assert where in refused
    assert "Traceback" not in refused


def test_check_notes_what_is_not_set_up_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_port(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, said = undersigned(monkeypatch, capsys, "check")
    assert code == 0
    assert "No platform is configured" in said
    assert undersigned(monkeypatch, capsys, "run") == (2, said)
    (tmp_path / "config.yaml").write_text(TELEGRAM.replace("  admin_chat: -1\n", ""))
    code, said = undersigned(monkeypatch, capsys, "check")
    assert code == 0
    assert "No admin chat is configured for telegram" in said
    (tmp_path / "config.yaml").write_text(TELEGRAM)
    assert undersigned(monkeypatch, capsys, "check") == (0, "")


def test_row_12_check_refuses_an_admin_chat_with_a_public_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_port(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(TELEGRAM.replace("-1\n", "'@campaign_admins'\n"))
    code, said = undersigned(monkeypatch, capsys, "check")
    assert code == 2
    assert "config.yaml:4: 'telegram.admin_chat': a chat with a public name can't be" in said
    assert "make the group private" in said
    assert undersigned(monkeypatch, capsys, "run") == (2, said)


def test_check_says_which_translation_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_port(tmp_path)
    monkeypatch.chdir(tmp_path)
    broken = catalogues.catalogue_path(tmp_path, "ar")
    broken.parent.mkdir(parents=True)
    broken.write_text('msgid "Hello {name}"\nmsgstr "{nom}"\n')
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(voice, "LOCALES", catalogues.locales(tmp_path))
    code, said = undersigned(monkeypatch, capsys, "check")
    assert code == 1
    assert f"{broken}:1: the English text has no field {{nom}} in “Hello {{name}}”" in said


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["undersigned", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"undersigned {__version__}\n"
