"""The command `undersigned`.

Only what declares the commands is imported at the start: each imports what it needs when it runs,
so that `--help` takes no longer than Python itself, and `stats` nothing for the platforms.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import __version__
from bot.domain.faults import OperatorFault

if TYPE_CHECKING:
    from bot.config import Settings

OK, PROBLEM = 0, 1

KEY_LENGTH = 43
"""Characters of a key in base64, without the sign that fills it up."""

program = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: the other kinds load a library for Markdown and colours.
    rich_markup_mode=None,
)

matrix = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The bot's account on Matrix."
)
program.add_typer(matrix, name="matrix")

Config = Annotated[
    Path | None,
    typer.Option(help="The configuration; without it config.yaml here, else the defaults."),
]
Data = Annotated[
    Path | None, typer.Option(help="A folder for the database, in place of the configured one.")
]


class Form(StrEnum):
    CSV = "csv"
    JSON = "json"


class ExportForm(StrEnum):
    CSV = "csv"
    JSON = "json"
    SIGNED = "signed"


def main() -> NoReturn:
    """Run the program; expected errors end it with one clear sentence and no traceback."""
    try:
        # Called directly, a typer program sets a hook of its own for what nobody catches.
        typer.main.get_command(program)()
    except OperatorFault as error:
        from bot import logs

        print(logs.redacted(str(error)), file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(OK)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"undersigned {__version__}")
        raise typer.Exit


@program.callback()
def begin(
    version: Annotated[  # noqa: ARG001 - it has ended the program
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="The version.")
    ] = False,
) -> None:
    """A chat bot that hands out statements, records endorsements and has them verified."""
    from bot import logs

    logs.configure()


def read_settings(config: Path | None, data: Path | None = None) -> Settings:
    """The configuration. From here on the log is as it says, without the secrets in it."""
    import contextlib
    import os

    from bot import logs
    from bot.bootstrap import opening
    from bot.config import KEY_VARIABLE

    settings = opening.read_settings(config, data)
    keys = os.environ.get(KEY_VARIABLE, "")
    with contextlib.suppress(OSError, UnicodeDecodeError):
        keys = f"{keys} {settings.key_file.read_text(encoding='utf-8')}"
    longer = [word for word in keys.replace(",", " ").split() if len(word) >= KEY_LENGTH]
    logs.configure(settings.log.form, settings.log.level, [*settings.secrets, *longer])
    return settings


@program.command()
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


@program.command()
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
    import asyncio

    from bot.bootstrap import running

    asyncio.run(running.run_platforms(read_settings(config), standby=standby))


@program.command()
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


@program.command()
def stats(
    config: Config = None,
    data: Data = None,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """How many endorsements there are, of each statement and state."""
    import asyncio
    import json
    from dataclasses import asdict

    from bot.bootstrap import opening, reports

    settings = read_settings(config, data)
    counts = asyncio.run(reports.read_stats(settings, opening.read_library(settings)))
    if json_:
        typer.echo(json.dumps({statement: asdict(found) for statement, found in counts.items()}))
        return
    for statement, found in counts.items():
        numbers = ", ".join(f"{name} {count}" for name, count in asdict(found).items())
        typer.echo(f"{statement}: {numbers}")


@program.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, which is never overwritten.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Copy the database into one file, encrypted to backup.recipients; also while the bot runs."""
    import asyncio

    from bot.bootstrap import copies

    asyncio.run(copies.make_backup(read_settings(config, data), file))


@program.command()
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


@program.command("hand-over")
def hand_over(
    file: Annotated[Path, typer.Argument(help="A new file, which is never overwritten.")],
    to: Annotated[
        list[str], typer.Option(help="A public key (age1…) of whoever takes over; can be repeated.")
    ],
    config: Config = None,
    data: Data = None,
) -> None:
    """End the campaign's logs here, and write all of it into one file for another bot. The bot must
    be stopped."""
    import asyncio

    from bot.bootstrap import moving

    asyncio.run(moving.hand_over(read_settings(config, data), file, to))


@program.command("take-over")
def take_over(
    file: Annotated[Path, typer.Argument(help="What `undersigned hand-over` wrote.")],
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


@program.command("accept-database")
def accept_database(
    note: Annotated[str, typer.Option(help="What was changed and why: everybody can read it.")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Take the database as it is, after something other than the bot has changed it."""
    import asyncio

    from bot.bootstrap import copies

    asyncio.run(copies.accept_database(read_settings(config, data), note))


@program.command("rotate-key")
def rotate_key(config: Config = None, data: Data = None) -> None:
    """A new key in front of the key file, and everything encrypted anew under it."""
    import asyncio

    from bot.bootstrap import rotating

    asyncio.run(rotating.rotate_key(read_settings(config, data)))


@matrix.command()
def status(config: Config = None) -> None:
    """The bot's device as its admins compare it in Element; also while the bot runs."""
    import asyncio

    from bot.bootstrap import platforms

    found = asyncio.run(platforms.read_matrix_status(read_settings(config)))
    typer.echo(f"account:      {found.user}")
    typer.echo(f"device:       {found.device}")
    typer.echo(f"fingerprint:  {_in_fours(found.fingerprint)}")
    typer.echo(f"cross-signed: {'yes' if found.signed else 'no'}")
    if problem := found.problem():
        typer.echo(problem, err=True)
        raise typer.Exit(PROBLEM)


@matrix.command()
def reset(config: Config = None) -> None:
    """New signing keys for the bot's account, where somebody has replaced its own: they vouch for
    its device, and admins can decide again. The bot must be stopped."""
    import asyncio

    from bot.bootstrap import platforms

    key = asyncio.run(platforms.reset_matrix(read_settings(config)))
    typer.echo("The account has new signing keys, and they vouch for the bot's device:")
    typer.echo(f"signing key:  {_in_fours(key)}")
    status(config)
    typer.echo("Start `undersigned run`. Whoever has verified the bot in Element does that again.")


@matrix.command()
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


def _in_fours(key: str) -> str:
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


@program.command()
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


@program.command()
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


@program.command("organisers-key")
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


@program.command("open-sealed")
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


@program.command("import")
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


@program.command()
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
