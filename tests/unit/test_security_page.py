"""docs/security.md names, for each threat, tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(tests/[\w/]+(?:\.py)?)?(?:::(\w+))?`")


def test_every_named_test_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    file, named, missing = "", 0, []
    for found in _NAMED.finditer(page):
        file, test = found[1] or file, found[2]
        if not (found[1] or test):
            continue
        named += 1
        path = ROOT / file
        if not path.exists() or (test and f"def {test}(" not in path.read_text("utf-8")):
            missing.append(found[0])
    assert missing == []
    assert named > 50
