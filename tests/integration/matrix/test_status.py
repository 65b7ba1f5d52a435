"""`undersigned matrix status`: what an operator compares with what Element shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import configure, program
from tests.support import bot_process
from tests.support.bot_process import Ended
from tests.support.synapse import Account, Homeserver, Person, Proxy, matrix_error

QUERY = "POST .*/keys/query"


@pytest.fixture
async def account(homeserver: Homeserver, unique: Callable[[str], str]) -> Account:
    return await homeserver.register(unique("bot"))


@pytest.fixture
async def zaid(meet: Meet) -> Person:
    return await meet("zaid")


async def status(folder: Path) -> Ended:
    return await asyncio.to_thread(
        bot_process.run, "matrix", "status", folder=folder, statements=folder / "statements"
    )


async def devices(homeserver: Homeserver, account: Account) -> Any:
    path = "/_matrix/client/v3/keys/query"
    asked: object = {"device_keys": {account.user: []}}
    return (await homeserver.ask("POST", path, account.token, asked))[1]["device_keys"]


async def test_the_device_while_the_bot_runs(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    configure(tmp_path, homeserver, account, zaid)
    before = await status(tmp_path)
    assert before.code == 2
    async with program(tmp_path):
        # It makes the admin room when all else is done.
        await zaid.wait_for(lambda: zaid.client.rooms)
        ended = await status(tmp_path)
    assert (ended.code, ended.error) == (0, "")
    lines = dict(line.split(":", 1) for line in ended.out.splitlines())
    shown = {name: value.strip() for name, value in lines.items()}
    device = shown["device"]
    assert shown["account"] == account.user
    assert shown["cross-signed"] == "yes"
    keys = (await devices(homeserver, account))[account.user][device]["keys"]
    assert shown["fingerprint"].replace(" ", "") == keys[f"ed25519:{device}"]
    assert max(map(len, shown["fingerprint"].split())) == 4


async def test_before_the_first_start_it_says_what_to_do(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    configure(tmp_path, homeserver, account, zaid)
    no_database = await status(tmp_path)
    assert no_database.code == 2
    assert len(no_database.error.splitlines()) == 1
    assert bot_process.run("console", folder=tmp_path).code == 0
    never = await status(tmp_path)
    assert never.code == 2
    assert "Start `undersigned run`" in never.error


async def test_without_the_section_it_says_so(tmp_path: Path) -> None:
    ended = await status(tmp_path)
    assert ended.code == 2
    assert "section matrix" in ended.error


async def test_what_is_wrong_is_said(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """A server that shows another key, or none, and keys that do not vouch for the device."""
    async with Proxy(homeserver) as proxy:
        configure(tmp_path, homeserver, account, zaid)
        config = tmp_path / "config.yaml"
        config.write_text(config.read_text("utf-8").replace(homeserver.url, proxy.url), "utf-8")
        async with program(tmp_path):
            await zaid.wait_for(lambda: zaid.client.rooms)
        [device] = [
            name for name in (await devices(homeserver, account))[account.user] if "US" in name
        ]
        own = {"ed25519:" + device: "A" * 43}
        said: list[tuple[str, Any]] = [
            ("does not know this device", {}),
            ("another key for this device", {account.user: {device: {"keys": own}}}),
            ("does not vouch", await devices(homeserver, account)),
        ]
        for words, published in said:
            proxy.fail(QUERY, _answer({"device_keys": published}))
            ended = await status(tmp_path)
            assert ended.code == 1
            assert words in ended.error
            assert "cross-signed: no" in ended.out
        proxy.fail(QUERY, matrix_error(401, "M_UNKNOWN_TOKEN"))
        assert "does not accept the bot's access" in (await status(tmp_path)).error
        for nonsense in (502, 200):
            proxy.fail(QUERY, nonsense)
            ended = await status(tmp_path)
            assert ended.code == 2
            assert len(ended.error.splitlines()) == 1


def _answer(body: object) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body)

    return answer
