"""What is said of an addressee's answer to a statement."""

from __future__ import annotations

from bot.statements.model import Response
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.voice import Voice, paragraphs


def answered(say: Voice, response: Response) -> RichText:
    """That there is one, from whom and of which day."""
    return say.gettext(
        "Answered on {day}: {who}", day=say.date(response.day), who=isolated(response.by)
    )


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


def news(say: Voice, title: str, response: Response) -> RichText:
    """To who asked for news: it stands alone."""
    return paragraphs(
        say.gettext(
            "There is an answer to “{title}”, which you can read here. It is of {day}, from {who}.",
            title=isolated(bold(title)),
            day=say.date(response.day),
            who=isolated(response.by),
        ),
        say.gettext(
            "Send me {command}.", command=code(f"{say.prefix}response")
        ),
    )
