"""`make hooks`: git runs the static checks before each commit, and no hook of a developer's own is
lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

REFUSING = """\
hooks:
\t@$(MAKE) --no-print-directory -f Makefile.project hooks
static:
\t@echo "not in shape"; false
"""
"""Its `static` finds something."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "pre-commit", tmp_path / "tools")
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile.project")
    (tmp_path / "Makefile").write_text(REFUSING)
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, "git", "add", ".")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def commit(folder: Path) -> subprocess.CompletedProcess[str]:
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    return run(folder, "git", *who, "commit", "--message", "Something")


def test_what_is_not_in_shape_is_not_committed(project: Path) -> None:
    for _ in range(2):
        made = run(project, "make", "hooks")
        assert (made.returncode, made.stderr) == (0, "")
    refused = commit(project)
    assert refused.returncode != 0
    assert "not in shape" in refused.stdout + refused.stderr
    (project / "Makefile").write_text("static:\n")
    assert commit(project).returncode == 0


def test_another_hook_stays(project: Path) -> None:
    hook = project / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\n")
    made = run(project, "make", "hooks")
    assert made.returncode != 0
    assert "make static" in made.stderr
    assert hook.read_text() == "#!/bin/sh\n"
