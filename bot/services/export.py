"""The list of public endorsements as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import public_list
from bot.domain.excepting import as_text
from bot.statements.model import Terms
from bot.storage.endorsements import PublicEndorsement


def shown(rows: Sequence[PublicEndorsement], terms: Terms) -> Sequence[PublicEndorsement]:
    """As the organisers want the list: without affiliations where they have turned them off."""
    if terms.affiliation_shown:
        return rows
    return [replace(row, affiliation=None) for row in rows]


def as_csv(rows: Sequence[PublicEndorsement]) -> str:
    return public_list.as_csv(public_list.COLUMNS, (_record(row).values() for row in rows))


def as_json(rows: Sequence[PublicEndorsement]) -> str:
    return json.dumps([_record(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def _record(row: PublicEndorsement) -> dict[str, int | str]:
    return {
        "number": row.number,
        "kind": row.kind.value,
        "name": row.name,
        "country": row.country or "",
        "digest": row.digest,
        "day": row.day.isoformat(),
        "affiliation": row.affiliation or "",
        "place": row.place or "",
        "except": as_text(row.excepts),
    }
