"""Files that are made to take all the time and memory there is."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.importer import ImportFault, recognise_page, write
from bot.importer.formats import page_of
from bot.importer.reading import read

ENGLISH = Language("en")
HEAD = "# Title Here\n\nProse stands here.\n\n"
PARAGRAPH = "The port of our town has fed its families for more than a century. " * 6 + "\n\n"


def taken(data: bytes, name: str, place: Path) -> float:
    """Seconds of processor time to read the file and write its package, or to refuse it."""
    start = time.process_time()
    refusal = ""
    try:
        found = recognise_page(page_of(data, name, ENGLISH), ENGLISH)
        write(found, "letter", place / "statements", dry_run=True)
    except ImportFault as fault:
        refusal = str(fault)
    assert "report this" not in refusal
    return time.process_time() - start


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.html", lambda n: "<!--" * n + "<html><p>x"),
        ("a.html", lambda n: "<!-- -->" * n + "<html><p>x"),
        ("a.html", lambda n: "<div>" * n + "<p>x"),
        ("a.html", lambda n: "<h1>T</h1><p>" + "<b><i>word " * n),
        ("a.html", lambda n: "<h1>T</h1>" + "<article>x" * n),
        ("a.html", lambda n: "<h1>T</h1>" + "<figure>" * n + "x"),
        ("a.html", lambda n: "<h1>T</h1><p>" + "Ana One, nurse<br>" * n),
        ("a.md", lambda n: HEAD + "*a " * n),
        ("a.md", lambda n: HEAD + "[" * n),
        ("a.md", lambda n: HEAD + "- item\n" * n),
        ("a.md", lambda n: HEAD + "<!-- " * n + "{% " * n),
        ("a.md", lambda n: HEAD + "".join(f"[a{i}]: http://e.org/{i}\n" for i in range(n))),
        ("a.md", lambda n: HEAD + "[a](https://example.org) " * (n // 4)),
        ("a.md", lambda n: f"---\n{'[' * n}\n---\n" + HEAD),
        ("a.md", lambda n: HEAD + "&" * (n * 20)),
        ("a.md", lambda n: HEAD + "{% " * (n * 10)),
        ("a.md", lambda n: HEAD + "# Heading\n" * n),
        ("a.md", lambda n: HEAD + "Signed by: " + "[Ana One](https://example.org), " * (n // 4)),
        ("a.html", lambda n: "<h1>T</h1><p>" + "<a href=x>word " * n),
        ("a.html", lambda n: "<h1>T</h1>" + "<ol><li>x" * n),
        ("a.txt", lambda n: f"Title\n\nx\n\n{'Signed by:' + chr(10)}" * (n // 4)),
        ("a.txt", lambda n: HEAD + "Signed by:\n" * n),
        (
            "a.txt",
            lambda n: HEAD + "Signed by:\nAna One, nurse\n" * (n // 2) + PARAGRAPH * (n // 30),
        ),
        ("a.txt", lambda n: "Title\n\nProse.\n\nSigned by: " + "Ana One, " * n),
        ("a.txt", lambda n: "Title\n\nProse.\n\n" + "Ana (France)\nAnd so on.\n\n" * (n // 4)),
        ("a.txt", lambda n: "Title\n\n" + "".join(f"{i}. item\n" for i in range(n))),
        ("a.txt", lambda n: "Title\n\n" + "\u00a0\u200b" * (n * 20) + "x"),
        ("a.txt", lambda n: "Title\n\n" + "x" * (n * 100)),
        ("a.txt", lambda n: "Title\n\nProse.\n\nSigned by:\n\n" + "Ana One, nurse, Chile\n" * n),
    ],
)
@pytest.mark.parametrize("size", [250, pytest.param(5_000, marks=pytest.mark.soak)])
def test_time_is_linear(name: str, made: Callable[[int], str], size: int, tmp_path: Path) -> None:
    def is_linear() -> bool:
        small = taken(made(size).encode(), name, tmp_path)
        return taken(made(4 * size).encode(), name, tmp_path) < 6 * small + 0.2

    # Both are measured again where it was not: a busy machine may have been slow for one of them.
    assert any(is_linear() for _ in range(3))


def test_what_took_a_minute(tmp_path: Path) -> None:
    unclosed = b"<!--" * 110 + b"<html><body><p>x"
    assert taken(unclosed, "letter.html", tmp_path) < 1
    assert taken(b"# T\n\n[a]: <[a]: \xe2\x80\xb9x\n\nMore [a] text.\n", "a.md", tmp_path) < 1


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize(
    ("size", "seconds"), [(400_000, 5), pytest.param(5_000_000, 10, marks=pytest.mark.soak)]
)
def test_megabytes(name: str, size: int, seconds: int, tmp_path: Path) -> None:
    text = HEAD + PARAGRAPH * (size // len(PARAGRAPH))
    assert taken(text.encode(), name, tmp_path) < seconds


def test_more_than_a_letter_is_refused(tmp_path: Path) -> None:
    for data, name, message in (
        (b"x" * 9_000_000, "a.txt", "larger than 8 MB"),
        (b"Title\n" + b"x\n" * 200_000, "a.txt", "more lines or elements"),
        (b"<p>x" * 300_000, "a.html", "more lines or elements"),
        (bomb(), "a.docx", "too large"),
        (b"*a* [b](https://example.org) " * 50_000, "a.md", "more than 150,000 signs"),
        (b"| a " * 160_000, "a.md", "more than 150,000 signs"),
        (
            "a\u0301\u0316".encode() * 20 + b"b" + "\u0301\u0316".encode() * 20,
            "a.txt",
            "30 accents",
        ),
        (b"<html><p>a" + b"&#769;&#790;" * 20_000, "a.html", "30 accents"),
    ):
        with pytest.raises(ImportFault, match=message):
            page_of(data, name, ENGLISH)


def bomb() -> bytes:
    """A small document that unpacks to 68 million bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"<x>" + b" " * 68_000_000)
    return stream.getvalue()


def test_the_process_of_its_own_answers_with_faults_too(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Title\n\nSome prose that is long enough to be one.\n", "utf-8")

    found = read(path, ENGLISH)
    assert getattr(found, "title", None) is not None
    with pytest.raises(ImportFault, match="cannot be read"):
        read(tmp_path / "missing.txt", ENGLISH)


@pytest.mark.parametrize(("seconds", "memory"), [(60, 120_000_000), (1, 2_000_000_000)])
def test_what_takes_too_much_is_refused(seconds: int, memory: int, tmp_path: Path) -> None:
    path = tmp_path / "letter.md"
    path.write_text(HEAD + "- item\n" * 99_000, "utf-8")

    with pytest.raises(ImportFault, match="takes more than"):
        read(path, ENGLISH, seconds=seconds, memory=memory)
