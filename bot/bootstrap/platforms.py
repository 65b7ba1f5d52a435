"""Which platforms there are. A new one is its own package, its section of the configuration and
one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.bootstrap.opening import NotConfigured, open_storage
from bot.config import Matrix, Settings, Telegram
from bot.domain.ids import AdapterName
from bot.ports import Adapter, Clock, ReportsProblems

if TYPE_CHECKING:
    from bot.adapters.matrix import Account, Status

Problems = Callable[[], Sequence[str]]
"""What is wrong just now, a sentence each; nothing when all is well."""

Section = TypeVar("Section")


@dataclass(frozen=True)
class Platform(Generic[Section]):
    """`build` makes the adapter from a section of the configuration, without opening anything; it
    imports the platform's library, which takes a second that no other command should pay. The
    problems that it is given are those of the rest of the program. `is_unclaimed`: the section
    names no admin chat, so that a group can be made one. `folder` is one that the platform keeps
    things of its own in."""

    name: AdapterName
    section: Callable[[Settings], Section | None]
    build: Callable[[Section, Problems], Adapter]
    is_unclaimed: Callable[[Section], bool]
    folder: Callable[[Section], Path | None] = lambda _section: None


def configured_adapters(
    settings: Settings, problems: Problems = tuple
) -> dict[AdapterName, Adapter]:
    """One for each platform in the configuration. `problems` are those of the core, for an adapter
    that reports how the program does; it is told those of the other platforms too."""
    found: dict[AdapterName, Adapter] = {}
    for platform in PLATFORMS:
        section = platform.section(settings)
        if section is not None:
            beside = _beside(platform.name, found, problems)
            found[platform.name] = platform.build(section, beside)
    return found


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


def _beside(own: AdapterName, all_: Mapping[AdapterName, Adapter], core: Problems) -> Problems:
    def problems() -> list[str]:
        others = [adapter for name, adapter in all_.items() if name != own]
        reporting = [other for other in others if isinstance(other, ReportsProblems)]
        return [*core(), *(problem for other in reporting for problem in other.problems())]

    return problems


def _telegram(telegram: Telegram, problems: Problems) -> Adapter:
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
        problems=problems,
    )


def _matrix(matrix: Matrix, _problems: Problems) -> Adapter:
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
    ),
    Platform[Matrix](
        AdapterName("matrix"),
        lambda settings: settings.matrix,
        _matrix,
        lambda matrix: not (matrix.admin_room or matrix.admins),
        lambda matrix: matrix.store,
    ),
)


def simulated(folder: Path, *, as_json: bool) -> tuple[Adapter, Clock]:
    """A platform on standard input and output, which is no server's and needs no section; it is
    kept in `folder`, and its time can be moved. Raises `PlatformFault`."""
    from bot.adapters.console import Platform as Simulated  # noqa: PLC0415 - the program needs none
    from bot.adapters.console import console_adapter  # noqa: PLC0415

    platform = Simulated(folder / "console.json")
    return console_adapter(platform, as_json=as_json), platform


async def read_matrix_status(settings: Settings) -> Status:
    """The bot's device on Matrix. Raises `NotConfigured`, `AdapterFault`, `KeyFault` or
    `StorageFault`."""
    if settings.matrix is None:
        raise NotConfigured(
            "The section matrix is not in config.yaml; config.example.yaml shows it."
        )
    from bot.adapters.matrix import NAME, SECRET, read_status  # noqa: PLC0415 - see `Platform`

    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        kept = await unit.memos.all(NAME, SECRET)
    return await read_status(_matrix_account(settings.matrix), kept)
