"""Links of the reference to the other pages."""

from __future__ import annotations

import re

_PAGE = re.compile(r"\bdocs/([a-z]+)\.md\b")


def linked(text: str) -> str:
    """What names a page of docs/ leads to it."""
    return _PAGE.sub(r"[docs/\1.md](../\1.md)", text)
