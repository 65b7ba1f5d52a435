"""What stands on the published page, beside the statements and the names themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.domain.counts import PublicCounts
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import N_, Voice

_LABELS: Mapping[str, str] = {
    "skip": N_("Skip to the text"),
    "languages": N_("Languages"),
    "statements": N_("Statements"),
    "none": N_("There are no statements here right now."),
    "sign": N_("Sign"),
    "how": N_(
        "You sign in a chat with the bot. A signature counts once the organisers have verified it."
    ),
    "how_groups": N_(
        "An organisation endorses in its own group: an administrator adds the bot there and sends "
        "it the command “endorse”."
    ),
    "code": N_("The same link as a code for a camera"),
    "fingerprint": N_("The fingerprint (SHA-256) of exactly this text:"),
    "signatories": N_("Who has signed"),
    "issued_by": N_("Issued by"),
    "organisations": N_("Organisations"),
    "people": N_("People"),
    "nobody": N_("No verified signatures yet."),
    "for_identification": N_("Affiliations are for identification only."),
    "pages": N_("Pages of the list"),
    "first": N_("First page"),
    "previous": N_("Previous page"),
    "next": N_("Next page"),
    "last": N_("Last page"),
    "back": N_("Back to the statement"),
    "by_country": N_("By country"),
    "find": N_("Find a name, or the beginnings of its words"),
    "find_button": N_("Find"),
    "table": N_("The same as a table"),
    "receipt": N_("Check your receipt"),
    "receipt_how": N_(
        "With the button “Proof”, which stands under /mine, the bot sends you a file. Choose that "
        "file here, or paste what is in it. It is checked in your browser and sent nowhere."
    ),
    "receipt_file": N_("The file"),
    "receipt_text": N_("Or what is in it"),
    "receipt_button": N_("Check"),
    "no_script": N_("Without JavaScript a receipt can be checked by this command:"),
    "proofs": N_("For whoever checks"),
    "proofs_how": N_(
        "The list and the log are files. With the public key, and a checkpoint that you have kept, "
        "anybody can check that nothing was added, taken out or dated back behind everybody's back."
    ),
    "list_file": N_("The list (JSON)"),
    "log_file": N_("The log with its proofs (signed export)"),
    "checkpoint_file": N_("The checkpoint: how far the log is"),
    "news_file": N_("News (RSS)"),
    "key": N_("The public key of the log:"),
}

_SCRIPTED: Mapping[str, str] = {
    "searching": N_("Looking…"),
    "short": N_("Type at least two letters of the name."),
    "nothing": N_("No public name has these words. Each is looked for from its beginning."),
    "found": N_("Names found: {count}"),
    "found_more": N_("Names found: {count}. The first {shown} are here; another word finds fewer."),
    "longer": N_("Many more begin so: type more letters to find those."),
    "failed": N_("This part of the page could not be loaded: {file}"),
    "organisation": N_("organisation"),
    "earlier": N_("earlier text"),
    "paper": N_("on paper"),
    "excepts": N_("signs, except {numbers}"),
    "agreed": N_("members who agreed: {count} of {of}"),
    "holds": N_("All of it holds."),
    "partly": N_("All that could be checked here holds."),
    "broken": N_("It does not hold."),
    "unchecked": N_("Nothing was checked."),
    "empty": N_("Choose the file of your receipt first, or paste what is in it."),
    "no_receipt": N_(
        "This is no receipt that this page can read: it was not copied whole, was changed, or "
        "comes from a newer program."
    ),
    "is_export": N_("This is a signed export, not a receipt. This command checks it: {command}"),
    "changed": N_(
        "It is written in another way than the bot does, so it was changed or not copied whole."
    ),
    "other_statement": N_("This receipt is of another statement: {name}"),
    "other_key": N_(
        "It is signed with another key than the one of this page. Ask the organisers which one is "
        "theirs."
    ),
    "no_cryptography": N_(
        "Here the browser offers no cryptography. Open this page over https, or save all of it and "
        "open it from your disk."
    ),
    "signed": N_("The checkpoint in it is signed with the key of this page."),
    "not_signed": N_("The signature under the checkpoint in it is wrong."),
    "signature_unknown": N_(
        "Not checked: the signature. This browser does not know Ed25519; newer ones do, and so "
        "does this command: {command}"
    ),
    "body_changed": N_("What the entry says was changed: it is not what was signed."),
    "included": N_("It is proved that entry {position} is one of the {size} that were signed."),
    "not_included": N_("It does not prove that its entry is in the log."),
    "short_code": N_(
        "Your code: {code}. Compare it with the one that the bot shows with your number."
    ),
    "listed": N_("The entry says: on the list, {number} {name}"),
    "counted": N_("The entry says: counted without a name"),
    "out": N_("The entry says: not counted any more"),
    "shut": N_("The receipt does not show what the entry says."),
    "same": N_("Its checkpoint is the one that is published here."),
    "goes_on": N_(
        "The log that is published here has the same entry in the same place, and goes on from "
        "the checkpoint of the receipt."
    ),
    "conflict": N_(
        "The log that is published here is another one than that of the receipt. That must never "
        "be: keep the receipt and this page, and tell others."
    ),
    "page_broken": N_("The log on this page is not the one that its checkpoint was made of."),
    "newer": N_(
        "Not compared with what is published here: this page is older than the receipt. Look "
        "again when it has been made anew."
    ),
    "not_compared": N_("Not compared with what is published here."),
}
"""What the scripts of the page say. Numbers stand behind a colon, as no script knows plurals."""

_BY = {
    "day": (N_("Newly counted by day"), N_("Day")),
    "week": (N_("Newly counted by week"), N_("Week from")),
    "month": (N_("Newly counted by month"), N_("Month from")),
}


def labels(say: Voice) -> dict[str, str]:
    """Everything on the page that is the same for every statement, by the names that templates use
    (docs/page.md)."""
    return {name: say.gettext(message).plain for name, message in _LABELS.items()}


def scripted(say: Voice) -> dict[str, str]:
    """What the scripts say, by the names that they use; `{fields}` are filled in by them."""
    kept = {name: f"{{{name}}}" for name in _FIELDS}
    return {name: say.gettext(message, **kept).plain for name, message in _SCRIPTED.items()}


_FIELDS = (
    "numbers",
    "count",
    "shown",
    "file",
    "name",
    "number",
    "code",
    "position",
    "size",
    "command",
    "of",
)


def people(say: Voice, count: int) -> RichText:
    """Such as "12 people", the number in bold."""
    number = bold(say.number(count))
    return say.ngettext("{count} person", "{count} people", count, count=number)


def organisations(say: Voice, count: int) -> RichText:
    """Such as "1 organisation", the number in bold."""
    number = bold(say.number(count))
    return say.ngettext("{count} organisation", "{count} organisations", count, count=number)


def as_of(say: Voice, day: dt.date) -> RichText:
    """`day` is that of the newest entry of the log."""
    return say.gettext(
        "Only verified signatures are counted. As of {day}.", day=isolated(say.date(day))
    )


def rounded(say: Voice, counts: PublicCounts) -> RichText | None:
    """What the numbers are multiples of; None where they are exact."""
    if counts.of == 1:
        return None
    return say.gettext(
        "The numbers are rounded down to multiples of {count}.", count=say.number(counts.of)
    )


def goal(say: Voice, percent: int, goal: int) -> RichText:
    """How much of the goal is reached, in whole percent that are."""
    return say.gettext(
        "{percent} of the goal of {goal}",
        percent=isolated(say.percent(percent / 100)),
        goal=say.number(goal),
    )


def sign_on(say: Voice, platform: str) -> RichText:
    return say.gettext("Sign on {platform}", platform=isolated(platform))


def source(say: Voice, where: RichText | str) -> RichText:
    return say.gettext("Source: {source}", source=isolated(where))


def issued(say: Voice, day: dt.date) -> RichText:
    return say.gettext("Issued on {day}.", day=isolated(say.date(day)))


def demand_link(say: Voice, number: str) -> RichText:
    return say.gettext("Link to demand {number}", number=isolated(number))


def all_names(say: Voice, count: int) -> RichText:
    """The link from the first names to all of them."""
    return say.ngettext("The whole list: {count} name", "The whole list: {count} names", count)


def page_of(say: Voice, number: int, total: int) -> RichText:
    return say.gettext(
        "Page {number} of {total}", number=say.number(number), total=say.number(total)
    )


def signatories(say: Voice, title: str) -> RichText:
    """The title of the whole list."""
    return say.gettext("Who has signed “{title}”", title=isolated(title))


def of_country(say: Voice, title: str, country: str) -> RichText:
    """The title of the names of one country."""
    return say.gettext(
        "Who has signed “{title}”: {country}", title=isolated(title), country=isolated(country)
    )


def by(say: Voice, unit: str) -> tuple[str, str]:
    """The title of the chart by `day`, `week` or `month`, and of the first column of its table."""
    title, column = _BY[unit]
    return say.gettext(title).plain, say.gettext(column).plain


def at_most(say: Voice, count: int) -> RichText:
    """What the highest bar stands for."""
    return say.gettext("Highest: {count}", count=say.number(count))
