"""`undersigned run` on both platforms, one of which is away: it delays its own messages only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import (
    WITHIN,
    configure,
    number_told,
    program,
    said,
    sign_on_matrix,
    sign_on_telegram,
    stats,
)
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support.botapi import BotApiServer, fast
from tests.support.botapi.faults import bad_gateway
from tests.support.synapse import Homeserver, Proxy, matrix_error

ANYTHING = ".*"
SYNC = "GET .*/sync"


async def test_matrix_is_away_comes_back_and_ends(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    async with BotApiServer(rules=fast()) as server, Proxy(homeserver) as proxy:
        hani, lena, rami = [server.person(name) for name in ("hani", "lena", "rami")]
        admins = server.group("Admins", creator=hani, bot="administrator")
        write_config(tmp_path, server, admins.id, "polling")
        configure(tmp_path, homeserver, account, zaid, (tmp_path / "config.yaml").read_text())
        config = tmp_path / "config.yaml"
        config.write_text(config.read_text().replace(homeserver.url, proxy.url))
        away = proxy.fail(ANYTHING, 502, times=10_000)
        async with program(tmp_path):
            await server.wait_for(lambda: server.updates.polling, WITHIN)
            await sign_on_telegram(server, lena, "Lena Nasser")
            number = await number_told(server, lena)
            await server.wait_for(lambda: said(server, admins, f"#{number} ·"), WITHIN)
            assert away.met > 0

            away.times = 0
            card = await zaid.wait_for(
                lambda: next((h for h in zaid.heard if h.text.startswith(f"#{number} ·")), None)
            )
            await zaid.say(card.room, f"!verify {number}")
            await server.wait_for(lambda: said(server, lena, "has been verified"), WITHIN)

            signed_out = matrix_error(401, "M_UNKNOWN_TOKEN")
            known = proxy.fail("GET .*/whoami", signed_out, times=10_000)
            login = proxy.fail("POST .*/login", matrix_error(403, "M_FORBIDDEN"), times=10_000)
            ended = proxy.fail(SYNC, signed_out, times=10_000)
            await zaid.say(card.room, "Anybody there?")
            await server.wait_for(lambda: ended.met > 0, WITHIN)
            await sign_on_telegram(server, rami, "Rami Saleh")
            second = await number_told(server, rami)
            assert ended.met == 1
        log = (tmp_path / "log.txt").read_text("utf-8")
        assert "goes on without matrix" in log
        assert "does not accept the bot's password" in log
        assert stats(tmp_path) == {"verified": 1, "pending": 1, "persons": 1}

        # What waited for Matrix is there when the bot is on it again.
        ended.times = known.times = login.times = 0
        async with program(tmp_path):
            await zaid.hear(card.room, f"#{second} ·")


async def test_telegram_is_away_and_comes_back(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid, amal = await meet("zaid"), await meet("amal")
    async with BotApiServer(rules=fast()) as server:
        hani = server.person("hani")
        admins = server.group("Admins", creator=hani, bot="administrator")
        write_config(tmp_path, server, admins.id, "polling")
        configure(tmp_path, homeserver, account, zaid, (tmp_path / "config.yaml").read_text())
        server.fail("*", bad_gateway(), times=None)
        async with program(tmp_path):
            room, number = await sign_on_matrix(amal, account.user, "Amal Haddad")
            card = await zaid.wait_for(
                lambda: next((h for h in zaid.heard if h.text.startswith(f"#{number} ·")), None)
            )
            await zaid.say(card.room, f"!verify {number}")
            await amal.hear(room, "has been verified")
            assert not server.sent(admins)
            server.faults.clear()
            await server.wait_for(lambda: said(server, admins, f"#{number} ·"), WITHIN)
            await server.wait_for(lambda: said(server, admins, "erified by"), WITHIN)
    assert stats(tmp_path) == {"verified": 1, "persons": 1}
