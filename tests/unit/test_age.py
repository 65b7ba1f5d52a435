"""Keys in the age format, and what is sealed to them."""

from __future__ import annotations

import datetime as dt
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from bot.age import AgeFault, Identities, Recipients, is_public_key, make_identity

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_a_new_identity_is_as_age_keygen_makes_it(tmp_path: Path) -> None:
    file = tmp_path / "organisers.key"
    public = make_identity(file, NOW)
    created, named, secret = file.read_text().splitlines()
    assert created == "# created: 2026-03-01T12:00:00+00:00"
    assert named == f"# public key: {public}"
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    program = shutil.which("age-keygen")
    if program is None:
        pytest.skip("the program `age-keygen` is not installed")
    told = subprocess.run([program, "-y", str(file)], capture_output=True, check=True)
    assert told.stdout.decode().strip() == public


def test_an_identity_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "organisers.key"
    make_identity(file, NOW)
    before = file.read_bytes()
    with pytest.raises(AgeFault, match="never overwritten"):
        make_identity(file, NOW)
    assert file.read_bytes() == before
    with pytest.raises(AgeFault, match="cannot be made"):
        make_identity(tmp_path / "nowhere" / "organisers.key", NOW)


def test_each_recipient_opens_what_is_sealed_to_all(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two", tmp_path / "three"]
    one, two, _ = [make_identity(file, NOW) for file in files]
    recipients = Recipients([one, two])
    sealed = recipients.seal(b"Amal")
    assert recipients.seal(b"Amal") != sealed
    assert [Identities.of(file).open(sealed) for file in files] == [b"Amal", b"Amal", None]
    assert Identities.of(files[0]).open(sealed[:-1]) is None
    assert Identities.of(files[0]).open(b"") is None


def test_what_is_no_key(tmp_path: Path) -> None:
    public = make_identity(tmp_path / "key", NOW)
    assert is_public_key(public)
    last = "q" if public[-1] != "q" else "p"
    assert not any(map(is_public_key, ["", "age1", public[:-1] + last, "ssh-ed25519 AAAA"]))
    for text in ("", "# nothing\n", "AGE-SECRET-KEY-1SECRETWORDS\n", public):
        (tmp_path / "no").write_text(text)
        with pytest.raises(AgeFault, match="no file with a secret key") as fault:
            Identities.of(tmp_path / "no")
        assert "SECRETWORDS" not in str(fault.value)
    with pytest.raises(AgeFault):
        Identities.of(tmp_path / "missing")
