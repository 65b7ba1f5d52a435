"""Which statement, which text, which number a command speaks of."""

from __future__ import annotations

import re

from bot.commands.call import Call
from bot.domain.ids import Language, Number
from bot.statements.model import Revision, Statement
from bot.text.rich import RichText
from bot.wording import reading

_DIGEST = re.compile("[0-9a-f]{10}")
LONGEST_NUMBER = 15
"""Digits; more cannot be the number of anything here, and would not fit the database."""


def statement_list(call: Call) -> RichText:
    titles = [(s.id, s.revision(call.languages).title) for s in call.campaign.library]
    return reading.statements(call.say, titles)


def choose_statement(call: Call, words: list[str]) -> Statement | None:
    """Take the statement's id off the words. The only statement need not be named; where there is
    none of that name or more than one, that is answered and None returned."""
    library = call.campaign.library
    if words and (found := library.get(words[0].casefold())):
        words.pop(0)
        return found
    only = next(iter(library)) if len(library) == 1 else None
    if only and (not words or _may_follow(only, words[0])):
        return only
    if words:
        call.answer(reading.unknown_statement(call.say, words[0], statement_list(call)))
    elif len(library):
        call.answer(reading.which_statement(call.say, statement_list(call)))
    else:
        call.answer(statement_list(call))
    return None


def _may_follow(statement: Statement, word: str) -> bool:
    """Whether a word can stand where the id is left out: a language, a number, a digest."""
    languages = {language.casefold() for language in statement.revisions}
    return word.casefold() in languages or word.isdecimal() or bool(_DIGEST.fullmatch(word))


def choose_revision(call: Call, statement: Statement, words: list[str]) -> Revision:
    """Take a language off the words, else go by the person's."""
    if words and any(
        language.casefold() == words[0].casefold() for language in statement.revisions
    ):
        typed = words.pop(0).casefold()
        return next(r for tag, r in statement.revisions.items() if tag.casefold() == typed)
    return statement.revision(call.languages)


def parse_number(typed: str) -> Number | None:
    """`12`, `#12` or digits of any script; None for anything else."""
    digits = typed.strip().removeprefix("#")
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return None
    return Number(int(digits))


def languages_of(call: Call) -> list[Language]:
    """All languages somebody can choose here: those the bot speaks and those of the texts."""
    texts = {language for statement in call.campaign.library for language in statement.revisions}
    return [*call.campaign.languages, *sorted(texts - set(call.campaign.languages))]
