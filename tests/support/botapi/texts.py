"""Texts and entities the way the official server takes them (tdlib, MessageEntity.cpp).

Entity offsets count UTF-16 units, limits count code points. Control characters become spaces,
carriage returns, bidirectional overrides and vertical lines go, both ends are trimmed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from itertools import accumulate
from typing import Any

from tests.support.botapi.errors import bad
from tests.support.botapi.state import Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 1 << 15
ENTITY_LIMIT = 100

SENT = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
        "date_time",
    ]
)
FOUND = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)
"""Types that the server finds by itself and ignores when they are sent."""
NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
ENTITY_KEYS = frozenset(
    [
        "type",
        "offset",
        "length",
        "url",
        "user",
        "language",
        "custom_emoji_id",
        "unix_time",
        "date_time_format",
    ]
)

_SPACES = {i: " " for i in range(32) if i not in (10, 13)}
_GONE = dict.fromkeys((13, *range(0x2028, 0x202F), 0x333, 0x33F, 0x30A))
_CLEANED = _SPACES | _GONE
_FIND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{2,31})"
    r"|(?P<url>https?://\S+|(?<!\w)t\.me/\S+)"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _upto(text: str, count: int) -> str:
    """The beginning of a text that has so many UTF-16 code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[: 2 * count].decode("utf-16-le", "surrogatepass")


def _boundaries(text: str) -> Container[int]:
    """Where characters begin and the text ends, in UTF-16 code units."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    return {0, *accumulate(2 if c > "\uffff" else 1 for c in text)}


def find_entities(text: str) -> list[Json]:
    """What the server marks in a text by itself: commands, mentions, links, hashtags."""
    return [
        {
            "offset": units(text[: found.start()]),
            "length": units(found.group()),
            "type": str(found.lastgroup),
        }
        for found in _FIND.finditer(text)
    ]


def formatted(
    text: str, entities: Any, *, limit: int, strict: bool, caption: bool = False
) -> tuple[str, list[Json]]:
    """What the server makes of a text to send. Raises the server's refusal."""
    if len(text.encode()) > RAW_LIMIT:
        raise bad("text is too long")
    kept = _within(text, [e for e in map(_entity(strict), entities or []) if e is not None])
    text, kept = _clean(text, kept[:ENTITY_LIMIT])
    if not text and not caption:
        raise bad("text must be non-empty")
    if len(text) > limit:
        raise bad("message caption is too long" if caption else "message is too long")
    return text, kept


def _entity(strict: bool) -> Any:
    def read(raw: Any) -> Json | None:
        if not isinstance(raw, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        for name in ("offset", "length", "type"):
            if name not in raw:
                raise bad(f"can't parse MessageEntity: Can't find field \"{name}\"")
        kind = raw["type"]
        if kind in FOUND:
            return None
        if kind not in SENT:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        needed = NEEDS.get(kind)
        if needed and not raw.get(needed):
            raise bad(f"can't parse MessageEntity: Can't find field \"{needed}\"")
        if strict and (unknown := set(raw) - ENTITY_KEYS):
            raise bad(f"unknown fields of a MessageEntity: {', '.join(sorted(unknown))}")
        return dict(raw)

    return read


def _within(text: str, entities: Iterable[Json]) -> list[Json]:
    """Entities in order, inside the text and never through the middle of a character."""
    starts, at = _boundaries(text), units(text)
    kept = []
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        first, length = entity["offset"], entity["length"]
        if first < 0:
            raise bad(f"receive an entity with incorrect offset {first}")
        if length < 0:
            raise bad(f"receive an entity with incorrect length {length}")
        if length and first > at:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {first}")
        if first + length > at:
            raise bad(
                f"entity beginning at UTF-16 offset {first} ends after the end of the text at "
                f"UTF-16 offset {first + length}"
            )
        if first not in starts:
            raise bad(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {first}")
        if first + length not in starts:
            raise bad(
                f"entity beginning at UTF-16 offset {first} ends in a middle of a UTF-16 symbol"
            )
        if length and _linked(entity):
            kept.append(entity)
    return kept


def _linked(entity: Json) -> bool:
    """A link that the server cannot read is dropped without a word."""
    return entity["type"] != "text_link" or bool(
        re.fullmatch(r"(?i)((https?|tg|ton|tonsite)://)?[^\s/]+\.?\S*", str(entity["url"]))
    )


def _clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cleaned and trimmed at both ends (at the front up to the first entity)."""
    moved = []
    for entity in entities:
        first, last = (
            units(_upto(text, entity["offset"] + d).translate(_CLEANED))
            for d in (0, entity["length"])
        )
        moved.append(entity | {"offset": first, "length": last - first})
    return _trim(text.translate(_CLEANED), moved)


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = text.rstrip(" \n")
    end = units(text)
    kept = []
    for entity in entities:
        length = min(entity["length"], end - entity["offset"])
        if length > 0:
            kept.append(entity | {"length": length})
    front = len(text) - len(text.lstrip(" \n"))
    cut = min(front, kept[0]["offset"]) if kept else front
    return text[cut:], [entity | {"offset": entity["offset"] - cut} for entity in kept]
