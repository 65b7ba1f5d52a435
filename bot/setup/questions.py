"""What is asked, in the order in which it is. Each answer can come as an option of `undersigned
init`, from the variable, or as a line; nothing but Enter takes what is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import SETUP_PREFIX, variable_of


@dataclass(frozen=True, slots=True)
class Question:
    """`place` is the key of the configuration that the answer becomes, None for what is done at
    once. `proposed` is what Enter takes; None: it has to be answered."""

    name: str
    label: str
    about: str
    place: tuple[str, ...] | None = None
    proposed: str | None = ""
    is_secret: bool = False
    is_list: bool = False
    is_kept: bool = True
    """Whether the configuration needs it after today."""

    @property
    def variable(self) -> str:
        """That of the configuration, where the answer goes there."""
        return variable_of(self.place) if self.place else f"{SETUP_PREFIX}{self.name.upper()}"


FOLDER = Question(
    "folder",
    "Folder",
    "In which folder shall the bot live? All that it needs and all that it keeps is in there.",
    proposed=None,
)
LANGUAGES = Question(
    "languages",
    "Languages",
    "In which languages does it speak? The first is that of the admins. There are: {there}.",
    ("languages",),
    "en, ar",
    is_list=True,
)
TIMEZONE = Question(
    "timezone",
    "Time zone",
    "The campaign's time zone, by its IANA name, such as Europe/Paris. Every time that the bot "
    "says is in it.",
    ("timezone",),
    "UTC",
)
TELEGRAM_TOKEN = Question(
    "telegram_token",
    "Token",
    "Telegram. Write /newbot to @BotFather there, and copy the token that it gives you; it is not "
    "shown here. Enter alone: the bot is not on Telegram.",
    ("telegram", "token"),
    is_secret=True,
)
TELEGRAM_API_URL = Question(
    "telegram_api_url", "Server of the Bot API", "", ("telegram", "api_url")
)
TELEGRAM_ADMIN_CHAT = Question(
    "telegram_admin_chat",
    "Admin chat",
    "The private group in which signatures are verified, by its number, such as -1001234567890. "
    "Enter alone: you make a group one later, with a line that the bot prints when it starts.",
    ("telegram", "admin_chat"),
)
TELEGRAM_MODE = Question(
    "telegram_mode",
    "Mode",
    "How does the bot hear from Telegram? 'polling': it asks, and needs nothing else. 'webhook': "
    "Telegram calls it, at an https address of yours.",
    ("telegram", "mode"),
    "polling",
)
WEBHOOK_LISTEN = Question(
    "webhook_listen",
    "Listens on",
    "The host and port on this machine to which your web server passes Telegram's calls.",
    ("telegram", "webhook", "listen"),
    "127.0.0.1:8080",
)
WEBHOOK_SECRET = Question(
    "webhook_secret", "Secret", "", ("telegram", "webhook", "secret"), is_secret=True
)
WEBHOOK_URL = Question(
    "webhook_url",
    "Webhook",
    "The address at which Telegram reaches that web server, such as "
    "https://bot.example.org/telegram. The secret that Telegram shows there is made for you.",
    ("telegram", "webhook", "url"),
    None,
)
MATRIX_HOMESERVER = Question(
    "matrix_homeserver",
    "Homeserver",
    "Matrix. Make an account for the bot, as for a person, on a homeserver, and write that "
    "server's address here, such as https://matrix.example.org. Enter alone: the bot is not on "
    "Matrix.",
    ("matrix", "homeserver"),
)
MATRIX_USER = Question(
    "matrix_user",
    "Account",
    "The bot's account there, such as @undersigned:example.org.",
    ("matrix", "user_id"),
    None,
)
MATRIX_PASSWORD = Question(
    "matrix_password",
    "Password",
    "Its password, which is needed this once, and neither shown nor kept.",
    ("matrix", "password"),
    None,
    is_secret=True,
    is_kept=False,
)
MATRIX_ADMINS = Question(
    "matrix_admins",
    "Admins",
    "Who verifies signatures? Accounts such as @you:example.org. When it first starts, the bot "
    "makes an encrypted room and invites them. Enter alone: you make a room the admin room later, "
    "with a line that the bot prints when it starts.",
    ("matrix", "admins"),
    is_list=True,
)
STATEMENT = Question(
    "statement",
    "File",
    "The statement that people sign: a file with its text as it was published (plain text, "
    "Markdown, a web page or Word). Enter alone: an invented example.",
)
STATEMENT_ID = Question(
    "statement_id", "Id", "What it is called in commands and links: a-z, 0-9 and '-'.", None, None
)
STATEMENT_LANG = Question(
    "statement_lang", "Language", "The language of that text, such as en or ar.", None, None
)
ORGANISERS_KEY = Question(
    "organisers_key",
    "Organisers' key",
    "The organisers' public key (age1...): what only they may see can then be opened with their "
    "secret key alone. `undersigned organisers-key FILE` makes both, on another machine. Enter "
    "alone: none; the bot keeps it, encrypted under its own key.",
    ("organisers_key",),
    is_list=True,
)
KEY_COPY = Question(
    "key_copy",
    "Copy of the key",
    "Without {key} nobody can read what signers gave. A copy belongs on another disk, such as a "
    "USB stick, and never beside copies of the database. Where shall it go? Enter alone: you copy "
    "it yourself.",
)

SETTINGS = (
    *(LANGUAGES, TIMEZONE),
    *(TELEGRAM_TOKEN, TELEGRAM_API_URL, TELEGRAM_ADMIN_CHAT, TELEGRAM_MODE),
    *(WEBHOOK_LISTEN, WEBHOOK_SECRET, WEBHOOK_URL),
    *(MATRIX_HOMESERVER, MATRIX_USER, MATRIX_PASSWORD, MATRIX_ADMINS),
    ORGANISERS_KEY,
)
"""Those whose answers are in the configuration."""

QUESTIONS = (FOLDER, *SETTINGS, STATEMENT, STATEMENT_ID, STATEMENT_LANG, KEY_COPY)
