"""Which statement, which text, which number a command speaks of."""

from __future__ import annotations

import re

from bot.commands.context import Context
from bot.domain.ids import Language, Number
from bot.statements.model import Revision, Statement
from bot.text.rich import RichText
from bot.wording import reading

_DIGEST = re.compile("[0-9a-f]{10}")
LONGEST_NUMBER = 15
"""Digits; more cannot be the number of anything here, and would not fit the database."""


def statement_list(context: Context) -> RichText:
    titles = [(s.id, s.revision(context.languages).title) for s in context.campaign.library]
    return reading.statements(context.say, titles)


def choose_statement(context: Context, words: list[str]) -> Statement | None:
    """Take the statement's id off the words. The only statement need not be named; where there is
    none of that name or more than one, that is answered and None returned."""
    library = context.campaign.library
    if words and (found := library.get(words[0].casefold())):
        words.pop(0)
        return found
    only = next(iter(library)) if len(library) == 1 else None
    if only and (not words or _may_follow(only, words[0])):
        return only
    if words:
        context.answer(reading.unknown_statement(context.say, words[0], statement_list(context)))
    elif len(library):
        context.answer(reading.which_statement(context.say, statement_list(context)))
    else:
        context.answer(statement_list(context))
    return None


def _may_follow(statement: Statement, word: str) -> bool:
    """Whether a word can stand where the id is left out: a language, a number, a digest."""
    languages = {language.casefold() for language in statement.revisions}
    return word.casefold() in languages or word.isdecimal() or bool(_DIGEST.fullmatch(word))


def choose_revision(context: Context, statement: Statement, words: list[str]) -> Revision:
    """Take a language off the words, else go by the person's."""
    if words and any(
        language.casefold() == words[0].casefold() for language in statement.revisions
    ):
        typed = words.pop(0).casefold()
        return next(r for tag, r in statement.revisions.items() if tag.casefold() == typed)
    return statement.revision(context.languages)


def parse_number(typed: str) -> Number | None:
    """`12`, `#12` or digits of any script; None for anything else."""
    digits = typed.strip().removeprefix("#")
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return None
    return Number(int(digits))


def languages_of(context: Context) -> list[Language]:
    """All languages somebody can choose here: those the bot speaks and those of the texts."""
    texts = {language for statement in context.campaign.library for language in statement.revisions}
    return [*context.campaign.languages, *sorted(texts - set(context.campaign.languages))]
