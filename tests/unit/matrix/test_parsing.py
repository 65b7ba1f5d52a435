"""What a room's events say, whatever a stranger put in."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.matrix.parsing import MOST_TEXT, corrected, said

ME = "@bot:example.org"
NEW = {"msgtype": "m.text", "body": " Amal Haddad "}


def edit(**changed: Any) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": "$name"}
    return {
        "msgtype": "m.text",
        "body": "* Amal Haddad",
        "m.new_content": NEW,
        "m.relates_to": relation,
    } | changed


def test_an_edit_names_its_message_and_says_what_is_there_now() -> None:
    assert said(edit(), ME, "Bot", "!").edits == "$name"
    assert corrected(edit()) == "Amal Haddad"
    assert said(NEW, ME, "Bot", "!").edits is None


@pytest.mark.parametrize("event_id", [None, {}, 7])
def test_an_edit_of_nothing_is_still_no_message_anew(event_id: Any) -> None:
    relation = {"rel_type": "m.replace", "event_id": event_id}
    assert said(edit(**{"m.relates_to": relation}), ME, "Bot", "!").edits == ""


@pytest.mark.parametrize(
    "new", [None, 7, "Amal", {}, NEW | {"body": None}, NEW | {"msgtype": "m.image"}]
)
def test_what_holds_no_new_text_corrects_nothing(new: Any) -> None:
    assert corrected(edit(**{"m.new_content": new})) is None


def test_a_long_correction_is_cut() -> None:
    text = corrected(edit(**{"m.new_content": NEW | {"body": "x" * (MOST_TEXT + 1)}}))
    assert text == "x" * MOST_TEXT
