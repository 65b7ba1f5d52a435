"""From the first contact to the last, by buttons and free text alone: after the `/start` that a
messenger's own button sends, nobody types a command."""

from __future__ import annotations

import pytest

from tests.support.dialogue import Dialogue, Did

SIGNER = (
    "amal: [read]",
    "amal: [demands]",
    "amal: [2]",
    "amal: [read]",
    "amal: [signatories]",
    "amal: [read]",
    "amal: [ar]",
    "amal: [en]",
    "amal: [sign]",
    "amal: [confirm]",
    "amal: Amal Haddad",
    "amal: [skip]",
    "amal: Tunisia",
    "amal: [public]",
    "amal: [confirm]",
    "amal: [mine]",
    "amal: [withdraw]",
    "amal: [confirm]",
    "amal: [undo]",
)
GROUP = ("omar@tunis: [endorse]", "omar@tunis: [confirm]")
ADMIN = ("zaid@admins: [verify]",)


def own(said: list[Did], chat: str) -> Did:
    """What the chat itself was shown last."""
    return [did for did in said if did.chat == chat and did.action != "notice"][-1]


async def test_a_signer(d: Dialogue) -> None:
    begun = await d.answer("amal: /start")
    assert "Open the port" in begun.text
    shown = {line: own(await d.say(line), "amal") for line in SIGNER}
    assert "Keep it open." in shown["amal: [2]"].text
    assert "Dockers' Union" in shown["amal: [signatories]"].text
    assert shown["amal: [ar]"].language == "ar"
    assert "Nothing" not in shown["amal: [mine]"].text
    assert "10 minutes" in shown["amal: [confirm]"].text or "undo" in shown["amal: [confirm]"].names
    assert (await d.counts()).pending == 1


async def test_the_shortest_way_to_a_receipt(d: Dialogue) -> None:
    """Nine taps and one name, the `/start` among them: as many as before the questions had a way
    back and the cover its languages."""
    await d.say("amal: /start", "amal: [sign]", "amal: [confirm]", "amal: Amal Haddad")
    await d.say("amal: [skip]", "amal: [skip]", "amal: [public]")
    assert "Recorded" in own(await d.say("amal: [confirm]"), "amal").text


async def test_a_group_and_an_admin(d: Dialogue) -> None:
    await d.say("zaid@admins: hello")
    greeting = await d.answer("%add omar@tunis")
    assert "endorse" in greeting.names
    assert (
        "Recorded: #1" in own([did for line in GROUP for did in await d.say(line)], "@tunis").text
    )
    verified = [did for line in ADMIN for did in await d.say(line)]
    assert "Verified: #1" in own(verified, "@tunis").text
    assert (await d.counts()).organisations == 1


@pytest.mark.parametrize("answer", ["nothing", "no"])
async def test_whoever_types_something_else_is_led_on(d: Dialogue, answer: str) -> None:
    said = await d.answer(f"amal: {answer}")
    assert {"read", "sign", "mine"} <= set(said.names)
