"""The bot's account on Matrix."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import PROBLEM, Config, read_settings

commands = typer.Typer(no_args_is_help=True)


@commands.command()
def status(config: Config = None) -> None:
    """The bot's device as its admins compare it in Element; also while the bot runs."""
    import asyncio

    from bot.bootstrap import platforms

    found = asyncio.run(platforms.read_matrix_status(read_settings(config)))
    for line in found.lines():
        typer.echo(line)
    if problem := found.problem():
        typer.echo(problem, err=True)
        raise typer.Exit(PROBLEM)


@commands.command()
def reset(config: Config = None) -> None:
    """New signing keys for the bot's account, where somebody has replaced its own: they vouch for
    its device, and admins can decide again. The bot must be stopped."""
    import asyncio

    from bot.bootstrap import platforms

    key = asyncio.run(platforms.reset_matrix(read_settings(config)))
    typer.echo("The account has new signing keys, and they vouch for the bot's device:")
    typer.echo(f"signing key:  {key}")
    status(config)
    typer.echo("Start `undersigned run`. Whoever has verified the bot in Element does that again.")


@commands.command()
def trust(
    account: Annotated[str, typer.Argument(help="Such as @you:example.org.")],
    config: Config = None,
) -> None:
    """Let an admin decide again who has reset their identity, where no other admin can confirm it.
    The bot must be stopped."""
    import asyncio

    from bot.bootstrap import platforms

    if not asyncio.run(platforms.trust_on_matrix(read_settings(config), account)):
        typer.echo(f"No signing keys of {account} are known, so nothing has changed.", err=True)
        raise typer.Exit(PROBLEM)
    typer.echo(f"The keys that {account} has at the next start count.")
