"""The reference is what the code says: every command, option and setting is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from bot.cli import program
from bot.commands.catalogue import command_table
from bot.config import Settings, variable_of
from tools.reference import PAGES, ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_it_is_as_the_code_has_it(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"run `make reference`, which writes {name} anew"


def test_every_command_of_the_chats() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    rows = {row[1]: row[0] for row in re.findall(r"^(\| `(\w+).*)$", page, re.MULTILINE)}
    table = {command.name: command for command in command_table()}
    assert rows.keys() == table.keys()
    for name, command in table.items():
        assert command.summary in rows[name]
        assert command.call.parameters.usage in rows[name]


def typed(group: Any, prefix: str = "undersigned") -> Iterator[tuple[str, Any]]:
    yield prefix, group
    for name, command in getattr(group, "commands", {}).items():
        yield from typed(command, f"{prefix} {name}")


def test_every_command_and_option_of_the_program() -> None:
    page = (REFERENCE / "program.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    options = 0
    for name, command in typed(typer.main.get_command(program)):
        if not command.params and hasattr(command, "commands"):
            continue
        section = sections.pop(name)
        for param in command.params:
            if param.param_type_name == "option" and param.name != "help":
                options += 1
                assert f"`{param.opts[0]}" in section, f"{name} {param.opts[0]}"
                assert param.help.partition("(docs/")[0] in section
    assert sections == {}
    assert options > 50


def keys(model: type[BaseModel], *above: str) -> Iterator[tuple[str, ...]]:
    for name, info in model.model_fields.items():
        kinds = [info.annotation, *getattr(info.annotation, "__args__", ())]
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if inner:
            yield from keys(inner[0], *above, name)
        else:
            yield *above, name


def test_every_setting() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    every = list(keys(Settings))
    assert len(every) > 40
    for place in every:
        assert page.lower().count(f"variable `{variable_of(place)}`.".lower()) == 1, place
        assert f"## {place[0]}\n" in page
