"""The parameters of commands as values: each takes what it means off the words that were typed.

Handlers get what was meant, never words to split. What is wrong with the words is raised as a
`ParameterError` and told in one place, the router; `Words` still holds what was typed then, so a
list of choices can go on with it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from bot.commands.choices import KEPT, fits, of_languages, of_statements, ways_on
from bot.commands.context import Context
from bot.commands.typed import TypedCommand, Words, parse_number
from bot.conversations.choose import Choosing
from bot.domain.endorsement import Kind
from bot.domain.ids import Language, Number
from bot.ports import Place, Rows
from bot.services.endorse import not_open
from bot.statements.codes import language_fault
from bot.statements.model import Revision, Statement
from bot.text.rich import RichText
from bot.wording import general, reading, signatories
from bot.wording.voice import N_, own_name

_DIGEST = re.compile("[0-9a-f]{10}")
EXPORT_FORMS = ("csv", "json", "signed")

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class ParameterError(Exception):
    """What was typed behind a command cannot be taken for what belongs there; `text` tells it."""

    def __init__(self, text: RichText, choices: Rows = (), kept: Choosing | None = None) -> None:
        super().__init__()
        self.text = text
        self.choices = choices
        """Buttons by which what was asked for goes on."""
        self.kept = kept
        """What is to be remembered until then."""


@dataclass(frozen=True, slots=True)
class Parameters(Generic[*Ts]):
    """What stands behind a command's name. `read` takes the values off the words and raises
    `ParameterError`; `usage` is what help shows of them, a message of the catalogue."""

    read: Callable[[Context, Words], tuple[*Ts]]
    usage: str = ""

    def then(self, other: Parameters[T], usage: str = "") -> Parameters[*Ts, T]:
        return Parameters(
            lambda context, words: (*self.read(context, words), *other.read(context, words)),
            usage or self.usage,
        )

    def to(self, handler: Callable[[Context, *Ts], Awaitable[None]]) -> Call:
        return Call(self, handler)


@dataclass(frozen=True, slots=True)
class Call:
    """A handler with the parameters that it takes. Only `Parameters.to` makes one, so that the
    types of the two are checked against each other."""

    parameters: Parameters[*tuple[Any, ...]]
    handler: Callable[..., Awaitable[None]]

    async def __call__(self, context: Context, typed: TypedCommand) -> None:
        """Raises `ParameterError` before anything is done."""
        await self.handler(context, *self.parameters.read(context, Words(_whole(context, typed))))


def _whole(context: Context, typed: TypedCommand) -> TypedCommand:
    """With what was kept in the place of its sign. Raises `ParameterError` if it is gone."""
    chosen, _, sign = typed.args.partition(" ")
    if sign != KEPT:
        return typed
    kept = context.conversation
    if not isinstance(kept, Choosing) or kept.command != typed.name:
        raise ParameterError(RichText(general.old_button(context.say)))
    return TypedCommand(typed.name, f"{chosen} {kept.rest}")


def _statement(context: Context, words: Words, kind: Kind | None = None) -> Statement:
    """The only statement need not be named, nor the only one that takes endorsements of a kind;
    where there are more, each is a button that goes on with what was typed."""
    if (named := _named(context, words)) is not None:
        return named
    among = _among(context, kind)
    is_left_out = not words.rest or _may_follow(context, words.next)
    if not is_left_out:
        raise _which(context, among, words.command, unknown=words.next)
    if len(among) != 1:
        raise _which(context, among, words.command, words.rest)
    return among[0]


def _named(context: Context, words: Words) -> Statement | None:
    found = context.campaign.library.get(words.next.casefold())
    if found is not None:
        words.take()
    return found


def _named_or_only(context: Context, words: Words) -> Statement | None:
    library = context.campaign.library
    return _named(context, words) or (next(iter(library)) if len(library) == 1 else None)


def _among(context: Context, kind: Kind | None) -> list[Statement]:
    """Those to choose from: the ones that are open, unless none is, which is then said."""
    all_ = list(context.campaign.library)
    if kind is None:
        return all_
    return [s for s in all_ if not_open(s.terms, kind, context.now) is None] or all_


def _which(
    context: Context, among: Sequence[Statement], command: str, rest: str = "", *, unknown: str = ""
) -> ParameterError:
    """Asks for one of them; the buttons go on with `rest`."""
    titles = [context.revision(statement).title for statement in among]
    known = reading.statements(context.say, titles)
    if unknown:
        known = reading.unknown_statement(context.say, unknown, known)
    elif among:
        known = reading.which_statement(context.say, known)
    kept = None
    if not fits(among, command, rest):
        # Only in a group somebody types that much: the name to endorse in.
        kept = Choosing(command, rest) if context.place is Place.GROUP else None
        rest = KEPT if kept else ""
    choices = of_statements(context, among, command, rest) or ways_on(context)
    return ParameterError(known, choices, kept)


def _may_follow(context: Context, word: str) -> bool:
    """Whether a word can stand where the id is left out: a language, a number, a digest."""
    is_number = parse_number(word) is not None
    return is_number or bool(_DIGEST.fullmatch(word)) or _language_in(context, word) is not None


def _revision(
    context: Context, words: Words, kind: Kind | None = None
) -> tuple[Statement, Revision]:
    statement = _statement(context, words, kind)
    return statement, _in_language(context, statement, words)


def _in_language(context: Context, statement: Statement, words: Words) -> Revision:
    """The text in the language that is named, else, also where there is none in it, in the
    person's."""
    named = _language_in(context, words.next)
    if named is not None:
        words.take()
    return context.campaign.revision(statement, [named, *context.languages])


