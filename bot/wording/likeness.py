"""Marks on a card: similar names, and words whose letters mislead. Suggestions, no verdicts.

Similar ones are named by number only: the text of a card is erased with its own record, and would
else keep the name of a signer who has asked to be forgotten.
"""

from __future__ import annotations

from bot.domain.likeness import Likeness, Mixed, Similar
from bot.text.rich import RichText, isolated
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, lines

_SCRIPTS = {
    "LATIN": N_("Latin"),
    "CYRILLIC": N_("Cyrillic"),
    "GREEK": N_("Greek"),
    "ARMENIAN": N_("Armenian"),
    "HEBREW": N_("Hebrew"),
    "ARABIC": N_("Arabic"),
}
_MOST_LETTERS = 5


def marks(say: Voice, likeness: Likeness) -> RichText:
    """One line a mark; empty where there is none."""
    same = [similar for similar in likeness.similar if similar.same]
    near = [similar for similar in likeness.similar if not similar.same]
    return lines(
        say.gettext("Same name: {numbers}", numbers=_numbers(say, same)) if same else None,
        say.gettext("Similar name: {numbers}", numbers=_numbers(say, near)) if near else None,
        *(_mixed(say, mixed) for mixed in likeness.mixed),
    )


def _numbers(say: Voice, similar: list[Similar]) -> str:
    return say.listed(f"#{one.number} · {status_name(say, one.status).plain}" for one in similar)


def _mixed(say: Voice, mixed: Mixed) -> RichText:
    letters = [f"{letter} ({_script(say, name)})" for letter, name in mixed.letters]
    shown = letters[:_MOST_LETTERS] + (["…"] if len(letters) > _MOST_LETTERS else [])
    return say.gettext(
        "“{word}” holds letters of another script: {letters}",
        word=isolated(mixed.word),
        letters=say.listed(shown),
    )


def _script(say: Voice, name: str) -> str:
    known = _SCRIPTS.get(name)
    return name.capitalize() if known is None else say.gettext(known).plain
