"""Imports between the parts of the bot go down only, and each library stays where it belongs.

A part is a package or a module directly under `bot`, or one adapter. A part or a library that is
not in the tables below does not pass: putting it in is a decision that a review should see.
"""

import ast
import graphlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]

BASE = {"domain", "strict"}
LOWER = BASE | {"text", "privacy"}
MIDDLE = LOWER | {"config", "ports", "storage", "wording", "statements"}
UPPER = MIDDLE | {"services", "conversations", "delivery", "commands", "dispatch"}
PLATFORMS = {"console", "playground", "telegram", "matrix"}
ADAPTERS = {f"adapters/{platform}" for platform in PLATFORMS}
FOR_ADAPTERS = {"domain", "text", "ports", "backoff", "listening"}
FOR_ADAPTERS |= {"adapters/accounts", "adapters/downloads", "adapters/words"}
SIMULATED = {"adapters/simulated_platform", "adapters/simulated_adapter"}
KNOW_PLATFORMS = ("bot/config/", "bot/bootstrap/platforms.py", "bot/setup/", "bot/cli/")
"""Besides the adapters themselves: what a new platform adds a line to."""

MAY_IMPORT: Mapping[str, set[str]] = {
    "domain": set(),
    "text": {"domain"},
    "privacy": {"domain"},
    "strict": {"domain"},
    "age": {"domain"},
    "notes": {"domain"},
    "verify": {"domain", "notes"},
    "backoff": set(),
    "listening": set(),
    "logs": set(),
    "config": BASE | {"age"},
    "ports": {"domain", "text"},
    "storage": LOWER | {"notes"},
    "wording": LOWER,
    "statements": LOWER,
    "importer": LOWER | {"statements"},
    "locales": set(),
    "services": MIDDLE | {"age"},
    "documents": MIDDLE | {"services"},
    "site": MIDDLE | {"services", "documents"},
    "conversations": MIDDLE | {"services"},
    "delivery": {"domain", "text", "privacy", "ports", "storage", "backoff"},
    "commands": MIDDLE | {"services", "conversations"},
    "dispatch": MIDDLE | {"services", "conversations", "commands", "delivery"},
    "app": UPPER,
    "metrics": {"domain", "ports", "storage", "delivery", "listening"},
    "bootstrap": UPPER | ADAPTERS | {"app", "age", "documents", "logs", "metrics", "site"},
    "setup": {"domain", "config", "privacy", "ports", "wording", "importer", "bootstrap"},
    "cli": {
        "domain",
        "config",
        "privacy",
        "age",
        "wording",
        "importer",
        "bootstrap",
        "delivery",
        "doctor",
        "setup",
        "logs",
        "metrics",
        "verify",
    },
    "doctor": MIDDLE | {"services", "delivery", "bootstrap", "site"},
    "__main__": {"cli"},
    "adapters": set(),
    "adapters/accounts": {"domain", "ports"},
    "adapters/downloads": {"ports"},
    "adapters/words": {"ports"},
    "adapters/simulated_platform": {"domain"},
    "adapters/simulated_adapter": {"domain", "text", "ports", "adapters/simulated_platform"},
    **dict.fromkeys(ADAPTERS, FOR_ADAPTERS),
    **dict.fromkeys(("adapters/console", "adapters/playground"), FOR_ADAPTERS | SIMULATED),
}
"""What each part may import besides itself. Everything may import `bot`, which holds nothing."""

BELONGS_TO: Mapping[str, set[str]] = {
    "aiosqlite": {"storage"},
    "alembic": {"storage"},
    "asyncpg": {"storage"},
    "sqlalchemy": {"storage"},
    "cryptography": {"privacy", "notes", "adapters/matrix"},
    "pyrage": {"age", "storage/backup"},
    "prometheus_client": {"metrics"},
    "markdown_it": {"text", "importer"},
    "pyuca": {"text/collation"},
    "structlog": {"logs"},
    "yaml": {"strict", "importer"},
    "babel": {"text/cldr", "wording", "statements", "importer"},
    "gettext": {"wording", "statements"},
    "charset_normalizer": {"importer"},
    "docx": {"importer"},
    "python_calamine": {"importer"},
    "lxml": {"importer"},
    "typer": {"cli"},
    "rich": {"cli", "adapters/console"},
    "telegram": {"adapters/telegram"},
    "nio": {"adapters/matrix"},
    "jinja2": {"site"},
    "segno": {"documents"},
    "typst": {"documents"},
    "xlsxwriter": {"documents"},
    "vodozemac": {"adapters/matrix"},
}
"""The libraries that only some parts or modules may import. The domain may import none at all."""


