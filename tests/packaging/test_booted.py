"""The units under a real systemd, booted beside this system: started, stuck, killed, backed up."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.telegram.test_whole_dialogue import write_config
from tests.integration.telegram.whole import WITHIN
from tests.packaging.machine import DEPLOY, Booted, child_of, overlay
from tests.support.botapi import BotApiServer
from tests.support.statements import write_port

pytestmark = pytest.mark.soak

LONGEST = 90.0
KEPT = Path("/var/lib/undersigned")

PATIENCE = """
[Service]
WatchdogSec=4s
RestartSec=1s
"""
"""Nothing else of the unit is changed."""

NSPAWN = (
    "--boot",
    "--register=no",
    "--keep-unit",
    "--console=pipe",
    "--machine=undersigned-test",
)

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def within(fits: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONGEST
    while not fits():
        assert time.monotonic() < ends
        time.sleep(0.2)


def install(root: Path) -> None:
    """As docs/install.md says, but for the program, which is there."""
    units = root / "etc/systemd/system"
    for file in DEPLOY.iterdir():
        if file.suffix in {".service", ".timer"}:
            shutil.copy(file, units)
    shutil.copy(DEPLOY / "undersigned-ctl", root / "usr/local/sbin")
    (units / "undersigned.service.d").mkdir()
    (units / "undersigned.service.d" / "patience.conf").write_text(PATIENCE)


@contextlib.contextmanager
def booted(root: Path) -> Iterator[Booted]:
    nspawn = subprocess.Popen(
        ["systemd-nspawn", *NSPAWN, f"--directory={root}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    try:
        within(lambda: bool(children(nspawn.pid)))
        machine = Booted(child_of(nspawn.pid))
        within(lambda: is_up(machine))
        yield machine
        machine.run("systemctl", "poweroff")
        nspawn.wait(timeout=LONGEST)
    finally:
        nspawn.kill()
        nspawn.wait()


def children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


def is_up(machine: Booted) -> bool:
    with contextlib.suppress(AssertionError):
        return machine.run("systemctl", "is-system-running").strip() == "running"
    return False


@pytest.fixture
async def machine(image: Path, tmp_path: Path) -> AsyncIterator[Booted]:
    """Installed, and not configured."""
    with contextlib.ExitStack() as stack:
        root = stack.enter_context(overlay(image, tmp_path / "root"))
        install(root)
        machine = await asyncio.to_thread(stack.enter_context, booted(root))
        machine.run("install", "--directory", "--mode=0700", "/etc/undersigned")
        key = "openssl rand -base64 32 | install --mode=0600 /dev/stdin {}"
        machine.run("sh", "-c", key.format("/etc/undersigned/undersigned.key"))
        yield machine


async def test_the_life_of_the_units(machine: Booted, server: BotApiServer, tmp_path: Path) -> None:
    """One machine for all of it: it takes a while until it has booted."""
    run = machine.run
    for unit in ("undersigned", "undersigned-backup"):
        run("systemd-analyze", "verify", f"{unit}.service")
        run("systemd-analyze", "security", "--threshold=20", f"{unit}.service")
    run("systemd-analyze", "verify", "undersigned-backup.timer")

    # The first command makes the folder, which is the bot's account's.
    assert "iraq-2014" in run("undersigned-ctl", "check")
    admins = server.group("Admins", creator=server.person("zaid"))
    write_config(tmp_path, server, admins.id, "polling")
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(f"backup: {{recipients: [{RECIPIENT}]}}\n")
    write_port(tmp_path)
    put(machine, tmp_path / "config.yaml", KEPT / "config.yaml")
    for path in (tmp_path / "statements").rglob("*"):
        if path.is_file():
            put(machine, path, KEPT / path.relative_to(tmp_path))

    await asyncio.to_thread(run, "systemctl", "enable", "--now", "undersigned")
    assert "Running as" in machine.journal("undersigned")
    amal = server.person("amal")
    await amal.say("/read port")
    assert (await server.next_message(amal, within=WITHIN)).buttons

    status = run("cat", f"/proc/{main(machine)}/status")
    assert "NoNewPrivs:\t1" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "Seccomp:\t2" in status
    assert "Uid:\t0" not in status
    mounts = run("cat", f"/proc/{main(machine)}/mountinfo")
    for place in ("config.yaml", "statements"):
        (line,) = [line for line in mounts.splitlines() if f"/undersigned/{place} ro," in line]
    assert "port: pending 0" in run("undersigned-ctl", "stats")

    await asyncio.to_thread(stuck_and_killed, machine)
    await amal.say("/read port")
    assert (await server.next_message(amal, within=WITHIN)).buttons

    await asyncio.to_thread(run, "systemctl", "start", "undersigned-backup")
    (line,) = run("sh", "-c", "ls -l /var/lib/undersigned-backups/").splitlines()[1:]
    assert line.startswith("-rw-------")
    assert line.endswith(".age")
    await asyncio.to_thread(run, "systemctl", "enable", "--now", "undersigned-backup.timer")
    assert "undersigned-backup.service" in run("systemctl", "list-timers", "--no-pager")
    run("systemctl", "reload", "undersigned")

    await asyncio.to_thread(run, "systemctl", "stop", "undersigned")
    assert machine.show("undersigned", "Result") == "success"
    assert ".key" not in run("ls", "-R", f"{KEPT}/")


def put(machine: Booted, file: Path, place: Path) -> None:
    """As an administrator would, by hand."""
    machine.run("mkdir", "--parents", place.parent)
    machine.run("sh", "-c", f"cat > {place} <<'END'\n{file.read_text('utf-8')}END\n")


def main(machine: Booted) -> str:
    return machine.show("undersigned", "MainPID")


def stuck_and_killed(machine: Booted) -> None:
    """Each time it is begun anew, and works."""
    for number, how in enumerate(("STOP", "KILL"), start=1):
        machine.run("systemctl", "kill", f"--signal={how}", "--kill-whom=main", "undersigned")

        def is_back(restarts: str = str(number)) -> bool:
            begun = machine.show("undersigned", "NRestarts") == restarts
            return begun and machine.show("undersigned", "ActiveState") == "active"

        within(is_back)
    assert "Watchdog timeout" in machine.journal("undersigned")
