"""Every command gets what it declares: values of these types, or one sentence about the words."""

from __future__ import annotations

import datetime as dt
import inspect
import types
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import pytest

from bot.commands.catalogue import command_table
from bot.commands.context import Context, Facts
from bot.commands.parameters import Call, ParameterError
from bot.commands.typed import Words, typed_command
from bot.dispatch.limits import Limits, Rates
from bot.domain.endorsement import Kind
from bot.domain.ids import Country, Language, StatementId
from bot.domain.selection import Selection
from bot.services.campaign import Campaign
from bot.statements.loader import load
from bot.statements.model import Library, Loaded, Revision, Statement
from bot.storage.unit import Unit
from bot.wording.voice import Voice
from tests.support.statements import write_port
from tests.unit.commands.test_typed import message

TODAY = message("").origin.at.date()
EN, AR = Language("en"), Language("ar")
CALLS = {
    **{command.name: command.call for command in command_table()},
    **{f"{c.name} elsewhere": c.elsewhere for c in command_table() if c.elsewhere},
}

PORT, PORT_EN, PORT_AR = "port", ("port", "en"), ("port", "ar")
ENGLISH, ARABIC = (PORT, PORT_EN), (PORT, PORT_AR)
TN = Country("TN")
NOON = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
AT_NOON = message("").origin.at.replace(hour=12, minute=0, second=0)
HOUR = dt.timedelta(hours=1)
NOTHING: list[tuple[str, tuple[object, ...]]] = [("", ()), ("whatever 12", ())]
# What is typed behind the command, where `port` is the only statement, and what the handler gets:
# a statement by its id, a revision as its id and language.
TABLE: dict[str, list[tuple[str, tuple[object, ...]]]] = {
    "start": [("", ("",)), ("r_port_en", ("r_port_en",))],
    "statements": NOTHING,
    "read": [
        ("", (*ENGLISH, None)),
        ("port", (*ENGLISH, None)),
        ("PORT AR", (*ARABIC, None)),
        ("ar 2", (*ARABIC, 2)),
        ("3", (*ENGLISH, 3)),
        ("port en #3", (*ENGLISH, 3)),
        ("port en three", (*ENGLISH, None)),
        ("العربية", (*ARABIC, None)),
        ("arabic 2", (*ARABIC, 2)),
        ("port Arabic", (*ARABIC, None)),
        ("fr", (*ENGLISH, None)),
        ("port fr 2", (*ENGLISH, 2)),
    ],
    "demands": [
        ("", (*ENGLISH, "")),
        ("2", (*ENGLISH, "2")),
        ("port ar 2x", (*ARABIC, "2x")),
        ("de 2", (*ENGLISH, "2")),
    ],
    "signatories": [
        ("", (*ENGLISH, "")),
        ("port ar", (*ARABIC, "")),
        ("port Amal  Haddad", (*ENGLISH, "Amal Haddad")),
        ("Amal", (*ENGLISH, "Amal")),
        ("ar Amal", (*ARABIC, "Amal")),
    ],
    "search": [("", ("",)), (" the\n port ", ("the port",))],
    **{
        name: [("", ENGLISH), ("ar", ARABIC)]
        for name in ("picture", "changes", "response", "count")
    },
    "share": [("", (*ENGLISH, "")), ("ar", (*ARABIC, "")), ("port ar 2", (*ARABIC, "2"))],
    "sources": [("", ("", "")), ("uni", ("uni", "")), ("add Uni", ("add", "Uni"))],
    "stay": [("12", (12,)), ("#12", (12,))],
    "news": [("", ("", "")), ("off", ("off", "")), ("on #12", ("on", "#12"))],
    "news elsewhere": [("", ()), ("off", ())],
    "add": [("", ("",)), ("port person Amal; by letter", ("port person Amal; by letter",))],
    "announce": [("", ("",)), ("3 ar First\nSecond", ("3 ar First\nSecond",))],
    "text": [
        ("", (PORT, "", "")),
        ("port new 1a2b3c4d", (PORT, "new", "1a2b3c4d")),
    ],
    "sign": [
        ("", (*ENGLISH, "")),
        ("port ar 0123456789", (*ARABIC, "0123456789")),
        ("0123456789", (*ENGLISH, "0123456789")),
    ],
    "sign elsewhere": [("", (None,)), ("port ar", (PORT_AR,)), ("nothing", (None,))],
    "mine": [
        ("", (None, "", "")),
        ("12", (12, "", "")),
        ("#12 public", (12, "public", "")),
        ("12 except 2 and 4", (12, "except", "2 and 4")),
        ("12 name Amal\nHaddad", (12, "name", "Amal\nHaddad")),
    ],
    "endorse": [
        ("", (PORT, "")),
        ("port", (PORT, "")),
        ("Port Readers (Tunisia)", (PORT, "Port Readers (Tunisia)")),
        ("port Readers (Tunisia)", (PORT, "Readers (Tunisia)")),
    ],
    "withdraw": [("", (None, False)), ("12", (12, False)), ("undo 12", (12, True))],
    "appeal": [
        ("", (None, "")),
        ("#12", (12, "")),
        ("12 I teach\nhere", (12, "I teach\nhere")),
    ],
    "pending": [
        ("", (None, "", Selection())),
        ("skip", (None, "skip", Selection())),
        ("#12", (12, "", Selection())),
        ("port organisations TN", (None, "", Selection(StatementId(PORT), Kind.ORGANISATION, TN))),
        ("South Africa marked", (None, "", Selection(country=Country("ZA"), marked=True))),
        ("ar", (None, "", Selection(language=AR))),
        ("AR", (None, "", Selection(country=Country("AR")))),
        ("unmarked name Amal  Haddad", (None, "", Selection(marked=False, name="Amal Haddad"))),
        ("wave since 2025-03-01 12:30", (None, "", Selection(wave=True, since=NOON))),
        ("before 2025-03-01 12:30", (None, "", Selection(before=NOON + HOUR))),
        ("since 12:00 aside", (None, "", Selection(since=AT_NOON, aside=True))),
        ("port all", (None, "", Selection())),
    ],
    "aside": [("", (Selection(),)), ("wave person", (Selection(wave=True, kind=Kind.PERSON),))],
    "bulk": [("", (None, "")), ("3", (3, "")), ("3 undo", (3, "undo"))],
    "reject": [
        ("12", ([12], "")),
        ("#12 not a\nreal name", ([12], "not a\nreal name")),
        ("12, #13 14-15 2nd time", ([12, 13, 14, 15], "2nd time")),
        ("12 -15", ([12, 13, 14, 15], "")),
    ],
    "ask": [("12", (12, "")), ("12 who are you?", (12, "who are you?"))],
    "find": [
        ("", (None, "")),
        ("Amal  Haddad", (None, "Amal Haddad")),
        ("#2 Amal", (2, "Amal")),
        ("2 Amal", (None, "2 Amal")),
    ],
    "agree": [("", (None,)), ("12", (12,)), ("#12", (12,))],
    "audit": [
        ("", (TODAY, 1)),
        ("today", (TODAY, 1)),
        ("Today 2", (TODAY, 2)),
        ("2026-03-01 3", (dt.date(2026, 3, 1), 3)),
        ("12", (12, 1)),
        ("#12 2", (12, 2)),
        ("0", (0, 1)),
        ("12 0", (12, 1)),
    ],
    "export": [
        ("", (PORT, "csv")),
        ("json", (PORT, "json")),
        ("port", (PORT, "csv")),
        ("port\ncsv", (PORT, "csv")),
    ],
    "language": [
        ("", (None,)),
        ("AR", (AR,)),
        ("العربية", (AR,)),
        ("arabic", (AR,)),
        ("English", (EN,)),
    ],
    "claim": [("", ("",)), ("0123", ("0123",))],
    "endcount": [("", (None,)), ("#1234", (1234,)), ("x", (None,))],
    "code": [("", ("",)), ("950 k7qf", ("950 k7qf",))],
    **{
        name: [
            ("12", ([12],)),
            ("#\u0661\u0662", ([12],)),
            ("1 2 3", ([1, 2, 3],)),
            ("#3,#1، 2\n2", ([3, 1, 2],)),
            ("4-6, 9", ([4, 5, 6, 9],)),
            ("1-20", (list(range(1, 21)),)),
        ]
        for name in ("show", "verify", "undo", "reopen")
    },
    **{name: [("", (PORT,)), ("Port", (PORT,))] for name in ("close", "open", "finish")},
}
TABLE["settings"] = TABLE["language"]

