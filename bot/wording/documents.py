"""What documents, tables and posters say around a text and those who signed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import Digest
from bot.text.rich import RichText, isolated, join
from bot.wording import paper
from bot.wording.cover import have_signed, nobody_yet
from bot.wording.voice import N_, Voice

COLUMNS = (
    *(N_("Number"), N_("Kind"), N_("Name"), N_("Affiliation"), N_("Country"), N_("Place")),
    *(N_("Signed on"), N_("Except demands"), N_("Digest of the text"), N_("Members who agreed")),
    N_("On paper"),
)
"""Of a table of signatories."""

_KINDS = {Kind.PERSON: N_("Person"), Kind.ORGANISATION: N_("Organisation")}


def columns(say: Voice) -> Sequence[str]:
    return [say.gettext(column).plain for column in COLUMNS]


def kind(say: Voice, of: Kind) -> str:
    return say.gettext(_KINDS[of]).plain


def signatories(say: Voice) -> RichText:
    """Above the names."""
    return say.gettext("Signatories")


def signed(say: Voice, counts: PublicCounts, day: dt.date) -> RichText:
    """How many have signed, and when that was so."""
    as_of = say.gettext("As of {date}.", date=isolated(say.date(day)))
    on_paper = paper.counted(say, counts)
    said = [have_signed(say, counts) or nobody_yet(say), *([on_paper] if on_paper else []), as_of]
    return join(" ", said)


def proof(say: Voice) -> RichText:
    """Above what a document can be checked by."""
    return say.gettext("How to check this document")


def digest(say: Voice, of: Digest) -> RichText:
    return say.gettext("The digest of this text (SHA-256) is {digest}.", digest=isolated(of))


def log(say: Voice, size: int, key: str) -> RichText:
    """Above the checkpoint."""
    return say.gettext(
        "Names and counts are those of the public log when it had {size} entries. Its key is "
        "{key}, and this is its signed checkpoint:",
        size=say.number(size),
        key=isolated(key),
    )


def on_page(say: Voice, link: str) -> RichText:
    return say.gettext("The text and the names are also on this page: {link}", link=isolated(link))


def read_and_sign(say: Voice) -> RichText:
    """Beside a QR code."""
    return say.gettext("Read and sign here:")
