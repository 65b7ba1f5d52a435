"""The kinds of values that the configuration holds, and how each is checked.

Every check raises `ValueError` with one sentence that says what to write instead; none repeats the
value, which may be a secret.
"""

import contextlib
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainValidator, SecretStr, ValidationInfo

from bot.config.postgres import of_several
from bot.strict.yaml import nearest_of

KEY_FILE = "undersigned.key"
# Telegram gives `123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11`: the bot's number and 35 characters; a
# server of one's own may give fewer.
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{8,}")
# https://core.telegram.org/bots/api#setmyname: a two-letter ISO 639-1 code, up to 64 characters.
_LANGUAGE_CODE = re.compile(r"[a-z]{2}")
MOST_BOT_NAME = 64
_MATRIX_USER = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.:\[\]-]+")
_MATRIX_ROOM = re.compile(r"![^\s:]+(:\S+)?|#[^\s:]+:\S+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value is checked against: the folder that relative paths count from, and the
    languages that there are catalogues for (None: any); and the key file that was handed over."""

    base: Path
    languages: Sequence[str] | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where the database is. `url` may hold a password, `shown` never does; `file` is the absolute
    path of a SQLite database, and None for PostgreSQL."""

    url: str = field(repr=False)
    shown: str
    file: Path | None

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int


def surroundings(info: ValidationInfo) -> Surroundings:
    """What `load_settings` validates with; elsewhere the current folder and any language."""
    context = info.context
    return context if isinstance(context, Surroundings) else Surroundings(Path.cwd())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be text; put the value in quotes")  # noqa: TRY004 - for pydantic
    if not value.strip():
        raise ValueError("it is empty; fill it in or remove the key")
    return value.strip()


def as_path(value: object, info: ValidationInfo) -> Path:
    """Counted from the folder of the configuration. Raises `ValueError` for what is no path."""
    if isinstance(value, Path):
        return surroundings(info).base / value
    text = _text(value)
    if text.startswith("~") or "\0" in text:
        raise ValueError("'~' is not expanded here; write the whole path")
    return surroundings(info).base / text


def _database(value: object, info: ValidationInfo) -> DatabaseUrl:
    if isinstance(value, DatabaseUrl):
        return value
    text = _text(value)
    if text.startswith("sqlite:"):
        return _sqlite(text, surroundings(info).base)
    if text.startswith("postgresql://"):
        return _postgresql(text)
    raise ValueError("write sqlite:///data/undersigned.db or postgresql://user@host/name")


def _sqlite(text: str, base: Path) -> DatabaseUrl:
    name = text.removeprefix("sqlite:///")
    if name == text or not name or name.endswith("/") or set(name) & set("?#\0"):
        raise ValueError("write the path of a file behind three slashes: sqlite:///data/name.db")
    if name == ":memory:":
        raise ValueError("everything must outlive a restart; write sqlite:///data/undersigned.db")
    file = base / name
    if base.resolve().is_relative_to(file.parent.resolve()):
        raise ValueError(
            f"the key file {KEY_FILE} would lie in the folder of the database and in its copies;"
            " give the database a folder of its own, such as sqlite:///data/undersigned.db"
        )
    return DatabaseUrl(f"sqlite:///{file}", f"sqlite:///{file}", file)


def _postgresql(text: str) -> DatabaseUrl:
    several = of_several(text)
    url = _split(several or text)
    if url is None or not url.path.strip("/"):
        raise ValueError("write postgresql://user@host/name, with the name of the database")
    account, at, host = text.removeprefix("postgresql://").partition("/")[0].rpartition("@")
    shown = f"postgresql://{account.split(':')[0]}{at}{host}{url.path}"
    return DatabaseUrl(several or text, shown, None)


def _web_address(value: object) -> str:
    text = _text(value).rstrip("/")
    url = _split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("write a web address that begins with https://")
    return text


def _split(text: str) -> SplitResult | None:
    """The parts of a URL; None where it is none or its port is no number."""
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 - the property raises
    except ValueError:
        return None
    return None if re.search(r"\s", text) else url


def _address(value: object) -> Address:
    if isinstance(value, Address):
        return value
    url = _split(f"//{_text(value)}")
    if url is None or not url.hostname or not url.port or url.path or url.username is not None:
        raise ValueError("write a host and a port, such as 127.0.0.1:8080")
    return Address(url.hostname, url.port)


def _whole(value: object) -> int:
    """A number, which from the environment comes as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,18}", value.strip()):
        return int(value)
    raise ValueError("write a whole number")


def _quiet_hours(value: object) -> tuple[dt.time, dt.time] | None:
    """From when to when, in the campaign's time zone; over midnight where the end is earlier."""
    if value is None or isinstance(value, tuple):
        return value
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})", _text(value))
    with contextlib.suppress(ValueError):
        if found is not None:
            first, second, third, fourth = map(int, found.groups())
            return dt.time(first, second), dt.time(third, fourth)
    raise ValueError('write from when to when, such as "22:00-07:00", in quotes')


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _admin_chat(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.strip().startswith("@"):
        raise ValueError(
            "a chat with a public name can't be the admin chat: anybody can read it; make the group"
            " private, then leave this out and claim it (the program says how), or write its number"
        )
    try:
        return _whole(value)
    except ValueError:
        message = "write the number of the chat; without one, a group can be claimed"
        raise ValueError(message) from None


def _user_number(value: object) -> int:
    try:
        return _whole(value)
    except ValueError:
        message = "write the number of the account; a name can pass to somebody else"
        raise ValueError(message) from None


def listed(value: object) -> object:
    """A list; text, as the environment gives it, is cut at commas."""
    if isinstance(value, str):
        return [part for part in re.split(r"[\s,]+", value.strip("[] ")) if part]
    return value


def _languages(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    there = surroundings(info).languages
    if not value:
        raise ValueError("name at least one language")
    for language in value:
        if there is not None and language not in there:
            shown = ", ".join(sorted(there))
            raise ValueError(f"there are no words for '{language}'; choose among {shown}")
    if len(set(value)) < len(value):
        raise ValueError("a language is listed twice; remove one")
    return value


def _time_zone(value: object) -> ZoneInfo:
    """By its IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    name = _text(value)
    # Of a name that is none, it says so in one of these, depending on what lies under it.
    with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name)
    # "Paris" and "europe/paris" mean what they say. An offset never: in Etc/GMT+3 it is 3 hours
    # earlier than in UTC, and no offset knows of summer time.
    named = [zone for zone in sorted(available_timezones()) if not any(map(str.isdigit, zone))]
    places = {part.casefold(): zone for zone in named for part in (zone.rpartition("/")[2], zone)}
    is_offset = any(map(str.isdigit, name))
    nearest = None if is_offset else nearest_of(name.casefold().replace(" ", "_"), list(places))
    hint = f"{places[nearest]} if that is meant" if nearest else "one such as Europe/Paris"
    raise ValueError(f"there is no such time zone; write {hint}")


def _bot_names(value: object) -> tuple[tuple[str, str], ...]:
    """A name for each language; from the environment they come as JSON."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if value == ():
        return ()
    if not isinstance(value, Mapping):
        raise ValueError('write a name for each language, such as {"en": "Undersigned"}')  # noqa: TRY004 - for pydantic
    for language, name in value.items():
        if not isinstance(language, str) or not _LANGUAGE_CODE.fullmatch(language):
            raise ValueError("name each language by its two letters, such as en or ar")
        if len(_text(name)) > MOST_BOT_NAME:
            message = f"the name in '{language}' is too long; at most {MOST_BOT_NAME} characters"
            raise ValueError(message)
    return tuple((language, _text(name)) for language, name in value.items())


def _secret(value: object) -> object:
    return value if isinstance(value, SecretStr) else _text(value)


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        message = "this is no bot token; copy the one that BotFather gave, such as 123456:ABC-DEF…"
        raise ValueError(message)
    return value


def _matrix_user(value: object) -> str:
    text = _text(value)
    if not _MATRIX_USER.fullmatch(text):
        raise ValueError("write a user such as '@bot:example.org', in quotes")
    return text


def _matrix_room(value: object) -> str | None:
    if value is None:
        return None
    text = _text(value)
    if not _MATRIX_ROOM.fullmatch(text):
        message = "write a room such as '!abc:example.org' or '#name:example.org', in quotes"
        raise ValueError(message)
    return text


Text = Annotated[str, BeforeValidator(_text)]
Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Token = Annotated[Secret, AfterValidator(_token)]
FilePath = Annotated[Path, PlainValidator(as_path)]
Database = Annotated[DatabaseUrl, PlainValidator(_database)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
ListenAddress = Annotated[Address, PlainValidator(_address)]
Whole = Annotated[int, BeforeValidator(_whole)]
AdminChat = Annotated[int | None, BeforeValidator(_admin_chat)]
UserNumbers = Annotated[
    tuple[Annotated[int, BeforeValidator(_user_number)], ...], BeforeValidator(listed)
]
BotNames = Annotated[tuple[tuple[str, str], ...], PlainValidator(_bot_names)]
Languages = Annotated[tuple[Text, ...], BeforeValidator(listed), AfterValidator(_languages)]
MatrixUser = Annotated[str, BeforeValidator(_matrix_user)]
MatrixUsers = Annotated[tuple[MatrixUser, ...], BeforeValidator(listed)]
MatrixRoom = Annotated[str | None, BeforeValidator(_matrix_room)]
QuietHours = Annotated[tuple[dt.time, dt.time] | None, BeforeValidator(_quiet_hours)]
TimeZone = Annotated[ZoneInfo, PlainValidator(_time_zone)]
Mode = Literal["polling", "webhook"]
LogForm = Annotated[Literal["auto", "human", "json"], BeforeValidator(lower)]
LogLevel = Annotated[Literal["WARNING", "INFO", "DEBUG"], BeforeValidator(_upper)]
