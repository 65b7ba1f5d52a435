"""What the search of the page looks names up in: files of names by the beginnings of their words.

A file holds all names with a word that begins so. Where that would be too many it is split by the
next character, and names whose word ends there stand in a file of their own. So a search loads one
file, whatever is typed, and a new name changes two or three.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.text.folding import is_unspaced, words

MOST_ROWS = 1_000
"""Names in a file, if they can be told apart by what their words begin with: some 50 kB."""

END = "$"
"""Behind a word in the name of what holds just those that end there; no folded word has it."""

Row = Sequence[str | int]


class SearchIndex:
    """Collects rows; of each it keeps its bytes once, so that 100,000 are some 20 MB."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._places: dict[str, list[int]] = {}

    def add(self, name: str, row: Row) -> None:
        """A row that is found by every word of the name. Rows are told in the order they came."""
        at = len(self._rows)
        self._rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        for start in dict.fromkeys(start for word in words(name) for start in _starts(word)):
            self._places.setdefault(start, []).append(at)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """File names and what is in them: scripts, as those can be read from a disk too. The file
        `leaves.js` says which others there are."""
        leaves: list[str] = []
        for leaf, places in _leaves("", sorted(self._places.items())):
            leaves.append(leaf)
            rows = ",\n".join(self._rows[at] for at in places)
            yield f"{file_name(leaf)}.js", _script("names", leaf, f"[{rows}]")
        yield "leaves.js", f"undersigned.leaves={_json(leaves)};\n".encode()


def file_name(leaf: str) -> str:
    """Of ASCII: the code points, so that no file system makes two names one."""
    return "-".join(f"{ord(character):x}" for character in leaf) or "all"


def _starts(word: str) -> list[str]:
    """What a word can be looked for by. In scripts without blanks that is every place in it."""
    return [word[at:] for at in range(len(word))] if is_unspaced(word) else [word]


def _leaves(
    prefix: str, found: Sequence[tuple[str, Sequence[int]]]
) -> Iterator[tuple[str, Sequence[int]]]:
    """The files of the words, all of which begin with `prefix`."""
    places = sorted({at for _, each in found for at in each})
    if not places:
        return
    if len(places) <= MOST_ROWS:
        yield prefix, places
        return
    by_next: dict[str, list[tuple[str, Sequence[int]]]] = {}
    for word, each in found:
        by_next.setdefault(word[len(prefix) : len(prefix) + 1], []).append((word, each))
    for character, inner in sorted(by_next.items()):
        if character:
            yield from _leaves(prefix + character, inner)
        else:
            yield prefix + END, sorted({at for _, each in inner for at in each})


def _script(variable: str, key: str, value: str) -> bytes:
    return f"undersigned.{variable}[{_json(key)}]={value};\n".encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def folding_tables(tables: Mapping[str, object]) -> bytes:
    """The tables of `bot.text.folding` for the script that folds what is typed, so that both fold
    the same."""
    return f"window.undersigned={{folding:{_json(tables)},names:{{}},tiles:{{}}}};\n".encode()
