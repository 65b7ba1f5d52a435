"""The organisers' templates take the place of the program's, and a broken one is told with its
line."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from bot.site.templating import TemplateFault, Templates
from bot.text.rich import bold


def test_one_of_theirs_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("Ours: {{ title }} {{ said }}", encoding="utf-8")
    page = Templates(tmp_path).fill("index.html", {"title": "<Water>", "said": bold("a < b")})
    assert page == b"Ours: &lt;Water&gt; <strong>a &lt; b</strong>"


def test_files_beside_the_style_sheet_are_theirs_too(tmp_path: Path) -> None:
    (tmp_path / "static" / "img").mkdir(parents=True)
    (tmp_path / "static" / "page.css").write_text("body {}", encoding="utf-8")
    (tmp_path / "static" / "img" / "logo.svg").write_text("<svg/>", encoding="utf-8")
    found = dict(Templates(tmp_path).static())
    assert found[PurePosixPath("static/page.css")] == b"body {}"
    assert found[PurePosixPath("static/img/logo.svg")] == b"<svg/>"
    assert PurePosixPath("static/search.js") in found
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\n\n{{ nothing }}", 3, "'nothing' is undefined"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ title.none.at_all }}", 1, "has no attribute 'none'"),
        ('a\n{% include "missing.html" %}', None, "missing.html"),
    ],
)
def test_a_broken_one_is_told_with_its_line(
    tmp_path: Path, text: str, line: int | None, reason: str
) -> None:
    file = tmp_path / "index.html"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateFault) as raised:
        Templates(tmp_path).fill("index.html", {"title": "Water"})
    said = str(raised.value)
    assert reason in said
    assert "\n" not in said
    if line is not None:
        assert said.startswith(f"{file}:{line}: ")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"publish\.templates"):
        Templates(tmp_path / "none")
