"""A role counts only as the platform told it a moment ago."""

from __future__ import annotations

import time

import pytest

from bot.dispatch import dispatcher, router
from bot.domain.counts import Counts
from bot.ports import Role
from tests.support.dialogue import Dialogue


async def test_row_6_an_answer_older_than_five_seconds_is_asked_for_again(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right is taken away while the press waits: the old answer must not count."""
    await d.sign("amal", "Amal Haddad")
    roles = [Role.ADMINISTRATOR, Role.MEMBER]
    asked: list[Role] = []

    async def role(*_: object) -> Role:
        asked.append(roles[min(len(asked), 1)])
        return asked[-1]

    monkeypatch.setattr(d.adapter, "role", role)
    real = time.monotonic

    class Late:
        """For the first question the clock of the answer stands six seconds back."""

        @staticmethod
        def monotonic() -> float:
            return real() - (router.FRESH + 1 if len(asked) == 0 else 0)

    monkeypatch.setattr(dispatcher, "time", Late)
    said = await d.say("zaid@admins: [verify]")
    assert asked == [Role.ADMINISTRATOR, Role.MEMBER]
    assert [did.text for did in said] == [
        "Only an admin can do that. Being in this chat isn't enough."
    ]
    assert await d.counts() == Counts(pending=1)


async def test_an_unknown_role_refuses(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    await d.sign("amal", "Amal Haddad")

    async def role(*_: object) -> Role:
        return Role.UNKNOWN

    monkeypatch.setattr(d.adapter, "role", role)
    said = await d.say("zaid@admins: [verify]")
    assert [did.text for did in said] == [
        "I couldn't check your rights just now. Try again in a minute."
    ]
    assert await d.counts() == Counts(pending=1)
