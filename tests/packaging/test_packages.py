"""The wheel and the source archive: the same bytes wherever they are built, and complete."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from bot import __version__
from tests.packaging.machine import ROOT
from tools.release import LOCK, SUMS, build, release

SOURCE = (
    *("bot", "statements", "pyproject.toml", "README.md", "LICENSE"),
    *("config.example.yaml", "requirements.txt"),
)
"""What a wheel is made of, with what the source archive needs besides."""

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}


def copy(folder: Path) -> Path:
    """The source in another folder: written anew, in another order, and readable by its owner
    alone."""
    folder.mkdir()
    left_out = shutil.ignore_patterns("__pycache__")
    for name in reversed(SOURCE):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        else:
            shutil.copyfile(ROOT / name, folder / name)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_500_000_000, 1_500_000_000))
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source archive."""
    folder = tmp_path_factory.mktemp("built")
    wheel = build(copy(folder / "source"), folder / "dist")
    (archive,) = (folder / "dist").glob("*.tar.gz")
    return wheel, archive


def test_built_elsewhere_they_are_the_same(
    built: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another folder, at another time, with the language, the zone and the rights of somebody
    else."""
    for name, value in (ELSEWHERE | {"SOURCE_DATE_EPOCH": "1700000000"}).items():
        monkeypatch.setenv(name, value)
    source = copy(tmp_path / "deeper")
    for path in source.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path)
    wheel = build(source, tmp_path / "dist")
    (archive,) = (tmp_path / "dist").glob("*.tar.gz")
    for here, there in zip(built, (wheel, archive), strict=True):
        assert here.name == there.name
        assert here.read_bytes() == there.read_bytes()


def test_a_wheel_from_the_source_archive_is_the_same(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    wheel, archive = built
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert build(source, tmp_path / "dist").read_bytes() == wheel.read_bytes()


def test_the_wheel_runs_from_an_empty_folder(built: tuple[Path, Path], tmp_path: Path) -> None:
    """With the statements and the translations that belong to it, and nothing of this folder."""
    wheel, _ = built
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    place = tmp_path / "empty"
    place.mkdir()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}

    def run(*arguments: str, lines: str = "") -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=place,
            env=environ | {"PYTHONPATH": str(tmp_path / "installed")},
            input=lines,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert run("--version") == f"undersigned {__version__}\n"
    assert "العراق" in run("console", "--json", lines="%lang amal ar\namal: /read iraq-2014\n")
    for name in ("config.example.yaml", "statements/iraq-2014/statement.yaml"):
        shipped = tmp_path / "installed" / "bot" / "share" / name
        assert shipped.read_bytes() == (ROOT / name).read_bytes()


def test_the_metadata_names_the_licence_and_every_way_to_install(
    built: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(built[0]) as packed:
        metadata = packed.read(f"undersigned-{__version__}.dist-info/METADATA").decode()
    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert {"Provides-Extra: postgres", "Provides-Extra: fast"} <= set(metadata.splitlines())


@pytest.mark.soak
def test_what_a_release_consists_of(tmp_path: Path) -> None:
    """Installed from nothing but the lock, it runs; all that it needs is named with its licence."""
    release(tmp_path / "dist")
    names = {path.name for path in (tmp_path / "dist").iterdir()} - {".gitignore"}
    stem = f"undersigned-{__version__}"
    assert names == {
        f"{stem}-py3-none-any.whl",
        f"{stem}.tar.gz",
        f"{stem}.cdx.json",
        LOCK,
        SUMS,
    }
    subprocess.run(["sha256sum", "--check", SUMS], cwd=tmp_path / "dist", check=True)
    bill = json.loads((tmp_path / "dist" / f"{stem}.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    root = bill["metadata"]["component"]
    assert root["name"] == "undersigned"
    found = {each["name"]: each for each in bill["components"]}
    for library in ("cryptography", "matrix-nio", "python-telegram-bot", "SQLAlchemy"):
        assert found[library]["licenses"], library
    assert [name for name, each in found.items() if not each.get("version")] == []
    # Four of their libraries declare no licence at all.
    assert len([name for name, each in found.items() if not each.get("licenses")]) <= 4
    needs = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    assert len(needs[root["bom-ref"]]) > 20
