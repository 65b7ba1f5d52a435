"""Which platforms there are. A new one is its own package, its section of the configuration and
one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote

from bot.bootstrap.opening import NotConfigured, open_storage
from bot.config import Matrix, Settings, Telegram
from bot.domain.ids import AdapterName, Language
from bot.domain.memo import Memo
from bot.ports import Adapter, AdapterFault, Clock, Inbox
from bot.services.snapshot import PAYLOAD
from bot.storage.opening import is_new
from bot.storage.unit import Unit

if TYPE_CHECKING:
    from bot.adapters.matrix import Account, Status
    from bot.adapters.playground import Look, PlaygroundAdapter

Section = TypeVar("Section")

_ACCOUNT, _NAME = "account", "name"
"""Under which the bot's account is kept as people write it, beside what its adapter knows it by."""


@dataclass(frozen=True)
class Platform(Generic[Section]):
    """`build` makes the adapter from a section of the configuration, without opening anything; it
    imports the platform's library, which takes a second that no other command should pay.
    `is_unclaimed`: the section names no admin chat, so that a group can be made one. `folder` is
    one that the platform keeps things of its own in, `link` leads to the bot's account there, with
    `PAYLOAD` where a link can carry one."""

    name: AdapterName
    section: Callable[[Settings], Section | None]
    build: Callable[[Section], Adapter]
    is_unclaimed: Callable[[Section], bool]
    folder: Callable[[Section], Path | None] = lambda _section: None
    link: Callable[[str], str | None] = lambda _account: None


def configured_adapters(settings: Settings) -> dict[AdapterName, Adapter]:
    """One for each platform in the configuration."""
    sections = [(platform, platform.section(settings)) for platform in PLATFORMS]
    return {each.name: each.build(section) for each, section in sections if section is not None}


def names_in(settings: Settings) -> frozenset[AdapterName]:
    """The platforms in the configuration; without any, the bot is talked to on a terminal alone."""
    names = {each.name for each in PLATFORMS if each.section(settings) is not None}
    return frozenset(names or {AdapterName("console")})


def unclaimed_in(settings: Settings) -> frozenset[AdapterName]:
    """The platforms on which a group can be made the admin chat."""
    sections = [(platform, platform.section(settings)) for platform in PLATFORMS]
    return frozenset(
        platform.name
        for platform, section in sections
        if section is not None and platform.is_unclaimed(section)
    )


def folders_in(settings: Settings) -> dict[AdapterName, Path]:
    """Those that platforms keep for themselves, by the platform."""
    sections = [(platform, platform.section(settings)) for platform in PLATFORMS]
    found = {each.name: each.folder(section) for each, section in sections if section is not None}
    return {name: folder for name, folder in found.items() if folder is not None}


async def note_account(inbox: Inbox, name: AdapterName, account: str) -> None:
    """Whom the bot is on a platform, for `links_in`."""
    if await inbox.recall_one(name, _ACCOUNT, _NAME) != account:
        await inbox.receive(name, [], memos=[Memo(_ACCOUNT, _NAME, account)])


async def links_in(settings: Settings, unit: Unit) -> dict[AdapterName, str]:
    """To the bot on each configured platform, as far as it has been there."""
    found: dict[AdapterName, str] = {}
    for platform in PLATFORMS:
        if platform.section(settings) is not None:
            account = await unit.memos.one(platform.name, _ACCOUNT, _NAME)
            if account is not None and (link := platform.link(account)) is not None:
                found[platform.name] = link
    return found


def _telegram(telegram: Telegram) -> Adapter:
    from bot.adapters.telegram import TelegramAdapter, Webhook  # noqa: PLC0415 - see `Platform`

    hook = telegram.webhook
    webhook = None
    if hook is not None:
        secret = hook.secret.get_secret_value()
        webhook = Webhook(hook.url, secret, hook.listen.host, hook.listen.port)
    return TelegramAdapter(
        telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        admin_chat=telegram.admin_chat,
        admins=telegram.admins,
        mode=telegram.mode,
        webhook=webhook,
        names=dict(telegram.name),
    )


