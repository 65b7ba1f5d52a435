"""What PyYAML's errors mean to the person who wrote the file."""

import yaml

# Part of what either parser says (the one in C and the one in Python word things differently),
# whether the fault lies where the construct began, and the sentence. The first that fits counts.
_SENTENCES: tuple[tuple[str, bool, str], ...] = (
    (
        "quoted scalar found unexpected end",
        True,
        "The quotation mark opened here is never closed; add the closing one.",
    ),
    (
        "quoted scalar found unexpected document",
        True,
        "The quotation mark opened here is never closed; add the closing one.",
    ),
    (
        "escape",
        False,
        "A backslash inside double quotes begins an escape; use single quotes instead.",
    ),
    (
        "mapping values are not allowed",
        False,
        "A colon stands where no key can; put a value that holds a colon in quotes, and begin"
        " keys of one level in the same column.",
    ),
    (
        "flow sequence",
        True,
        "The bracket '[' opened here lacks its ']', or a comma is missing inside; add it.",
    ),
    (
        "flow mapping",
        True,
        "The brace '{' opened here lacks its '}', or a comma is missing inside; add it.",
    ),
    (
        "start any token",
        False,
        "A value cannot begin with this character; put the value in quotes.",
    ),
    ("alias", False, "A value that begins with '*' is an alias in YAML; put it in quotes."),
    ("anchor", False, "A value that begins with '&' is an anchor in YAML; put it in quotes."),
    (
        "tag",
        False,
        "A value that begins with '!' is a tag in YAML; put it in quotes or remove it.",
    ),
    (
        "directive",
        False,
        "A line that begins with '%' is a directive in YAML; remove it or put it in quotes.",
    ),
    (
        "incompatible",
        False,
        "A line that begins with '%' is a directive in YAML; remove it or put it in quotes.",
    ),
    (
        "sequence entries",
        False,
        "A list item cannot begin here; put it on a line of its own below its key.",
    ),
    (
        "node content",
        False,
        "A value or a closing bracket is missing here; add it, or put the value in quotes.",
    ),
    (
        "simple key",
        True,
        "This line has no colon behind its key; add one, or indent the line as part of the value"
        " above it.",
    ),
    (
        "block",
        False,
        "This line does not fit the lines above it; begin keys of one level in the same column,"
        " and look for a missing quotation mark.",
    ),
)


_TAB = "A tab stands where the line is indented; use blanks instead."


def explained(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line in `text`, counted from 0, and one sentence with the remedy."""
    lines = text.rstrip("\n").split("\n")
    at = _line(error.problem_mark, lines)
    indentation = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if "\t" in indentation:
        return at, _TAB
    said = f"{error.context or ''} {error.problem or ''}"
    for part, at_start, sentence in _SENTENCES:
        if part in said:
            mark = (error.context_mark if at_start else None) or error.problem_mark
            return _line(mark, lines), sentence
    return at, f"This is not valid YAML ({error.problem or 'unreadable'}); correct the line."


def _line(mark: yaml.Mark | None, lines: list[str]) -> int:
    return min(mark.line, len(lines) - 1) if mark else 0
