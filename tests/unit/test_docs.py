"""The pages of docs/: every link and anchor holds, and what they name is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.cli import program
from bot.commands.catalogue import command_table
from bot.domain.ids import Language
from bot.wording.buttons import LABELS, label
from bot.wording.voice import Voice

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    (
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *ROOT.glob(".github/**/*.md"),
    )
)
TOLD = [path for path in PAGES if path.parent in (ROOT, DOCS) and path.name != "CHANGELOG.md"]
"""What people are told of the program as it is."""

READERS = {"en": DOCS / "readers.md"} | {
    path.name.split(".")[1]: path for path in sorted(DOCS.glob("readers.??.md"))
}
NO_COMMANDS = frozenset(
    ("newbot", "mybots", "setprivacy", "setinline", "revoke", "healthz", "metrics", "data", "")
)
"""What begins with a slash and is typed to BotFather, asked for over HTTP, or a folder."""

_FENCE = re.compile(r"^( *)```[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"``.+?``|`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TYPED = re.compile(
    r"^(?:\w+\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?undersigned ((?:matrix )?[a-z][\w-]*)(.*)"
)
_NAMED_IN_CODE = re.compile(r"docs/([\w-]+)\.md(?:, ([A-Z][\w ]*))?")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


@cache
def codes(path: Path) -> tuple[str, ...]:
    """What stands in code, on the lines of a block or within a sentence."""
    text = path.read_text(encoding="utf-8")
    lines = [line.strip() for block in _FENCE.finditer(text) for line in block[2].splitlines()]
    return (*lines, *(found[1] for found in _CODE.finditer(prose(path)) if found[1]))


@cache
def anchors(path: Path) -> frozenset[str]:
    """As GitHub makes them, and the site in the same way."""
    found: list[str] = []
    for heading in _HEADING.findall(prose(path)):
        text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading)
        text = text.strip().lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        same = sum(1 for other in found if other.rpartition("-")[0] == slug or other == slug)
        found.append(f"{slug}-{same}" if same else slug)
    return frozenset(found)


def broken(path: Path) -> list[str]:
    found = []
    for match in _LINK.finditer(_CODE.sub("", prose(path))):
        target = match[1] or match[2]
        if re.match(r"https?://", target):
            continue
        file, _, anchor = target.partition("#")
        to = (path.parent / file).resolve() if file else path
        # The site has no lists of folders.
        is_there = to.is_file() or (to.is_dir() and not to.is_relative_to(DOCS))
        if not is_there or (anchor and anchor not in anchors(to)):
            found.append(target)
    return found


def in_menu(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    return [
        page
        for inner in (entry.values() if isinstance(entry, dict) else entry)
        for page in in_menu(inner)
    ]


class _Config(yaml.SafeLoader):
    """mkdocs.yml names a function, which is none of ours to call."""


_Config.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_and_anchor_holds(path: Path) -> None:
    assert broken(path) == []
    # GitHub and the site make different anchors of what looks like a tag.
    assert [heading for heading in _HEADING.findall(prose(path)) if "<" in heading] == []


def test_the_menu_has_every_page_and_no_other() -> None:
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Config)
    there = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    expected = [page for page in there if not re.match(r"decisions/\d", page)]
    assert sorted(in_menu(config["nav"])) == sorted(expected)


@pytest.mark.parametrize("path", [*DOCS.glob("*.md"), *DOCS.glob("reference/*.md")], ids=name)
def test_a_page_begins_by_saying_what_it_is_for(path: Path) -> None:
    """On a phone that is all that is seen: a title, and a sentence; at most what is typed first."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    first = _FENCE.sub("", text, count=1).splitlines()[1:6]
    assert any(re.match(r"[\w`*\u2068]", line) for line in first), first


def test_pages_that_the_program_names_are_there() -> None:
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("deploy/**/*"), *ROOT.glob("*.yaml")]
    for file in (file for file in files if file.is_file()):
        for page, section in _NAMED_IN_CODE.findall(file.read_text(encoding="utf-8")):
            path = DOCS / f"{page}.md"
            assert path.exists(), f"{file}: {path}"
            titles = [heading.strip() for heading in _HEADING.findall(prose(path))]
            assert any(title.startswith(section.strip()) for title in titles), f"{file}: {section}"


@cache
def program_options() -> dict[str, set[str]]:
    root: Any = typer.main.get_command(program)
    matrix = root.commands["matrix"].commands
    every = {**root.commands, **{f"matrix {name}": command for name, command in matrix.items()}}
    return {
        name: {option for param in command.params for option in param.opts} | {"--help"}
        for name, command in every.items()
    }


@pytest.mark.parametrize("path", TOLD, ids=name)
def test_commands_that_are_to_be_typed_exist(path: Path) -> None:
    known = program_options()
    chat = {command.name for command in command_table()} | NO_COMMANDS
    for code in codes(path):
        if typed := _TYPED.match(code):
            assert typed[1] in known, code
            named = re.findall(r"(?<!\S)--[\w-]+", typed[2].partition(" | ")[0])
            assert set(named) <= known[typed[1]], code
        elif in_chat := re.match(r"/([a-z]*)(?: |$)", code):
            assert in_chat[1] in chat, code


@pytest.mark.parametrize("language", READERS)
def test_the_page_for_signers_names_buttons_and_commands_as_they_are(language: str) -> None:
    path = READERS[language]
    say = Voice(Language(language), "/")
    there = {label(say, button) for button in LABELS}
    named = {bold for bold in re.findall(r"\*\*(.+?)\*\*", prose(path)) if not bold.endswith(".")}
    assert len(named) > 15
    assert named <= there
    english = READERS["en"]
    assert [code.split()[0] for code in codes(path)] == [code.split()[0] for code in codes(english)]
    assert prose(path).count("\n|") == prose(english).count("\n|")
    assert prose(path).count("\n#") == prose(english).count("\n#")
