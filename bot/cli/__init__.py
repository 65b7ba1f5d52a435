"""The command `undersigned`.

Only what declares the commands is imported at the start: each imports what it needs when it runs,
so that `--help` takes no longer than Python itself, and `stats` nothing for the platforms.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Annotated, NoReturn

import typer

from bot import __version__
from bot.cli import doctoring, exporting, keeping, matrix, running, setting_up, texts
from bot.domain.faults import OperatorFault

# Typer asks it twice of each command, which was a fifth of the time that `--help` takes.
_typer = vars(typer.main)
_typer["get_params_from_function"] = cache(_typer["get_params_from_function"])

program = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: the other kinds load a library for Markdown and colours.
    rich_markup_mode=None,
)
# The help lists them in this order.
for part in (setting_up, running, doctoring, keeping, exporting, texts):
    program.add_typer(part.commands)
program.add_typer(matrix.commands, name="matrix", help="The bot's account on Matrix.")


VERSION = f"undersigned {__version__}"

COMPLETION_VARIABLE = "_UNDERSIGNED_COMPLETE"
"""What a shell asks for what can be typed next (docs/install.md)."""


def main() -> NoReturn:
    """Run the program; expected errors end it with one clear sentence and no traceback."""
    if COMPLETION_VARIABLE in os.environ:
        # So typer learns to speak to shells, without options for that in every `--help`.
        typer.main.get_install_completion_arguments()
    if sys.argv[1:] == ["--version"]:
        # For that no command has to be declared.
        typer.echo(VERSION)
        sys.exit(0)
    try:
        # Called directly, a typer program sets a hook of its own for what nobody catches.
        typer.main.get_command(program)()
    except OperatorFault as error:
        from bot import logs

        print(logs.redacted(str(error)), file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@program.callback(
    epilog="Exit codes: 0 done, 1 a problem was found, 2 wrong usage or configuration. Any setting "
    "of config.yaml can be a variable too, such as UNDERSIGNED_TELEGRAM__TOKEN."
)
def begin(
    version: Annotated[  # noqa: ARG001 - it has ended the program
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="The version.")
    ] = False,
) -> None:
    """A chat bot that hands out statements, records endorsements and has them verified."""
    from bot import logs

    logs.configure()
