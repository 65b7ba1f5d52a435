"""What the parts below offer says what its name cannot: what it holds, and what it raises.

Commands are left out, whose table says what each does, and adapters, whose contract is the port's.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"

HELD = (
    "config",
    "delivery",
    "domain",
    "logs",
    "notes.py",
    "privacy.py",
    "services",
    "statements",
    "storage",
    "strict",
    "text",
    "verify",
    "wording",
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def faults(source: str, contracts: frozenset[str] = frozenset()) -> list[str]:
    """What is missing in a module; a method of `contracts` is described where it is asked for."""
    return list(_faults(ast.parse(source).body, contracts, "", inside=False))


def _faults(
    body: Iterable[ast.stmt], contracts: frozenset[str], before: str, *, inside: bool
) -> Iterator[str]:
    for node in body:
        match node:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                if ast.get_docstring(node) is None:
                    yield f"{before}{name} does not say what it is"
                yield from _faults(node.body, contracts, f"{before}{name}.", inside=True)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name[0] != "_":
                if not (inside and name in contracts):
                    yield from (f"{before}{name} {fault}" for fault in _of_function(node))


def _of_function(node: Function) -> Iterator[str]:
    said = ast.get_docstring(node) or ""
    if not said and len(node.body) > 1 and not _speaks(node):
        yield "does not say what its name cannot"
    for error in sorted(set(_raised(node))):
        if error not in said:
            yield f"does not say that it raises {error}"


def _speaks(node: Function) -> bool:
    """A sentence of the bot's is its own description."""
    return bool(node.args.args) and node.args.args[0].arg == "say"


def _raised(node: ast.AST) -> Iterator[str]:
    """The names of the errors that a function raises itself; not of one that it handles again."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda):
            continue
        if isinstance(child, ast.Raise) and child.exc is not None:
            error = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            name = ast.unparse(error).rpartition(".")[2]
            if not name.islower():
                yield name
        yield from _raised(child)


def contracts() -> frozenset[str]:
    """The methods that a protocol or an abstract class describes."""
    return frozenset(
        method.name
        for file in BOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and {"Protocol", "ABC"} & {ast.unparse(base) for base in node.bases}
        for method in node.body
        if isinstance(method, Function) and ast.get_docstring(method)
    )


def test_what_is_offered_says_what_its_name_cannot() -> None:
    described = contracts()
    assert {"work", "receive"} <= described
    files = [file for part in HELD for file in [BOT / part, *(BOT / part).rglob("*.py")]]
    found = [
        f"{file.relative_to(BOT)}: {fault}"
        for file in files
        if file.suffix == ".py" and "migrations" not in file.parts
        for fault in faults(file.read_text("utf-8"), described)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("class A:\n    x: int", "A does not say what it is"),
        ("def f():\n    g()\n    g()", "f does not say what its name cannot"),
        ("class A:\n    'A.'\n    def f(self):\n        g()\n        g()",
         "A.f does not say what its name cannot"),
        ("def f():\n    'F.'\n    if g():\n        raise x.Gone(1)",
         "f does not say that it raises Gone"),
        ("async def f():\n    'F.'\n    raise Gone", "f does not say that it raises Gone"),
    ],
)  # fmt: skip
def test_what_is_missing_is_found(source: str, fault: str) -> None:
    assert faults(source) == [fault]


@pytest.mark.parametrize(
    "source",
    [
        "class _A:\n    x: int",
        "def f():\n    return g()",
        "def f(say):\n    g()\n    g()",
        "class A:\n    'A.'\n    def work(self):\n        g()\n        g()",
        "def f():\n    'Raises `Gone`.'\n    raise Gone",
        "def f():\n    'F.'\n    try:\n        g()\n    except Gone as error:\n        raise error",
        "def f():\n    'F.'\n    def g():\n        raise Gone\n    g()",
    ],
)
def test_what_says_enough_passes(source: str) -> None:
    assert faults(source, frozenset({"work"})) == []
