"""A chat that goes on under another key: everything that stands under the old one follows."""

from __future__ import annotations

import dataclasses

from bot.domain.endorsement import Kind
from bot.domain.errors import Conflict
from bot.domain.ids import ChatRef
from bot.services.campaign import Campaign
from bot.services.withdraw import records_of
from bot.storage.unit import Unit

ADMIN_CHAT = "admin chat"
"""Begins the name under which a claimed or moved admin chat is kept, with the platform's."""


async def move_chat(unit: Unit, campaign: Campaign, old: ChatRef, new: ChatRef) -> None:
    """Endorsements, live messages, the conversation, and the admin chat if it is the one."""
    for record in await records_of(unit, Kind.ORGANISATION, old):
        tag = await unit.statements.signer_tag(Kind.ORGANISATION, new, record.statement)
        if await unit.endorsements.by_signer(record.statement, tag) is not None:
            continue  # It was moved already: both sides of an upgrade are told.
        route = record.route and dataclasses.replace(record.route, chat=new)
        if not await unit.endorsements.move(record, tag, route):
            raise Conflict
    await unit.messages.move(old, new)
    await unit.conversations.move(old, new)
    adapter = campaign.adapters.get(old.adapter)
    if adapter is not None and adapter.admin_chat == old:
        await keep_admin_chat(unit, campaign, new)


async def keep_admin_chat(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """From now on this is the platform's admin chat, also after a restart."""
    sealed = unit.keys.seal(chat.key.encode(), f"meta.value:{ADMIN_CHAT} {chat.adapter}")
    await unit.meta.put(f"{ADMIN_CHAT} {chat.adapter}", sealed)
    campaign.adapters[chat.adapter].admin_chat = chat


async def restore_admin_chats(unit: Unit, campaign: Campaign) -> None:
    """Set the admin chats that were claimed or have moved; called at start."""
    for name, adapter in campaign.adapters.items():
        sealed = await unit.meta.get(f"{ADMIN_CHAT} {name}")
        if sealed is not None:
            key = unit.keys.open(sealed, f"meta.value:{ADMIN_CHAT} {name}").decode()
            adapter.admin_chat = ChatRef(name, key)
