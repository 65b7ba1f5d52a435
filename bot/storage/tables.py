"""The tables. What is in clear, sealed or tagged follows docs/security.md.

A column `..._tag` holds an HMAC, `sealed...` bytes of `Keyring.seal`, `age` a file in that format.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[dt.datetime]):
    """UTC datetimes: SQLite gives naive ones back, PostgreSQL aware ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect, /) -> Any:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, _dialect: sa.Dialect, /) -> dt.datetime | None:
        """In UTC, whatever the database knows of zones."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _partial(name: str, *columns: str, where: sa.TextClause) -> sa.Index:
    """An index of some of the rows: in PostgreSQL too, where the migrations make it. To say that
    here would load its dialect at every start, of which SQLite needs nothing."""
    return sa.Index(name, *columns, sqlite_where=where)


BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    # NULL once it is finished and nobody can be known by it any more.
    sa.Column("sealed_key", sa.LargeBinary),
    sa.Column("paused", sa.Boolean, nullable=False),
    # The day (UTC) on which it was.
    sa.Column("finished", sa.Date),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("attribution", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

# Which revisions came into use, one after the other (`bot.domain.texts`).
texts = sa.Table(
    "texts",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("of", sa.Text),
    # NULL of what came before it was noted.
    sa.Column("day", sa.Date),
    sqlite_autoincrement=True,
)

_LISTED = sa.text("sort_key IS NOT NULL")
_WAITING = sa.text("status = 'pending' AND aside IS NULL")
_WAITING_ASIDE = sa.text("status = 'pending' AND aside IS NOT NULL")
_ASIDE = sa.text("aside IS NOT NULL")
_CARDED = sa.text("status = 'pending' AND carded AND aside IS NULL")
_FRESH = sa.text("fresh")
_AGING = sa.text(
    "(sealed_name IS NOT NULL OR entrusted) AND public_name IS NULL AND sealed_window IS NULL"
)
_TOLD = sa.text("status IN ('pending', 'verified') AND sealed_route IS NOT NULL")
_UNLISTED = sa.text(
    "status = 'verified' AND visibility = 'public' AND public_name IS NULL "
    "AND sealed_window IS NULL AND sealed_name IS NOT NULL"
)
_UNLOGGED = sa.text("unlogged")
_LINKED = sa.text("linked_to IS NOT NULL")
_PLACE = ("wave", "hour", "number")
_FILTERS = ("statement", "kind", "country", "language")

endorsements = sa.Table(
    "endorsements",
    metadata,
    # Drawn at random (`bot.storage.numbers`).
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("statement", sa.Text, sa.ForeignKey("statements.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    # NULL once it has been forgotten, as the signer's tag is.
    sa.Column("digest", sa.Text, sa.ForeignKey("revisions.digest")),
    sa.Column("consent", sa.Integer, nullable=False),
    sa.Column("country", sa.Text),
    # A day, once it is decided for good.
    sa.Column("hour", Moment, nullable=False),
    # NULLs are never equal, so the constraint lets them be many.
    sa.Column("signer_tag", sa.LargeBinary),
    sa.Column("public_name", sa.Text),
    # What stands beside a name in public, and where it stands (`bot.text.collation`).
    sa.Column("public_affiliation", sa.Text),
    sa.Column("public_place", sa.Text),
    # The demands that are not signed, as in `bot.domain.excepting.as_text`.
    sa.Column("public_excepts", sa.Text),
    # How many members of a group agreed, as in `bot.domain.endorsement.Mandate.figures`.
    sa.Column("public_mandate", sa.Text),
    sa.Column("sort_key", sa.LargeBinary),
    sa.Column("sealed_name", sa.LargeBinary),
    sa.Column("sealed_details", sa.LargeBinary),
    sa.Column("sealed_decision", sa.LargeBinary),
    sa.Column("sealed_route", sa.LargeBinary),
    # While a change can be undone: until when, and what that brings back.
    sa.Column("sealed_window", sa.LargeBinary),
    # Whether the signer asked to be told of changes; then the route outlives the window.
    sa.Column("wants_updates", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("withdrawals", sa.Integer, nullable=False),
    sa.Column("rejections", sa.Integer, nullable=False),
    # How often the row was changed: a change is stored over the version that it was made from.
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    # Whether its name has marks: in clear it would tell who signs that the same name was given.
    sa.Column("sealed_marked", sa.LargeBinary),
    # Of what waits: whether it came in a wave, whether it has a card, and the bulk decision that
    # has set it aside.
    sa.Column("wave", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("carded", sa.Boolean, nullable=False, server_default=sa.false()),
    # It came since the bot last looked who gets a card.
    sa.Column("fresh", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("aside", BigId, sa.ForeignKey("bulks.id")),
    # Whether what only the organisers may see is in `entrusted`, and no longer here.
    sa.Column("entrusted", sa.Boolean, nullable=False, server_default=sa.false()),
    # It was signed on paper, and an admin has added it.
    sa.Column("paper", sa.Boolean, nullable=False, server_default=sa.false()),
    # Whether its signer has appealed, which may be done once.
    sa.Column("appealed", sa.Boolean, nullable=False, server_default=sa.false()),
    # Its newest entry in the log is not what it should be: that comes with the others.
    sa.Column("unlogged", sa.Boolean, nullable=False, server_default=sa.false()),
    # The record that stands for a linked one; what is in clear of organisations alone.
    sa.Column("linked_to", BigId),
    sa.UniqueConstraint("statement", "signer_tag"),
    sa.CheckConstraint("kind IN ('person', 'organisation')", "kind"),
    sa.CheckConstraint(
        "status IN ('pending', 'verified', 'rejected', 'withdrawn', 'linked')", "status"
    ),
    sa.CheckConstraint("(linked_to IS NOT NULL) = (status = 'linked')", "linked_to"),
    sa.CheckConstraint("visibility IN ('public', 'organisers', 'counted')", "visibility"),
    # A name in clear is possible only where publishing it is right.
    sa.CheckConstraint(
        "public_name IS NULL OR "
        "(status = 'verified' AND visibility = 'public' AND sealed_window IS NULL)",
        "public_name",
    ),
    *(
        sa.CheckConstraint(f"{column} IS NULL OR public_name IS NOT NULL", column)
        for column in (
            *("public_affiliation", "public_place", "public_excepts", "public_mandate"),
            "sort_key",
        )
    ),
    # The lists: of all, and of a country.
    _partial(
        "ix_endorsements_listed",
        *("statement", "kind", "sort_key", "number"),
        where=_LISTED,
    ),
    _partial(
        "ix_endorsements_listed_country",
        *("statement", "country", "kind", "sort_key", "number"),
        where=_LISTED,
    ),
    # The queue of the desk in its order, whole and by what it is filtered by; and the same of what
    # was set aside.
    _partial("ix_endorsements_waiting", *_PLACE, where=_WAITING),
    _partial("ix_endorsements_waiting_by", *_FILTERS, *_PLACE, where=_WAITING),
    _partial("ix_endorsements_waiting_aside", *_PLACE, where=_WAITING_ASIDE),
    _partial("ix_endorsements_waiting_aside_by", *_FILTERS, *_PLACE, where=_WAITING_ASIDE),
    _partial("ix_endorsements_aside", "aside", where=_ASIDE),
    # The cards that stand open.
    _partial("ix_endorsements_carded", "kind", "number", where=_CARDED),
    # What has come since the bot last looked, and may have a card.
    _partial("ix_endorsements_fresh", "wave", "kind", "number", where=_FRESH),
    # Those of which something may go by its age.
    _partial("ix_endorsements_aging", "status", "hour", "number", where=_AGING),
    # Who can be told of another text.
    _partial("ix_endorsements_told", "digest", "number", where=_TOLD),
    # The names that wait for the next time at which names come onto the lists.
    _partial("ix_endorsements_unlisted", "number", where=_UNLISTED),
    _partial("ix_endorsements_unlogged", "statement", "number", where=_UNLOGGED),
    _partial("ix_endorsements_linked", "linked_to", "number", where=_LINKED),
)

# How many records there are of what (`bot.storage.tallies`), so that nobody counts them up.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("of", sa.Text, primary_key=True),
    sa.Column("statement", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("country", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("wave", sa.Boolean, primary_key=True),
    sa.Column("carded", sa.Boolean, primary_key=True),
    sa.Column("aside", sa.Boolean, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    _partial("ix_tallies_none", "count", where=sa.text("count = 0")),
    sqlite_with_rowid=False,
)

# What was sealed to the organisers' key, in the age format; the host's keys open none of it. In the
# order of the numbers on the disk too, as that of the rows would tell when each was decided.
entrusted = sa.Table(
    "entrusted",
    metadata,
    sa.Column("number", BigId, sa.ForeignKey("endorsements.number"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("age", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What admins have decided, or set aside, about many records at once.
bulks = sa.Table(
    "bulks",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("sealed_bulk", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

bulk_records = sa.Table(
    "bulk_records",
    metadata,
    sa.Column("bulk", BigId, sa.ForeignKey("bulks.id"), primary_key=True),
    sa.Column("number", BigId, sa.ForeignKey("endorsements.number"), primary_key=True),
)

# Each admin's desk in an admin chat; which record it holds, and until when, is sealed.
desks = sa.Table(
    "desks",
    metadata,
    sa.Column("desk_tag", sa.LargeBinary, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sealed_desk", sa.LargeBinary, nullable=False),
)

# The words of public names, by which they are found (`word_keys`). No other name may have any here.
name_words = sa.Table(
    "name_words",
    metadata,
    sa.Column("word", sa.BigInteger, primary_key=True),
    sa.Column("number", BigId, sa.ForeignKey("endorsements.number"), primary_key=True),
    sa.Index("ix_name_words_number", "number"),
    sqlite_with_rowid=False,
)

# Questions of admins to a signer, and the answers; gone with the signer's details.
questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("number", BigId, sa.ForeignKey("endorsements.number"), nullable=False, index=True),
    sa.Column("sealed_question", sa.LargeBinary, nullable=False),
    sa.Column("sealed_answer", sa.LargeBinary),
    sqlite_autoincrement=True,
)

# What admins did. Rows are only ever added: triggers refuse to change or delete one. When, to which
# record and under which name is sealed.
admin_actions = sa.Table(
    "admin_actions",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("number_tag", sa.LargeBinary),
    # The same for all that one account did; rows of earlier versions have none.
    sa.Column("actor_tag", sa.LargeBinary),
    sa.Column("sealed_actor", sa.LargeBinary, nullable=False),
    sa.Index("ix_admin_actions_number", "number_tag", "id"),
    sa.Index("ix_admin_actions_day", "day", "id"),
    sa.Index("ix_admin_actions_actor", "actor_tag", "action", "day", "id"),
    sqlite_autoincrement=True,
)

# The logs, in their order: one for each statement, and one of what admins did. What everybody may
# see is in clear, and hashed (`bot.domain.log`); the opening, which says what it is about, is NULL
# once that has been erased, or a later entry of the same record stands for it.
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("position", BigId, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("ref", sa.LargeBinary, nullable=False),
    sa.Column("commitment", sa.LargeBinary, nullable=False),
    sa.Column("sealed_opening", sa.LargeBinary),
    sa.Index("ix_entries_ref", "log", "ref", "position"),
    sqlite_with_rowid=False,
)

# The hashes of complete subtrees of 256**level entries, 256 in a row, from level 1 on: proofs read
# a few rows.
tiles = sa.Table(
    "tiles",
    metadata,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("level", sa.Integer, primary_key=True),
    sa.Column("position", BigId, primary_key=True),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)

# What the rows of others are held against: how far each log is, and what the records come to.
# What the ledger of an instance on PostgreSQL says, for the ledger of the one that takes over.
erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("checkpoint", sa.BigInteger, primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
)

heads = sa.Table(
    "heads",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sealed_head", sa.LargeBinary, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("adapter", sa.Text, nullable=False),
    sa.Column("event_tag", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("chat_tag", sa.LargeBinary, nullable=False),
    sa.Column("sealed_event", sa.LargeBinary, nullable=False),
    # From an admin chat: handled before what others ask.
    sa.Column("admin", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_inbox_chat", "chat_tag", "id"),
    sa.Index("ix_inbox_admin", "admin", "id"),
    sqlite_autoincrement=True,
)

handled = sa.Table(
    "handled",
    metadata,
    sa.Column("event_tag", sa.LargeBinary, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("adapter", sa.Text, primary_key=True),
    sa.Column("sealed_cursor", sa.LargeBinary, nullable=False),
)

# What an adapter must still know after a restart: its key is a tag, the rest is sealed.
adapter_memos = sa.Table(
    "adapter_memos",
    metadata,
    sa.Column("adapter", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key_tag", sa.LargeBinary, primary_key=True),
    sa.Column("sealed_memo", sa.LargeBinary, nullable=False),
    sa.Column("until", sa.Date, index=True),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("adapter", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("event_tag", sa.LargeBinary, nullable=False),
    sa.Column("sealed_event", sa.LargeBinary, nullable=False),
)

# What could not be delivered. `bot.storage.letters`; the columns are those of outbox.
given_up = sa.Table(
    "given_up",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("adapter", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("chat_tag", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("slot_tag", sa.LargeBinary),
    sa.Column("sealed_outgoing", sa.LargeBinary, nullable=False),
)

_SLOTTED = sa.text("slot_tag IS NOT NULL")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("adapter", sa.Text, nullable=False),
    sa.Column("chat_tag", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    # `bot.domain.priority`
    sa.Column("priority", sa.Integer, nullable=False),
    # Of the live message that is sent or changed: its slot's tag, and behind it its token's.
    # Of what is said to many, the tag that all of it has, alone.
    sa.Column("slot_tag", sa.LargeBinary),
    sa.Column("sealed_outgoing", sa.LargeBinary, nullable=False),
    # Of what is said to many: it is under way, or was when the program ended.
    sa.Column("begun", sa.Boolean, nullable=False, server_default=sa.false()),
    # What is new of one kind, or in one chat, is found however much else waits.
    sa.Index("ix_outbox_kind", "adapter", "priority", "id"),
    sa.Index("ix_outbox_chat", "chat_tag", "priority", "id"),
    _partial("ix_outbox_slot", "slot_tag", where=_SLOTTED),
    sqlite_autoincrement=True,
)

# A message of the bot that can still be edited, or whose buttons can still act. Once it has left
# its slot it is known until its last change is delivered.
live_messages = sa.Table(
    "live_messages",
    metadata,
    sa.Column("token_tag", sa.LargeBinary, primary_key=True),
    sa.Column("slot_tag", sa.LargeBinary, unique=True),
    sa.Column("sealed_slot", sa.LargeBinary),
    sa.Column("chat_tag", sa.LargeBinary, nullable=False, index=True),
    sa.Column("sealed_chat", sa.LargeBinary, nullable=False),
    sa.Column("sealed_message", sa.LargeBinary),
    sa.Column("message_tag", sa.LargeBinary, index=True),
    sa.Column("sealed_token", sa.LargeBinary, nullable=False),
)

# Which of them shows what of which record; a row goes with the message's, or when the message says
# something else.
shown = sa.Table(
    "shown",
    metadata,
    sa.Column("record_tag", sa.LargeBinary, primary_key=True),
    sa.Column(
        "token_tag",
        sa.LargeBinary,
        sa.ForeignKey("live_messages.token_tag", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("chat_tag", sa.LargeBinary, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sealed_state", sa.LargeBinary, nullable=False),
)

due_jobs = sa.Table(
    "due_jobs",
    metadata,
    sa.Column("key_tag", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("due", Moment, nullable=False, index=True),
    sa.Column("sealed_payload", sa.LargeBinary, nullable=False),
    sa.Index("ix_due_jobs_kind", "kind", "due"),
)

languages = sa.Table(
    "languages",
    metadata,
    sa.Column("person_tag", sa.LargeBinary, primary_key=True),
    sa.Column("language", sa.Text, nullable=False),
)

# Who asked for news, for each statement. The tags are those of their chat and of their record's
# signer under the host's key, so that the rows lead to no record, and no other row to these; in
# their order on the disk too, as that of the rows would tell when each asked.
news = sa.Table(
    "news",
    metadata,
    sa.Column("chat_tag", sa.LargeBinary, primary_key=True),
    sa.Column("statement", sa.Text, primary_key=True),
    sa.Column("record_tag", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("sealed_route", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What groups are asked before they endorse, and the votes of their members (`bot.domain.mandate`),
# until that is decided. The tags are like no others, those of a member other ones in each
# proposal; and the votes stand in their order, as that of the rows would tell who voted when.
proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("chat_tag", sa.LargeBinary, nullable=False, index=True),
    sa.Column("sealed_proposal", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("proposal", BigId, sa.ForeignKey("proposals.id"), primary_key=True),
    sa.Column("member_tag", sa.LargeBinary, primary_key=True),
    sa.Column("presence", sa.Text, nullable=False),
    sa.Column("vote", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
