"""The units of systemd: what must hold of them, and what systemd itself says of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.machine import DEPLOY

SERVICES = ("undersigned.service", "undersigned-backup.service")
UNITS = (*SERVICES, "undersigned-backup.timer")

MOST_EXPOSED = 20
"""Tenths, as `systemd-analyze security` counts; 100 is a service without any of this."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="it needs systemd-analyze"
)


def lines(name: str) -> list[str]:
    text = (DEPLOY / name).read_text(encoding="ascii")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def values(name: str, key: str) -> list[str]:
    return [line.removeprefix(f"{key}=") for line in lines(name) if line.startswith(f"{key}=")]


def analyze(*arguments: str | Path) -> str:
    """What systemd-analyze says, where nothing is wrong."""
    ended = subprocess.run(
        ["systemd-analyze", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def test_the_service_is_begun_anew_when_it_fails_or_is_stuck() -> None:
    service = SERVICES[0]
    for key, value in (
        ("Type", "notify"),
        ("Restart", "on-failure"),
        ("WatchdogSec", "3min"),
        ("StartLimitIntervalSec", "0"),
        ("WantedBy", "multi-user.target"),
    ):
        assert values(service, key) == [value]


@pytest.mark.parametrize("service", SERVICES)
def test_the_key_lies_apart_from_what_is_kept(service: str) -> None:
    """And the bot cannot change what it is told to do."""
    key = "undersigned.key:/etc/undersigned/undersigned.key"
    assert values(service, "LoadCredential") == [key]
    assert values(service, "StateDirectory")[0].split()[0] == "undersigned"
    assert values(service, "StateDirectoryMode") == ["0700"]
    assert "config.yaml" in values(service, "ReadOnlyPaths")[0]
    assert values(service, "LimitCORE") == ["0"]


def test_both_services_are_confined_alike() -> None:
    run, backup = map(lines, SERVICES)
    begins = run.index("DynamicUser=yes")
    confined = run[begins : run.index("[Install]")]
    assert confined == backup[backup.index("DynamicUser=yes") :]
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes"):
        assert line in confined


def test_commands_by_hand_see_what_the_service_sees() -> None:
    by_hand = (DEPLOY / "undersigned-ctl").read_text(encoding="ascii")
    assert (DEPLOY / "undersigned-ctl").stat().st_mode & 0o111
    for key in ("DynamicUser", "User", "WorkingDirectory", "LoadCredential", "UMask"):
        (value,) = values(SERVICES[0], key)
        assert f"--property={key}={value.replace('%S', '/var/lib')}" in by_hand


@needs_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_systemd_calls_it_hardly_exposed(service: str) -> None:
    analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", DEPLOY / service)


@needs_systemd
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """With a program in the place of the one that is not installed here."""
    program = shutil.which("true")
    assert program is not None
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="ascii")
        (tmp_path / name).write_text(text.replace("/opt/undersigned/bin/undersigned", program))
    said = analyze("verify", *(tmp_path / name for name in UNITS))
    assert not [line for line in said.splitlines() if "undersigned" in line], said
