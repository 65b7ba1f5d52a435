"""What leaves the bot: exports, and what others do with them on machines of their own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import PROBLEM, Config, Data, read_settings

commands = typer.Typer()


class Form(StrEnum):
    CSV = "csv"
    JSON = "json"


class ExportForm(StrEnum):
    CSV = "csv"
    JSON = "json"
    SIGNED = "signed"


@commands.command()
def export(
    statement: Annotated[str, typer.Option(help="The statement's id.")],
    form: Annotated[
        ExportForm, typer.Option("--format", help="csv, json, or signed (docs/log.md).")
    ] = ExportForm.CSV,
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="What only the organisers can open (docs/organisers.md)."),
    ] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """Write the verified and public endorsements to standard output."""
    import asyncio
    from functools import partial

    from bot.bootstrap import opening, reports

    settings = read_settings(config, data)
    library = opening.read_library(settings)
    if (found := library.get(statement)) is None:
        known = ", ".join(known.id for known in library)
        raise typer.BadParameter(f"there is no statement {statement}; there are: {known}")
    say = partial(typer.echo, nl=False)
    if sealed:
        asyncio.run(reports.export_sealed(settings, found.id, say))
    elif form is ExportForm.SIGNED:
        asyncio.run(reports.export_signed(settings, found, say))
    else:
        typer.echo(reports.export(settings, found, form), nl=False)


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A signed export, or a signer's receipt.")],
    key: Annotated[
        str | None, typer.Option(help="The public key of the log, as its organisers publish it.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="An older checkpoint, or another signed export.")
    ] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", help="A list of names, as csv or json.")
    ] = None,
) -> None:
    """Check a file that the bot has published; needs neither its configuration nor its database."""
    from bot.verify import MOST_FAULTS, verify

    found = verify(file, key, against, listed)
    for sentence in found.said:
        typer.echo(sentence)
    for fault in found.faults[:MOST_FAULTS]:
        typer.echo(fault, err=True)
    if more := len(found.faults[MOST_FAULTS:]):
        typer.echo(f"And {more} more faults.", err=True)
    if found.faults:
        raise typer.Exit(PROBLEM)
    typer.echo("All of this holds.")


@commands.command("organisers-key")
def organisers_key(
    file: Annotated[Path, typer.Argument(help="The new file for the secret key.")],
) -> None:
    """Make the organisers' key, on a machine of theirs and not on the bot's."""
    import datetime as dt

    from bot import age

    public = age.make_identity(file, dt.datetime.now(dt.UTC))
    typer.echo(
        f"The secret key is in {file}. It never goes to the bot's machine. Keep a copy in another "
        "safe place: without it nobody can open what is sealed.\n"
        "Put this line into config.yaml on the bot's machine, and start the bot again:"
    )
    typer.echo(f"organisers_key: {public}")


@commands.command("open-sealed")
def open_sealed(
    key: Annotated[Path, typer.Argument(help="The file with the organisers' secret key.")],
    file: Annotated[Path, typer.Argument(help="What `undersigned export --sealed` wrote.")],
    form: Annotated[Form, typer.Option("--format", help="csv or json.")] = Form.CSV,
) -> None:
    """Make a table of what is sealed to the organisers, on the machine with their secret key."""
    from bot.bootstrap import reports

    text, closed = reports.open_sealed(key, file, form)
    typer.echo(text, nl=False)
    if closed:
        numbers = ", ".join(f"#{number}" for number in closed)
        typer.echo(f"This key does not open {numbers}; another one may.", err=True)
        raise typer.Exit(PROBLEM)
