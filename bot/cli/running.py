"""Running the bot, and looking at whether and how it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import PROBLEM, Config, Data, read_settings

commands = typer.Typer()


@commands.command()
def console(
    config: Config = None,
    data: Data = None,
    json_: Annotated[
        bool, typer.Option("--json", help="One JSON object a line for all that the bot does.")
    ] = False,
) -> None:
    """Talk to the whole bot here, with no account and no network."""
    import asyncio
    import contextlib

    from bot.bootstrap import running

    settings = read_settings(config, data)
    # Who presses Ctrl-C leaves, as with Ctrl-D.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(running.run_simulated(settings, data, as_json=json_))


@commands.command()
def playground(
    config: Config = None,
    data: Annotated[
        Path | None,
        typer.Option(help="A folder that keeps what is tried; without it nothing is kept."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on: one that this machine alone reaches.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes one that is free.")
    ] = 0,
) -> None:
    """Try the whole bot on a page in your browser: three phones, no account and no network."""
    import asyncio
    import contextlib

    from bot.bootstrap import playing

    settings = read_settings(config)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(playing.play(settings, data, host, port, _open_page))


def _open_page(address: str) -> None:
    """Say where it is, and open it where there is a screen."""
    import os
    import sys
    import threading
    import webbrowser

    typer.echo(f"The playground is open on this machine alone: {address}")
    typer.echo("Ctrl-C ends it.", err=True)
    sys.stdout.flush()
    if sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        # It may wait for the browser.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


@commands.command()
def run(
    config: Config = None,
    standby: Annotated[
        bool,
        typer.Option(
            "--standby", help="Wait until no other instance works on the database, on PostgreSQL."
        ),
    ] = False,
) -> None:
    """Run the bot on every configured platform."""
    from bot.bootstrap import preparing, running

    settings = read_settings(config)
    if not standby:
        preparing.prepare(settings)
    running.run(running.run_platforms(settings, config, standby=standby))


@commands.command()
def check(config: Config = None) -> None:
    """Check whatever `run` would refuse, without asking any server: file, line, and what to do."""
    import asyncio

    from bot.bootstrap import checking

    found = asyncio.run(checking.check(read_settings(config)))
    for sentence in (*found.faults, *found.notes):
        typer.echo(str(sentence), err=True)
    for statement in found.library:
        typer.echo(f"{statement.id}: {', '.join(statement.revisions)}")
    if found.faults:
        raise typer.Exit(PROBLEM)
    typer.echo("Configuration, statements, translations, key and database are in order.")


@commands.command()
def health(config: Config = None) -> None:
    """Ask the running bot how it does, where `listen` says: exit code 0 when all is well."""
    from bot.bootstrap.opening import NotConfigured
    from bot.metrics.asking import asked

    listen = read_settings(config).listen
    if listen is None:
        raise NotConfigured(
            "The section listen is not in config.yaml; config.example.yaml shows it."
        )
    token = None if listen.token is None else listen.token.get_secret_value()
    is_well, lines = asked(listen.address.host, listen.address.port, token)
    for line in lines:
        typer.echo(line)
    if not is_well:
        raise typer.Exit(PROBLEM)


@commands.command()
def stats(
    config: Config = None,
    data: Data = None,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """How many endorsements there are, of each statement and state."""
    import asyncio
    import json

    from bot.bootstrap import opening, reports

    settings = read_settings(config, data)
    counts = asyncio.run(reports.read_stats(settings, opening.read_library(settings)))
    told = {statement: reports.as_told(found) for statement, found in counts.items()}
    if json_:
        typer.echo(json.dumps(told))
        return
    for statement, found in told.items():
        numbers = ", ".join(f"{name} {count}" for name, count in found.items())
        typer.echo(f"{statement}: {numbers}")
