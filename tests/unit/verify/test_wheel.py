"""A stranger needs the wheel, `cryptography` and what reads the command line, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

from tests.support.written_log import history

ROOT = Path(__file__).parents[3]


def needed(*names: str) -> set[str]:
    """Distributions and what they need here."""
    found: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            required = map(Requirement, distribution(name).requires or ())
            wanted += [r.name for r in required if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment in which nothing else is installed."""
    folder = tmp_path_factory.mktemp("stranger")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "env" / "lib" / version / "site-packages"
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for name in needed("typer", "cryptography"):
        for file in distribution(name).files or ():
            target = packages / file
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), target)
    return folder / "env" / "bin" / "python"


def run(program: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Where there is neither a configuration nor a database."""
    code = "from bot.cli import main; main()"
    return subprocess.run(
        [program, "-I", "-c", code, "verify", *arguments],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_alone_verifies(program: Path, tmp_path: Path) -> None:
    log = history(8, 20)
    (tmp_path / "water.json").write_text(log.export(), encoding="utf-8")
    key = str(log.key.verifier)
    done = run(program, tmp_path, "water.json", "--key", key)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("All of this holds.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["water.json"]
    spoiled = log.export().replace("person", "ferson", 1)
    (tmp_path / "water.json").write_text(spoiled, encoding="utf-8")
    done = run(program, tmp_path, "water.json", "--key", key)
    assert done.returncode == 1
    assert "was changed" in done.stderr
    assert "holds" not in done.stdout
    done = run(program, tmp_path, "nothing.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nothing.json cannot be read: No such file or directory\n"


def test_nothing_else_is_there(program: Path) -> None:
    """Else the test above would show nothing."""
    there = {path.name for path in program.parents[1].glob("lib/*/site-packages/*")}
    assert {"bot", "cryptography", "typer"} <= there
    assert not {"sqlalchemy", "yaml", "babel", "structlog", "aiohttp"} & there
