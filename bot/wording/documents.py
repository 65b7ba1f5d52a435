"""What documents, posters and tables say around a text and its signatories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.ids import Digest, Language
from bot.text.rich import RichText, isolated
from bot.wording.voice import Voice

def as_of(say: Voice, moment: dt.datetime) -> RichText:
    """When all of it was so."""
    return say.gettext("As of {time}.", time=isolated(say.moment(moment, placed=True)))
