"""One reading of what was typed: the name and the words behind it, however they were written."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from bot.commands.catalogue import QUESTIONS, button_table, command_table
from bot.commands.table import Needs
from bot.commands.typed import TypedCommand, Words, is_for_us, typed_command
from bot.dispatch.router import Router
from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef
from bot.ports import Event, Left, Message, Origin, Place, Press

HERE = AdapterName("here")
NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
RLM, RLI, PDI = "\u200f", "\u2067", "\u2069"


def origin(place: Place) -> Origin:
    return Origin("1", ChatRef(HERE, "c"), place, UserRef(HERE, "u"), "Amal", None, NOW)


def message(text: str, place: Place = Place.PRIVATE, reply_to: str | None = None) -> Message:
    return Message(origin(place), text, None if reply_to is None else MessageRef(reply_to))


def press(data: str, place: Place = Place.PRIVATE) -> Press:
    return Press(origin(place), "press", MessageRef("7"), data)


WRITTEN = [
    ("/sign", TypedCommand("sign")),
    ("/sign port", TypedCommand("sign", "port")),
    ("/SIGN Port", TypedCommand("sign", "Port")),
    (f"{RLM}/sign port", TypedCommand("sign", "port")),
    (f" {RLM} \n{RLM}/sign port{RLM}\n", TypedCommand("sign", "port")),
    (f"{RLI}/sign port{PDI}", TypedCommand("sign", "port")),
    (f"/sign{RLM} port", TypedCommand("sign", "port")),
    ("\n/sign\nport en", TypedCommand("sign", "port en")),
    ("/sign\tport", TypedCommand("sign", "port")),
    ("/reject 3 one\ntwo  three ", TypedCommand("reject", "3 one\ntwo  three")),
    ("/", TypedCommand("")),
    ("/ sign", TypedCommand("", "sign")),
]
FREE = ["", "sign", "a /sign", "http://a.org", f"{RLM}sign", "12/3", "\\/sign"]


@pytest.mark.parametrize(("written", "typed"), WRITTEN)
def test_a_command_is_found_and_a_button_stands_for_the_same(
    written: str, typed: TypedCommand
) -> None:
    assert typed_command(message(written)) == typed
    assert typed_command(press(written)) == typed


@pytest.mark.parametrize("written", FREE)
def test_other_text_is_no_command(written: str) -> None:
    assert typed_command(message(written)) is None


@pytest.mark.parametrize("data", ["b:0123:confirm", "p:r:port,en,0123:4"])
def test_a_button_that_stands_for_no_command_is_none(data: str) -> None:
    assert typed_command(press(data)) is None


@pytest.mark.parametrize(("written", "typed"), WRITTEN)
def test_limits_and_needs_go_by_the_same_name(written: str, typed: TypedCommand) -> None:
    commands = command_table()
    router = Router(commands, button_table(), QUESTIONS)
    found = commands.find(typed.name, Place.PRIVATE)
    assert (found is not None and commands.cost(found, typed.args) > 0) == (typed.name == "sign")
    event = message(written.casefold().replace("sign", "withdraw"), Place.GROUP)
    expected = Needs.ROLE if typed.name == "sign" else Needs.NOTHING
    assert router.needs(event, typed_command(event)) == expected


SPOKEN: list[tuple[Event, bool]] = [
    (message("hello"), True),
    (message("hello", Place.GROUP), False),
    (message("hello", Place.ADMIN), False),
    (message("hello", Place.GROUP, reply_to="7"), True),
    (message("/read", Place.GROUP), True),
    (message(f"{RLM}/read", Place.ADMIN), True),
    (message("\n/read", Place.GROUP), True),
    (press("b:0123:confirm", Place.GROUP), True),
    (Left(origin(Place.PRIVATE)), False),
]


@pytest.mark.parametrize(("event", "expected"), SPOKEN)
def test_what_waits_for_a_word_of_the_bot(event: Event, expected: bool) -> None:
    assert is_for_us(event) is expected


def test_every_right_brings_the_question_for_the_role() -> None:
    commands = [command for command in command_table() if command.right]
    assert commands
    for command in commands:
        for place in command.places - {Place.PRIVATE}:
            assert Needs.ROLE in command.needs(place)
            without = dataclasses.replace(command, right=None)
            assert Needs.ROLE not in without.needs(place)


def test_words_come_off_one_by_one_and_the_rest_stays_as_it_was_typed() -> None:
    words = Words(TypedCommand("mine", "12  name Amal\n Haddad"))
    assert (words.command, words.next, words.take(), words.take()) == ("mine", "12", "12", "name")
    assert words.rest == "Amal\n Haddad"
    assert (words.take_all(), words.next, words.take(), words.take_all()) == (
        "Amal\n Haddad",
        "",
        "",
        "",
    )
