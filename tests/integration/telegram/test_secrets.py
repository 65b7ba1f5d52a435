"""The token and what people write: nowhere in the log, whatever goes wrong and at any level."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.adapters.telegram import Webhook
from bot.ports import DeliveryFault
from tests.integration.telegram.conftest import Rigs
from tests.support.botapi import BotApiServer, Person, faults
from tests.support.botapi.faults import Fault

SAID = "canary-of-what-a-person-wrote"


async def test_a_life_at_debug(
    server: BotApiServer,
    rigs: Rigs,
    amal: Person,
    quick: list[float],
    hook: Webhook,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "7000000001:canary-token-that-is-wrong-01234567"
    refused = rigs(token=wrong)
    rig = rigs()
    await amal.say(f"/start {SAID}")
    await rig.message()
    echo = f"Bad Request: https://x/bot{server.token}/sendMessage"
    troubles = [
        faults.drop(),
        faults.garbage(),
        faults.refusal(400, echo),
        faults.refusal(401, "Unauthorized"),
        Fault("page", 404, body=f"<p>{SAID} {server.token}".encode()),
        Fault("cut", 200, body=b'{"ok":true,"result":[{"text":"' + SAID.encode()),
    ]
    for fault in troubles:
        server.fail("sendMessage", fault)
        try:
            await rig.send(amal, SAID)
        except DeliveryFault:
            pass
        except Exception:
            logging.getLogger("bot").exception("as the outbox logs it")
    for method in ("getUpdates", "getMe"):
        server.fail(method, faults.refusal(401, f"Unauthorized {server.token}"), times=None)
    server.updates.end_poll("x")
    await asyncio.gather(refused.ended, rig.ended, return_exceptions=True)
    server.faults.clear()
    hooked = rigs(mode="webhook", webhook=hook)
    await server.wait_for(lambda: server.webhook.target)
    await hooked.stop()
    written = caplog.text + "".join(capfd.readouterr())
    written += "".join(map(repr, caplog.records)) + repr(hook) + repr(rig.adapter)
    for secret in (server.token, wrong, hook.secret, SAID):
        assert secret not in written
    assert "Telegram refuses the bot's token" in caplog.text


def test_nothing_is_opened_or_logged_when_it_is_made(
    rigs: Rigs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rigs(start=False)
    assert caplog.text == ""
