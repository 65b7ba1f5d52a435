"""What systemd and containers hand over in files: the key, and values of the configuration."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.config import ConfigFaults, Settings, load_settings
from tests.support.bot_process import Ended, run

KEY = base64.b64encode(b"k" * 32).decode()
OPENING = ("console", "--json", "--data", "data")


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    """The folder of what is handed over: the key, as systemd shows a file that one more account may
    read."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    key = folder / "undersigned.key"
    key.write_text(f"{KEY}\n")
    key.chmod(0o440)
    return folder


def bot(folder: Path, port: Path, handed_over: Path, *arguments: str) -> Ended:
    environ = {"CREDENTIALS_DIRECTORY": str(handed_over)}
    lines = ["amal: /start"]
    return run(*arguments, folder=folder, statements=port, environ=environ, lines=lines)


def settings(folder: Path, **environ: str) -> Settings:
    return load_settings(
        None, {"CREDENTIALS_DIRECTORY": str(folder), **environ}, ["en", "ar"], folder
    )


def test_the_key_that_is_handed_over_is_the_one(
    tmp_path: Path, port: Path, handed_over: Path
) -> None:
    ended = bot(tmp_path, port, handed_over, *OPENING)
    assert (ended.code, ended.error) == (0, "")
    # No other was made, and what this one opens, no other does.
    assert not (tmp_path / "undersigned.key").exists()
    ended = run("stats", "--data", "data", folder=tmp_path, statements=port)
    assert ended.code == 2
    assert "the key for personal fields is missing" in ended.error


def test_a_key_that_everybody_can_read_is_refused(
    tmp_path: Path, port: Path, handed_over: Path
) -> None:
    (handed_over / "undersigned.key").chmod(0o444)
    ended = bot(tmp_path, port, handed_over, *OPENING)
    assert ended.code == 2
    assert "others on this machine can get at the key file" in ended.error


@pytest.mark.parametrize("arguments", [("rotate-key",), ("take-over", "f", "--identity", "k")])
def test_a_copy_of_the_key_is_not_changed(
    tmp_path: Path, port: Path, handed_over: Path, arguments: tuple[str, ...]
) -> None:
    for name in ("f", "k"):
        (tmp_path / name).touch()
    ended = bot(tmp_path, port, handed_over, *arguments)
    assert ended.code == 2
    assert f"the key comes from {handed_over / 'undersigned.key'}:" in ended.error
    assert (handed_over / "undersigned.key").read_text() == f"{KEY}\n"


def test_a_value_that_is_handed_over_stands_below_the_variables(handed_over: Path) -> None:
    (handed_over / "UNDERSIGNED_CONTACT").write_text("handed@example.org\n")
    assert settings(handed_over).contact == "handed@example.org"
    given = settings(handed_over, UNDERSIGNED_CONTACT="given@example.org")
    assert given.contact == "given@example.org"


def test_a_name_that_fits_no_key_is_a_fault(handed_over: Path) -> None:
    (handed_over / "UNDERSIGNED_CONTAKT").write_text("data@example.org")
    with pytest.raises(ConfigFaults, match="UNDERSIGNED_CONTAKT: This variable fits no key"):
        settings(handed_over)


def test_other_secrets_of_the_same_machine_are_not_read(handed_over: Path) -> None:
    (handed_over / "postgres_password").mkdir()
    (handed_over / "tls.pem").write_bytes(b"\xff")
    assert settings(handed_over).key_file == handed_over / "undersigned.key"


def test_nothing_is_handed_over(tmp_path: Path) -> None:
    """As where a container has no secrets."""
    assert settings(tmp_path / "none").key_file == tmp_path / "none" / "undersigned.key"
    assert not settings(tmp_path / "none").key_is_given
