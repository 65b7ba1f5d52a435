"""What admins are told who answer about a changed text, and of what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.log import TextChange
from bot.domain.texts import Adoption
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import N_, Voice, lines, own_name


def not_changed_any_more(say: Voice) -> RichText:
    return say.gettext("The changed text isn't on the disk any more. Nothing has changed.")


def stays_as_it_is(say: Voice, title: str) -> RichText:
    """Of a statement whose log takes nothing any more."""
    return say.gettext(
        "The text of “{title}” stays as it was. It can't be changed any more.",
        title=isolated(title),
    )


def correction_noted(say: Voice) -> RichText:
    """To the first of the two admins."""
    return say.gettext("Noted. Another admin has to agree that it's a correction.")


def done(say: Voice) -> RichText:
    return say.gettext("Done. The changed text is shown now.")


def answered(say: Voice, title: str, change: TextChange, names: Sequence[str]) -> RichText:
    """In the place of the question."""
    done = (
        N_("{names} called the change of “{title}” a correction. Signers are told.")
        if change is TextChange.CORRECTION
        else N_("{names} called the change of “{title}” a new text. Signers are asked to sign it.")
    )
    return say.gettext(done, title=isolated(bold(title)), names=say.listed(names))


def nothing_asked(say: Voice) -> RichText:
    return say.gettext("No changed text waits for an answer.")


def seen_another(say: Voice) -> RichText:
    """To who answers with the mark of an earlier change."""
    return say.gettext("The text was changed again. This is the difference now:")


def all_told(say: Voice, title: str, adoption: Adoption, told: int, others: int) -> RichText:
    """To admins, once everybody who can be reached has been told."""
    return lines(
        say.ngettext(
            "Told {count} signer of the changed text of “{title}” ({language}).",
            "Told {count} signers of the changed text of “{title}” ({language}).",
            told,
            title=isolated(title),
            language=isolated(own_name(adoption.language)),
        ),
        _not_told(say, adoption.change, others) if others else None,
    )


def _not_told(say: Voice, change: TextChange, others: int) -> RichText:
    if change is TextChange.CORRECTION:
        return say.ngettext(
            "{count} more can't be reached. The signature holds all the same.",
            "{count} more can't be reached. Their signatures hold all the same.",
            others,
        )
    return say.ngettext(
        "{count} more can't be reached, and stays under the earlier text.",
        "{count} more can't be reached, and stay under the earlier text.",
        others,
    )