def _language_in(context: Context, word: str) -> Language | None:
    """By its tag, its own name, or its name in the person's language. None for any other word; a
    tag counts also where nothing here is in that language."""
    typed = word.casefold()
    for tag in languages_of(context):
        names = (tag, own_name(tag), context.say.language_name(tag))
        if typed in map(str.casefold, names):
            return tag
    return Language(typed) if typed and language_fault(typed) is None else None


def _listed(context: Context, words: Words) -> tuple[Statement, Revision, str]:
    if (statement := _named_or_only(context, words)) is None:
        return (*_revision(context, words), words.take_all())
    return statement, _in_language(context, statement, words), " ".join(words.take_all().split())


def _named_revision(context: Context, words: Words) -> tuple[Revision | None]:
    found = _named(context, words)
    return (_in_language(context, found, words) if found else None,)


def _endorsed(context: Context, words: Words) -> tuple[Statement, str]:
    """Words that are no statement's id, as it is written, are the organisation's name."""
    statement = context.campaign.library.get(words.next)
    if statement is not None:
        words.take()
        return statement, words.take_all()
    among = _among(context, Kind.ORGANISATION)
    if len(among) != 1:
        raise _which(context, among, words.command, words.rest)
    return among[0], words.take_all()


def _exported(context: Context, words: Words) -> tuple[Statement, str]:
    *before, last = words.rest.rsplit(maxsplit=1) or [""]
    if last in EXPORT_FORMS:
        words.rest = "".join(before)
        return _statement(context, words), last
    if (statement := _named_or_only(context, words)) is None:
        return _statement(context, words), "csv"
    if words.rest:
        raise ParameterError(signatories.export_forms(context.say, words.rest, EXPORT_FORMS))
    return statement, "csv"


def _language(context: Context, words: Words) -> tuple[Language | None]:
    """By its tag or by its own name."""
    typed, choices = words.take_all(), languages_of(context)
    found = _language_in(context, typed)
    if typed and found not in choices:
        text = general.language_unknown(context.say, typed, choices)
        raise ParameterError(text, of_languages(choices))
    return (found,)


NOTHING: Parameters[()] = Parameters(lambda _context, _words: ())
TEXT: Parameters[str] = Parameters(lambda _context, words: (words.take_all(),))
WORDS: Parameters[str] = Parameters(
    lambda _context, words: (" ".join(words.take_all().split()),), N_("words")
)
WORD: Parameters[str] = Parameters(lambda _context, words: (words.take(),))
"""One word, or none: empty."""

STATEMENT: Parameters[Statement] = Parameters(
    lambda context, words: (_statement(context, words),), N_("[statement]")
)
REVISION: Parameters[Statement, Revision] = Parameters(_revision, N_("[statement]"))
LISTED: Parameters[Statement, Revision, str] = Parameters(_listed, N_("[statement] [name]"))
"""As `REVISION`, and words of a name; where there is but one statement, words that are none of its
languages are such."""

SIGNED: Parameters[Statement, Revision] = Parameters(
    lambda context, words: _revision(context, words, Kind.PERSON), N_("[statement]")
)
"""As `REVISION`, of the statements that persons can sign now."""

"""A statement, and its text in the language that may be named behind it."""

NAMED_REVISION: Parameters[Revision | None] = Parameters(_named_revision)
"""As `REVISION`; None where no statement is named."""

ENDORSED: Parameters[Statement, str] = Parameters(_endorsed, N_("[statement] [name (country)]"))
"""The statements that may be meant, of which one is to be chosen where there are several."""

EXPORTED: Parameters[Statement, str] = Parameters(
    _exported, N_("[statement] [csv, json or signed]")
)

LANGUAGE: Parameters[Language | None] = Parameters(_language, N_("[code]"))

PAGE: Parameters[Number | None] = Parameters(lambda _context, words: (parse_number(words.take()),))
"""A number, or None: what is no number counts for none."""


def languages_of(context: Context) -> list[Language]:
    """All languages somebody can choose here: those the bot speaks and those of the texts."""
    texts = {language for statement in context.campaign.library for language in statement.revisions}
    return [*context.campaign.languages, *sorted(texts - set(context.campaign.languages))]
