"""At a terminal: a preview of what was found, questions where it is unsure, what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.importer.model import Candidate, Choice, Recognised
from bot.importer.names import NAMES_FILE
from bot.importer.report import grouped, printable

Ask = Callable[[str, str], str]
"""Asks a question with the answer that stands if nothing is typed, and returns what was typed."""
_SHOWN, _WIDTH = 6, 72
NONE = (0, 0)


def preview(found: Recognised) -> list[str]:
    """What the package would hold, in short."""
    lines = [f"  title        {found.title.text if found.title else 'none found'}"]
    lines += [f"  attribution  {found.attribution.text}"] if found.attribution else []
    lines += [f"  issued       {found.issued.date}"] if found.issued else []
    lines += [f"  source       {found.source.text}"] if found.source else []
    original = found.original_language
    lines += [f"  translated   from {original}"] if original else []
    texts = [one.text for one in found.paragraphs if not one.shape.heading]
    lines += _several("text", "paragraphs", texts)
    demands = [f"{d.marker} {' '.join(p.text for p in d.paragraphs)}" for d in found.demands]
    lines += _several("demands", "", demands)
    lines += _several("closing", "lines", [one.text for one in found.closing])
    signed = [f"{one.name}{f' ({one.country})' * bool(one.country)}" for one in found.signatories]
    lines += _several("signatories", "", signed + [one.name for one in found.names])
    lines += [f"               for {NAMES_FILE}, as they are many"] if found.names else []
    lines += [f"             {line}" for line in grouped(found)]
    lines += [f"  why          {why}" for why in found.evidence]
    return list(map(printable, lines))


def _several(what: str, kind: str, texts: Sequence[str]) -> Iterator[str]:
    counted = kind.removesuffix("s") if len(texts) == 1 else kind
    yield f"  {what:13}{len(texts) or 'none'}{f' {counted}' * bool(texts and kind)}"
    for text in texts[:_SHOWN]:
        short = " ".join(text.split())
        yield f"               {short if len(short) <= _WIDTH else short[: _WIDTH - 1] + '…'}"
    if len(texts) > _SHOWN:
        yield f"               … and {len(texts) - _SHOWN} more"


def choose(found: Recognised, say: Callable[[str], None], ask: Ask) -> Choice:
    """What a person says of the lists that the text does not tell apart by itself."""
    choice = Choice()
    if "demands" in found.unsure:
        taken = next((c for c in found.demand_lists if _is_of(c, found)), None)
        say("Which list is the demands? The text does not say it clearly. Type its number.")
        if (answer := _pick(found.demand_lists, taken, say, ask)) is not taken:
            choice = replace(choice, demands=answer.first if answer else 0)
    if "signatories" in found.unsure:
        say("Which lines name who signed? A number of these, or lines such as 12-20.")
        taken = found.name_lists[0] if found.name_lists else None
        if (answer := _pick(found.name_lists, taken, say, ask, lines=True)) is not taken:
            choice = replace(choice, signatories=(answer.first, answer.last) if answer else NONE)
    return choice


def _is_of(one: Candidate, found: Recognised) -> bool:
    return bool(found.demands) and found.demands[0].lines[0].number == one.first


def _pick(
    options: Sequence[Candidate],
    taken: Candidate | None,
    say: Callable[[str], None],
    ask: Ask,
    *,
    lines: bool = False,
) -> Candidate | None:
    """The list that is chosen; nothing else is taken for an answer."""
    for number, one in enumerate(options, 1):
        say(printable(f"  {number}  {_where(one)}, {one.count} entries, the first: {one.begins}"))
    say("  0  none")
    default = str(options.index(taken) + 1) if taken in options else "0"
    while True:
        typed = ask("Your answer", default).strip()
        if typed.isdecimal() and int(typed) <= len(options):
            return options[int(typed) - 1] if int(typed) else None
        spanned = re.fullmatch(r"(\d{1,6})\s*[-–]\s*(\d{1,6})", typed)
        if lines and spanned:
            return Candidate(int(spanned[1]), int(spanned[2]), 0, "")
        say(
            f"Type a number from 0 to {len(options)}" + (", or lines such as 12-20." * lines or ".")
        )


def _where(one: Candidate) -> str:
    return f"lines {one}" if one.last > one.first else f"line {one}"


def next_steps(statement: str, language: str) -> list[str]:
    """What to do with a package that was written."""
    return [
        "Next:",
        f"  1. Compare the package with your text; correct {statement}/{language}.md if need be.",
        "  2. undersigned check      finds faults in all statements",
        "  3. undersigned console    shows the statement as people will read it",
        f"  4. Another language?      undersigned import FILE --id {statement} --lang LANG",
    ]
