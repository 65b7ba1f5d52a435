"""Drawing by typst: a template of this folder, and the data that it is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from bot.documents import fonts
from bot.domain.ids import Language
from bot.text.cldr import is_right_to_left

FOLDER = Path(__file__).parent

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def draw(
    template: str,
    language: Language,
    data: Mapping[str, Json],
    form: Literal["pdf", "png"],
    *,
    made: int = 0,
    dots_per_inch: float = 72,
) -> bytes:
    """One page as `png`, or a document as `pdf` (PDF/A-2b); the same bytes for the same input and
    fonts. `made` is the Unix time that a PDF is dated by. Raises `NoFont`."""
    import typst  # noqa: PLC0415 - 40 MB, for whoever draws

    codes = {ord(c): f"[U+{ord(c):04X}]" for c in fonts.check(_texts(data))}
    given = {
        **(data if not codes else {key: _readable(value, codes) for key, value in data.items()}),
        "lang": _code(language),
        "rtl": is_right_to_left(language),
        "fonts": fonts.families(language),
    }
    return typst.compile(
        FOLDER / template,
        root=FOLDER,
        format=form,
        ppi=dots_per_inch if form == "png" else None,
        sys_inputs={"data": json.dumps(given)},
        font_paths=fonts.installed(),
        pdf_standards="a-2b" if form == "pdf" else [],
        timestamp=made,
    )


def _code(language: Language) -> str:
    """As typst takes it: of two or three letters."""
    return language.split("-")[0].lower()


def _texts(data: Json) -> Iterator[str]:
    """Every text in the data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, Sequence):
        for value in data:
            yield from _texts(value)


def _readable(data: Json, codes: Mapping[int, str]) -> Json:
    """The data with the code of each character that no font has (`[U+0378]`) in its place."""
    if isinstance(data, str):
        return data.translate(codes)
    if isinstance(data, Mapping):
        return {key: _readable(value, codes) for key, value in data.items()}
    if isinstance(data, Sequence):
        return [_readable(value, codes) for value in data]
    return data
