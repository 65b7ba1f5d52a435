"""The program from anywhere: the statements that it ships are found, data and key stay together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bootstrap.opening import read_library, read_settings
from bot.privacy import make_key
from tests.support.statements import write_port


def test_from_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings(None)
    assert [statement.id for statement in read_library(settings)] == ["iraq-2014", "open-library"]
    assert settings.key_file == tmp_path / "undersigned.key"


def test_its_own_statements_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_port(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [statement.id for statement in read_library(read_settings(None))] == ["port"]


def test_the_key_lies_beside_a_data_folder_from_wherever_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / "one", tmp_path / "two"]
    data = tmp_path / "elsewhere" / "data"
    found = set()
    for place in places:
        place.mkdir()
        monkeypatch.chdir(place)
        settings = read_settings(None, data)
        found.add(settings.key_file)
        assert settings.database.file == data / "undersigned.db"
    assert found == {tmp_path / "elsewhere" / "undersigned.key"}


def test_a_configuration_here_holds_with_other_data_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_port(tmp_path)
    (tmp_path / "config.yaml").write_text("languages: [ar, en]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = read_settings(None, tmp_path / "other")
    assert settings.languages == ("ar", "en")
    assert settings.key_file == tmp_path / "undersigned.key"
    assert make_key(settings.key_file)
    assert not make_key(settings.key_file)