# What is answered where the words do not fit.
REFUSED: dict[str, list[tuple[str, str]]] = {
    **{
        name: [("nowhere", "There's no statement called “\u2068nowhere\u2069”.\n\n1 statement:")]
        for name in (
            *("read", "demands", "share", "picture", "changes", "sign", "close", "open"),
            *("finish", "text", "response", "count"),
        )
    },
    **{
        name: [(typed, f"Which number? For example: /{name} 12") for typed in ("", "x", "9" * 16)]
        for name in ("show", "verify", "reject", "ask", "undo", "reopen", "stay")
    },
    "appeal": [(typed, "Which number? For example: /appeal 12") for typed in ("x", "9" * 16)],
    "agree": [(typed, "Which number? For example: /agree 12") for typed in ("x", "1 2")],
    "audit": [
        (typed, "A signature or a day? For example: /audit 12, /audit today")
        for typed in ("x", "yesterday", "2026-02-30", "12 x", "12 1 1", "-1")
    ],
    "mine": [("x", "To change a signature"), ("name Amal", "To change")],
    "withdraw": [
        (typed, "That's not a number. Type it like this: /withdraw 12")
        for typed in ("x", "1 2", "undo", "undo x")
    ],
    "export": [
        (
            typed,
            "I can't export “\u2068xlsx\u2069”. There are \u2068csv\u2069, \u2068json\u2069, and "
            "\u2068signed\u2069.",
        )
        for typed in ("xlsx", "port xlsx")
    ],
    "pending": [(typed, "I don't know “") for typed in ("3 x", "since", "since x", "before 25:00")],
    "aside": [("nowhere", "I don't know “\u2068nowhere\u2069” here.")],
    "language": [("xx", "There's no language “\u2068xx\u2069” here")],
}
REFUSED["verify"] += [
    *((typed, "Which number?") for typed in ("1 two", "5-4", "1 2x")),
    *((typed, "That's more than 20 numbers.") for typed in ("1-21", "1-9999999", "1-20 30")),
]
REFUSED["settings"] = REFUSED["language"]


