"""How the bot's account on Telegram is, asked without receiving or sending anything."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from telegram import ChatMember
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.adapters.accounts import is_of_another
from bot.adapters.telegram.admin_chat import MISSING, TROUBLE, exposed_by, unreached
from bot.adapters.telegram.faults import of_another, refused
from bot.adapters.telegram.request import AiohttpRequest, Ask, TooManyRequests
from bot.adapters.telegram.webhook import Webhook
from bot.domain.findings import Finding, from_fault, note, ok, unknown, wrong
from bot.domain.ids import ChatRef
from bot.ports.diagnosis import Now, Recall, clock

REACHABLE, CLOCK, TOKEN = "Telegram", "clock (Telegram)", "Telegram token"
PRIVACY, INLINE = "Telegram privacy mode", "Telegram inline mode"
CHAT, RIGHTS = "Telegram admin chat", "Telegram rights in the admin chat"
HOOK, CERTIFICATE = "Telegram webhook", "Telegram webhook certificate"

RECENT = dt.timedelta(hours=1)
"""For so long a failed delivery to the webhook counts, where others wait."""

SOON = dt.timedelta(days=14)
"""So long before its end a certificate is to be renewed."""

Json = Mapping[str, Any]


class Look:
    """A `Diagnosis`; `chat` is the admin chat. `webhook` is None by polling."""

    def __init__(
        self,
        request: AiohttpRequest,
        ask: Ask,
        chat: ChatRef | None,
        webhook: Webhook | None,
        recall: Recall | None,
        now: Now,
    ) -> None:
        self._request = request
        self._ask = ask
        self._chat = chat
        self._webhook = webhook
        self._recall = recall
        self._now = now
        self.looks_at = [REACHABLE, CLOCK, TOKEN, PRIVACY, INLINE, CHAT, RIGHTS, HOOK]
        if self._is_https:
            self.looks_at.append(CERTIFICATE)

    async def findings(self) -> AsyncIterator[Finding]:
        """Ends the connections too."""
        try:
            async for finding in self._all():
                yield finding
        finally:
            await self._request.shutdown()

    async def _all(self) -> AsyncIterator[Finding]:
        me: Json = {}
        try:
            me = _object(await self._ask("getMe", {}))
        except TooManyRequests as error:
            yield note(REACHABLE, f"it asks the bot to wait for {error.pause:.0f} s", "Ask later")
        except (InvalidToken, EndPointNotFound) as error:
            yield ok(REACHABLE, "it answers")
            yield clock(self._request.date, self._now(), REACHABLE)
            yield from_fault(TOKEN, refused(error.message))
        except TelegramError as error:
            yield wrong(
                REACHABLE,
                f"it does not answer as it should ({error.message})",
                "Look at this machine's way to it: DNS, firewall, proxy (HTTPS_PROXY), and "
                "telegram.api_url",
            )
        if not me:
            return
        yield ok(REACHABLE, "it answers")
        yield clock(self._request.date, self._now(), REACHABLE)
        yield await self._token(me)
        for finding in _modes(me):
            yield finding
        looks = [self._admin_chat(me), self._hook()]
        if self._is_https:
            looks.append(self._certificate())
        asking = [asyncio.ensure_future(look) for look in looks]
        try:
            for found in asyncio.as_completed(asking):
                for finding in await found:
                    yield finding
        finally:
            for look in asking:
                look.cancel()

    async def _token(self, me: Json) -> Finding:
        if await is_of_another(self._recall, str(me.get("id"))):
            return from_fault(TOKEN, of_another())
        return ok(TOKEN, f"of @{me.get('username')}")

    @property
    def _is_https(self) -> bool:
        return self._webhook is not None and self._webhook.url.startswith("https:")

    async def _admin_chat(self, me: Json) -> list[Finding]:
        if self._chat is None:
            said, _, remedy = MISSING.partition("; ")
            return [note(CHAT, said, remedy.capitalize()), unknown(RIGHTS, "there is no chat")]
        number = {"chat_id": int(self._chat.key)}
        try:
            chat = _object(await self._ask("getChat", number))
            member = _object(await self._ask("getChatMember", number | {"user_id": me.get("id")}))
        except ChatMigrated:
            said = "it has become a supergroup with another number, which the bot follows"
            return [note(CHAT, said), unknown(RIGHTS, "the chat has moved")]
        except (BadRequest, Forbidden) as error:
            found = from_fault(CHAT, unreached(error.message))
            return [found, unknown(RIGHTS, "the bot is not in the chat")]
        except TelegramError as error:
            return [unknown(what, error.message) for what in (CHAT, RIGHTS)]
        exposure = exposed_by(chat)
        private = ok(CHAT, "private")
        found = private if exposure is None else from_fault(CHAT, TROUBLE[exposure])
        return [found, _rights(chat, member)]

    async def _hook(self) -> list[Finding]:
        try:
            info = _object(await self._ask("getWebhookInfo", {}))
        except TelegramError as error:
            return [unknown(HOOK, f"getWebhookInfo is refused ({error.message})")]
        url, waits = info.get("url") or "", info.get("pending_update_count") or 0
        number = f"{waits} updates wait there"
        if self._webhook is None:
            if not url:
                return [ok(HOOK, f"none, as the bot polls; {number}")]
            said = "another program has set one for this account"
            return [note(HOOK, said, "The start of the bot removes it; end that program")]
        if not url:
            said = f"none is set yet; {number}"
            return [note(HOOK, said, "Start the bot, which sets it")]
        if url != self._webhook.url:
            said = "it is set to another address than telegram.webhook.url"
            remedy = "End the program that set it; `undersigned run` sets it again"
            return [wrong(HOOK, said, remedy)]
        return [self._delivery(info, number, waits=bool(waits))]

    def _delivery(self, info: Json, number: str, *, waits: bool) -> Finding:
        failed = info.get("last_error_date")
        if not isinstance(failed, int):
            return ok(HOOK, f"set, and nothing has failed; {number}")
        ago = self._now() - dt.datetime.fromtimestamp(failed, dt.UTC)
        minutes = round(ago.total_seconds() / 60)
        said = f"{number}; {minutes} min ago Telegram said: {info.get('last_error_message')}"
        if waits and ago < RECENT:
            remedy = (
                "See that the bot runs, that the proxy in front of it brings the path unchanged "
                "to telegram.webhook.listen, and that its certificate is good"
            )
            return wrong(HOOK, said, remedy)
        return note(HOOK, said, "" if waits else "It has gone through since")

    async def _certificate(self) -> list[Finding]:
        assert self._webhook is not None
        url = urlsplit(self._webhook.url)
        context = ssl.create_default_context()
        try:
            _, writer = await asyncio.open_connection(url.hostname, url.port or 443, ssl=context)
        except ssl.SSLCertVerificationError as error:
            remedy = "Renew it; it must come with its intermediate certificates"
            return [wrong(CERTIFICATE, f"it is not accepted ({error.verify_message})", remedy)]
        except OSError as error:
            said = f"{url.hostname} is not reached from here ({type(error).__name__})"
            return [unknown(CERTIFICATE, said)]
        known = writer.get_extra_info("peercert") or {}
        writer.close()
        end = dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(known["notAfter"]), dt.UTC)
        said = f"good until {end:%Y-%m-%d}"
        if end - self._now() < SOON:
            return [note(CERTIFICATE, said, "Renew it")]
        return [ok(CERTIFICATE, said)]


def _modes(me: Json) -> list[Finding]:
    reads_all = me.get("can_read_all_group_messages") is True
    shares = me.get("supports_inline_queries") is True
    return [
        note(
            PRIVACY,
            "off, so that Telegram gives the bot all that is said in groups",
            "In BotFather: /setprivacy, Enable; then add the bot anew to its groups",
        )
        if reads_all
        else ok(PRIVACY, "on: of groups the bot gets what is meant for it"),
        ok(INLINE, "on: statements can be shared into any chat")
        if shares
        else note(
            INLINE,
            "off, so that statements cannot be shared into any chat",
            "In BotFather: /setinline",
        ),
    ]


def _rights(chat: Json, member: Json) -> Finding:
    status = member.get("status")
    if status == ChatMember.ADMINISTRATOR:
        return ok(RIGHTS, "administrator")
    permissions = chat.get("permissions")
    by_chat = not isinstance(permissions, dict) or permissions.get("can_send_messages", True)
    if status == ChatMember.RESTRICTED:
        may_write = member.get("is_member") is True and member.get("can_send_messages") is True
    else:
        may_write = status == ChatMember.MEMBER and bool(by_chat)
    if may_write:
        return ok(RIGHTS, "member, and members may write")
    if status in {ChatMember.LEFT, ChatMember.BANNED}:
        return wrong(RIGHTS, "the bot is not in the chat", "Add it to the group")
    return wrong(
        RIGHTS,
        "the bot may not write there, so endorsements wait",
        "Let members send messages, or make the bot an administrator without any further right",
    )


def _object(answer: object) -> Json:
    return answer if isinstance(answer, dict) else {}