def part_of(module: str) -> str:
    """The part of a module: `adapters/matrix` of `bot.adapters.matrix.sync`."""
    names = module.split(".")[1:]
    if names[:1] == ["adapters"]:
        return "/".join(names[:2])
    return names[0] if names else ""


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported, in functions and TYPE_CHECKING too.

    For `from a import b` that is `a.b`, since `b` may be a module. `package` is where relative
    imports start.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield node.lineno, alias.name
            case ast.ImportFrom(module=module, names=names, level=level):
                parents = package.split(".")
                base = parents[: len(parents) - level + 1] if level else []
                base += [module] if module else []
                for alias in names:
                    yield node.lineno, ".".join([*base, alias.name])
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def violations(path: PurePosixPath, source: str) -> list[str]:
    """What breaks a rule in a file with that path from the root, `bot/...`."""
    is_package = path.name == "__init__.py"
    parents = ".".join(path.parent.parts)
    module = parents if is_package else f"{parents}.{path.stem}"
    part = part_of(module)
    if part and part not in MAY_IMPORT:
        return [f"{path}: bot.{part.replace('/', '.')} is no known part; put it into MAY_IMPORT"]
    found = []
    for line, name in imports(source, parents):
        reason = (
            _wrong_part(part, name)
            if name.split(".")[0] == "bot"
            else _wrong_library(module.replace(".", "/").removeprefix("bot/"), part, name)
        )
        if reason:
            found.append(f"{path}:{line}: {reason}")
    return found


def _wrong_part(part: str, name: str) -> str | None:
    target = part_of(name)
    if target not in MAY_IMPORT:
        # `from bot import __version__`, or a part of which the file itself will be reported.
        return None
    if target == part or target in MAY_IMPORT.get(part, set()):
        return None
    return f"{part or 'bot'} must not import {target}"


def _wrong_library(module: str, part: str, name: str) -> str | None:
    library = name.split(".", maxsplit=1)[0]
    if part == "domain" and library not in sys.stdlib_module_names:
        return f"domain must import the standard library only, not {library}"
    homes = BELONGS_TO.get(library)
    if homes is None or any(f"{module}/".startswith(f"{home}/") for home in homes):
        return None
    return f"{library} belongs to {', '.join(sorted(homes))}"


def test_the_bot_keeps_the_rules() -> None:
    files = sorted((ROOT / "bot").rglob("*.py"))
    assert files
    found = [
        violation
        for file in files
        for violation in violations(
            PurePosixPath(file.relative_to(ROOT).as_posix()), file.read_text(encoding="utf-8")
        )
    ]
    assert not found, "\n".join(found)


