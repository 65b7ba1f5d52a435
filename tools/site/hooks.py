"""What MkDocs does besides, for `make docs`: in an environment of its own, without the bot."""

from __future__ import annotations

import re
from typing import Any

_IN_LANGUAGE = re.compile(r"\.([a-z]{2})\.md$")


def on_page_markdown(markdown: str, page: Any, **_others: Any) -> str:
    """A link to a file of the project that is no page of the site: its words stay."""
    up = re.escape("../" * (page.file.src_uri.count("/") + 1))
    return re.sub(rf"\[([^\]]+)\]\({up}[^)]*\)", r"\1", markdown)


def on_page_context(context: Any, page: Any, config: Any, **_others: Any) -> Any:
    """`readers.ar.md` is in Arabic, and so are the theme's words and its direction there."""
    found = _IN_LANGUAGE.search(page.file.src_uri)
    config.theme["language"] = found[1] if found else "en"
    return context
