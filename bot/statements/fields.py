"""The keys of one mapping in a YAML file, taken one by one; what is wrong becomes a fault."""

import datetime as dt
import re
from collections.abc import Sequence

from bot.domain.digest import normalised
from bot.statements.checks import check_characters
from bot.statements.report import Report
from bot.strict.yaml import Parsed, Step, Value, unknown_key

TEXT_LIMIT = 200
_FLAGS = {True: True, False: False, "yes": True, "no": False, "on": True, "off": False}


class Fields:
    """Keys are compared after folding: people write `official languages` as well."""

    def __init__(
        self, parsed: Parsed, report: Report, path: tuple[Step, ...], known: Sequence[str]
    ) -> None:
        self._parsed = parsed
        self._report = report
        self._path = path
        self._written: dict[str, str] = {}
        self._values: dict[str, Value] = {}
        data = value_at(parsed.data, path)
        if not isinstance(data, dict):
            where = f"'{path[-1]}'" if path and isinstance(path[-1], str) else "This"
            report.fault(
                parsed.line(*path), f"{where} must hold lines 'key: value'; use {', '.join(known)}."
            )
            return
        for key, value in data.items():
            self._take(key, value, known)

    def _take(self, key: str, value: Value, known: Sequence[str]) -> None:
        folded = re.sub(r"[\s_-]+", "_", key.strip().lower())
        line = self._parsed.line(*self._path, key)
        if folded not in known:
            self._report.fault(line, unknown_key(key, known))
        elif folded in self._written:
            first = self.line(folded)
            self._report.fault(line, f"The key '{key}' stands in line {first} already; keep one.")
        else:
            self._written[folded] = key
            self._values[folded] = value

    def path(self, key: str) -> tuple[Step, ...]:
        """The steps to a key, as the file spells it if it is there."""
        return (*self._path, self._written.get(key, key))

    def line(self, key: str, *inner: Step) -> int | None:
        """Where a key or a part of its value stands; else where the mapping begins."""
        return self._parsed.line(*self.path(key), *inner)

    def fault(self, key: str, message: str) -> None:
        """Report what is wrong with a key, at its line."""
        self._report.fault(self.line(key), message)

    def value(self, key: str) -> Value:
        """What the file says, None where it says nothing."""
        return self._values.get(key)

    def text(self, key: str, *, missing: str | None = None, limit: int = TEXT_LIMIT) -> str | None:
        """One line of text; None when it is missing or empty, with `missing` as the fault."""
        value = self.value(key)
        if value is None or value == "":
            if missing:
                self.fault(key, missing)
            return None
        return text_line(value, f"'{key}'", self.line(key), self._report, limit)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false, also written yes, no, on or off; `default` where it is left out, and with
        a fault where it is anything else."""
        value = self.value(key)
        if value is None:
            return default
        found = _FLAGS.get(value) if isinstance(value, str | bool) else None
        if found is None:
            self.fault(key, f"'{key}' says neither true nor false; write one of the two.")
        return default if found is None else found

    def items(self, key: str, example: str) -> list[Value]:
        """The items of a list; `example` is shown when it is none."""
        value = self.value(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.fault(key, f"'{key}' must be a list; write it as {example}.")
        return []

    def moment(self, key: str, zone: dt.tzinfo, *, ends_day: bool = False) -> dt.datetime | None:
        """A date or a time of `zone` unless it says otherwise, as UTC; `ends_day` makes a date mean
        the first moment after that day."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, dt.date):
            self.fault(
                key,
                f"'{key}' must be a date such as 2030-05-31 or a time such as 2030-05-31 18:00.",
            )
            return None
        if not 2000 <= value.year < 2200:
            self.fault(key, f"The year of '{key}' must lie between 2000 and 2199; correct it.")
            return None
        if isinstance(value, dt.datetime):
            moment = value
        else:
            day = value + dt.timedelta(days=1) if ends_day else value
            moment = dt.datetime.combine(day, dt.time())
        # UTC from here on: sums and differences in a zone with summer time would be an hour out.
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def value_at(data: Value, path: tuple[Step, ...]) -> Value:
    """What stands at `path` in plain data; None where nothing does, or nothing can."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def text_line(
    value: Value, what: str, line: int | None, report: Report, limit: int = TEXT_LIMIT
) -> str | None:
    """`value` as one line of at most `limit` characters; None and a fault about `what` if it is
    none."""
    if not isinstance(value, str):
        report.fault(line, f"{what} must be text; put the value in quotes.")
        return None
    text = normalised(value).strip()
    if not text:
        report.fault(line, f"{what} is empty; fill it in.")
        return None
    if "\n" in text:
        report.fault(line, f"{what} must be one line; join its lines.")
        return None
    if len(text) > limit:
        report.fault(line, f"{what} has {len(text)} characters, {limit} at most; shorten it.")
        return None
    check_characters(text, report, line or 1)
    return text
