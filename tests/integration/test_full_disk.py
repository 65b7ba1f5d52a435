"""A disk that is full while the bot runs: people are told, and get their answer afterwards."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.bot_process import BotProcess, stats
from tests.support.dialogue import number_in
from tests.support.strace import failing

CANNOT_SAVE = "I can't save that right now. I'll answer as soon as I can."

TO_THE_PREVIEW = (
    "amal: /sign",
    "amal: [confirm]",
    "amal: Amal Haddad",
    "amal: [skip]",
    "amal: [skip]",
    "amal: [public]",
)


@pytest.mark.parametrize(
    ("calls", "error"),
    [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fsync,fdatasync", "EIO")],
)
def test_nothing_can_be_written_for_a_while(
    tmp_path: Path, port: Path, calls: str, error: str
) -> None:
    with BotProcess(tmp_path, port) as bot:
        for line in TO_THE_PREVIEW:
            bot.say(line)
        with failing(bot.pid, calls, error):
            bot.send("amal: [confirm]")
            told = bot.read()
            assert told is not None
            assert told["text"] == CANNOT_SAVE
            # Each event once, however often it is tried.
            time.sleep(1)
        said = bot.rest()
        assert [entry["text"][:8] for entry in said if entry["chat"] == "amal"] == ["Recorded"]
        (receipt,) = [entry["text"] for entry in said if entry["chat"] == "amal"]
        number = number_in(receipt)
        assert sum(entry["text"].startswith(f"#{number} ") for entry in said) == 1
        assert f"#{number}" in bot.say("amal: /mine")[0]["text"]
        assert bot.close() == 0
    assert stats(tmp_path, port)["port"]["pending"] == 1
    errors = (tmp_path / "stderr.txt").read_text(encoding="utf-8")
    assert "Amal Haddad" not in errors
    assert "Traceback" not in errors


def test_killed_while_the_disk_is_full(tmp_path: Path, port: Path) -> None:
    """What could not be saved was never acknowledged; said again, it is recorded once."""
    with BotProcess(tmp_path, port) as bot:
        for line in TO_THE_PREVIEW:
            bot.say(line)
        with failing(bot.pid, "pwrite64", "ENOSPC"):
            bot.send("amal: [confirm]")
            told = bot.read()
            assert told is not None
            assert told["text"] == CANNOT_SAVE
            rest = bot.kill()
    assert not any("Recorded" in json.dumps(entry) for entry in rest)
    assert stats(tmp_path, port)["port"]["pending"] == 0
    with BotProcess(tmp_path, port) as bot:
        said = bot.say("amal: [confirm]")
        assert any("Recorded" in entry["text"] for entry in said)
        assert bot.close() == 0
    assert stats(tmp_path, port)["port"]["pending"] == 1


def test_a_small_disk_that_fills_up(tmp_path: Path, port: Path) -> None:
    """A real one, where this is permitted."""
    disk = tmp_path / "data"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a file system is not permitted here")
    try:
        with BotProcess(tmp_path, port) as bot:
            for line in TO_THE_PREVIEW:
                bot.say(line)
            ballast = disk / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as out:
                while True:
                    out.write(b"x" * 4096)
            bot.send("amal: [confirm]")
            told = bot.read()
            assert told is not None
            assert told["text"] == CANNOT_SAVE
            ballast.unlink()
            said = bot.rest()
            assert [e["text"][:8] for e in said if e["chat"] == "amal"] == ["Recorded"]
            assert bot.close() == 0
        assert stats(tmp_path, port)["port"]["pending"] == 1
    finally:
        subprocess.run(["umount", str(disk)], capture_output=True, check=False)
