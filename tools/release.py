"""Builds what is published of a version into dist/: `python -m tools.release`.

The wheel, the source, the pinned libraries, what it all consists of (CycloneDX) and the hashes. The
same source makes the same wheel and the same source archive anywhere, byte by byte.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot import __version__

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / ".venv" / "release" / "bin"
LOCK = "requirements.txt"
SUMS = "SHA256SUMS"


def faults() -> list[str]:
    """Why nothing can be published from this folder."""
    found = []
    changed = _run("git", "status", "--porcelain").strip()
    if changed:
        found.append(f"Commit these first, or take them away:\n{changed}")
    news = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[?{re.escape(__version__)}\b", news, re.MULTILINE):
        found.append(f"CHANGELOG.md tells nothing of {__version__}: add '## {__version__}'.")
    return found


def build(source: Path, folder: Path) -> Path:
    """Write wheel and source archive of the project in `source` into `folder`; the wheel."""
    _run(sys.executable, "-m", "hatchling", "build", "--directory", folder, at=source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """The wheel and the pinned libraries in an environment of their own; its interpreter."""
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    _run(*pip, "--require-hashes", "--requirement", ROOT / LOCK)
    _run(*pip, "--no-deps", "--no-index", wheel)
    return python


def describe(python: Path, file: Path) -> None:
    """Write which libraries an environment holds, with the licences that they declare and what
    needs which."""
    project = ("--pyproject", ROOT / "pyproject.toml")
    # Some declare their licence by nothing but its text.
    form = ("--gather-license-texts", "--output-reproducible", "--output-file", file)
    _run(PROGRAMS / "cyclonedx-py", "environment", *project, *form, python)


def release(folder: Path) -> None:
    """Raises `CalledProcessError` where something cannot be built, or does not run."""
    shutil.rmtree(folder, ignore_errors=True)
    wheel = build(ROOT, folder)
    with tempfile.TemporaryDirectory() as place:
        python = install(wheel, Path(place) / "environment")
        _run(python, "-m", "bot", "check", at=Path(place))
        describe(python, folder / f"undersigned-{__version__}.cdx.json")
    shutil.copy(ROOT / LOCK, folder)
    published = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in published]
    (folder / SUMS).write_text("".join(sums), encoding="ascii")


def _run(*command: str | Path, at: Path = ROOT) -> str:
    """What it printed. Without a date of somebody's own, hatchling takes one that never changes."""
    environ = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    ended = subprocess.run(  # noqa: S603 - programs of this project's own
        command, cwd=at, env=environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return ended.stdout


def main() -> int:
    """The exit code."""
    if found := faults():
        sys.stderr.write("\n".join([*found, ""]))
        return 1
    release(ROOT / "dist")
    sys.stdout.write((ROOT / "dist" / SUMS).read_text(encoding="ascii"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