def platforms_named(source: str) -> list[str]:
    """Where a platform is named in the program itself: by a name, or by a text that is one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                words = [text.casefold()]
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                words = name.casefold().split("_")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                words = name.casefold().split("_")
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                module = getattr(node, "module", None) or ""
                words = [w for alias in names for w in f"{module}.{alias.name}".split(".")]
            case _:
                continue
        found += [f"{node.lineno}: {word}" for word in words if word in PLATFORMS]
    return found


def test_no_platform_is_named_but_by_those_who_know_it() -> None:
    """So that a new one changes nothing else."""
    assert {path.name for path in (ROOT / "bot/adapters").iterdir() if path.is_dir()} - {
        "__pycache__"
    } == PLATFORMS
    found = [
        f"{path}:{line}"
        for file in sorted((ROOT / "bot").rglob("*.py"))
        if not (path := file.relative_to(ROOT).as_posix()).startswith(
            (*KNOW_PLATFORMS, "bot/adapters/")
        )
        for line in platforms_named(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "if chat.adapter == 'telegram': ...",
        "settings.matrix.store",
        "def read_matrix(): ...",
        "def f(telegram_id): ...",
        "from bot.adapters.console import Platform",
        "import bot.adapters.matrix.sync",
    ],
)
def test_a_named_platform_is_found(source: str) -> None:
    assert platforms_named(source)


def test_the_rules_have_no_circle() -> None:
    order = list(graphlib.TopologicalSorter(MAY_IMPORT).static_order())
    assert set(order) == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("path", "source", "reason"),
    [
        ("bot/domain/ids.py", "import bot.text", "domain must not import text"),
        ("bot/domain/ids.py", "from bot import text", "domain must not import text"),
        ("bot/domain/ids.py", "from bot.text import rich", "domain must not import text"),
        ("bot/domain/ids.py", "from ..text import rich", "domain must not import text"),
        ("bot/domain/__init__.py", "from .. import text", "domain must not import text"),
        ("bot/privacy.py", "from .storage import tables", "privacy must not import storage"),
        ("bot/storage/tables.py", "import bot.wording as w", "storage must not import wording"),
        ("bot/config/__init__.py", "import bot.privacy", "config must not import privacy"),
        ("bot/delivery/outbox.py", "import bot.services", "delivery must not import services"),
        ("bot/services/sign.py", "import bot.commands", "services must not import commands"),
        ("bot/app.py", "import bot.adapters.matrix", "app must not import adapters/matrix"),
        (
            "bot/cli/running.py",
            "import bot.adapters.console",
            "cli must not import adapters/console",
        ),
        (
            "bot/adapters/matrix/sync.py",
            "from bot.adapters import telegram",
            "adapters/matrix must not import adapters/telegram",
        ),
        (
            "bot/adapters/matrix/sync.py",
            "from ..telegram import calls",
            "adapters/matrix must not import adapters/telegram",
        ),
        (
            "bot/adapters/console/chat.py",
            "from bot.config import Config",
            "adapters/console must not import config",
        ),
        (
            "bot/domain/ids.py",
            "import pydantic",
            "domain must import the standard library only, not pydantic",
        ),
        ("bot/services/sign.py", "import sqlalchemy.exc", "sqlalchemy belongs to storage"),
        (
            "bot/adapters/matrix/sync.py",
            "from telegram.ext import Updater",
            "telegram belongs to adapters/telegram",
        ),
        (
            "bot/statements/load.py",
            "from yaml import safe_load",
            "yaml belongs to importer, strict",
        ),
        (
            "bot/commands/sign.py",
            "from gettext import gettext",
            "gettext belongs to statements, wording",
        ),
    ],
)
def test_a_violation_is_found(path: str, source: str, reason: str) -> None:
    assert violations(PurePosixPath(path), source) == [f"{path}:1: {reason}"]


@pytest.mark.parametrize(
    "source",
    [
        "def later():\n    from bot.services import sign",
        "if TYPE_CHECKING:\n    from bot.services import sign",
        "try:\n    import bot.services.sign\nexcept ImportError:\n    pass",
        "import importlib\nimportlib.import_module('bot.services.sign')",
        "from importlib import import_module\nimport_module('bot.services')",
        "\n__import__('bot.services')",
    ],
)
def test_a_violation_is_found_wherever_it_hides(source: str) -> None:
    assert violations(PurePosixPath("bot/storage/tables.py"), source) == [
        "bot/storage/tables.py:2: storage must not import services"
    ]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/domain/ids.py", "import re\nfrom bot.domain.names import Name\nfrom . import digest"),
        ("bot/text/markdown.py", "from markdown_it import MarkdownIt\nimport bot.domain.ids"),
        ("bot/storage/tables.py", "import sqlalchemy as sa\nfrom bot import privacy"),
        ("bot/importer.py", "import yaml"),
        ("bot/importer/package.py", "import yaml"),
        ("bot/bootstrap.py", "from bot.adapters import console\nimport bot.adapters.matrix.sync"),
        ("bot/adapters/telegram/calls.py", "from telegram import Bot\nfrom . import formatting"),
        ("bot/adapters/console/chat.py", "from rich.console import Console\nimport bot.ports"),
        ("bot/cli/__init__.py", "import typer\nfrom bot import __version__, bootstrap"),
        ("bot/__main__.py", "from bot.cli import main"),
        ("bot/__init__.py", ""),
    ],
)
def test_what_the_rules_allow_passes(path: str, source: str) -> None:
    assert violations(PurePosixPath(path), source) == []


@pytest.mark.parametrize("path", ["bot/helpers.py", "bot/utils/x.py", "bot/adapters/irc/calls.py"])
def test_a_new_part_must_be_put_into_the_table(path: str) -> None:
    (found,) = violations(PurePosixPath(path), "")
    assert found.endswith("is no known part; put it into MAY_IMPORT")
