"""What is said of an addressee's answer to a statement."""

from __future__ import annotations

import datetime as dt

from bot.text.rich import RichText, isolated
from bot.wording.voice import Voice, lines


def answered(say: Voice, by: str, day: dt.date) -> RichText:
    """That there is one, from whom and of which day."""
    return say.gettext("Answered on {day}: {who}", day=say.date(day), who=isolated(by))


def none_yet(say: Voice, title: str) -> RichText:
    return say.gettext("There's no answer to “{title}” so far.", title=isolated(title))


def gone(say: Voice) -> str:
    """To who turns the pages of an answer that is not there any more."""
    return say.gettext("This answer is gone.").plain


def changed(say: Voice) -> str:
    return say.gettext("The answer has changed. This is the new one, from the start.").plain


def heading(say: Voice, title: str) -> RichText:
    """Over an answer: to what it is one."""
    return say.gettext("The answer to “{title}”", title=isolated(title))


def source(say: Voice, where: str) -> RichText:
    return say.gettext("Source: {source}", source=isolated(where))


def news(say: Voice, title: str, by: str, day: dt.date) -> RichText:
    """To announce: there is one."""
    return lines(
        say.gettext(
            "“{title}” has been answered on {day}, by: {who}",
            title=isolated(title),
            day=say.date(day),
            who=isolated(by),
        ),
        say.gettext("Open the statement here to read the answer."),
    )
