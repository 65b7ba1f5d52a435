"""Texts that people write: statements, and translations of what the bot says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import PROBLEM

commands = typer.Typer()


@commands.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A text as it was published.")],
    id_: Annotated[str, typer.Option("--id", help="The new statement's id.")],
    lang: Annotated[str, typer.Option(help="The language of the text, such as en or ar.")],
    out: Annotated[Path, typer.Option(help="The folder of the statements.")] = Path("statements"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="At a terminal too, ask nothing.")] = False,
) -> None:
    """Make a statement package from a published text, and report every line."""
    from bot import importer
    from bot.domain.ids import Language

    is_talk = sys.stdin.isatty() and sys.stdout.isatty() and not yes

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default))

    importer.run(
        *(file, id_, Language(lang), out),
        say=typer.echo,
        ask=ask if is_talk else None,
        dry_run=dry_run,
        force=force,
    )


@commands.command()
def translations(
    language: Annotated[
        str | None, typer.Argument(metavar="[LANG]", help="Such as ar or fr; without it, all.")
    ] = None,
) -> None:
    """How far each translation has come, and every message that it lacks, with its place."""
    from bot.wording import catalogues
    from bot.wording.voice import SOURCE_LANGUAGE

    template = catalogues.extract(catalogues.ROOT)
    is_complete = True
    for name in [language] if language else catalogues.languages(catalogues.ROOT):
        if name == SOURCE_LANGUAGE:
            typer.echo(f"{name}: the language of the source, which needs no catalogue")
            continue
        try:
            progress = catalogues.progress(name, template, catalogues.ROOT)
        except catalogues.CatalogueFault as fault:
            typer.echo(str(fault), err=True)
            is_complete = False
            continue
        typer.echo(str(progress))
        for gap in progress.gaps:
            typer.echo(f"  {gap}")
        is_complete = is_complete and not progress.gaps
    if not is_complete:
        raise typer.Exit(PROBLEM)
