"""How a campaign's page looks, and what every page of it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import Language
from bot.text.cldr import is_right_to_left
from bot.wording import site
from bot.wording.voice import UTC, Voice, own_name


@dataclass(frozen=True, slots=True)
class Look:
    """`languages` are the bot's, the first one that of the front page. `templates` is the folder of
    the organisers' own ones, `address` where the page is found, without a slash at the end; `zone`
    is the campaign's."""

    languages: tuple[Language, ...]
    templates: Path | None = None
    address: str | None = None
    zone: ZoneInfo = UTC

    def voice(self, language: Language) -> Voice:
        """Speaks the language if the bot does, else the first of its languages."""
        for known in (language, Language(language.split("-")[0])):
            if known in self.languages:
                return Voice(known, zone=self.zone)
        return Voice(self.languages[0], zone=self.zone)


@dataclass(frozen=True, slots=True)
class Choice:
    """A page in another language, or this one."""

    language: Language
    href: str
    is_current: bool

    @property
    def name(self) -> str:
        return own_name(self.language)

    @property
    def direction(self) -> str:
        return direction(self.language)


def direction(language: Language) -> str:
    """As HTML names it."""
    return "rtl" if is_right_to_left(language) else "ltr"


def frame(
    say: Voice,
    path: str,
    title: str,
    choices: Sequence[Choice] = (),
    *,
    look: Look,
    home: str | None = None,
    **values: Any,
) -> dict[str, Any]:
    """What the template `base.html` uses (docs/page.md), and further values. `path` is where the
    page lies in the folder, `home` what leads back from it."""
    return {
        "lang": say.language,
        "dir": direction(say.language),
        "root": "../" * path.count("/"),
        "path": path,
        "address": look.address,
        "title": title,
        "choices": choices,
        "home": home,
        "words": site.labels(say),
        "description": "",
        "picture": None,
        "news": None,
        **values,
    }
