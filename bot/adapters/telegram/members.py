"""Asking Telegram who somebody is in a chat, and what the chat is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.adapters.telegram.refs import ANONYMOUS, CHANNEL
from bot.adapters.telegram.request import MISREAD
from bot.domain.ids import ChatRef, UserRef
from bot.ports import GroupFacts, Role

log = logging.getLogger(__name__)

ANSWER_TIME = 4.0
"""Seconds; the core relies on an answer for five."""

_ADMINISTRATORS = {ChatMember.ADMINISTRATOR, ChatMember.OWNER}
_Answer = TypeVar("_Answer")


class Members:
    """Nothing is kept: each question goes to Telegram."""

    def __init__(
        self,
        bot: Bot,
        admins: Collection[int],
        is_admin: Callable[[str], bool],
        followed: Callable[[ChatRef, int], Awaitable[ChatRef]],
    ) -> None:
        """`admins` decide in the admin chat; its administrators do if there are none. `followed`
        hands on that a chat has another number now."""
        self._bot = bot
        self._admins = frozenset(str(number) for number in admins)
        self._is_admin = is_admin
        self._followed = followed

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        if user.key.startswith(ANONYMOUS):
            here = user.key == f"{ANONYMOUS}{chat.key}"
            return Role.ANONYMOUS if here else Role.OUTSIDER
        if user.key.startswith(CHANNEL):
            return Role.NO_PERSON
        if chat.key == user.key:
            role = Role.ADMINISTRATOR
        else:
            member = await self._asked(lambda number: self._member(number, int(user.key)), chat)
            role = Role.UNKNOWN if member is None else _role(member)
        if self._admins and self._is_admin(chat.key) and role is not Role.UNKNOWN:
            return self._listed(role, user)
        return role

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        found = await self._asked(
            lambda number: self._bot.get_chat(number, read_timeout=ANSWER_TIME), chat
        )
        if found is None:
            return None
        count = await self._asked(
            lambda number: self._bot.get_chat_member_count(number, read_timeout=ANSWER_TIME), chat
        )
        return GroupFacts(found.title or found.full_name or "", count)

    def _listed(self, role: Role, user: UserRef) -> Role:
        if role is Role.OUTSIDER:
            return role
        return Role.ADMINISTRATOR if user.key in self._admins else Role.MEMBER

    def _member(self, chat: int, user: int) -> Awaitable[ChatMember]:
        return self._bot.get_chat_member(chat, user, read_timeout=ANSWER_TIME)

    async def _asked(
        self, ask: Callable[[int], Awaitable[_Answer]], chat: ChatRef
    ) -> _Answer | None:
        """The answer, where the chat has moved that of the new one. A connection that was cut is
        tried a second time: these questions change nothing."""
        for _ in range(2):
            try:
                return await ask(int(chat.key))
            except ChatMigrated as moved:
                chat = await self._followed(chat, moved.new_chat_id)
            except (BadRequest, Forbidden) as error:
                log.info("Telegram does not say who is in a chat: %s", error.message)
                return None
            except NetworkError as error:
                log.info("asking who is in a chat: %s", error.message)
            except (TelegramError, *MISREAD) as error:
                reason = getattr(error, "message", type(error).__name__)
                log.warning("Telegram does not say who is in a chat: %s", reason)
                return None
        return None


def _role(member: ChatMember) -> Role:
    if member.status in _ADMINISTRATORS:
        return Role.ADMINISTRATOR
    if isinstance(member, ChatMemberRestricted):
        return Role.MEMBER if member.is_member else Role.OUTSIDER
    return Role.MEMBER if member.status == ChatMember.MEMBER else Role.OUTSIDER
