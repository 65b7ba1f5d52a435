"""A short statement of two languages, on a disk where a test can change it."""

from pathlib import Path

from bot.config import Settings
from bot.statements.loader import load
from bot.statements.model import Library

STATEMENT = """\
id: port
original_language: en
official_languages: [en, ar]
signatories:
  - name: {en: Dockers' Union, ar: نقابة عمال الميناء}
    country: TN
endorsement:
  persons: true
  organisations: true
"""

ENGLISH = """\
---
title: Open the port
attribution: By the people of the port
---

The port has been closed since the spring. We ask that it be opened.

## What we ask {#demands}

1. Open the port.
2. Keep it open.
3. Pay those who work there.
"""

ARABIC = """\
---
title: افتحوا الميناء
attribution: من أهل الميناء
---

الميناء مغلق منذ الربيع. نطلب أن يُفتح.

## ما نطلبه {#demands}

1. افتحوا الميناء.
2. أبقوه مفتوحًا.
3. ادفعوا أجور العاملين فيه.
"""

PARAGRAPH = "We ask for what was promised to all who live here, in writing and with a date. " * 17


RESPONSE = """\
---
from: Ministry of Ports
date: 2026-03-01
source: https://example.org/answer
---

Dear friends,

the port **stays** closed.
"""


def write_response(statements: Path, text: str = RESPONSE, language: str = "en") -> None:
    """The addressee answers to the statement `port`."""
    (statements / "port" / f"response.{language}.md").write_text(text, encoding="utf-8")


def write_long(root: Path, *, pages: int, demands: int) -> Path:
    """Write the package `long`: at least so many pages to turn, and demands to ask for one by one.
    Returns the folder of all statements."""
    folder = root / "statements"
    package = folder / "long"
    package.mkdir(parents=True)
    head = "id: long\noriginal_language: en\nendorsement: {persons: true, organisations: true}\n"
    (package / "statement.yaml").write_text(head, encoding="utf-8")
    lines = ["---", "title: A long text", "---"]
    lines += [f"\n{PARAGRAPH.strip()}" for _ in range(pages)]
    lines += ["\n## What we ask {#demands}\n"]
    lines += [f"{number}. Keep promise number {number}." for number in range(1, demands + 1)]
    (package / "en.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_port(root: Path, *, name: str = "port", endorsement: str = "") -> Path:
    """Write the package; `endorsement` are further lines of that section. Returns the folder of
    all statements."""
    folder = root / "statements"
    package = folder / name
    package.mkdir(parents=True)
    text = STATEMENT.replace("id: port", f"id: {name}") + endorsement
    (package / "statement.yaml").write_text(text, encoding="utf-8")
    (package / "en.md").write_text(ENGLISH, encoding="utf-8")
    (package / "ar.md").write_text(ARABIC, encoding="utf-8")
    return folder


def change_text(folder: Path, *, name: str = "port") -> None:
    """Change the English text on the disk by one word."""
    file = folder / name / "en.md"
    text = file.read_text(encoding="utf-8")
    assert "closed" in text
    file.write_text(text.replace("closed", "shut", 1), encoding="utf-8")


def library_of(settings: Settings) -> Library:
    """The texts of a bot that a test starts, read in this process, which no file here can harm. The
    same files are read once: what is read is never changed."""
    key = (files_in(settings.statements), str(settings.timezone))
    if key not in _READ:
        loaded = load(settings.statements, settings.timezone)
        assert not loaded.faults
        _READ[key] = loaded.library
    return _READ[key]


def files_in(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """The name and what is in it of each."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return tuple((str(file.relative_to(folder)), file.read_bytes()) for file in files)


_READ: dict[tuple[object, ...], Library] = {}
