"""The commands and options of the program, from what it declares."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from bot.cli import program

NAME = "undersigned"

HEAD = """\
# Commands of the program

For operators, and for whoever writes scripts: what can be typed in a terminal. `undersigned COMMAND --help` says
the same. In [the settings](settings.md) stands what can be configured.

{epilog}

This page is written from the program itself by `make reference`.
"""


def program_page() -> str:
    """Markdown: a section for each command, with its arguments and options."""
    root: Any = typer.main.get_command(program)
    found = list(commands(root))
    listed = [f"- [`{name}`](#{_anchor(name)}): {_first(command)}" for name, command in found]
    sections = [_section(name, command) for name, command in found]
    head = HEAD.format(epilog=root.epilog)
    return "\n".join((head, *listed, "", *_options_of(NAME, root), *sections))


def commands(group: Any, prefix: str = NAME) -> Iterator[tuple[str, Any]]:
    """Each command by what is typed for it, also those of a command that only groups others."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def options(command: Any) -> list[Any]:
    """Its arguments and options, but for `--help`."""
    return [param for param in command.params if param.name != "help"]


def _anchor(title: str) -> str:
    return title.replace(" ", "-")


def _first(command: Any) -> str:
    text = " ".join(inspect.cleandoc(command.help).partition("\n\n")[0].split())
    return text.rstrip(".")


def _section(name: str, command: Any) -> str:
    paragraphs = list(_paragraphs(inspect.cleandoc(command.help)))
    usage = " ".join((name, *map(_usage, options(command))))
    return "\n".join((f"## {name}", "", *paragraphs, f"```\n{usage}\n```", "", *_options(command)))


def _paragraphs(text: str) -> Iterator[str]:
    """One that begins with `\\b` is shown as it is."""
    for paragraph in text.split("\n\n"):
        shown, is_fixed, fixed = paragraph.partition("\b\n")
        if shown.strip():
            yield " ".join(shown.split()) + "\n"
        if is_fixed:
            yield f"```\n{fixed.strip()}\n```\n"


def _options_of(title: str, command: Any) -> list[str]:
    return [f"## {title}", "", f"`{title} --help` lists the commands.", "", *_options(command)]


def _options(command: Any) -> list[str]:
    rows = [f"| `{_spelt(param)}` | {_told(param)} |" for param in options(command)]
    return ["| what | meaning |", "|---|---|", *rows, ""] if rows else []


def _usage(param: Any) -> str:
    shown = _spelt(param)
    if param.param_type_name == "argument":
        shown = shown.strip("[]")
    return shown if param.required else f"[{shown}]"


def _spelt(param: Any) -> str:
    """As it is typed. A pipe in a table has to be hidden from Markdown, which shows it alone."""
    metavar = (param.metavar or param.name.upper().rstrip("_")).strip("[]")
    if param.param_type_name == "argument":
        return metavar
    if param.is_flag:
        return str(param.opts[0])
    choices = getattr(param.type, "choices", None)
    value = param.metavar or ("|".join(map(_value, choices)) if choices else _kind(param))
    return f"{param.opts[0]} {value}"


def _value(choice: object) -> str:
    return str(getattr(choice, "value", choice))


def _kind(param: Any) -> str:
    return {"path": "PATH"}.get(param.type.name, "TEXT")


def _told(param: Any) -> str:
    parts = [param.help]
    if param.required:
        parts.append("Needed.")
    if getattr(param, "multiple", False):
        parts.append("Can be repeated." if "repeated" not in param.help else "")
    if not param.required and param.default not in (None, False, (), []):
        parts.append(f"Without it: `{_value(param.default)}`.")
    if param.envvar:
        parts.append(f"Or the variable `{param.envvar}`.")
    return " ".join(filter(None, parts)).replace("|", "\\|")
