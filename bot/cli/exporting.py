"""What leaves the bot: exports, and what others do with them on machines of their own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import PROBLEM, Config, Data, read_settings

if TYPE_CHECKING:
    from bot.config import Settings

commands = typer.Typer()

NICE = 10
"""How far a process stands back behind others."""


class Form(StrEnum):
    CSV = "csv"
    JSON = "json"


class ExportForm(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    PDF = "pdf"
    MD = "md"
    SIGNED = "signed"


_DOCUMENTS = {ExportForm.XLSX, ExportForm.PDF, ExportForm.MD}
_BINARY = {ExportForm.XLSX, ExportForm.PDF}


@commands.command()
def export(
    statement: Annotated[str | None, typer.Option(help="The statement's id.")] = None,
    form: Annotated[
        ExportForm | None,
        typer.Option(
            "--format",
            help="csv, json, xlsx, pdf, md (docs/documents.md), or signed (docs/log.md).",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Of xlsx, pdf and md: that of the text; without it, the original's."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Into this file, whole or not at all, not to standard output."
        ),
    ] = None,
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="What only the organisers can open (docs/organisers.md)."),
    ] = False,
    all_: Annotated[
        Path | None,
        typer.Option(
            "--all",
            metavar="FILE",
            help="End the campaign's logs here, and write all of it into a new file, with which "
            "another bot goes on (docs/moving.md). The bot must be stopped.",
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="With --all: a public key (age1…) of whoever takes over; can be repeated.",
        ),
    ] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """Write the verified and public endorsements of a statement to standard output or into a file;
    or with --all the whole campaign into a file, which ends it here."""
    if all_ is None:
        if to or statement is None:
            raise typer.BadParameter("name a --statement; or --all FILE, with --to age1…")
        if sealed and form:
            raise typer.BadParameter("--sealed is a form of its own: leave --format out")
        if language and form not in _DOCUMENTS:
            raise typer.BadParameter("--language goes with --format xlsx, pdf or md")
        settings = read_settings(config, data)
        _export_statement(settings, statement, form, language, output, sealed=sealed)
    elif statement or form or language or output or sealed or not to:
        raise typer.BadParameter("--all FILE goes with --to age1…, and with no statement or form")
    else:
        import asyncio

        from bot.bootstrap import moving

        asyncio.run(moving.hand_over(read_settings(config, data), all_, to))


def _export_statement(
    settings: Settings,
    statement: str,
    form: ExportForm | None,
    language: str | None,
    output: Path | None,
    *,
    sealed: bool,
) -> None:
    import asyncio
    import sys

    from bot.bootstrap import files, opening, reports

    found = opening.read_statement(settings, statement)
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise typer.BadParameter(f"{form} is no text for a terminal: name a file with --output")
    if form in _DOCUMENTS:
        from bot.bootstrap import documents

        asyncio.run(documents.export_document(settings, found, form, language, output))
        return
    with files.said(output) as say:
        if sealed:
            asyncio.run(reports.export_sealed(settings, found.id, say))
        elif form is ExportForm.SIGNED:
            asyncio.run(reports.export_signed(settings, found, say))
        else:
            asyncio.run(reports.export_public(settings, found, form or ExportForm.CSV, say))


@commands.command()
def publish(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A new folder, or one that this made before. Without it that of publish.folder, "
            "and publish.command runs afterwards."
        ),
    ] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """Make the campaign's page, a folder of files for any web server; also while the bot runs
    (docs/publishing.md)."""
    import asyncio
    import os

    from bot.bootstrap import publishing

    settings = read_settings(config, data)
    if folder is None:
        # As the running bot calls it, which comes before.
        os.nice(NICE)
        published = asyncio.run(publishing.publish_configured(settings))
    else:
        published = asyncio.run(publishing.publish_into(settings, folder))
    said = "" if published.is_new else ", the same as before"
    typer.echo(f"{published.folder}: {published.files} files{said}")


class PosterSize(StrEnum):
    A4 = "a4"
    A5 = "a5"
    SQUARE = "square"


class PosterForm(StrEnum):
    PDF = "pdf"
    PNG = "png"


@commands.command()
def poster(
    folder: Annotated[Path, typer.Argument(help="Where the files are written; it is made.")],
    statement: Annotated[str, typer.Option(help="The statement's id.")],
    language: Annotated[
        list[str] | None, typer.Option(help="Of a text; can be repeated. Without it, each.")
    ] = None,
    demand: Annotated[
        str | None, typer.Option(help="The number of the one it shows; without it, the first.")
    ] = None,
    size: Annotated[
        list[PosterSize] | None,
        typer.Option(help="a4, a5, or square: a picture for sharing. Without it, each."),
    ] = None,
    form: Annotated[
        list[PosterForm] | None, typer.Option("--format", help="pdf or png; without it, both.")
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(help="Where its QR code leads: page, telegram or matrix; else the first."),
    ] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """Draw posters of a statement: its title, a demand, and a QR code to read and sign it by."""
    import asyncio

    from bot.bootstrap import opening, posters

    settings = read_settings(config, data)
    wanted = posters.Wanted(
        language or (),
        demand,
        [each.value for each in size or PosterSize],
        [each.value for each in form or PosterForm],
        link,
    )
    found = opening.read_statement(settings, statement)
    for file in asyncio.run(posters.write_posters(settings, found, wanted, folder)):
        typer.echo(str(file))


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
