"""The list of the decisions."""

from __future__ import annotations

import re
from pathlib import Path

HEAD = """\
# Decisions

For developers: why things are as they are, one page for each thing that was not obvious. This list
is written by `make reference`.
"""

_NUMBER = re.compile(r"\d+\. ")


def decisions_page(folder: Path) -> str:
    """Markdown: each page of the folder, by its number."""
    rows = []
    for path in sorted(folder.glob("[0-9]*.md")):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        title = _NUMBER.sub("", first.removeprefix("# "), count=1)
        rows.append(f"- {path.name[:4]} [{title}]({path.name})")
    return "\n".join((HEAD, *rows, ""))
