"""The list of public endorsements as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.excepting import as_text
from bot.domain.public_list import COLUMNS, safe_cell
from bot.statements.model import Terms
from bot.storage.endorsements import PublicEndorsement


def shown(rows: Sequence[PublicEndorsement], terms: Terms) -> Sequence[PublicEndorsement]:
    """As the organisers want the list: without affiliations where they have turned them off."""
    if terms.affiliation_shown:
        return rows
    return [replace(row, affiliation=None) for row in rows]


def as_csv(rows: Sequence[PublicEndorsement]) -> str:
    """With a byte order mark, without which spreadsheets misread UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(str(value)) for value in _record(row).values()] for row in rows)
    return "\ufeff" + out.getvalue()


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