def _matrix(matrix: Matrix) -> Adapter:
    from bot.adapters.matrix import MatrixAdapter  # noqa: PLC0415 - see `Platform`

    return MatrixAdapter(
        _matrix_account(matrix),
        matrix.store,
        admin_room=matrix.admin_room,
        admins=matrix.admins,
        power=matrix.group_power,
        trusts_server=matrix.trust_homeserver,
    )


def _matrix_account(matrix: Matrix) -> Account:
    from bot.adapters.matrix import Account  # noqa: PLC0415 - see `Platform`

    return Account(
        matrix.homeserver,
        matrix.user_id,
        None if matrix.password is None else matrix.password.get_secret_value(),
        None if matrix.access_token is None else matrix.access_token.get_secret_value(),
        matrix.device_id,
    )


PLATFORMS: tuple[Platform[Any], ...] = (
    Platform[Telegram](
        AdapterName("telegram"),
        lambda settings: settings.telegram,
        _telegram,
        lambda telegram: telegram.admin_chat is None,
        link=lambda account: f"https://t.me/{account.removeprefix('@')}?start={PAYLOAD}",
    ),
    Platform[Matrix](
        AdapterName("matrix"),
        lambda settings: settings.matrix,
        _matrix,
        lambda matrix: not (matrix.admin_room or matrix.admins),
        lambda matrix: matrix.store,
        link=lambda account: f"https://matrix.to/#/{quote(account, safe='@:')}",
    ),
)


def simulated(folder: Path, *, as_json: bool) -> tuple[Adapter, Clock]:
    """A platform on standard input and output, which is no server's and needs no section; it is
    kept in `folder`, and its time can be moved. Raises `PlatformFault`."""
    from bot.adapters.console import Platform as Simulated  # noqa: PLC0415 - the program needs none
    from bot.adapters.console import console_adapter  # noqa: PLC0415

    platform = Simulated(folder / "console.json")
    return console_adapter(platform, as_json=as_json), platform


def on_a_page(
    folder: Path, settings: Settings, host: str, port: int, opened: Callable[[str], None]
) -> tuple[PlaygroundAdapter, Clock]:
    """A simulated platform on a page of this machine, as `simulated`. Raises `PlatformFault`."""
    from bot.adapters.playground import Platform as Simulated  # noqa: PLC0415
    from bot.adapters.playground import PlaygroundAdapter, settle  # noqa: PLC0415 - see `Platform`
    from bot.wording.phones import phone  # noqa: PLC0415
    from bot.wording.voice import Voice  # noqa: PLC0415

    platform = Simulated(folder / "playground.json")
    settle(platform, settings.languages)
    phones = [phone(Voice(Language(language))) for language in settings.languages]
    return PlaygroundAdapter(platform, looks(), phones, host, port, opened), platform


def looks() -> Mapping[str, Look]:
    """How the platforms show what the page shows; each asked itself."""
    from bot.adapters.matrix import drawing as matrix  # noqa: PLC0415 - see `Platform`
    from bot.adapters.matrix.rendering import FIT as MATRIX_FIT  # noqa: PLC0415
    from bot.adapters.playground import Look  # noqa: PLC0415
    from bot.adapters.telegram import drawing as telegram  # noqa: PLC0415
    from bot.adapters.telegram.rendering import FIT as TELEGRAM_FIT  # noqa: PLC0415

    return {
        "telegram": Look(
            "Telegram",
            "UTF-16 units",
            TELEGRAM_FIT,
            "/",
            lambda text, rows, _: telegram.drawing(text, rows),
        ),
        "matrix": Look("Element", "bytes, as an edit carries it", MATRIX_FIT, "!", matrix.drawing),
    }


def refuse_standby(settings: Settings) -> None:
    """Raises `NotConfigured` where a platform could not be entered from a second machine."""
    if settings.matrix is not None and settings.matrix.password is None:
        raise NotConfigured(
            "A standby signs in to Matrix when its turn comes, as its device is another one: set "
            "UNDERSIGNED_MATRIX__PASSWORD for it (docs/postgresql.md)."
        )


