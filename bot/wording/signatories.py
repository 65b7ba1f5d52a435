"""The lists: who issued a statement, and who has signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.counts import PublicCounts
from bot.domain.ids import Country
from bot.text.breaks import shortened
from bot.text.document import BULLET
from bot.text.rich import RichText, bold, concat, isolated, join
from bot.wording import excepting, mandates, paper
from bot.wording.cover import counted, signers
from bot.wording.voice import N_, Voice, echoed, lines, paragraphs

LONGEST_LABEL = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One name on a list; `group` is one of `GROUPS`. `affiliation` is there only where its bearer
    shows it."""

    group: str
    name: str
    affiliation: str | None = None
    country: Country | None = None
    place: str | None = None
    is_earlier: bool = False
    """It stands under an earlier text."""
    excepts: Sequence[str] = ()
    mandate: str | None = None
    """How many members of the group agreed, as `Mandate.figures` has it."""
    paper: bool = False


ISSUERS, ORGANISATIONS, PEOPLE = N_("Issued by"), N_("Organisations"), N_("People")
GROUPS = (ISSUERS, ORGANISATIONS, PEOPLE)


def head(
    say: Voice,
    title: str,
    counts: PublicCounts,
    *,
    hidden: int,
    nobody: str,
    texts: RichText | None = None,
) -> RichText:
    """Above the first page. `hidden` of those who signed are not named here; `nobody` is said where
    there are none (`NOBODY` …); `texts` says which text it is, and how many signed it."""
    who = counted(say, counts)
    return lines(
        bold(title),
        texts,
        say.gettext("Signed by {who}.", who=who) if who else say.gettext(nobody),
        not_shown(say, counts, hidden) if hidden else None,
        paper.counted(say, counts),
    )


def not_shown(say: Voice, counts: PublicCounts, hidden: int) -> RichText:
    """How many of those who signed are not named on the list."""
    if counts.of > 1:
        return say.gettext("At least {count} of the names aren't shown.", count=say.number(hidden))
    return say.ngettext(
        "{count} of the names isn't shown.", "{count} of the names aren't shown.", hidden
    )


NOBODY = N_("Nobody has signed yet.")
NOBODY_SIGN = N_("Nobody has signed yet. {cmd}sign begins.")
NOBODY_CLOSED = N_("Nobody signed.")


def of_country(
    say: Voice, title: str, country: Country, people: int, organisations: int
) -> RichText:
    """Above the names of one country."""
    return lines(
        bold(title),
        concat(
            (
                say.mark,
                isolated(say.country(country)),
                ": ",
                signers(say, people, organisations) or say.number(0),
            )
        ),
    )


def names(say: Voice, entries: Sequence[Entry]) -> RichText:
    """A line each, under what they are. An affiliation names no organisation as one that signed."""
    blocks = []
    for group in GROUPS:
        rows = [_line(say, entry) for entry in entries if entry.group == group]
        if rows:
            blocks.append(lines(bold(say.gettext(group)), *rows))
    if any(entry.affiliation for entry in entries):
        blocks.append(affiliations(say))
    return paragraphs(*blocks)


def affiliations(say: Voice) -> RichText:
    """Beside every list that shows them."""
    return say.gettext("Affiliations are for identification only.")


def _line(say: Voice, entry: Entry) -> RichText:
    return f"{say.mark}{BULLET} " + join(" · ", [isolated(entry.name), *beside(say, entry)])


def beside(say: Voice, entry: Entry) -> Sequence[RichText]:
    """What stands behind a name."""
    where = say.country(entry.country) if entry.country else entry.place
    parts = [isolated(part) for part in (entry.affiliation, where) if part]
    if entry.is_earlier:
        parts.append(say.gettext("earlier text"))
    if entry.paper:
        parts.append(paper.beside(say))
    excepts = excepting.beside(say, entry.excepts)
    agreed = mandates.beside(say, entry.mandate)
    return [*parts, *([excepts] if excepts else []), *([agreed] if agreed else [])]


def choose_country(say: Voice, title: str) -> RichText:
    return paragraphs(bold(title), say.gettext("Which country?"))


def country_label(say: Voice, country: Country, count: int) -> str:
    number = f" ({say.number(count)})"
    return shortened(say.country(country), LONGEST_LABEL - len(number)) + number


def no_countries(say: Voice) -> str:
    return say.gettext("None of these names has a country.").plain


def choose_letter(say: Voice, title: str) -> RichText:
    return paragraphs(bold(title), say.gettext("Which first letter?"))


def list_changed(say: Voice) -> str:
    return say.gettext("The list has changed. Here's its beginning.").plain


def found(say: Voice, title: str, entries: Sequence[Entry], *, are_more: bool) -> RichText:
    """The names that hold what was looked for."""
    return paragraphs(
        bold(title),
        names(say, entries),
        say.gettext("There are more. Add a word of the name.") if are_more else None,
    )


def nothing_found(say: Voice, typed: str) -> RichText:
    return say.gettext(
        "No public name has “{words}”. Type whole words of the name.", words=echoed(typed)
    )


def not_searchable(say: Voice, title: str) -> RichText:
    """Where names are not looked for any more once signing is over."""
    return say.gettext(
        "Signing “{title}” has closed, so names can't be looked up any more. The list is still "
        "here.",
        title=isolated(title),
    )


def export_forms(say: Voice, typed: str, forms: Sequence[str]) -> RichText:
    return say.gettext(
        "I can't export “{form}”. There are {forms}.", form=echoed(typed), forms=say.listed(forms)
    )
