"""Slots of live messages as keyed tags, and which of them show something of which record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from bot.privacy import Keyring
from bot.storage.sealing import SealedBytes

revision = "0012"
down_revision = "0011"

SLOTTED = sa.text("slot_tag IS NOT NULL")
ENDED = {"mine", "undo"}
"""Kinds of slots that are no more: their buttons stand for commands now."""
ABOUT_ONE = {"card", "reason", "question"}
SEALED = ("chat", "message", "token")


def upgrade() -> None:
    keys: Keyring | None = context.config.attributes["keys"]
    _outbox(keys)
    old = op.get_bind().execute(sa.text("SELECT * FROM live_messages")).mappings().all()
    op.drop_table("live_messages")
    _tables()
    if old:
        assert keys is not None, "what is sealed needs the host's key"
        live = [row for row in old if row["slot"].partition(":")[0] not in ENDED]
        _insert("live_messages", [_sealed_anew(keys, dict(row)) for row in live])
        known = {"desk": _desks(keys), "answer": _questions()}
        _insert("shown", [row for each in live for row in _shown(keys, dict(each), known)])


def _outbox(keys: Keyring | None) -> None:
    bind = op.get_bind()
    op.add_column("outbox", sa.Column("slot_tag", sa.LargeBinary(), nullable=True))
    rows = bind.execute(sa.text("SELECT id, slot FROM outbox WHERE slot IS NOT NULL")).all()
    for number, slot in rows:
        assert keys is not None, "a tag needs the host's key"
        name, _, token = slot.partition(" ")
        tag = keys.tag("slot", name) + bytes.fromhex(token)
        bind.execute(
            sa.text("UPDATE outbox SET slot_tag = :tag WHERE id = :id"), {"tag": tag, "id": number}
        )
    op.drop_column("outbox", "slot")
    op.create_index(
        "ix_outbox_slot",
        "outbox",
        ["slot_tag"],
        sqlite_where=SLOTTED,
        postgresql_where=SLOTTED,
    )


def _tables() -> None:
    op.create_table(
        "live_messages",
        sa.Column("token_tag", sa.LargeBinary(), nullable=False),
        sa.Column("slot_tag", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_slot", sa.LargeBinary(), nullable=True),
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_chat", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=True),
        sa.Column("message_tag", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token_tag", name=op.f("pk_live_messages")),
        sa.UniqueConstraint("slot_tag", name=op.f("uq_live_messages_slot_tag")),
    )
    op.create_index(op.f("ix_live_messages_chat_tag"), "live_messages", ["chat_tag"])
    op.create_index(op.f("ix_live_messages_message_tag"), "live_messages", ["message_tag"])
    op.create_table(
        "shown",
        sa.Column("record_tag", sa.LargeBinary(), nullable=False),
        sa.Column("token_tag", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_tag"],
            ["live_messages.token_tag"],
            name=op.f("fk_shown_token_tag_live_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_tag", "token_tag", name=op.f("pk_shown")),
    )
    op.create_index(op.f("ix_shown_token_tag"), "shown", ["token_tag"])


def _insert(name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
        op.get_bind().execute(table.insert(), rows)


def _sealed_anew(keys: Keyring, row: Mapping[str, Any]) -> dict[str, Any]:
    """What was bound to the slot's name is bound to the token's tag."""
    slot, tag = row["slot"], bytes(row["token_tag"])
    name = json.dumps(slot).encode()
    found: dict[str, Any] = {
        "token_tag": tag,
        "slot_tag": keys.tag("slot", slot),
        "sealed_slot": SealedBytes("live_messages.slot").seal(keys, name, tag.hex()),
        "chat_tag": row["chat_tag"],
        "message_tag": row["message_tag"],
    }
    for what in SEALED:
        sealed, column = row[f"sealed_{what}"], SealedBytes(f"live_messages.{what}")
        found[f"sealed_{what}"] = (
            None
            if sealed is None
            else column.seal(keys, column.open(keys, bytes(sealed), slot), tag.hex())
        )
    return found


def _desks(keys: Keyring) -> dict[str, list[int]]:
    """What stands on each desk, by its tag in hex."""
    found = {}
    for tag, sealed in op.get_bind().execute(sa.text("SELECT desk_tag, sealed_desk FROM desks")):
        name = bytes(tag).hex()
        kept = json.loads(keys.open(bytes(sealed), f"desks.desk:{name}"))
        numbers = [kept["number"], *kept["desk"].get("beside", ())]
        found[name] = [number for number in numbers if number is not None]
    return found


def _questions() -> dict[str, list[int]]:
    """The record of each question, by its id."""
    rows = op.get_bind().execute(sa.text("SELECT id, number FROM questions"))
    return {str(question): [number] for question, number in rows}


def _shown(
    keys: Keyring, row: Mapping[str, Any], known: Mapping[str, Mapping[str, list[int]]]
) -> list[dict[str, bytes]]:
    kind, about, *_ = row["slot"].split(":")
    numbers = [int(about)] if kind in ABOUT_ONE else known.get(kind, {}).get(about, [])
    return [
        {"record_tag": keys.tag("shown", str(number)), "token_tag": row["token_tag"]}
        for number in dict.fromkeys(numbers)
    ]
