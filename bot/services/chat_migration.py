"""A chat that goes on under another key: everything that stands under the old one follows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from bot.domain import lifecycle
from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, ChatRef
from bot.ports import Adapter
from bot.services import living, membership
from bot.services.campaign import Campaign
from bot.services.chat_languages import remember
from bot.services.lifecycle import apply
from bot.services.withdraw import records_of
from bot.storage.moving import ADMIN_CHAT
from bot.storage.unit import Unit


async def move_chat(
    unit: Unit, campaign: Campaign, old: ChatRef, new: ChatRef, now: dt.datetime
) -> None:
    """Endorsements, live messages, the conversation, and the admin chat if it is the one."""
    for record in await records_of(unit, Kind.ORGANISATION, old):
        tag = await unit.statements.signer_tag(Kind.ORGANISATION, new, record.statement)
        if await unit.endorsements.by_signer(record.statement, tag) is not None:
            continue  # It was moved already: both sides of an upgrade are told.
        route = record.route and dataclasses.replace(record.route, chat=new)
        await apply(unit, campaign, record, lifecycle.move(record, tag, route))
    await unit.messages.move(old, new)
    await living.move(unit, old, new)
    await membership.move(unit, old, new, now)
    await unit.conversations.move(old, new)
    chosen = (await unit.languages.chosen({old})).get(old)
    if chosen is not None:
        await unit.languages.forget(old)
        await unit.languages.choose(new, chosen)
    adapter = campaign.adapters.get(old.adapter)
    if adapter is not None and adapter.admin_chat == old:
        await keep_admin_chat(unit, campaign, new)


async def keep_admin_chat(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """From now on this is the platform's admin chat, also after a restart: for as long as the
    configuration names the one that it was before, or still names none."""
    adapter = campaign.adapters[chat.adapter]
    before = adapter.admin_chat.key if adapter.admin_chat else ""
    kept = await _kept(unit, chat.adapter)
    configured = kept[0] if kept is not None and kept[1] == before else before
    value = json.dumps([configured, chat.key]).encode()
    await unit.meta.put_sealed(f"{ADMIN_CHAT} {chat.adapter}", value)
    await _set_admin_chat(unit, campaign, chat)


async def has_admin_chat(unit: Unit, adapter: Adapter) -> bool:
    """Whether the platform has one, be it claimed a moment ago in this very unit."""
    return adapter.admin_chat is not None or await _kept(unit, adapter.name) is not None


async def known_admin_chat(unit: Unit, name: AdapterName, named: ChatRef | None) -> ChatRef | None:
    """The one that was claimed or has moved; else the one that the configuration has `named`."""
    kept = await _kept(unit, name)
    if kept is not None and (named is None or named.key == kept[0]):
        return ChatRef(name, kept[1])
    return named


async def restore_admin_chats(unit: Unit, campaign: Campaign) -> None:
    """Set the admin chats that were claimed or have moved; called at start. Where the operator has
    named another one since, that holds."""
    for name, adapter in campaign.adapters.items():
        named = adapter.admin_chat
        chat = await known_admin_chat(unit, name, named)
        if chat is not None and chat != named:
            await _set_admin_chat(unit, campaign, chat)
        elif named is not None:
            await remember(unit, campaign, named)


async def _set_admin_chat(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    def set_it() -> None:
        campaign.adapters[chat.adapter].admin_chat = chat

    unit.after_commit(set_it)
    await remember(unit, campaign, chat)


async def _kept(unit: Unit, adapter: AdapterName) -> tuple[str, str] | None:
    """The key of the chat that the configuration named, empty for none, and of what it became."""
    value = await unit.meta.get_sealed(f"{ADMIN_CHAT} {adapter}")
    if value is None:
        return None
    if not value.startswith(b"["):
        return "", value.decode()  # As it was kept at first: without what the configuration named.
    configured, chat = json.loads(value)
    return configured, chat
