"""Language tags and country codes, checked against what Babel (CLDR) knows."""

import re
from functools import cache

from babel import Locale

from bot.text.cldr import locale_of

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?",
    re.ASCII | re.IGNORECASE,
)
# CLDR's groupings, test areas and exceptional reservations: none is a country of ISO 3166-1.
# XK (Kosovo) is user-assigned there, but what everybody writes.
_NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
# What people write for a country, far from both its code and its name in CLDR.
_ALIASES = {"UK": "GB", "PALESTINE": "PS"}


def language_fault(tag: str) -> str | None:
    """Why `tag` is no language tag as file names spell it, with the remedy; None if it is one."""
    found = _TAG.fullmatch(tag.replace("_", "-"))
    if not found or not _is_known(found.group()):
        base = tag.replace("_", "-").split("-")[0].lower()
        example = base if _TAG.fullmatch(base) and _is_known(base) else "en, ar or pt-BR"
        return f"'{tag}' is not a known language tag; write one such as {example}."
    parts = (
        found["language"].lower(),
        (found["script"] or "").title(),
        (found["region"] or "").upper(),
    )
    spelled = "-".join(filter(None, parts))
    return (
        None
        if spelled == tag
        else f"'{tag}' is not how the language tag is spelled; write '{spelled}'."
    )


def country_fault(code: str) -> str | None:
    """Why `code` (any case) is no ISO 3166-1 alpha-2 code, with the remedy; None if it is one."""
    if code.upper() in _countries():
        return None
    if alias := _ALIASES.get(code.upper()):
        return f"'{code}' is not a country code; write '{alias}'."
    from rapidfuzz import process, utils  # noqa: PLC0415 - 6 MiB, for who mistypes

    nearest = process.extractOne(
        code, _countries(), processor=utils.default_process, score_cutoff=85
    )
    remedy = f"write '{nearest[2]}'" if nearest else "write two letters of ISO 3166-1 such as PS"
    return f"'{code}' is not a country code; {remedy}."


def _is_known(tag: str) -> bool:
    return locale_of(tag) is not None and tag.lower() != "und"


@cache
def _countries() -> dict[str, str]:
    names = Locale("en").territories
    return {
        code: name
        for code, name in names.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES
    }
