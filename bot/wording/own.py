"""What people see of their own records, and of changing and erasing them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.endorsement import Endorsement, Visibility
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.reasons import reason_line
from bot.wording.signing import short, status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

VISIBILITY_NAMES = {
    Visibility.PUBLIC: N_("to everybody"),
    Visibility.ORGANISERS: N_("to the organisers only"),
    Visibility.COUNTED: N_("to nobody, only counted"),
}


def visibility_name(say: Voice, visibility: Visibility) -> RichText:
    return say.gettext(VISIBILITY_NAMES[visibility])


def mine(say: Voice, records: Sequence[tuple[Endorsement, str]]) -> RichText:
    """A person's records, each with the title of its statement."""
    if not records:
        return say.gettext("You have not signed anything with this account. {cmd}sign begins.")
    return paragraphs(
        *(one(say, record, title) for record, title in records),
        say.gettext("Press one to see what you can do with it."),
    )


def one(say: Voice, record: Endorsement, title: str) -> RichText:
    """A record as its owner sees it."""
    affiliation = record.details.affiliation if record.details else None
    return lines(
        bold(f"#{record.number}") + " " + say.alone(bold(title)),
        say.gettext("State: {state}", state=status_name(say, record.status)),
        reason_line(say, record),
        record.name and say.gettext("Name: {name}", name=isolated(record.name)),
        affiliation and say.gettext("Affiliation: {text}", text=isolated(affiliation)),
        say.gettext("Visible: {who}", who=visibility_name(say, record.visibility)),
        say.gettext("Text you signed: {digest}", digest=code(short(record.digest))),
    )


def which_to_withdraw(say: Voice, records: Sequence[tuple[Endorsement, str]]) -> RichText:
    return paragraphs(
        say.gettext("Which one?"),
        *(one(say, record, title) for record, title in records),
    )


def mine_usage(say: Voice) -> RichText:
    return paragraphs(
        say.gettext("With a number and one of these words I change a signature of yours:"),
        lines(
            *(
                isolated(f"{say.prefix}mine 12 {word}")
                for word in ("text", "public", "organisers", "counted", "name …", "affiliation …")
            )
        ),
    )


def signed_text(say: Voice, record: Endorsement, title: str) -> RichText:
    return lines(
        say.gettext("The text that you signed as {number}:", number=bold(f"#{record.number}")),
        bold(title),
    )


def ask_to_mend(say: Voice, field: str) -> RichText:
    if field == "name":
        return say.gettext("What is the right name? Please type it. The admins verify it again.")
    return say.gettext("What is the right affiliation? Please type it. The admins verify it again.")


def mended(say: Voice, record: Endorsement) -> RichText:
    return say.gettext(
        "Changed. {number} waits to be verified again, with the name {name}.",
        number=bold(f"#{record.number}"),
        name=isolated(bold(record.name or "–")),
    )


def unchanged(say: Voice) -> RichText:
    return say.gettext("Nothing has been changed.")


def mydata(say: Voice) -> RichText:
    return say.gettext("This is everything that I hold about you.")


def which_to_delete(say: Voice) -> RichText:
    return say.gettext(
        "Reply with {cmd}delete to the message of mine that I should delete. Nothing of what you "
        "signed changes by that; {cmd}withdraw takes a signature back."
    )


def deleted(say: Voice) -> RichText:
    """What stands for a message that the platform keeps; it may also be sent beside it."""
    return say.gettext(
        "Deleted at your request. What you still see of it, you can delete in your own app."
    )


def ask_to_forget(say: Voice) -> RichText:
    return say.gettext(
        "Erase everything about you? Your signatures are withdrawn, and your name, the mark of "
        "your account, your language and what you had begun are erased at once. This cannot be "
        "undone. "
        "A number and a day stay, so that the counts add up."
    )


def forgotten(say: Voice, count: int) -> RichText:
    if not count:
        return say.gettext("There was no signature of yours. Nothing about you is stored any more.")
    return say.ngettext(
        "{count} signature was withdrawn and erased. Nothing about you is stored any more.",
        "{count} signatures were withdrawn and erased. Nothing about you is stored any more.",
        count,
    )


def kept(say: Voice) -> RichText:
    return say.gettext("Nothing has been erased.")


def text_was_changed(say: Voice, record: Endorsement, title: str) -> RichText:
    return say.gettext(
        "The text of “{title}”, which you signed as {number}, was changed. Your signature stands "
        "under the text that you signed ({digest}). {cmd}read shows the new one, {cmd}withdraw "
        "takes your signature back.",
        title=isolated(bold(title)),
        number=bold(f"#{record.number}"),
        digest=code(short(record.digest)),
    )
