"""Two admins verify a group, and a group that is not accepted appeals, on each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.endorsement import Kind
from tests.contract.stage import ADMINS
from tests.contract.talks import TALKS, ConsoleTalk, Talk
from tests.e2e.admin_chat import plain


@pytest.fixture(params=TALKS)
async def t(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Talk]:
    """Where organisations take two admins, the group `tunis` waits."""
    homeserver = partial(request.getfixturevalue, "homeserver")
    async with TALKS[request.param](tmp_path, homeserver) as talk:
        running = talk._dialogue if isinstance(talk, ConsoleTalk) else talk._whole  # type: ignore[attr-defined]
        campaign = running.bot.campaign
        kinds = frozenset({Kind.ORGANISATION})
        campaign.verification = replace(campaign.verification, kinds=kinds)
        for who in ("zaid", "omar"):
            await talk.say(who, "/help", ADMINS)
        await talk.say("lina", "/endorse Dockers", "tunis")
        await talk.press("lina", "Confirm", "tunis")
        yield talk


async def reads(t: Talk, who: str, where: str) -> str:
    """All that has come or changed there, without what isolates names."""
    return plain("\n".join(each.text for each in await t.reads(who, where)))


async def test_two_verify_and_another_decides_the_appeal(t: Talk) -> None:
    assert "It takes two admins to verify this." in await reads(t, "zaid", ADMINS)
    await t.press("zaid", "Verify", ADMINS)
    assert ". One more admin is needed." in await reads(t, "zaid", ADMINS)
    await t.press_again("zaid", ADMINS)
    assert "You have agreed to #1 already" in await reads(t, "zaid", ADMINS)
    assert "Verified" not in await reads(t, "lina", "tunis")
    await t.press("omar", "Verify", ADMINS)
    assert "#1 is verified" in await reads(t, "omar", ADMINS)
    assert "Verified: #1" in await reads(t, "lina", "tunis")
    await t.say("zaid", "/reject 1 Unknown", ADMINS)
    offered = await t.finds("lina", "/appeal 1" if not _is_matrix(t) else "!appeal 1", "tunis")
    assert "Appeal" in offered.buttons
    await t.say("lina", "/appeal 1 We decided it on Monday", "tunis")
    assert "another organiser decides" in await reads(t, "lina", "tunis")
    assert "Appeal: We decided it on Monday" in await reads(t, "zaid", ADMINS)
    await t.say("zaid", "/verify 1", ADMINS)
    assert "Another admin decides." in await reads(t, "zaid", ADMINS)
    await t.say("omar", "/reject 1 Still unknown", ADMINS)
    told = await t.finds("lina", "Not accepted: #1,", "tunis")
    assert "Appeal" not in told.buttons
    await t.say("lina", "/appeal 1 Again", "tunis")
    assert "there is only one" in await reads(t, "lina", "tunis")


def _is_matrix(t: Talk) -> bool:
    return type(t).__name__ == "MatrixTalk"
