"""Finding out what is wrong, and what can be tried again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import PROBLEM, Config, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings
    from bot.delivery.letters import DeadLetter
    from bot.domain.faults import OperatorFault

commands = typer.Typer()


@commands.command()
def doctor(
    config: Config = None,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON array of objects.")] = False,
) -> None:
    """Look at everything that a bot needs, and say what is wrong and what to do; also while it
    runs."""
    import asyncio
    import json
    from dataclasses import asdict

    from bot.doctor import examine
    from bot.domain.faults import OperatorFault

    file = config or Path("config.yaml")
    settings: Settings | OperatorFault
    try:
        settings = read_settings(config)
    except OperatorFault as fault:
        settings = fault
    found = asyncio.run(examine(settings, file if file.exists() else None))
    if json_:
        typer.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            typer.echo(str(finding))
    if any(finding.verdict == "wrong" for finding in found):
        raise typer.Exit(PROBLEM)


@commands.command("key-copied")
def key_copied(
    copy: Annotated[
        Path | None, typer.Argument(help="The copy, which is held against the key in use.")
    ] = None,
    config: Config = None,
) -> None:
    """Note that there is a copy of the key elsewhere, so that `doctor` does not ask for one."""
    import datetime as dt

    from bot.bootstrap import key_copies

    key_copies.note_copy(read_settings(config), copy, dt.datetime.now(dt.UTC))
    looked = "" if copy is None else " The copy holds the key that is in use."
    typer.echo(f"Noted for the key that is in front now.{looked} Keep it apart from the database.")


@commands.command("dead-letters")
def dead_letters(
    texts: Annotated[
        bool, typer.Option("--texts", help="What stands in them too: what people wrote, names.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try all of them again at the next start.")
    ] = False,
    config: Config = None,
) -> None:
    """What could not be handled, or not be delivered; for 14 days. With --retry the bot must be
    stopped."""
    import asyncio

    from bot.bootstrap import reports

    settings = read_settings(config)
    if retry:
        typer.echo(asyncio.run(reports.retry_dead_letters(settings)))
        return
    for line in _listed(asyncio.run(reports.read_dead_letters(settings)), texts=texts):
        typer.echo(line)


def _listed(letters: Sequence[DeadLetter], *, texts: bool) -> list[str]:
    if not letters:
        return ["There are no dead letters."]
    lines = []
    for way, said in (
        ("received", "could not be handled"),
        ("to be said", "could not be delivered"),
    ):
        those = [letter for letter in letters if letter.way == way]
        if those:
            lines.append(f"{len(those)} {said}:")
        for each in those:
            lines.append(f"  {each.day}  {each.adapter}  {each.kind}: {each.error}")
            if texts:
                lines += [f"    {line}" for line in each.text.splitlines()]
    return [*lines, "Stop the bot and run `undersigned dead-letters --retry` to try them again."]
