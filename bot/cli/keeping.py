"""Keeping the database: its copies, its keys, and filling an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Config, Data, read_settings

commands = typer.Typer()


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, which is never overwritten.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Copy the database into one file, encrypted to backup.recipients; also while the bot runs."""
    import asyncio

    from bot.bootstrap import copies

    asyncio.run(copies.make_backup(read_settings(config, data), file))


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup, or an older copy of a SQLite database.")],
    identity: Annotated[
        Path | None, typer.Option(help="The file with the secret key that opens the backup.")
    ] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """Bring a backup back into an empty database, without what was erased since it was made."""
    import asyncio

    from bot.bootstrap import copies

    asyncio.run(copies.bring_back(read_settings(config, data), file, identity))


@commands.command("take-over")
def take_over(
    file: Annotated[Path, typer.Argument(help="What `undersigned export --all` wrote.")],
    identity: Annotated[Path, typer.Option(help="The file with the secret key that opens it.")],
    key: Annotated[
        str | None, typer.Option(help="The public key of the log, as its organisers publish it.")
    ] = None,
    config: Config = None,
    data: Data = None,
) -> None:
    """Go on with a campaign that another bot has handed over, in an empty database."""
    import asyncio

    from bot.bootstrap import moving

    asyncio.run(moving.take_over(read_settings(config, data), file, identity, key))


@commands.command("migrate-database")
def migrate_database(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="sqlite:///data/name.db, postgresql://host/name.")
    ],
    target: Annotated[
        str | None, typer.Argument(metavar="TO", help="An empty one, named as under database:.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go on with FROM after all; TO must not have been used.")
    ] = False,
    config: Config = None,
) -> None:
    """Move the campaign into another database, SQLite or PostgreSQL. The bot must be stopped; after
    a kill the same command goes on."""
    import asyncio

    from bot.bootstrap import migrating
    from bot.cli.bars import bars

    if undo is (target is not None):
        raise typer.BadParameter("name FROM and TO; or FROM alone with --undo")
    left = read_settings(config, database=source)
    if target is None:
        asyncio.run(migrating.undo(left))
    else:
        made = read_settings(config, database=target)
        with bars() as show:
            asyncio.run(migrating.migrate_database(left, made, show))


@commands.command("accept-database")
def accept_database(
    note: Annotated[str, typer.Option(help="What was changed and why: everybody can read it.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Take the database as it is, after something other than the bot has changed it."""
    import asyncio

    from bot.bootstrap import copies

    asyncio.run(copies.accept_database(read_settings(config, data), note))


@commands.command("rotate-key")
def rotate_key(config: Config = None, data: Data = None) -> None:
    """A new key in front of the key file, and everything encrypted anew under it."""
    import asyncio

    from bot.bootstrap import rotating

    asyncio.run(rotating.rotate_key(read_settings(config, data)))
