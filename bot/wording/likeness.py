"""Marks on a card: similar names, words whose letters mislead, and what is odd about a name, which
its bearer was asked about. Suggestions, no verdicts.

Similar ones are named by number only: the text of a card is erased with its own record, and would
else keep the name of a signer who has asked to be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.likeness import Doubt, Likeness, Mixed, Similar
from bot.text.rich import RichText, bold, isolated
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

_SCRIPTS = {
    "LATIN": N_("Latin"),
    "CYRILLIC": N_("Cyrillic"),
    "GREEK": N_("Greek"),
    "ARMENIAN": N_("Armenian"),
    "HEBREW": N_("Hebrew"),
    "ARABIC": N_("Arabic"),
}
_MOST_LETTERS = 5
_DOUBTS = {
    Doubt.LINK: N_("This name has a link in it."),
    Doubt.MAIL: N_("This name has an e-mail address in it."),
    Doubt.PHONE: N_("This name has a phone number in it."),
    Doubt.HANDLE: N_("This name has a user name (@…) in it."),
    Doubt.SEVERAL: N_("These may be the names of two people. Each person signs alone."),
    Doubt.ORGANISATION: N_("This may be an organisation's name, not a person's."),
    Doubt.LETTER: N_("This name has fewer than two letters."),
    Doubt.ANSWER: N_("This looks like an answer, not a name."),
    Doubt.ISSUER: N_("An organisation that issued the statement has this name."),
}


def marks(say: Voice, likeness: Likeness) -> RichText:
    """One line a mark; empty where there is none."""
    same = [similar for similar in likeness.similar if similar.same]
    near = [similar for similar in likeness.similar if not similar.same]
    return lines(
        say.gettext("Same name: {numbers}", numbers=_numbers(say, same)) if same else None,
        say.gettext("Similar name: {numbers}", numbers=_numbers(say, near)) if near else None,
        *(_mixed(say, mixed) for mixed in likeness.mixed),
        *doubted(say, likeness.doubts),
    )


def ask_about(say: Voice, name: str, doubts: Iterable[Doubt]) -> RichText:
    """What a signer is asked once whose name is odd."""
    return paragraphs(
        say.alone(bold(name)),
        lines(*doubted(say, doubts)),
        say.gettext("Is that right? Then confirm. If not, type your name as it should appear."),
    )


def doubted(say: Voice, doubts: Iterable[Doubt]) -> list[RichText]:
    return [say.gettext(_DOUBTS[doubt]) for doubt in doubts]


def _numbers(say: Voice, similar: list[Similar]) -> str:
    return say.listed(f"#{one.number} · {status_name(say, one.status).plain}" for one in similar)


def _mixed(say: Voice, mixed: Mixed) -> RichText:
    letters = [f"{letter} ({_script(say, name)})" for letter, name in mixed.letters]
    shown = letters[:_MOST_LETTERS] + (["…"] if len(letters) > _MOST_LETTERS else [])
    return say.gettext(
        "“{word}” has letters of another script: {letters}",
        word=isolated(mixed.word),
        letters=say.listed(shown),
    )


def _script(say: Voice, name: str) -> str:
    known = _SCRIPTS.get(name)
    return name.capitalize() if known is None else say.gettext(known).plain
