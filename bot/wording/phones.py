"""What stands around a chat on a phone that the program draws itself, in the phone's language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.text.cldr import locale_of
from bot.wording.voice import Voice


def phone(say: Voice) -> Mapping[str, object]:
    """The language by its own name, its direction, and the words on the phone's buttons."""
    locale = locale_of(say.language)
    words = {
        "start": say.gettext("Start"),
        "add": say.gettext("Add the bot to this group"),
        "desk": say.gettext("Open the desk"),
        "menu": say.gettext("Menu"),
        "message": say.gettext("Message"),
        "send": say.gettext("Send"),
        "reply": say.gettext("Reply"),
        "cancel": say.gettext("Cancel"),
        "edited": say.gettext("edited"),
    }
    return {
        "code": say.language,
        "name": say.language_name(say.language),
        "dir": "ltr" if locale is None else locale.text_direction,
        "words": {name: word.plain for name, word in words.items()},
    }