def taken(call: Call) -> list[Any]:
    """The types of what the handler takes behind the context."""
    hints = get_type_hints(call.handler)
    names = list(inspect.signature(call.handler).parameters)[1:]
    return [hints[name] for name in names]


def rows_of(name: str) -> list[tuple[str, tuple[object, ...]]]:
    """The rows of the table; a command that takes something and has none fails."""
    return TABLE[name] if taken(CALLS[name]) else NOTHING


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return load(write_port(tmp_path)).library


def context(library: Library) -> Context:
    """In it nothing is stored: parameters look at no record."""

    async def nothing() -> Loaded:
        return Loaded(library)

    campaign = Campaign(nothing, library, [EN, AR], {}, 1000)
    return Context(
        event=message(""),
        typed=None,
        unit=cast(Unit, None),
        campaign=campaign,
        say=Voice(EN, "/"),
        languages=[EN],
        now=message("").origin.at,
        facts=Facts(0),
        conversation=None,
        spend=Limits(Rates()).purse(message("").origin, lambda: message("").origin.at),
    )


def read(call: Call, name: str, typed: str, library: Library) -> tuple[object, ...]:
    found = typed_command(message(f"/{name} {typed}"))
    assert found is not None
    return call.parameters.read(context(library), Words(found))


def plain(value: object) -> object:
    match value:
        case Statement(id=id_):
            return id_
        case Revision(statement=statement, language=language):
            return statement, language
        case list():
            return [plain(each) for each in value]
    return value


def is_a(value: object, wanted: Any) -> bool:
    if get_origin(wanted) in {Union, types.UnionType}:
        return any(is_a(value, part) for part in get_args(wanted))
    # A `NewType` is no class: what it is made of is.
    wanted = get_origin(wanted) or wanted
    return isinstance(value, getattr(wanted, "__supertype__", wanted))


@pytest.mark.parametrize("name", CALLS)
def test_a_handler_gets_what_its_command_declares(name: str, library: Library) -> None:
    call = CALLS[name]
    for typed, expected in rows_of(name):
        values = read(call, name.split(maxsplit=1)[0], typed, library)
        assert tuple(plain(value) for value in values) == expected, typed
        wanted = taken(call)
        assert len(values) == len(wanted)
        assert all(is_a(value, kind) for value, kind in zip(values, wanted, strict=True)), typed


@pytest.mark.parametrize("name", REFUSED)
def test_words_that_do_not_fit_are_told_once(name: str, library: Library) -> None:
    for typed, said in REFUSED[name]:
        with pytest.raises(ParameterError) as error:
            read(CALLS[name], name, typed, library)
        assert error.value.text.plain.startswith(said), typed


@pytest.mark.parametrize("name", [name for name in CALLS if Statement in taken(CALLS[name])])
def test_with_several_statements_or_none_that_is_said(name: str, library: Library) -> None:
    (port,) = library
    two = Library({port.id: port, StatementId("quay"): port})
    for some, said in ((two, "Which statement?"), (Library(), "There are no")):
        with pytest.raises(ParameterError) as error:
            read(CALLS[name], name, "", some)
        assert error.value.text.plain.startswith(said)
    assert plain(read(CALLS[name], name, "quay", two)[0]) == "port"


@pytest.mark.parametrize("name", CALLS)
def test_help_names_what_a_command_takes(name: str) -> None:
    optional_words = {"start", "mine", "bulk", "claim", "code", "sign elsewhere", "endcount"}
    call = CALLS[name]
    assert bool(call.parameters.usage) == bool(taken(call) and name not in optional_words)
