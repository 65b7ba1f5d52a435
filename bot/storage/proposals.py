"""What groups are asked, and who has voted: known by keyed tags, until it is decided.

The tag of a member is made with the proposal's id, so that no two votes show that they are of one
person, and no other row leads to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChatRef, UserRef
from bot.domain.mandate import Member, Presence, Proposal, Tally, Vote
from bot.privacy import Keyring
from bot.storage.engines import upsert
from bot.storage.sealing import Sealed
from bot.storage.tables import proposals, votes

_T, _V = proposals.c, votes.c
_PROPOSAL = Sealed(Proposal, "proposals.proposal")


class Proposals:
    """A few at a time; of one statement each chat has one at the most."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, proposal: Proposal) -> Proposal:
        """With the id that it has from now on."""
        insert = proposals.insert().returning(_T.id)
        id_ = (await self._connection.execute(insert, self._row(proposal))).scalar_one()
        return replace(proposal, id=id_)

    async def keep(self, proposal: Proposal) -> None:
        """In the place of what was kept of it."""
        update = proposals.update().where(_T.id == proposal.id)
        await self._connection.execute(update, self._row(proposal))

    async def get(self, id_: int) -> Proposal | None:
        """None once it is decided."""
        found = await self._all(_T.id == id_)
        return found[0] if found else None

    async def of_chat(self, chat: ChatRef) -> list[Proposal]:
        """Those that the chat is asked now."""
        return await self._all(_T.chat_tag == self._of_chat(chat))

    async def all(self) -> list[Proposal]:
        """Every one that waits."""
        return await self._all()

    async def drop(self, id_: int) -> None:
        """It is decided: of who voted nothing is left."""
        await self._connection.execute(votes.delete().where(_V.proposal == id_))
        await self._connection.execute(proposals.delete().where(_T.id == id_))

    async def member(self, id_: int, user: UserRef) -> Member | None:
        """What is known of one person; None: nothing."""
        where = (_V.proposal == id_, _V.member_tag == self._of_member(id_, user))
        query = sa.select(_V.presence, _V.vote).where(*where)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Member(Presence(row.presence), Vote(row.vote))

    async def note(self, id_: int, user: UserRef, member: Member) -> None:
        """In the place of what was known of that person."""
        row = {
            "proposal": id_,
            "member_tag": self._of_member(id_, user),
            "presence": member.presence,
            "vote": member.vote,
        }
        await self._connection.execute(upsert(self._connection, votes), row)

    async def tally(self, id_: int) -> Tally:
        """How many there are of each."""
        query = sa.select(_V.presence, _V.vote, sa.func.count()).where(_V.proposal == id_)
        rows = await self._connection.execute(query.group_by(_V.presence, _V.vote))
        return {Member(Presence(where), Vote(vote)): count for where, vote, count in rows}

    async def of_member(self, user: UserRef) -> list[tuple[Proposal, Member]]:
        """All that is known of one person."""
        found = [(each, await self.member(each.id, user)) for each in await self.all()]
        return [(proposal, member) for proposal, member in found if member is not None]

    async def forget(self, user: UserRef) -> list[Proposal]:
        """Take away the votes of one person; the proposals that they had voted on. That they came
        late or left stays until it is decided: else who forgets that could vote."""
        found = []
        for proposal, member in await self.of_member(user):
            if member.vote is Vote.NONE:
                continue
            its = (_V.proposal == proposal.id, _V.member_tag == self._of_member(proposal.id, user))
            if member.presence is Presence.THERE:
                await self._connection.execute(votes.delete().where(*its))
            else:
                await self.note(proposal.id, user, replace(member, vote=Vote.NONE))
            found.append(proposal)
        return found

    async def _all(self, *where: sa.ColumnElement[bool]) -> list[Proposal]:
        query = sa.select(proposals).where(*where).order_by(_T.id)
        rows = (await self._connection.execute(query)).all()
        found = [
            (row.id, _PROPOSAL.open(self._keys, row.sealed_proposal, row.chat_tag.hex()))
            for row in rows
        ]
        # Its id is known only once it is stored.
        return [replace(proposal, id=id_) for id_, proposal in found if proposal is not None]

    def _row(self, proposal: Proposal) -> Mapping[str, bytes | None]:
        tag = self._of_chat(proposal.chat)
        sealed = _PROPOSAL.seal(self._keys, proposal, tag.hex())
        return {"chat_tag": tag, "sealed_proposal": sealed}

    def _of_chat(self, chat: ChatRef) -> bytes:
        return self._keys.tag("proposals in", f"{chat.adapter}\0{chat.key}")

    def _of_member(self, id_: int, user: UserRef) -> bytes:
        return self._keys.tag("vote", f"{id_}\0{user.adapter}\0{user.key}")
