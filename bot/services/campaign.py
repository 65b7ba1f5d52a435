"""What is the same for every message: the statements, the languages, the platforms' faces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.age import Recipients
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import AdapterName, ChatRef, Language, StatementId
from bot.domain.retention import Retention
from bot.domain.texts import History
from bot.ports import Adapter
from bot.services.arrivals import Arrivals
from bot.services.claims import Claims, Guesses
from bot.services.pages import Paginator
from bot.services.pictures import Pictures
from bot.statements.model import Library, Loaded, Revision, Statement
from bot.storage.unit import Unit
from bot.wording.voice import UTC, Voice

if TYPE_CHECKING:
    from bot import config


@dataclass(frozen=True, slots=True)
class Verification:
    """How admins are called to decide. `cards` is how many stand open in an admin chat. In the
    hours of `quiet`, from the one to the other in the campaign's time zone, nobody is called. A
    `wave` is so many new ones of a statement in ten minutes; `alone` is how many rejections or
    undos one admin makes in ten minutes without a second. Which `kinds` take two admins to be
    verified, and which `names` (folded), whatever it is that has one's words in it."""

    cards: int = 10
    sound_every: dt.timedelta = dt.timedelta(hours=1)
    quiet: tuple[dt.time, dt.time] | None = None
    remind_after: dt.timedelta = dt.timedelta(days=2)
    wave: int = 300
    alone: int = 20
    kinds: frozenset[Kind] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Publication:
    """How finely the public learns of what is verified. `names_at` is the time of day in the
    campaign's time zone at which names come onto the lists together, None: each when its window
    ends. Counts are rounded down to multiples of `round_to`."""

    names_at: dt.time | None = None
    round_to: int = 1

    @classmethod
    def of(cls, rules: config.Publication) -> Publication:
        """As the configuration has it."""
        return cls(rules.names_at, rules.round_counts_to)

    @property
    def batch_at(self) -> dt.time | None:
        """The time of day at which what the public may learn comes together; None: there is
        none. Where only counts are rounded that is midnight."""
        return dt.time() if self.names_at is None and self.round_to > 1 else self.names_at

    def next(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """The next such time (UTC) behind `now`; None where there are none."""
        if self.batch_at is None:
            return None
        day = now.astimezone(zone).date()
        times = (
            dt.datetime.combine(day + dt.timedelta(days=n), self.batch_at, zone) for n in range(3)
        )
        return next(due for time in times if (due := time.astimezone(dt.UTC)) > now)


class Campaign:
    """One running bot. `library` is replaced as a whole when statements are read again."""

    def __init__(
        self,
        read_statements: Callable[[], Awaitable[Loaded]],
        library: Library,
        languages: Sequence[Language],
        adapters: Mapping[AdapterName, Adapter],
        comfortable: int,
        zone: ZoneInfo = UTC,
        verification: Verification = Verification(),
        recipients: Recipients | None = None,
        contact: str | None = None,
        retention: Retention | None = None,
        publication: Publication = Publication(),
        moved_to: str | None = None,
        page: str | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        self.read_statements = read_statements
        """Reads the statements from the disk again."""
        self.library = library
        self.histories: Mapping[StatementId, History] = {}
        """Which of their texts came into use."""
        self.proposed: Mapping[StatementId, Statement] = {}
        """As they are on the disk, where that waits for an answer of the admins."""
        self.languages = tuple(languages)
        self.zone = zone
        self.verification = verification
        self.recipients = recipients
        """Of the organisers: what only they may see is sealed to these. None: the host keeps it."""
        self.contact = contact
        """Whom people ask about what they gave, as the organisers wrote it."""
        self.retention = retention or Retention()
        self.publication = publication
        self.moved_to = moved_to
        """Where the campaign goes on, as its organisers wrote it; None: here."""
        self.page = page
        """The address of the campaign's page, without a slash at the end; None: there is none."""
        self.accounts: dict[AdapterName, str] = {}
        """Whom the bot is on each platform, as people write it there; once it is known."""
        self.adapters = adapters
        self.paginator = Paginator(comfortable)
        self.claims = Claims()
        self.guesses = Guesses()
        """Of the secret codes of signers."""
        self.arrivals = Arrivals()
        self.pictures = pictures or Pictures()
        self.spoken: dict[ChatRef, Language] = {}
        """What was chosen for admin chats; another one speaks the first of `languages`."""

    def use(
        self,
        library: Library,
        histories: Mapping[StatementId, History],
        proposed: Mapping[StatementId, Statement],
    ) -> None:
        """From now on these are the statements."""
        self.library, self.histories, self.proposed = library, histories, proposed

    def gone_to(self, unit: Unit) -> str | None:
        """Where it goes on, once it has been handed over."""
        return self.moved_to if unit.log.is_closed else None

    def history(self, statement: StatementId) -> History:
        """Of its texts; empty of a statement that never had one."""
        return self.histories.get(statement, History())

    def prepare(self, library: Library) -> None:
        """Cut long texts for every platform, which takes up to seconds: in a thread, before anybody
        is shown them."""
        for adapter in self.adapters.values():
            self.paginator.prepare(library, adapter.capabilities.fit)

    def speech(self, wanted: Iterable[Language | None]) -> Language:
        """The first wanted language that the bot speaks, else the admin chat's."""
        for language in wanted:
            if language is None:
                continue
            for known in (language, Language(language.split("-")[0])):
                if known in self.languages:
                    return known
        return self.languages[0]

    def voice(self, wanted: Iterable[Language | None], adapter: AdapterName) -> Voice:
        """In the language of `speech`, with the commands of a platform and the campaign's time."""
        prefix = self.adapters[adapter].capabilities.prefix
        return _voice(self.speech(wanted), prefix, self.zone, self.publication.names_at)

    def admin_voice(self, chat: ChatRef) -> Voice:
        """The voice that is spoken in an admin chat."""
        return self.voice([self.spoken.get(chat)], chat.adapter)

    def admin_chats(self) -> list[tuple[ChatRef, Voice]]:
        """Every platform's admin chat, with the voice that is spoken there."""
        return [
            (adapter.admin_chat, self.admin_voice(adapter.admin_chat))
            for adapter in self.adapters.values()
            if adapter.admin_chat is not None
        ]

    def can_tell(self, record: Endorsement) -> bool:
        """Whether its signer hears of a decision: the way to them may have been erased, or have
        ended."""
        route, details = record.route, record.details
        is_away = details is not None and details.unreachable is not None
        return route is not None and route.chat.adapter in self.adapters and not is_away

    def title(self, statement: StatementId, language: Language) -> str:
        """The statement's title in a language, or its id if it is not loaded any more."""
        found = self.library.get(statement)
        return statement if found is None else self.revision(found, [language]).title

    def revision(self, statement: Statement, wanted: Iterable[Language | None]) -> Revision:
        """The text for somebody: in the first wanted language there is one in (`pt-BR` also finds
        `pt`), else in the first of the bot's languages, else the original, else any."""
        return statement.revision([*wanted, *self.languages])


@lru_cache(maxsize=64)
def _voice(language: Language, prefix: str, zone: ZoneInfo, names_at: dt.time | None) -> Voice:
    return Voice(language, prefix, zone, names_at)
