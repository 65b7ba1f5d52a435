"""Lines that say where a text was published."""

import re

_SOURCE = re.compile(r"(?:[^\W\d_][\w ]{1,20}[:：]\s*)?(?P<url>https?://[^\s<>\"]+)")


def source_of(text: str) -> tuple[str, bool] | None:
    """The address that a line consists of, and whether it stands there alone, without a word
    such as "Source:" in front; None for every other line."""
    found = _SOURCE.fullmatch(text)
    return (found["url"], found["url"] == text) if found else None
