"""Setting a bot up."""

from __future__ import annotations

from typing import Annotated

import typer

commands = typer.Typer()


def _answer(metavar: str, variable: str, said: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(help=said, envvar=variable, metavar=metavar)
    return found


Folder = Annotated[
    str | None,
    typer.Argument(
        metavar="FOLDER", envvar="UNDERSIGNED_INIT_FOLDER", help="Where the bot is to live."
    ),
]
Languages = Annotated[
    str | None,
    _answer("en,ar", "UNDERSIGNED_LANGUAGES", "What it speaks; the first is the admins'."),
]
TimeZone = Annotated[
    str | None, _answer("Europe/Paris", "UNDERSIGNED_TIMEZONE", "That of the campaign.")
]
TelegramToken = Annotated[
    str | None,
    _answer(
        "TOKEN",
        "UNDERSIGNED_TELEGRAM__TOKEN",
        "From @BotFather. Others on this machine see options: better the variable, which then "
        "stays out of config.yaml.",
    ),
]
TelegramApiUrl = Annotated[
    str | None,
    _answer("URL", "UNDERSIGNED_TELEGRAM__API_URL", "A Bot API server of your own (not asked)."),
]
TelegramAdminChat = Annotated[
    str | None,
    _answer(
        "NUMBER", "UNDERSIGNED_TELEGRAM__ADMIN_CHAT", "The admins' group, if it is known already."
    ),
]
TelegramMode = Annotated[
    str | None, _answer("polling|webhook", "UNDERSIGNED_TELEGRAM__MODE", "How the bot hears of it.")
]
WebhookListen = Annotated[
    str | None,
    _answer("HOST:PORT", "UNDERSIGNED_TELEGRAM__WEBHOOK__LISTEN", "Where the bot listens."),
]
WebhookUrl = Annotated[
    str | None,
    _answer("URL", "UNDERSIGNED_TELEGRAM__WEBHOOK__URL", "Where Telegram reaches your web server."),
]
MatrixHomeserver = Annotated[
    str | None, _answer("URL", "UNDERSIGNED_MATRIX__HOMESERVER", "The bot's homeserver.")
]
MatrixUser = Annotated[
    str | None, _answer("@BOT:SERVER", "UNDERSIGNED_MATRIX__USER_ID", "The bot's account there.")
]
MatrixPassword = Annotated[
    str | None,
    _answer(
        "PASSWORD",
        "UNDERSIGNED_MATRIX__PASSWORD",
        "Its password, needed once and never kept. Better the variable, as above.",
    ),
]
MatrixAdmins = Annotated[
    str | None,
    _answer("@YOU:SERVER,...", "UNDERSIGNED_MATRIX__ADMINS", "Who verifies signatures there."),
]
Statement = Annotated[
    str | None,
    _answer("FILE", "UNDERSIGNED_INIT_STATEMENT", "The text that people sign, as published."),
]
StatementId = Annotated[
    str | None, _answer("ID", "UNDERSIGNED_INIT_STATEMENT_ID", "What it is called in commands.")
]
StatementLang = Annotated[
    str | None, _answer("LANG", "UNDERSIGNED_INIT_STATEMENT_LANG", "The language of that text.")
]
OrganisersKey = Annotated[
    str | None,
    _answer("age1...", "UNDERSIGNED_ORGANISERS_KEY", "See `undersigned organisers-key --help`."),
]
KeyCopy = Annotated[
    str | None,
    _answer("FILE", "UNDERSIGNED_INIT_KEY_COPY", "A copy of the key, on another disk."),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Ask nothing: what is not given is what Enter would take.")
]


@commands.command()
def init(
    folder: Folder = None,
    languages: Languages = None,
    timezone: TimeZone = None,
    telegram_token: TelegramToken = None,
    telegram_api_url: TelegramApiUrl = None,
    telegram_admin_chat: TelegramAdminChat = None,
    telegram_mode: TelegramMode = None,
    webhook_listen: WebhookListen = None,
    webhook_url: WebhookUrl = None,
    matrix_homeserver: MatrixHomeserver = None,
    matrix_user: MatrixUser = None,
    matrix_password: MatrixPassword = None,
    matrix_admins: MatrixAdmins = None,
    statement: Statement = None,
    statement_id: StatementId = None,
    statement_lang: StatementLang = None,
    organisers_key: OrganisersKey = None,
    key_copy: KeyCopy = None,
    yes: Yes = False,
) -> None:
    """Set up a bot, by answering questions.

    From nothing to what `undersigned run` needs. It asks for languages, time zone, Telegram, Matrix
    and the statement, and looks at each answer at once. It makes the folder, the key and
    config.yaml, and overwrites nothing. Stopped in the middle, the same command goes on where it
    was.

    For a script, each answer is also an option or a variable, or a line of what is piped in, in the
    order of the questions:

    \b
    UNDERSIGNED_TELEGRAM__TOKEN=... undersigned init bot --languages en,fr --yes

    A wrong one ends it with exit code 1.
    """
    given = {name: answer for name, answer in locals().items() if isinstance(answer, str)}
    from bot import logs, setup

    logs.conceal(given[name] for name in ("telegram_token", "matrix_password") if name in given)
    setup.set_up(given, reads=not yes)
