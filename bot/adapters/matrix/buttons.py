"""Buttons on a platform that has none: reactions that the bot places first, and words to type."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.ports import Button, Rows
from bot.text.rich import RichText, code, concat, join, link

SIGNS = {
    "read": "📖",
    "next": "➡️",
    "previous": "⬅️",
    "demands": "📋",
    "signatories": "👥",
    "sign": "✍️",
    "share": "📤",
    "picture": "🖼️",
    "confirm": "✅",
    "skip": "⏭️",
    "back": "🔙",
    "keep": "📌",
    "remove": "🚫",
    "continue": "⏩",
    "cancel": "❌",
    "public": "📢",
    "organisers": "🔒",
    "counted": "🔢",
    "verify": "👍",
    "reject": "👎",
    "undo": "↩️",
    "updates": "🔔",
    "text": "📄",
    "name": "✏️",
    "affiliation": "🏷️",
    "country": "🌍",
    "visibility": "👁️",
    "shown": "➕",
    "hidden": "➖",
    "ask": "❓",
    "answer": "💬",
    "release": "▶️",
    "agree": "🙌",
    "withdraw": "🗑️",
    "delete": "🧹",
    "endorse": "🤝",
    "statements": "📚",
    "mine": "🗂️",
    "language": "🌐",
    "help": "🆘",
    "pending": "⏳",
    "countries": "🗺️",
    "letters": "🔤",
    "open": "🟢",
    "close": "⏸️",
    "filter": "🔍",
    "bulk": "☑️",
    "put_aside": "📥",
    "all": "♾️",
    "correction": "🩹",
    "new": "🆕",
    "changes": "🔀",
    "sign_new": "🖊️",
    "endorse_new": "🤲",
    "stay": "⚓",
    "take_back": "🔄",
    "object": "✋",
    "unlink": "✂️",
    "alone": "🧍",
}
_COUNTED = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟", "🅰️", "🅱️")
SIGNS |= {str(number): sign for number, sign in enumerate(_COUNTED[:10], 1)}
"""Of a button that is named by a number."""

TURNING = frozenset({"next", "previous"})
"""A second press on the same page takes the person's reaction away again: for these it counts."""

TAKEN_BACK = {"agree": "take_back", "object": "take_back"}
"""What it presses to take a reaction away again, where the message has a button of that name."""

READ_SECONDS = 2.0
"""Nobody has read what has come into a message in less: two touches of a finger are one."""

_LOOKS = {
    ord(mark): None for mark in "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
}
"""How a sign is to be drawn: as text, as a picture, in one of five colours of skin."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A button of a message: its reaction, empty where it is only typed, and the event of the
    bot's own, if there is one."""

    name: str
    data: str
    sign: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The buttons of one message as it now stands."""

    room: str
    buttons: tuple[Placed, ...]

    def by_sign(self, key: str) -> Placed | None:
        """Clients send a sign with marks of how it looks, or without."""
        wanted = key.translate(_LOOKS)
        found = (b for b in self.buttons if b.sign and b.sign.translate(_LOOKS) == wanted)
        return next(found, None)

    def taking_back(self, button: Placed) -> Placed | None:
        """What taking the reaction of this one away presses, if it says anything."""
        back = TAKEN_BACK.get(button.name)
        return self.by_name(back) if back else None

    def by_name(self, name: str) -> Placed | None:
        """In any case: a button may be named by a country's code."""
        wanted = name.casefold()
        return next((each for each in self.buttons if each.name.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A reaction that was a press: of which sign at which message, what that button carried, and
    when (milliseconds). `by` is a hash of whose it is, where only they may take it back."""

    message: str
    sign: str
    data: str
    at: int
    by: str = ""

    def is_pressed_again(self, button: Placed, at: int) -> bool:
        """Whether taking the reaction away presses the button that its sign has now: on a page that
        turns, and where the message has become another since, and was read."""
        has_turned = button.data != self.data and at - self.at >= READ_SECONDS * 1000
        return button.name in TURNING or has_turned


def hashed(reaction: str, user: str) -> str:
    """Tells whether a reaction is somebody's, and leads to nobody."""
    return hashlib.sha256(f"{reaction}\0{user}".encode()).hexdigest()


_KEYBOARD: TypeAdapter[Keyboard] = TypeAdapter(Keyboard)


def encode(keyboard: Keyboard) -> str:
    return _KEYBOARD.dump_json(keyboard).decode()


def decode(text: str) -> Keyboard:
    return _KEYBOARD.validate_json(text)


def keyboard_of(room: str, rows: Rows, placed: Iterable[Placed] = ()) -> Keyboard:
    """What a message with these buttons needs; reactions that are there already are kept."""
    there = {each.sign: each.event for each in placed}
    buttons = [button for row in rows for button in row if button.url is None]
    signs = _signs([button.name for button in buttons])
    return Keyboard(
        room,
        tuple(
            Placed(button.name, button.data, sign, there.get(sign))
            for button, sign in zip(buttons, signs, strict=True)
        ),
    )


def _signs(names: Sequence[str]) -> list[str]:
    """One for each, none twice; buttons that share a name are counted. Empty for those that there
    are no signs left for: they are typed."""
    taken: list[str] = []
    for name in names:
        own = SIGNS.get(name) if names.count(name) == 1 else None
        free = [sign for sign in (own, *_COUNTED) if sign and sign not in taken]
        taken.append(free[0] if free else "")
    return taken


LRI, PDI = "\u2066", "\u2069"
"""Around what is read from left to right whatever stands beside it (UAX #9)."""


def with_legend(text: RichText, rows: Rows, prefix: str) -> RichText:
    """The text, and below it what each reaction means and what can be typed instead."""
    buttons = [button for row in rows for button in row]
    if not buttons:
        return text
    signs = iter(_signs([button.name for button in buttons if button.url is None]))
    lines = [_line(button, signs, prefix) for button in buttons]
    return concat((text, "\n\n", join("\n", lines)))


def _line(button: Button, signs: Iterator[str], prefix: str) -> RichText:
    if button.url is not None:
        return link(button.label, button.url)
    sign = next(signs)
    said = (sign, " " if sign else "", button.label, " · ")
    # Beside Arabic the prefix would be shown behind what it begins.
    is_beside = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in button.label)
    before, after = (LRI, PDI) if is_beside else ("", "")
    return concat((*said, before, code(typed(button, prefix)), after))


def typed(button: Button, prefix: str) -> str:
    """What a person types in place of pressing it."""
    if button.typed is None and button.data.startswith("/"):
        return prefix + button.data.removeprefix("/")
    return prefix + (button.typed or button.name)
