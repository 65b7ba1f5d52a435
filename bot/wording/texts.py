"""What is said of texts that were changed: the difference, what it means for who signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.counts import Counts, PublicCounts
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import Language, Number
from bot.domain.log import TextChange
from bot.domain.texts import Adoption
from bot.text.difference import Difference
from bot.text.rich import RichText, bold, code, isolated, struck
from bot.wording import excepting
from bot.wording.cover import counted, signers
from bot.wording.voice import N_, Voice, lines, own_name, paragraphs

MOST_SHOWN = 1200
"""Characters of a difference in a message that says more than that."""

MOST_WORDS = 400
"""Characters that went out, or came in, at one place."""


def places(say: Voice, found: Iterable[Difference]) -> list[RichText]:
    """Each place at which a text was changed."""
    return [
        lines(
            say.alone(_around(each)),
            each.out and say.gettext("Out: {words}", words=isolated(struck(_cut(each.out)))),
            each.into and say.gettext("In: {words}", words=isolated(bold(_cut(each.into)))),
        )
        for each in found
    ]


def _around(each: Difference) -> str:
    return " … ".join(part for part in (each.before, each.after) if part) or "…"


def _cut(words: str) -> str:
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"


def difference(say: Voice, found: Sequence[Difference], most: int = MOST_SHOWN) -> RichText:
    """As many of the places as `most` characters hold, one at least, and how many there are
    more."""
    shown: list[RichText] = []
    for place in places(say, found):
        if shown and sum(map(len, shown)) + len(place) > most:
            break
        shown.append(place)
    more = len(found) - len(shown)
    return paragraphs(
        *(shown or [say.gettext("No words changed, only the formatting.")]),
        say.ngettext("And in {count} more place.", "And in {count} more places.", more)
        if more
        else None,
    )


def asked(
    say: Voice,
    title: str,
    counts: Counts,
    found: Sequence[tuple[Language, Sequence[Difference]]],
    by: str | None,
    typed: str,
) -> RichText:
    """The question to admins, with what was changed in each language. `by` has said that it is a
    correction; `typed` says so too."""
    who = signers(say, counts.persons, counts.organisations) or ""
    return paragraphs(
        say.gettext("The text of “{title}” was changed on the disk.", title=isolated(bold(title))),
        say.ngettext(
            "{who} has signed the earlier text. I go on showing that one until you answer.",
            "{who} have signed the earlier text. I go on showing that one until you answer.",
            counts.verified,
            who=who,
        ),
        *(_in_language(say, language, each, MOST_SHOWN // len(found)) for language, each in found),
        _correction_by(say, by),
        say.gettext(
            "A new text says something else: who signed stays under the old one and is asked. "
            "To keep the old text, put its file back and send {cmd}reload."
        ),
        say.gettext(
            "To type instead of “It's a correction”: {command}", command=code(say.prefix + typed)
        ),
    )


def _in_language(
    say: Voice, language: Language, found: Sequence[Difference], most: int
) -> RichText:
    return lines(say.alone(bold(own_name(language))), difference(say, found, most))


def _correction_by(say: Voice, by: str | None) -> RichText:
    if by is not None:
        return say.gettext(
            "{name} says it's a correction. Another admin has to agree.", name=isolated(bold(by))
        )
    return say.gettext(
        "A correction says the same as before: signatures hold for it. That takes two admins."
    )


_TOLD = {
    (Kind.PERSON, TextChange.CORRECTION): (
        N_("The text of “{title}”, which you signed as {number}, was corrected."),
        N_("Your signature holds for it. {cmd}withdraw takes it back."),
    ),
    (Kind.PERSON, TextChange.NEW): (
        N_("“{title}”, which you signed as {number}, has a new text."),
        N_("Your signature stays under the text you signed, unless you sign the new one."),
    ),
    (Kind.ORGANISATION, TextChange.CORRECTION): (
        N_("The text of “{title}”, which you endorsed as {number}, was corrected."),
        N_("Your endorsement holds for it. {cmd}withdraw takes it back."),
    ),
    (Kind.ORGANISATION, TextChange.NEW): (
        N_("“{title}”, which you endorsed as {number}, has a new text."),
        N_("Your endorsement stays under the text you endorsed, unless you endorse the new one."),
    ),
}


def told(
    say: Voice,
    record: Endorsement,
    title: str,
    found: Sequence[Difference],
    adoption: Adoption,
) -> RichText:
    """What somebody is told whose text was changed, and when it was."""
    head, foot = _TOLD[record.kind, adoption.change]
    values = {"title": isolated(bold(title)), "number": bold(f"#{record.number}")}
    return paragraphs(
        say.gettext(head, **values),
        since(say, adoption),
        difference(say, found),
        say.gettext(foot, **values),
    )


def stays(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "{number} stays under the text that was signed. You can still sign the new one.",
        number=bold(f"#{number}"),
    )


def is_under_newest(say: Voice, number: Number, title: str) -> RichText:
    """Where there is nothing to stay with."""
    return say.gettext(
        "{number} is under today's text of “{title}” already.",
        number=bold(f"#{number}"),
        title=isolated(bold(title)),
    )


def ask_to_sign_new(
    say: Voice, record: Endorsement, title: str, found: Sequence[Difference]
) -> RichText:
    """Of somebody who stands under an earlier text."""
    head, asks = (
        (N_("You signed an earlier text of “{title}”, as {number}."), N_("Sign the new text?"))
        if record.kind is Kind.PERSON
        else (
            N_("This group endorsed an earlier text of “{title}”, as {number}."),
            N_("Endorse the new text?"),
        )
    )
    values = {"title": isolated(bold(title)), "number": bold(f"#{record.number}")}
    return paragraphs(
        say.gettext(head, **values),
        difference(say, found),
        excepting.dropped(say) if record.excepts else None,
        say.gettext(asks),
    )


def changed_again(say: Voice) -> RichText:
    """Above the question, where another text came meanwhile."""
    return say.gettext("The text was changed again. Nothing is recorded yet.")


def signs_new(say: Voice, number: Number, title: str) -> RichText:
    return say.gettext(
        "Done. {number} now stands under the new text of “{title}”.",
        number=bold(f"#{number}"),
        title=isolated(bold(title)),
    )


_SINCE = {
    TextChange.CORRECTION: (N_("Corrected on {day}."), N_("Corrected.")),
    TextChange.NEW: (N_("New text since {day}."), N_("There was another text before.")),
}


def since(say: Voice, adoption: Adoption | None) -> RichText | None:
    """What the last change of a text was, where somebody had signed the one before."""
    if adoption is None or not adoption.is_told:
        return None
    dated, undated = _SINCE[adoption.change]
    if adoption.day is None:
        return say.gettext(undated)
    return say.gettext(dated, day=isolated(say.date(adoption.day)))


def origin(say: Voice, language: Language, original: Language, languages: int) -> RichText | None:
    """Whether a text is the original, where there are `languages` of them."""
    if language != original:
        name = isolated(say.language_name(original))
        return say.gettext("A translation. The original is in {language}.", language=name)
    return say.gettext("This is the original.") if languages > 1 else None


def behind(say: Voice) -> RichText:
    return say.gettext("The original has a new text since; this is the one before.")


def under_each(say: Voice, today: PublicCounts, earlier: PublicCounts) -> RichText | None:
    """How many signed the text of today, and how many an earlier one."""
    before = counted(say, earlier)
    if before is None:
        return None
    return say.gettext(
        "This text: {today}. An earlier one: {earlier}.",
        today=counted(say, today) or say.number(0),
        earlier=before,
    )


def changes(say: Voice, title: str, language: Language) -> RichText:
    """Above what was changed in a text."""
    name = isolated(own_name(language))
    return say.gettext(
        "What was changed in “{title}” ({language}):", title=isolated(bold(title)), language=name
    )


def never_changed(say: Voice, title: str) -> RichText:
    return say.gettext(
        "Nobody has signed another text of “{title}” than this.", title=isolated(bold(title))
    )


def which_own(say: Voice, *, is_earlier: bool, is_other: bool) -> RichText | None:
    """Of the text that somebody signed: whether it was replaced, or corrected."""
    if is_earlier:
        return say.gettext("It's an earlier text. There's a new one since.")
    return say.gettext("It was corrected since.") if is_other else None


def changed_since(say: Voice) -> RichText:
    """Above the difference between the text that somebody signed and that of today."""
    return say.gettext("Changed since you signed:")
