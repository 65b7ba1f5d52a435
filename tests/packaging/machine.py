"""A small Debian beside this system: what the image is built on, and what systemd boots in. Needs
root, mmdebstrap, buildah and systemd-nspawn, and Debian's servers."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "systemd"

SUITE, PACKAGES = "trixie", "python3,python3-venv,python3-pip,ca-certificates,dbus,systemd-sysv"
"""Debian's own Python is the one of the image's base, which no registry of images is needed for."""

NEEDED = ("mmdebstrap", "buildah", "systemd-nspawn", "unshare", "nsenter")


def run(*command: str | Path, **more: object) -> str:
    """What it printed; all that it said, where it fails."""
    ended = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        **more,  # type: ignore[call-overload]
    )
    assert ended.returncode == 0, f"{command}:\n{ended.stdout}"
    return str(ended.stdout)


def need_a_machine() -> None:
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"it needs root, and {', '.join(missing or NEEDED)}")


class Images:
    """buildah with a store of its own, which needs no daemon."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / "store"
        self._run = folder / "run"

    def buildah(self, *arguments: str | Path) -> str:
        places: Sequence[str | Path] = ("--root", self._store, "--runroot", self._run)
        return run("buildah", *places, "--storage-driver", "vfs", *arguments).strip()

    def add(self, archive: Path, name: str) -> None:
        container = self.buildah("from", "scratch").splitlines()[-1]
        self.buildah("add", "--quiet", container, archive, "/")
        self.buildah("commit", "--quiet", container, name)
        self.buildah("rm", container)

    def build(self, folder: Path, tag: str) -> None:
        """As an operator, but that nothing is pulled, and with this machine's certificates."""
        given = ("--isolation", "chroot", "--pull-never", "--format", "docker")
        certificates = "/etc/ssl/certs:/etc/ssl/certs:ro"
        self.buildah("build", *given, "--volume", certificates, "--tag", tag, folder)

    def mounted(self, tag: str) -> Path:
        container = self.buildah("from", "--pull-never", tag).splitlines()[-1]
        return Path(self.buildah("mount", container))


@contextlib.contextmanager
def overlay(lower: Path, folder: Path) -> Iterator[Path]:
    """A copy that can be written, while `lower` stays as it is."""
    upper, work, merged = (folder / name for name in ("upper", "work", "merged"))
    for each in (upper, work, merged):
        each.mkdir(parents=True)
    places = f"lowerdir={lower},upperdir={upper},workdir={work}"
    run("mount", "-t", "overlay", "overlay", "-o", places, merged)
    try:
        yield merged
    finally:
        run("umount", "--recursive", merged)


def child_of(pid: int) -> int:
    """The one process that it has begun."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


class Booted:
    """A machine on which systemd runs; it shares the network with this one."""

    def __init__(self, leader: int) -> None:
        self._leader = leader

    def run(self, *command: str | Path) -> str:
        return run("nsenter", f"--target={self._leader}", "-m", "-u", "-i", "-p", *command)

    def show(self, unit: str, what: str) -> str:
        return self.run("systemctl", "show", unit, f"--property={what}", "--value").strip()

    def journal(self, unit: str) -> str:
        return self.run("journalctl", "--no-pager", "--output=cat", "--unit", unit)
