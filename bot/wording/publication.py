"""When a name comes onto the public list."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Visibility
from bot.text.rich import RichText, isolated
from bot.wording.voice import Voice


def together(say: Voice) -> RichText | None:
    """Where names come onto the lists together, when they do; None where each comes by itself."""
    if say.names_at is None:
        return None
    time = isolated(say.time_of_day(say.names_at))
    return say.gettext("Verified names are listed together, every day at {time}.", time=time)


def not_listed_yet(say: Voice, record: Endorsement) -> RichText | None:
    """As `together`, for a record whose name is to be public and is not yet."""
    may_be = record.stands and not record.published
    return together(say) if may_be and record.visibility is Visibility.PUBLIC else None
