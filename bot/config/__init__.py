"""The configuration: read once into frozen objects, every fault told with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.config.admins import NameFile, TwoAdmins
from bot.config.credentials import credential, with_credentials
from bot.config.long_secrets import LongSecret
from bot.config.pages import PageAddress, Words
from bot.config.recipients import AgeKeys, Line, SomeAgeKeys
from bot.config.servers import BotApiAddress, HomeserverAddress, is_this_machine
from bot.config.sources import (
    KEY_VARIABLE,
    PREFIX,
    SETUP_PREFIX,
    read_sources,
    refusal,
    variable_of,
)
from bot.config.times import TimeOfDay
from bot.config.values import (
    KEY_FILE,
    Address,
    AdminChat,
    BotNames,
    Database,
    DatabaseUrl,
    FilePath,
    Languages,
    ListenAddress,
    LogForm,
    LogLevel,
    MatrixRoom,
    MatrixUser,
    MatrixUsers,
    Mode,
    QuietHours,
    Secret,
    Surroundings,
    Text,
    TimeZone,
    Token,
    UserNumbers,
    WebAddress,
    Whole,
)
from bot.domain.faults import Fault, OperatorFault

__all__ = [
    "KEY_FILE",
    "KEY_VARIABLE",
    "SETUP_PREFIX",
    "TELEGRAM_API",
    "Address",
    "Backup",
    "ConfigFaults",
    "DatabaseUrl",
    "Listen",
    "Log",
    "Matrix",
    "Publication",
    "Publish",
    "Retention",
    "Settings",
    "Telegram",
    "Verification",
    "Webhook",
    "load_settings",
    "value_fault",
    "variable_of",
]

TELEGRAM_API = "https://api.telegram.org"


class ConfigFaults(OperatorFault):
    """All that is wrong with the configuration, one fault a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )


class Log(_Section):
    """How the log is written: `auto` is for people at a terminal, and JSON elsewhere."""

    form: LogForm = "auto"
    level: LogLevel = "WARNING"


