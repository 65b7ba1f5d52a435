"""Statement packages for the tests: a good one, and ways to spoil it."""

from collections.abc import Mapping
from pathlib import Path

STATEMENT = """\
id: port
issued: 2024-05-31
original_language: ar
official languages: [en, ar]
signatories:
  - name: {en: Dockers' Union, ar: نقابة}
    country: no
  - name: Local 12
endorsement:
  persons: true
  organisations: false
  opens: 2030-01-01
  closes: 2030-01-31
  goal: 500
"""

ENGLISH = """\
---
title: "Open the port: now"
attribution: Unions of the port
source: https://example.org/letter
---

# To the government

We **demand**:

## Demands {#demands}

3) Open the port.
4) Keep it open.

## Together {#closing}

Open it!
"""

ARABIC = """\
---
title: افتحوا الميناء
---
نطالب:

## المطالب {#demands}

1. افتحوا الميناء
2. أبقوه مفتوحا
"""

GOOD: Mapping[str, str] = {"statement.yaml": STATEMENT, "en.md": ENGLISH, "ar.md": ARABIC}


def write(root: Path, files: Mapping[str, str | bytes], name: str = "port") -> Path:
    """Writes one package and returns the folder of all statements."""
    folder = root / "statements"
    package = folder / name
    package.mkdir(parents=True)
    for file, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (package / file).write_bytes(data)
    return folder
