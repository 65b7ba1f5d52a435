"""The commands and options of the program, from what it declares."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from bot.cli import program
from tools.reference.linking import linked

NAME = "undersigned"

HEAD = """\
# Commands of the program

For operators, and for whoever writes scripts: what can be typed in a terminal. `undersigned COMMAND
--help` says the same. What can be configured stands in [the settings](settings.md).

{epilog}

This page is written from the program itself by `make reference`.
"""


def program_page() -> str:
    """Markdown: a section for each command, with its arguments and options."""
    root: Any = typer.main.get_command(program)
    found = list(commands(root))
    listed = [f"- [`{name}`](#{_anchor(name)}): {_first(command)}" for name, command in found]
    sections = [_section(name, command) for name, command in found]
    of_all = (f"## {NAME}", "", *_options(NAME, root))
    return "\n".join((HEAD.format(epilog=root.epilog), *listed, "", *of_all, *sections))


def commands(group: Any, prefix: str = NAME) -> Iterator[tuple[str, Any]]:
    """Each command by what is typed for it, also those of a command that only groups others."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _anchor(title: str) -> str:
    return title.replace(" ", "-")


def _first(command: Any) -> str:
    text = " ".join(inspect.cleandoc(command.help).partition("\n\n")[0].split())
    return linked(text.rstrip("."))


def _section(name: str, command: Any) -> str:
    said = _paragraphs(inspect.cleandoc(command.help))
    usage = " ".join((name, *_usage(name, command)))
    return "\n".join((f"## {name}", "", f"```\n{usage}\n```\n", *said, *_options(name, command)))


def _paragraphs(text: str) -> Iterator[str]:
    """One that begins with `\\b` is shown as it is."""
    for paragraph in text.split("\n\n"):
        shown, is_fixed, fixed = paragraph.partition("\b\n")
        if shown.strip():
            yield linked(" ".join(shown.split())) + "\n"
        if is_fixed:
            yield f"```\n{fixed.strip()}\n```\n"


def _records(name: str, command: Any) -> Iterator[tuple[Any, str, str]]:
    """Its arguments and options, each as `--help` spells and explains it."""
    context = typer.Context(command, info_name=name)
    for param in command.params:
        spelt, told = param.get_help_record(context)
        if spelt != "--help":
            yield param, spelt, told


def _usage(name: str, command: Any) -> Iterator[str]:
    may_be_left_out = False
    for param, spelt, _ in _records(name, command):
        if param.param_type_name == "argument":
            argument = spelt.partition(" ")[0].strip("[]").upper()
            yield argument if param.required else f"[{argument}]"
        elif param.required:
            yield spelt
        else:
            may_be_left_out = True
    if may_be_left_out:
        yield "[options]"


def _options(name: str, command: Any) -> list[str]:
    rows = [f"- `{_bare(spelt)}`: {_told(told)}" for _, spelt, told in _records(name, command)]
    return [*rows, ""] if rows else []


def _bare(spelt: str) -> str:
    return re.sub(r"^\[(\w+)\]", r"\1", spelt)


def _told(text: str) -> str:
    """With what stands in brackets behind it as words."""
    said, _, notes = text.removesuffix("]").partition("  [")
    for note in notes.split("; ") if notes else ():
        what, _, value = note.partition(": ")
        known = {
            "required": " Needed.",
            "default": f" Without it: `{value}`.",
            "env var": f" Or the variable `{value}`.",
        }
        said += known.get(what, f" `{note}`.")
    return linked(said)
