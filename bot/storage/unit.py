"""The unit of work: everything that one transaction reads and writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import StatementId
from bot.privacy import Keyring, StatementKey
from bot.storage.actions import AdminActions
from bot.storage.conversations import Conversations
from bot.storage.endorsements import Endorsements
from bot.storage.heads import Heads
from bot.storage.inbox import InboxRows
from bot.storage.jobs import Jobs
from bot.storage.languages import Languages
from bot.storage.lists import Lists
from bot.storage.log import Log
from bot.storage.memos import Memos
from bot.storage.messages import LiveMessages
from bot.storage.meta import Meta
from bot.storage.numbers import Numbers
from bot.storage.outbox import OutboxRows
from bot.storage.questions import Questions
from bot.storage.statements import StatementKeys, Statements
from bot.storage.sums import Sum
from bot.storage.tallies import Tallies
from bot.storage.texts import Texts

if TYPE_CHECKING:
    from bot.storage.aging import Aging
    from bot.storage.bulks import Bulks
    from bot.storage.cards import Cards
    from bot.storage.desks import Desks
    from bot.storage.entrusted import EntrustedParts
    from bot.storage.hidden_names import HiddenNames
    from bot.storage.ledger import Erasure
    from bot.storage.letters import Letters
    from bot.storage.listing import Listing
    from bot.storage.name_index import NameIndex
    from bot.storage.news import Subscriptions
    from bot.storage.proposals import Proposals
    from bot.storage.queue import Queue
    from bot.storage.rates import Rates
    from bot.storage.rotation import Rotation
    from bot.storage.sources import SourceCounts
    from bot.storage.waits import Waits


class Unit:
    """Handed to services by `Database.unit`, which commits it; nothing else may.

    What nearly every message writes (outbox rows, conversations with their prompts and due jobs,
    the end of inbox rows) is gathered and written in a few statements by `flush`, so that a batch
    costs little more than one.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        keys: Keyring,
        statement_keys: dict[StatementId, StatementKey],
        hidden: HiddenNames,
        numbers: Numbers,
        heads: dict[str, bytes],
        today: dt.date,
    ) -> None:
        """`statement_keys` and `heads` are those known to last; they gain what this unit reads and
        commits, and `numbers` how many records there are. `hidden` are the names that are found in
        memory; `today` (UTC) is the day of what is entered in the logs."""
        self.keys = keys
        self._numbers = numbers
        self._connection = connection
        self._statement_keys = StatementKeys(keys, statement_keys)
        self._hidden = hidden
        self.sum = Sum(keys)
        """What this unit changes of what counts."""
        self.tallies = Tallies(connection)
        """How many there are of what."""
        self.heads = Heads(connection, keys, heads)
        self.log = Log(connection, keys, self._statement_keys, self.heads, today)
        self._after_commit: list[Callable[[], None]] = [
            self._statement_keys.keep,
            self.heads.keep,
        ]
        self.inbox = InboxRows(connection, keys)
        self.outbox = OutboxRows(connection, keys)
        self.messages = LiveMessages(connection, keys)
        self.conversations = Conversations(connection, keys)

    @cached_property
    def statements(self) -> Statements:
        return Statements(self._connection, self._statement_keys, self.sum)

    @cached_property
    def texts(self) -> Texts:
        return Texts(self._connection)

    @cached_property
    def endorsements(self) -> Endorsements:
        """The records; how many there are is known to later units once this one is committed."""
        found = Endorsements(self._connection, self.keys, self._numbers, self.sum, self.tallies)
        self.after_commit(found.keep)
        return found

    @cached_property
    def cards(self) -> Cards:
        """What waits, with a card and without."""
        from bot.storage.cards import Cards  # noqa: PLC0415 - `stats` needs none

        return Cards(self._connection, self.heads, self.tallies)

    @cached_property
    def listing(self) -> Listing:
        """Names that wait to come onto the lists."""
        from bot.storage.listing import Listing  # noqa: PLC0415 - `stats` needs none

        return Listing(self._connection, self.keys, self.tallies)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self._connection, self.tallies)

    @cached_property
    def name_index(self) -> NameIndex:
        """Finding names by their words."""
        from bot.storage.name_index import NameIndex  # noqa: PLC0415 - `stats` needs none

        index = NameIndex(self._connection, self.keys, self._hidden, self.tallies)
        self.after_commit(index.committed)
        return index

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self._connection, self.keys)

    @cached_property
    def letters(self) -> Letters:
        """What could not be handled, or not be delivered."""
        from bot.storage.letters import Letters  # noqa: PLC0415 - hardly ever needed

        return Letters(self._connection, self.keys)

    @cached_property
    def languages(self) -> Languages:
        return Languages(self._connection, self.keys)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self._connection, self.keys)

    @cached_property
    def entrusted(self) -> EntrustedParts:
        """What is sealed to the organisers."""
        from bot.storage.entrusted import EntrustedParts  # noqa: PLC0415 - `stats` needs none

        return EntrustedParts(self._connection, self.keys)

    @cached_property
    def actions(self) -> AdminActions:
        return AdminActions(self._connection, self.keys, self.log)

    @cached_property
    def memos(self) -> Memos:
        return Memos(self._connection, self.keys)

    @cached_property
    def meta(self) -> Meta:
        return Meta(self._connection, self.keys)

    @cached_property
    def queue(self) -> Queue:
        """What waits, in the order in which desks get it."""
        from bot.storage.queue import Queue  # noqa: PLC0415 - `stats` needs none

        at = (self.statements, self.desks, self.tallies)
        return Queue(self._connection, self.keys, self.name_index, *at)

    @cached_property
    def aging(self) -> Aging:
        """What may be older than it is kept."""
        from bot.storage.aging import Aging  # noqa: PLC0415 - `stats` needs none

        return Aging(self._connection, self.keys)

    @cached_property
    def desks(self) -> Desks:
        """Each admin's desk."""
        from bot.storage.desks import Desks  # noqa: PLC0415 - `stats` needs none

        return Desks(self._connection, self.keys)

    @cached_property
    def bulks(self) -> Bulks:
        """What is decided about many at once."""
        from bot.storage.bulks import Bulks  # noqa: PLC0415 - `stats` needs none

        return Bulks(self._connection, self.keys, self.tallies)

    @cached_property
    def news(self) -> Subscriptions:
        """Who asked for news."""
        from bot.storage.news import Subscriptions  # noqa: PLC0415 - `stats` needs none

        return Subscriptions(self._connection, self.keys)

    @cached_property
    def proposals(self) -> Proposals:
        """What groups are asked, and their members' votes."""
        from bot.storage.proposals import Proposals  # noqa: PLC0415 - `stats` needs none

        return Proposals(self._connection, self.keys)

    @cached_property
    def rates(self) -> Rates:
        """How many sign a statement in a while."""
        from bot.storage.rates import Rates  # noqa: PLC0415 - `stats` needs none

        return Rates(self.meta)

    @cached_property
    def sources(self) -> SourceCounts:
        """By which words in links people come."""
        from bot.storage.sources import SourceCounts  # noqa: PLC0415 - `stats` needs none

        return SourceCounts(self.meta)

    @cached_property
    def waits(self) -> Waits:
        """How long it takes until something is decided."""
        from bot.storage.waits import Waits  # noqa: PLC0415 - `stats` needs none

        return Waits(self.meta)

    @property
    def soonest(self) -> dt.datetime | None:
        """When the soonest job is due of those that were set or let go here."""
        return self.jobs.soonest if "jobs" in self.__dict__ else None

    @property
    def erased(self) -> Sequence[Erasure]:
        """What this unit takes away for good."""
        used = self.__dict__
        return [
            *(self.endorsements.erased if "endorsements" in used else ()),
            *(self.statements.erased if "statements" in used else ()),
        ]

    async def seal_anew(self, rotation: Rotation) -> bool:
        """Go on with what must be sealed under another key; whether there is more of it."""
        return await rotation.step(self._connection, self.keys)

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Do this once everything here lasts: the only place where a handler may change what is
        held in memory, since it may be rolled back and run again. Of a commit of which it is known
        only later that it was carried out, by what the inbox shows, it is done then: so only where
        rows of that are written. Must not raise."""
        self._after_commit.append(effect)

    def committed(self) -> None:
        """Called by `Database` alone; each is done once."""
        effects, self._after_commit = self._after_commit, []
        for effect in effects:
            effect()

    async def flush(self) -> None:
        """Write what was gathered. Called once, just before the commit."""
        await self.conversations.flush()
        await self.messages.flush()
        await self.outbox.flush()
        await self.inbox.flush()
        if "jobs" in self.__dict__:
            await self.jobs.flush()
        if "rates" in self.__dict__:
            await self.rates.flush()
        if "sources" in self.__dict__:
            await self.sources.flush()
        if "waits" in self.__dict__:
            await self.waits.flush()
        await self.tallies.flush()
        await self.sum.flush(self._connection, self.heads, self.tallies.marked)
        await self.log.flush()
        await self.heads.flush()
