"""Chats of every kind and what happens to them. Whatever a test arranges here makes the updates
and service messages that Telegram would send."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from tests.support.botapi import shapes
from tests.support.botapi.errors import Impossible
from tests.support.botapi.state import TELEGRAM, Json, Member, Message, User

if TYPE_CHECKING:
    from tests.support.botapi.people import Person
    from tests.support.botapi.world import World


class Chat:
    """`kind` is the API's: private, group, supergroup or channel."""

    def __init__(
        self,
        world: World,
        number: int,
        kind: str,
        title: str | None,
        *,
        partner: Person | None = None,
        forum: bool = False,
    ) -> None:
        self.world = world
        self.id = number
        self.kind = kind
        self.title = title
        self.partner = partner
        self.forum = forum
        self.username: str | None = None
        self.members: dict[int, Member] = {}
        self.topics: dict[int, Message] = {}
        self.closed_topics: set[int] = set()
        self.messages: dict[int, Message] = {}
        self.pinned: list[int] = []
        self.everyone_writes = True
        self.large = False
        """Of more than ten thousand members: who comes and goes is not said in it, but for bots."""
        self.members_hidden = False
        self.shows_history = kind == "channel" or forum
        self.located = False
        self.deleted = False
        self.linked: Chat | None = None
        self.upgraded_to: Chat | None = None
        self._ids = itertools.count(1)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.id}>"

    @property
    def name(self) -> str:
        return self.partner.name if self.partner is not None else str(self.title)

    def next_message_id(self) -> int:
        return next(self._ids)

    # -- members -------------------------------------------------------------------------------

    def member(self, user: User) -> Member:
        return self.members.get(user.id) or Member(user, "left")

    def administrators(self) -> list[Member]:
        return [m for m in self.members.values() if m.administers]

    def _creator(self) -> User:
        found = next((m.user for m in self.members.values() if m.status == "creator"), None)
        return found or TELEGRAM

    def change(self, user: User, by: User | None = None, **changes: object) -> Member:
        """Gives somebody another standing; `changes` are fields of `Member`."""
        old = self.member(user)
        new = dataclasses.replace(old, **changes)  # type: ignore[arg-type]
        self.members[user.id] = new
        self.world.member_changed(self, by or self._creator(), old, new)
        return new

    def add(self, user: User, *, by: User | None = None, status: str = "member") -> None:
        """Somebody is brought in, or joins when `by` is left out."""
        self.change(user, by or user, status=status, may_write=True)
        if self._says_so(user):
            shape = shapes.user_json(user)
            extra: Json = {"new_chat_participant": shape, "new_chat_member": shape}
            self.service(by or user, extra | {"new_chat_members": [shape]})

    def remove(self, user: User, *, by: User | None = None, banned: bool = True) -> None:
        """Somebody is thrown out; without `by` they leave by themselves."""
        self.change(user, by or user, status="kicked" if by and banned else "left", anonymous=False)
        if self._says_so(user):
            shape = shapes.user_json(user)
            self.service(by or user, {"left_chat_participant": shape, "left_chat_member": shape})

    def _says_so(self, user: User) -> bool:
        return self.kind != "channel" and (user.is_bot or not self.large)

    def promote(self, user: User, *rights: str, anonymous: bool = False) -> None:
        if not self.member(user).present and self.kind != "channel":
            self.add(user)
        status = "creator" if self.member(user).status == "creator" else "administrator"
        self.change(user, status=status, anonymous=anonymous, rights=frozenset(rights))

    def demote(self, user: User) -> None:
        self.change(user, status="member", anonymous=False, rights=frozenset())

    def restrict(self, user: User) -> None:
        """Still a member, may not write."""
        if self.kind != "supergroup":
            raise Impossible("only supergroups restrict their members one by one")
        self.change(user, status="restricted", may_write=False)

    def add_bot(self, by: User | None = None, *, administrator: bool = False) -> None:
        self.add(self.world.bot, by=by or self._creator())
        if administrator:
            self.promote_bot()

    def promote_bot(self, *rights: str) -> None:
        self.promote(self.world.bot, *rights)

    def demote_bot(self) -> None:
        self.demote(self.world.bot)

    def remove_bot(self) -> None:
        self.remove(self.world.bot, by=self._creator())

    # -- what is written without a person ------------------------------------------------------

    def service(self, by: User | None, extra: Json, **fields: object) -> Message:
        message = Message(0, self, self.world.date(), by, service=True, extra=extra)
        message.from_bot = by is self.world.bot
        for name, value in fields.items():
            setattr(message, name, value)
        return self.world.post(message)

    def rename(self, title: str, by: User | None = None) -> None:
        self.title = title
        self.service(by or self._creator(), {"new_chat_title": title})

    def topic(self, name: str, by: User | None = None) -> int:
        """A new topic of a forum; its thread's id. The General topic has none."""
        if not self.forum:
            raise Impossible(f"{self.name} has no topics")
        message = Message(0, self, self.world.date(), by or self._creator(), service=True)
        message.extra = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message.in_topic = True
        message.from_bot = by is self.world.bot
        self.world.add(self, message)
        message.thread = message.id
        self.topics[message.id] = message
        self.world.deliver(message)
        return message.id

    def close_topic(self, thread: int) -> None:
        self.closed_topics.add(thread)
        extra: Json = {"forum_topic_closed": {}}
        root = self.topics[thread]
        self.service(self._creator(), extra, thread=thread, in_topic=True, reply_to=root)

    def link(self, group: Chat) -> None:
        """Makes `group` the place where this channel's posts are discussed; its history is visible
        from then on."""
        self.linked, group.linked = group, self
        group.shows_history = True

    def unlink(self) -> None:
        assert self.linked is not None
        self.linked.linked, self.linked = None, None

    def show_history(self, *, visible: bool = True) -> None:
        """To who joins later; Telegram refuses to hide it where it is always seen."""
        if self.kind not in {"supergroup", "channel"}:
            raise Impossible(f"{self.name} has to become a supergroup first")
        if not visible and (self.kind == "channel" or self.forum or self.linked is not None):
            raise Impossible(f"the history of {self.name} can't be hidden")
        self.shows_history = visible

    def publish(self, username: str | None) -> None:
        """Gives it a public name; None takes that away. Nobody is told."""
        if self.kind not in {"supergroup", "channel"}:
            raise Impossible(f"{self.name} has to become a supergroup first")
        self.username = username

    def forward_automatically(self, post: Message) -> None:
        """A channel's post as it appears in the discussion group."""
        assert self.linked is not None
        copy = Message(0, self.linked, post.date, TELEGRAM, sender_chat=self)
        copy.text, copy.entities, copy.keyboard = post.text, post.entities, post.keyboard
        copy.extra = {
            "forward_origin": {
                "type": "channel",
                "chat": shapes.chat_json(self),
                "message_id": post.id,
                "date": post.date,
            },
            "is_automatic_forward": True,
        }
        self.world.post(copy)

    # -- ends and changes of kind --------------------------------------------------------------

    def upgrade(self) -> Chat:
        """Turns a small group into a supergroup: another id, the members come along, the old
        messages stay with the old id and the old id answers with the new one."""
        if self.kind != "group" or self.upgraded_to is not None:
            raise Impossible(f"{self.name} cannot be upgraded")
        new = self.world.new_chat("supergroup", str(self.title))
        new.members = {number: dataclasses.replace(m) for number, m in self.members.items()}
        new.everyone_writes = self.everyone_writes
        by = self._creator()
        self.service(by, {"migrate_to_chat_id": new.id})
        self.upgraded_to = new
        new.service(by, {"migrate_from_chat_id": self.id})
        return new

    def delete(self) -> None:
        """The creator deletes the group; nobody hears of it."""
        self.deleted = True