class Listen(_Section):
    """Where the bot says how it does; config.example.yaml explains each key."""

    address: ListenAddress
    token: LongSecret | None = None

    @field_validator("token")
    @classmethod
    def _keeps_others_out(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        address: Address | None = info.data.get("address")
        if token is None and address is not None and not is_this_machine(address.host):
            raise ValueError(
                "other machines reach that address, so it needs one: write 32 characters or more, "
                "such as `openssl rand -hex 32` makes, or listen on 127.0.0.1"
            )
        return token


class Webhook(_Section):
    """Where Telegram delivers updates: its address of the bot, and where the bot listens."""

    url: WebAddress
    secret: LongSecret
    listen: ListenAddress


class Telegram(_Section):
    """The bot's account on Telegram; config.example.yaml explains each key."""

    token: Token
    admin_chat: AdminChat = None
    admins: UserNumbers = ()
    name: BotNames = ()
    api_url: BotApiAddress = TELEGRAM_API
    mode: Mode = "polling"
    webhook: Webhook | None = None

    @field_validator("webhook")
    @classmethod
    def _fits_mode(cls, webhook: Webhook | None, info: ValidationInfo) -> Webhook | None:
        if webhook is None and info.data.get("mode") == "webhook":
            raise ValueError("the mode webhook needs it; add url, secret and listen")
        if (
            webhook is not None
            and webhook.url.startswith("http:")
            and info.data.get("api_url") == TELEGRAM_API
        ):
            raise ValueError("Telegram delivers to https only; correct the url")
        return webhook


class Matrix(_Section):
    """The bot's account on Matrix. The password, or an access token and its device, is needed for
    the first start; config.example.yaml explains each key."""

    homeserver: HomeserverAddress
    user_id: MatrixUser
    password: Secret | None = None
    access_token: Secret | None = None
    device_id: Text | None = None
    admin_room: MatrixRoom = None
    admins: MatrixUsers = ()
    store: FilePath = Path("data/matrix")
    group_power: Whole | None = None
    trust_homeserver: bool = False

    @field_validator("device_id")
    @classmethod
    def _belongs_to_token(cls, device: str | None, info: ValidationInfo) -> str | None:
        if device is None and info.data.get("access_token") is not None:
            raise ValueError("an access_token belongs to a device; add its device_id")
        return device


class Verification(_Section):
    """How admins are called to decide; config.example.yaml explains each key."""

    cards: Whole = Field(default=10, ge=0, le=50)
    sound_every_minutes: Whole = Field(default=60, ge=1, le=1440)
    quiet_hours: QuietHours = None
    remind_after_hours: Whole = Field(default=48, ge=1, le=720)
    wave_from: Whole = Field(default=300, ge=10)
    alone_at_most: Whole = Field(default=20, ge=1)
    two_admins: TwoAdmins = "none"
    two_admins_for: NameFile = ()


class Retention(_Section):
    """For how many days what is personal is kept; config.example.yaml explains each key."""

    pending_days: Whole = Field(default=180, ge=30, le=3650)
    rejected_days: Whole = Field(default=30, ge=1, le=3650)
    hidden_days: Whole = Field(default=365, ge=30, le=3650)


class Publication(_Section):
    """How finely the public learns of what is verified; config.example.yaml explains each key."""

    names_at: TimeOfDay = None
    round_counts_to: Whole = Field(default=1, ge=1)


class Publish(_Section):
    """The campaign's page; config.example.yaml explains each key."""

    folder: FilePath
    address: PageAddress | None = None
    every_minutes: Whole = Field(default=10, ge=1, le=1440)
    command: Words = ()
    templates: FilePath | None = None


class Backup(_Section):
    """To whom backups are encrypted; config.example.yaml explains the key."""

    recipients: SomeAgeKeys


PLAYED = {
    *("statements", "languages", "timezone", "comfortable_chunk", "verification", "contact"),
    *("organisers_key", "retention", "publication", "log"),
}
"""Of the settings, those that say what the bot is like, and touch nothing."""


class Settings(_Section):
    """Every path in it is absolute. `base` is the folder that relative paths count from."""

    database: Database = Field(default="sqlite:///data/undersigned.db", validate_default=True)
    state: FilePath = Path("state")
    backup: Backup | None = None
    statements: FilePath = Path("statements")
    languages: Languages = ("en", "ar")
    timezone: TimeZone = ZoneInfo("UTC")
    comfortable_chunk: Whole = Field(default=1500, ge=200, le=4000)
    verification: Verification = Verification()
    organisers_key: AgeKeys = ()
    contact: Line = None
    moved_to: Line = None
    retention: Retention = Retention()
    publication: Publication = Publication()
    publish: Publish | None = None
    log: Log = Log()
    telegram: Telegram | None = None
    matrix: Matrix | None = None
    listen: Listen | None = None
    _base: Path = PrivateAttr(default_factory=Path.cwd)
    _given_key: Path | None = PrivateAttr(default=None)

    @field_validator("state")
    @classmethod
    def _is_apart(cls, state: Path, info: ValidationInfo) -> Path:
        database: DatabaseUrl | None = info.data.get("database")
        file = database.file if database is not None else None
        if file is not None and state.resolve().is_relative_to(file.parent.resolve()):
            raise ValueError(
                "it would lie in the folder of the database and in its copies; name a folder of "
                "its own, such as state"
            )
        return state

    @field_validator("listen")
    @classmethod
    def _is_free(cls, listen: Listen | None, info: ValidationInfo) -> Listen | None:
        telegram: Telegram | None = info.data.get("telegram")
        hook = None if telegram is None else telegram.webhook
        if listen is not None and hook is not None and listen.address == hook.listen:
            raise ValueError("telegram.webhook.listen has that address; choose another port")
        return listen

    def model_post_init(self, context: object, /) -> None:
        if isinstance(context, Surroundings):
            self._base, self._given_key = context.base, context.key_file

    @property
    def page(self) -> str | None:
        """The address of the campaign's page, if it has one."""
        return None if self.publish is None else self.publish.address

    def apart(self, folder: Path) -> Settings:
        """The same campaign in a folder of its own, with a database and a key that are nobody
        else's, and nothing that reaches out: what a setting is not among these, is as if it were
        not written."""
        fields = type(self).model_fields.items()
        left_out = {name: field.get_default() for name, field in fields if name not in PLAYED}
        file = folder / "data" / "undersigned.db"
        own = {
            "database": DatabaseUrl(f"sqlite:///{file}", f"sqlite:///{file}", file),
            "state": folder / "state",
        }
        copy = self.model_copy(update={**left_out, **own})
        copy.model_post_init(Surroundings(folder, self.languages))
        return copy

    @property
    def base(self) -> Path:
        """The file's folder, or without a file the one that `load_settings` was given."""
        return self._base

    @property
    def key_file(self) -> Path:
        """Where the key for personal fields lies unless the environment holds it."""
        return self._given_key or self._base / KEY_FILE

    @property
    def key_is_given(self) -> bool:
        """Whether that file was handed over: a copy, which cannot be changed here."""
        return self._given_key is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value in it that nobody but the servers concerned may see."""
        return tuple(_secrets(self))


def _secrets(section: BaseModel) -> Iterator[str]:
    for _, value in section:
        if isinstance(value, BaseModel):
            yield from _secrets(value)
        elif isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, DatabaseUrl) and (password := urlsplit(value.url).password):
            yield unquote(password)


def load_settings(
    path: Path | None, environ: Mapping[str, str], languages: Sequence[str], base: Path = Path()
) -> Settings:
    """The settings of the file at `path`, or without one the defaults, counted from `base`; the
    environment wins over both, and over what was handed over in files (`credentials.py`).
    `languages` are those that there are catalogues for.

    Raises `ConfigFaults` with everything that is wrong.
    """
    folder = (path.parent if path else base).absolute()
    sources = read_sources(path, with_credentials(environ), Settings)
    faults = list(sources.faults)
    settings: Settings | None = None
    if sources.data is not None:
        context = Surroundings(folder, tuple(languages), credential(environ, KEY_FILE))
        try:
            settings = Settings.model_validate(sources.data, context=context)
        except ValidationError as error:
            faults.extend(sources.explained(error, Settings))
    if faults or settings is None:
        raise ConfigFaults(sorted(faults, key=_file_then_variables))
    return settings


def value_fault(
    place: tuple[str, ...], value: str, languages: Sequence[str], base: Path
) -> str | None:
    """Why a value, as the environment gives it, cannot be that of the key at `place`: a sentence;
    None if it can, as far as one value says."""
    return refusal(Settings, place, value, Surroundings(base, tuple(languages)))


def _file_then_variables(fault: Fault) -> tuple[bool, int, str]:
    return fault.file.startswith(PREFIX), fault.line or 0, fault.file
