"""`export --all`, which ends the campaign's logs: nobody does that in place of another export."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from tests.support.bot_process import Ended, console, run, stats

SECRET = pyrage.x25519.Identity.generate()
TO = ("--to", str(SECRET.to_public()))
PLACE = {"UNDERSIGNED_MOVED_TO": "https://example.org/there"}
SIGNED = ["amal: /sign port", "amal: [confirm]", "amal: Canary Haddad", "amal: [skip]"]
SIGNED += ["amal: [skip]", "amal: [public]", "amal: [confirm]"]


def export(folder: Path, *options: str, moved: bool = True) -> Ended:
    environ = PLACE if moved else {}
    return run("export", *options, "--data", "data", folder=folder, environ=environ)


def test_another_bot_goes_on_with_it(tmp_path: Path, port: Path) -> None:
    console(tmp_path, SIGNED, port)
    exported = export(tmp_path, "--all", "port.move", *TO)
    assert exported.code == 0, exported.error
    there = tmp_path / "there"
    there.mkdir()
    (there / "move.key").write_text(f"{SECRET}\n")
    (line,) = [line for line in exported.error.splitlines() if line.startswith("undersigned ")]
    _, command, _, identity, _, is_signed, key = line.split()
    assert (command, identity, is_signed) == ("take-over", "--identity", "--key")
    options = ("../port.move", "--identity", "move.key", "--key", key)
    taken = run(command, *options, "--data", "data", folder=there, statements=port)
    assert taken.code == 0, taken.error
    assert stats(there, port)["port"]["pending"] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--all FILE, with --to"),
        (TO, "--all FILE, with --to"),
        (("--statement", "port", *TO), "--all FILE, with --to"),
        (("--all", "port.move"), "goes with --to"),
        (("--all", "port.move", *TO, "--statement", "port"), "no statement or form"),
        (("--all", "port.move", *TO, "--format", "csv"), "no statement or form"),
        (("--all", "port.move", *TO, "--sealed"), "no statement or form"),
        (("--all", "port.move", "--to", "age1"), "no public key of age"),
    ],
)
def test_it_is_asked_for_as_a_whole(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    refused = export(tmp_path, *options)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.error
    assert not (tmp_path / "port.move").exists()


def test_it_wants_to_know_where_the_campaign_goes(tmp_path: Path, port: Path) -> None:
    console(tmp_path, SIGNED, port)
    refused = export(tmp_path, "--all", "port.move", *TO, moved=False)
    assert (refused.code, refused.out) == (2, "")
    assert "moved_to" in refused.error
    assert not (tmp_path / "port.move").exists()


def test_its_help_says_what_it_ends(tmp_path: Path) -> None:
    said = " ".join(run("export", "--help", folder=tmp_path).out.split())
    assert "End the campaign's logs here" in said
