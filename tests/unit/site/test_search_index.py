"""What a search of the page loads: every name under every beginning of its words, in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from bot.site import search_index
from bot.site.search_index import END, SearchIndex, file_name
from bot.text.folding import fold, is_unspaced, words
from tests.support.names import made_up


def files(names: Sequence[str]) -> tuple[list[str], Mapping[str, list[str]]]:
    """The leaves, and the names in each."""
    index = SearchIndex()
    for name in names:
        index.add(name, [name])
    found = dict(index.files())
    leaves = json.loads(found.pop("leaves.js").removeprefix(b"undersigned.leaves=")[:-2])
    inside = {}
    for leaf in leaves:
        head, _, rows = found.pop(f"{file_name(leaf)}.js").decode().partition("]=")
        assert json.loads(head.removeprefix("undersigned.names[")) == leaf
        inside[leaf] = [row[0] for row in json.loads(rows.removesuffix(";\n"))]
    assert not found
    return leaves, inside


def leaf_of(word: str, leaves: Sequence[str]) -> str:
    """Where the script looks."""
    beginnings = [word[:length] for length in range(len(word) + 1)]
    return next(leaf for leaf in (*beginnings, word + END) if leaf in leaves)


def test_few_names_are_one_file() -> None:
    leaves, inside = files(["Amal Haddad", "Zoë"])
    assert leaves == [""]
    assert inside[""] == ["Amal Haddad", "Zoë"]


def test_nobody_is_no_file() -> None:
    assert files([]) == ([], {})


def test_every_word_is_found_and_no_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "MOST_ROWS", 30)
    names = [*made_up(1500, seed=9), "Yo-Yo Ma", "M Ma"]
    leaves, inside = files(names)
    assert len(leaves) > 20
    for name in names:
        for word in words(name):
            starts = [word[at:] for at in range(len(word))] if is_unspaced(word) else [word]
            for start in starts:
                assert name in inside[leaf_of(start, leaves)], (name, start)
    for leaf, rows in inside.items():
        assert len(rows) <= 30 or leaf.endswith(END), leaf
        assert len(rows) == len(set(rows)) or len(names) != len(set(names))
        beginning = leaf.removesuffix(END)
        assert all(beginning in fold(row) for row in rows)


def test_no_file_name_is_two_names() -> None:
    assert file_name("") == "all"
    assert file_name("ma$") == "6d-61-24"
    assert file_name("é") != file_name("e\u0301")
