"""What those see who ask for news: the news, and turning them on and off."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, lines, paragraphs


def message(say: Voice, title: str | None, text: str) -> RichText:
    """An announcement as it is read; `title` is that of the statement it is about, None for all.
    Its text may be in another language than the voice."""
    head = (
        say.gettext("News about “{title}”", title=isolated(title))
        if title is not None
        else say.gettext("News from the campaign")
    )
    return paragraphs(
        bold(head),
        text,
        say.gettext("You get this because you asked for news. {cmd}news off ends it."),
    )


def on(say: Voice, titles: Sequence[str]) -> RichText:
    """From now on they get them, about these statements."""
    return paragraphs(
        say.gettext("News comes to this chat from now on, about:"),
        lines(*(say.alone(bold(title)) for title in titles)),
        say.gettext("For that I keep the address of this chat. {cmd}news off ends it."),
    )


def off(say: Voice) -> RichText:
    return say.gettext("No more news comes to this chat. {cmd}news on brings it back.")


def off_about(say: Voice, title: str) -> RichText:
    return say.gettext(
        "No more news about “{title}” comes to this chat.", title=isolated(bold(title))
    )


def state(say: Voice, titles: Sequence[str]) -> RichText:
    """About which statements they get news."""
    if not titles:
        return say.gettext("No news comes to this chat. {cmd}news on turns it on.")
    return paragraphs(
        say.gettext("News comes to this chat about:"),
        lines(*(say.alone(bold(title)) for title in titles)),
        say.gettext("{cmd}news off ends it."),
    )


def nothing_signed(say: Voice) -> RichText:
    return say.gettext(
        "News goes to who has signed, and nothing of yours stands here. {cmd}statements lists what "
        "can be signed."
    )


def usage(say: Voice) -> RichText:
    return paragraphs(
        say.gettext("Type one of these:"),
        lines(
            *(isolated(f"{say.prefix}news {words}") for words in ("on", "off", "on 12", "off 12"))
        ),
    )


def only_a_preview(say: Voice) -> RichText:
    """To an admin who tries the button below a preview."""
    return say.gettext(
        "Here that's only a preview: it works where people get the news. {cmd}announce sends some."
    )


def held(say: Voice) -> RichText:
    """Among what is held about a person."""
    return say.gettext("You asked for news; I keep the address of this chat for it, encrypted.")
