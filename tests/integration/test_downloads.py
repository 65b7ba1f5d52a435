"""Documents that people are sent in the console: where they lie, for whom, and how long."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.adapters.simulated_platform import Platform
from tests.support.bot_process import console


def sent(folder: Path, port: Path, *lines: str) -> list[Path]:
    return [Path(did["path"]) for did in console(folder, lines, port) if "path" in did]


def test_a_document_stays_until_the_next_start(tmp_path: Path, port: Path) -> None:
    (file,) = sent(tmp_path, port, "amal: /mydata")
    assert b"{" in file.read_bytes()
    assert sent(tmp_path, port, "amal: /help") == []
    assert not file.parent.exists()


def test_only_who_runs_the_console_reads_it_and_no_copy_of_the_data_has_it(
    tmp_path: Path, port: Path
) -> None:
    (file,) = sent(tmp_path, port, "amal: /mydata")
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.parent.parent == Path(tempfile.gettempdir())
    assert not file.is_relative_to(tmp_path)


def test_nothing_else_is_taken_away(tmp_path: Path) -> None:
    """Whatever stands in the file."""
    platform = Platform(tmp_path / "console.json")
    file = platform.download("mine.txt", b"mine")
    foreign = file.parent.rename(tmp_path / "foreign")
    text = (tmp_path / "console.json").read_text(encoding="utf-8")
    changed = text.replace(str(file.parent), str(foreign))
    assert changed != text
    (tmp_path / "console.json").write_text(changed, encoding="utf-8")
    Platform(tmp_path / "console.json")
    assert (foreign / "mine.txt").read_bytes() == b"mine"


def test_a_platform_of_before_had_none(tmp_path: Path) -> None:
    file = tmp_path / "console.json"
    Platform(file).save()
    text = file.read_text(encoding="utf-8")
    assert ', "downloads": []' in text
    file.write_text(text.replace(', "downloads": []', ""), encoding="utf-8")
    assert Platform(file).people == {}