async def read_matrix_status(settings: Settings) -> Status:
    """The bot's device on Matrix. Raises `NotConfigured`, `AdapterFault`, `KeyFault` or
    `StorageFault`."""
    matrix = _section(settings)
    from bot.adapters.matrix import read_status  # noqa: PLC0415 - see `Platform`

    return await read_status(_matrix_account(matrix), await _matrix_secrets(settings))


async def name_on_telegram(token: str, api_url: str) -> str:
    """The bot's name there, "@name". Raises `AdapterFault`."""
    from bot.adapters.telegram import name_of  # noqa: PLC0415 - see `Platform`

    return await name_of(token, api_url)


async def look_for_homeserver(address: str) -> None:
    """Raises `AdapterFault` where no Matrix server answers."""
    from bot.adapters.matrix import look_for_server  # noqa: PLC0415 - see `Platform`

    await look_for_server(address)


async def entered_matrix(settings: Settings) -> Status | None:
    """The bot's device, if it is signed in already and its account vouches for it. Raises
    `KeyFault` or `StorageFault`."""
    if await is_new(settings.database.url):
        return None
    try:
        status = await read_matrix_status(settings)
    except AdapterFault:
        return None
    return None if status.problem() else status


async def enter_matrix(settings: Settings) -> Status:
    """Sign in for the first time, and have the account vouch for the device; later starts need no
    password. Raises as `read_matrix_status`."""
    matrix = _section(settings)
    from bot.adapters.matrix import enter  # noqa: PLC0415 - see `Platform`
    from bot.delivery.inbox import DirectWord, StoredInbox  # noqa: PLC0415

    async with open_storage(settings) as database:
        inbox = StoredInbox(database, (), DirectWord({}, lambda _event: None))
        await enter(_matrix_account(matrix), matrix.store, inbox)
    return await read_matrix_status(settings)


async def reset_matrix(settings: Settings) -> str:
    """New signing keys for the bot's account on Matrix; the public one that the others hang on, in
    fours. Raises as `read_matrix_status`."""
    matrix = _section(settings)
    from bot.adapters.matrix import in_fours, reset_identity  # noqa: PLC0415 - see `Platform`
    from bot.delivery.inbox import DirectWord, StoredInbox  # noqa: PLC0415

    async with open_storage(settings) as database:
        inbox = StoredInbox(database, (), DirectWord({}, lambda _event: None))
        return in_fours(await reset_identity(_matrix_account(matrix), matrix.store, inbox))


async def trust_on_matrix(settings: Settings, account: str) -> bool:
    """Let the signing keys count that are seen next of an account in the admin room; False where
    none have been seen. Raises as `read_matrix_status`."""
    _section(settings)
    from bot.adapters.matrix import IDENTITY, NAME  # noqa: PLC0415 - see `Platform`

    async with open_storage(settings) as database, database.unit() as unit:
        known = await unit.memos.one(NAME, IDENTITY, account)
        await unit.memos.write(NAME, [Memo(IDENTITY, account, None)])
    return known is not None


async def access_faults(settings: Settings) -> list[str]:
    """Whether a platform could be entered, as far as that can be said without asking it: by what
    is configured, or by what an earlier start has kept. Raises `KeyFault` or `StorageFault`."""
    matrix = settings.matrix
    if matrix is None or matrix.password is not None or matrix.access_token is not None:
        return []
    from bot.adapters.matrix import no_access  # noqa: PLC0415 - see `Platform`

    is_first = await is_new(settings.database.url)
    if not is_first and (await _matrix_secrets(settings)).get("token") is not None:
        return []
    return [str(no_access())]


async def _matrix_secrets(settings: Settings) -> Mapping[str, str]:
    from bot.adapters.matrix import NAME, SECRET  # noqa: PLC0415 - see `Platform`

    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.memos.all(NAME, SECRET)


def _section(settings: Settings) -> Matrix:
    if settings.matrix is None:
        raise NotConfigured(
            "The section matrix is not in config.yaml; config.example.yaml shows it."
        )
    return settings.matrix
