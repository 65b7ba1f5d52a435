"""What MkDocs does besides, for `make docs`: in an environment of its own, without the bot."""

from __future__ import annotations

import re
from typing import Any

_IN_LANGUAGE = re.compile(r"\.([a-z]{2})\.md$")


def on_page_markdown(markdown: str, page: Any, **_others: Any) -> str:
    """A link to a file of the project that is no page of the site: its words stay. Whoever searches
    wants a page that says what to do, before the reasons for how things are."""
    if page.file.src_uri.startswith("decisions/"):
        page.meta["search"] = {"boost": 0.1}
    up = re.escape("../" * (page.file.src_uri.count("/") + 1))
    return re.sub(rf"\[([^\]]+)\]\({up}[^)]*\)", r"\1", markdown)


def on_page_context(context: Any, page: Any, config: Any, **_others: Any) -> Any:
    """`readers.ar.md` is in Arabic, and so are the theme's words and its direction there."""
    found = _IN_LANGUAGE.search(page.file.src_uri)
    config.theme["language"] = found[1] if found else "en"
    return context


def on_post_page(output: str, **_others: Any) -> str:
    """The dialog of the search is called as its field is: the theme gives it no name."""
    field = re.search(r'class="md-search__input"[^>]*aria-label="([^"]*)"', output)
    dialog = 'class="md-search" data-md-component="search" role="dialog"'
    return output.replace(dialog, f'{dialog} aria-label="{field[1]}"') if field else output
