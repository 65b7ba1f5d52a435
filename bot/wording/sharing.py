"""What people pass on: texts that stand alone, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.rich import RichText, bold, code, isolated, join
from bot.wording.reading import one_demand as under_title
from bot.wording.voice import N_, Voice, lines, paragraphs


@dataclass(frozen=True, slots=True)
class Way:
    """A link, and what is sent to the bot there, where the link itself cannot say what is meant."""

    link: str
    command: str | None = None


def share(
    say: Voice,
    *,
    title: str,
    attribution: str,
    demands: Sequence[RichText],
    signed: RichText | None,
    source: str,
    ways: Sequence[Way],
    command: str,
    is_open: bool,
    which: RichText | None = None,
) -> RichText:
    """The whole; `signed` says how many have, `is_open` whether somebody can now, and `which` which
    text it is. `command` is for whoever knows the bot where no way leads to it."""
    return paragraphs(
        bold(title),
        attribution,
        which,
        join("\n", demands) if demands else None,
        signed,
        source and say.gettext("Source: {source}", source=isolated(source)),
        _where(say, ways, command, is_open=is_open),
    )


def one_demand(
    say: Voice,
    *,
    title: str,
    demand: RichText,
    signed: RichText | None,
    ways: Sequence[Way],
    command: str,
    is_open: bool,
) -> RichText:
    """One demand alone, as `share`."""
    where = _where(say, ways, command, is_open=is_open)
    return paragraphs(under_title(title, demand), signed, where)


def caption(
    say: Voice,
    *,
    title: str,
    signed: RichText | None,
    ways: Sequence[Way],
    command: str,
    is_open: bool,
) -> RichText:
    """Below a picture, as `share`."""
    return paragraphs(bold(title), signed, _where(say, ways, command, is_open=is_open))


def short(title: str, demand: RichText | None) -> str:
    """Goes before a link that a person posts."""
    return f"{title}\n\n{demand.plain}" if demand else title


def can_be_forwarded(say: Voice) -> RichText:
    return say.gettext("You can forward the message above. There's a picture too:")


def no_picture(say: Voice) -> RichText:
    return say.gettext("I can't draw the picture right now. The text can be passed on without it.")


def _where(say: Voice, ways: Sequence[Way], command: str, *, is_open: bool) -> RichText:
    by_link, by_sending, by_command = (
        (
            N_("Read and sign: {link}"),
            N_("Read and sign: {link} – send {command} there"),
            N_("To read and sign, send the bot {command}"),
        )
        if is_open
        else (
            N_("Read: {link}"),
            N_("Read: {link} – send {command} there"),
            N_("To read it, send the bot {command}"),
        )
    )
    if not ways:
        return say.gettext(by_command, command=code(command))
    first, *others = ways
    return lines(
        _way(say, first, by_link, by_sending),
        *(
            _way(say, way, N_("Or: {link}"), N_("Or: {link} – send {command} there"))
            for way in others
        ),
    )


def _way(say: Voice, way: Way, by_link: str, by_sending: str) -> RichText:
    link = isolated(way.link)
    if way.command is None:
        return say.gettext(by_link, link=link)
    return say.gettext(by_sending, link=link, command=code(way.command))
