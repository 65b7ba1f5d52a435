"""The pages that are written from the code, so that they cannot say anything else: `make reference`
writes docs/reference/ and the list of docs/decisions/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.reference.commands import commands_page
from tools.reference.decisions import decisions_page
from tools.reference.program import program_page
from tools.reference.settings import settings_page

ROOT = Path(__file__).parents[2]

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/commands.md": commands_page,
    "docs/reference/program.md": program_page,
    "docs/reference/settings.md": lambda: settings_page(
        (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    ),
    "docs/decisions/README.md": lambda: decisions_page(ROOT / "docs" / "decisions"),
}
"""Each by its path from the project's folder."""


def write() -> None:
    """Write all of them anew."""
    for name, page in PAGES.items():
        path = ROOT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8")
