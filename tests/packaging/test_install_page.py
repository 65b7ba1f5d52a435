"""docs/install.md names what there is: files, units, accounts and variables."""

from __future__ import annotations

import re

from bot.cli import COMPLETION_VARIABLE
from tests.packaging.machine import DEPLOY, ROOT
from tests.packaging.test_containers import COMPOSE, composed
from tests.packaging.test_units import SERVICES, values

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"^```\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))


def test_the_files_that_are_installed_are_there() -> None:
    named = set(re.findall(r"deploy/systemd/[\w*.-]+", COMMANDS))
    assert named
    for pattern in named:
        assert list(ROOT.glob(pattern)), pattern
    installed = {path for pattern in named for path in ROOT.glob(pattern)}
    assert installed == set(DEPLOY.iterdir())


def test_each_secret_of_the_containers_is_made() -> None:
    for name in COMPOSE:
        for secret in composed(name)["secrets"].values():
            assert f"> {secret['file'].removeprefix('./')}" in COMMANDS
    (account,) = re.findall(r"^USER (\d+):", (ROOT / "Containerfile").read_text(), re.MULTILINE)
    assert f"chown {account} secrets/*" in COMMANDS


def test_the_key_and_the_program_are_where_the_units_expect_them() -> None:
    for service in SERVICES:
        (key,) = values(service, "LoadCredential")
        assert key.partition(":")[2] in COMMANDS
        assert values(service, "ExecStart")[0].find("/opt/undersigned/bin/undersigned") >= 0
    assert "python3 -m venv /opt/undersigned\n" in COMMANDS


def test_the_variable_of_the_shells_is_the_one() -> None:
    assert set(re.findall(r"_UNDERSIGNED_\w+", PAGE)) == {COMPLETION_VARIABLE}
