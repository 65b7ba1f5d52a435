"""How the bot gets its updates: by asking or at a webhook."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.support.botapi.core import Answer, Core, Encoded, Method
from tests.support.botapi.errors import WEBHOOK_ACTIVE, ApiError, bad, too_many
from tests.support.botapi.parameters import Given, array, flag, integer, string, uploaded
from tests.support.botapi.state import Json
from tests.support.botapi.updates import DEFAULT, KINDS
from tests.support.botapi.webhook import Target

LONGEST_POLL = 50
MOST_UPDATES = 100
SECRET_LIMIT = 256
PORTS = {443, 80, 88, 8443, None}


def _between(value: int | None, default: int, least: int, most: int) -> int:
    return max(least, min(most, default if value is None else value))


def _kinds(core: Core, given: Given) -> list[str] | None:
    kinds: list[str] | None = given["allowed_updates"]
    if kinds and core.rules.strict and (unknown := set(kinds) - KINDS):
        raise bad(f"unknown kinds of updates: {', '.join(sorted(unknown))}")
    return kinds


async def get_updates(core: Core, given: Given) -> Any:
    if core.webhook.target is not None:
        await core.updates.conflict_pause()
        raise ApiError(409, WEBHOOK_ACTIVE)
    core.updates.allow(_kinds(core, given))
    found = await core.updates.get(
        given["offset"] or 0,
        _between(given["limit"], MOST_UPDATES, 1, MOST_UPDATES),
        _between(given["timeout"], 0, 0, LONGEST_POLL),
    )
    return Encoded(f"[{','.join(update.text for update in found)}]")


async def set_webhook(core: Core, given: Given) -> Any:
    url = given["url"] or ""
    kinds = _kinds(core, given)
    if not url:
        return await _remove(core, given)
    now = core.clock.now()
    if core.rules.pauses and now < core.webhook_set_at + 1:
        raise too_many(1)
    core.webhook_set_at = now
    target = _target(core, given, url)
    core.updates.allow(kinds)
    if target == core.webhook.target and not given["drop_pending_updates"]:
        return Answer(True, "Webhook is already set")
    core.updates.end_poll("Conflict: terminated by setWebhook request")
    if given["drop_pending_updates"]:
        core.updates.clear()
    await core.webhook.set(target)
    return Answer(True, "Webhook was set")


def _target(core: Core, given: Given, url: str) -> Target:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad("invalid webhook URL specified")
    secret = given["secret_token"] or ""
    if len(secret) > SECRET_LIMIT:
        raise bad("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    if not core.rules.local:
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.port not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    most = 100_000 if core.rules.local else 100
    return Target(url, secret, _between(given["max_connections"], 40, 1, most))


async def _remove(core: Core, given: Given) -> Answer:
    was_set = core.webhook.target is not None
    await core.webhook.set(None)
    if given["drop_pending_updates"]:
        core.updates.clear()
    return Answer(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


async def delete_webhook(core: Core, given: Given) -> Any:
    return await _remove(core, given)


def get_webhook_info(core: Core, _given: Given) -> Any:
    hook = core.webhook
    info: Json = {
        "url": hook.target.url if hook.target else "",
        "has_custom_certificate": False,
        "pending_update_count": len(core.updates.pending),
    }
    if hook.last_error is not None:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if hook.target is not None:
        info |= {"max_connections": hook.target.connections, "ip_address": "127.0.0.1"}
    if core.updates.allowed != DEFAULT:
        info["allowed_updates"] = sorted(core.updates.allowed)
    return info


METHODS = (
    Method(
        "getUpdates",
        {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": array},
        get_updates,
    ),
    Method(
        "setWebhook",
        {
            "url": string,
            "certificate": uploaded,
            "ip_address": string,
            "max_connections": integer,
            "allowed_updates": array,
            "drop_pending_updates": flag,
            "secret_token": string,
        },
        set_webhook,
    ),
    Method("deleteWebhook", {"drop_pending_updates": flag}, delete_webhook),
    Method("getWebhookInfo", {}, get_webhook_info),
)
