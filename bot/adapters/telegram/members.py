"""Asking Telegram who somebody is in a chat, and what the chat is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from telegram import ChatMember
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.adapters.telegram.admin_chat import AdminChat
from bot.adapters.telegram.refs import ANONYMOUS, CHANNEL
from bot.adapters.telegram.request import Ask
from bot.domain.ids import ChatRef, UserRef
from bot.ports import GroupFacts, Role

log = logging.getLogger(__name__)

ANSWER_TIME = 4.0
"""Seconds for a question, its second try included; the core relies on an answer for five."""

_STANDING = {
    ChatMember.OWNER: Role.ADMINISTRATOR,
    ChatMember.ADMINISTRATOR: Role.ADMINISTRATOR,
    ChatMember.MEMBER: Role.MEMBER,
    ChatMember.LEFT: Role.OUTSIDER,
    ChatMember.BANNED: Role.OUTSIDER,
}


class Members:
    """Nothing is kept: each question goes to Telegram."""

    def __init__(
        self,
        ask: Ask,
        admins: Collection[int],
        admin_chat: AdminChat,
        followed: Callable[[ChatRef, int], Awaitable[ChatRef]],
    ) -> None:
        """`admins` decide in `admin_chat`; its administrators do if there are none. `followed`
        hands on that a chat has another number now."""
        self._ask = ask
        self._admins = frozenset(str(number) for number in admins)
        self._admin_chat = admin_chat
        self._followed = followed

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        """In the admin chat, what the chat is counts too, as of the same moment."""
        if not self._admin_chat.is_key(chat.key):
            return await self._standing(chat, user)
        role, found = await asyncio.gather(self._standing(chat, user), self._asked("getChat", chat))
        if not isinstance(found, dict):
            return Role.UNKNOWN
        if self._admin_chat.saw(found) is not None:
            return Role.FROZEN
        return self._listed(role, user)

    async def _standing(self, chat: ChatRef, user: UserRef) -> Role:
        if user.key.startswith(ANONYMOUS):
            here = user.key == f"{ANONYMOUS}{chat.key}"
            return Role.ANONYMOUS if here else Role.OUTSIDER
        if user.key.startswith(CHANNEL):
            return Role.NO_PERSON
        if chat.key == user.key:
            return Role.ADMINISTRATOR
        return _role(await self._asked("getChatMember", chat, user_id=int(user.key)))

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        found = await self._asked("getChat", chat)
        if not isinstance(found, dict):
            return None
        count = await self._asked("getChatMemberCount", chat)
        names = (found.get(part) or "" for part in ("title", "first_name", "last_name"))
        title = " ".join(str(name) for name in names if name)
        return GroupFacts(title, count if isinstance(count, int) else None)

    def _listed(self, role: Role, user: UserRef) -> Role:
        if not self._admins or role not in {Role.ADMINISTRATOR, Role.MEMBER}:
            return role
        return Role.ADMINISTRATOR if user.key in self._admins else Role.MEMBER

    async def _asked(self, method: str, chat: ChatRef, **more: int) -> object:
        """The answer, where the chat has moved that of the new one; None if there is none in time.
        A connection that was cut is tried a second time: these questions change nothing."""
        until = asyncio.get_running_loop().time() + ANSWER_TIME
        for _ in range(2):
            try:
                async with asyncio.timeout_at(until):
                    return await self._ask(method, {"chat_id": int(chat.key)} | more)
            except ChatMigrated as moved:
                chat = await self._followed(chat, moved.new_chat_id)
            except TimeoutError:
                log.debug("Telegram does not say in time who is in a chat")
                return None
            except (BadRequest, Forbidden) as error:
                log.debug("Telegram does not say who is in a chat: %s", error.message)
                return None
            except NetworkError as error:
                log.debug("asking who is in a chat: %s", error.message)
            except TelegramError as error:
                log.warning("Telegram does not say who is in a chat: %s", error.message)
                return None
        return None


def _role(member: object) -> Role:
    if not isinstance(member, dict):
        return Role.UNKNOWN
    status = member.get("status")
    if status == ChatMember.RESTRICTED:
        return Role.MEMBER if member.get("is_member") is True else Role.OUTSIDER
    return _STANDING.get(status, Role.UNKNOWN) if isinstance(status, str) else Role.UNKNOWN
