"""What docs/operating.md tells an operator to type, typed: with the program itself, and Telegram's
double. Each section is a test, which goes on with the campaign where its steps have ended."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pyrage
import pytest

from tests.integration.telegram.test_whole_dialogue import Talk, write_config
from tests.operating.machines import Machine, Machines
from tests.operating.page import PAGE, sections, steps
from tests.support.botapi import BotApiServer, Chat, fast
from tests.support.dialogue import number_in
from tests.support.hurry import FACTOR
from tests.support.statements import write_port

SECTIONS = sections(PAGE.read_text(encoding="utf-8"))
SECRET = pyrage.x25519.Identity.generate()
NEW_TOKEN = "7000000001:AAF-another-token-of-the-same-bot-012345"
OTHER_BOT = "7000000002:AAF-token-of-another-bot-0123456789abcde"

FOLLOWED = (
    "Upgrading",
    "Going back",
    "Another host",
    "The disk is lost",
    "The key is lost",
    "The token was revoked",
    "A new bot account",
    "Seized: what to do in ten minutes",
    "Another key",
)


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FACTOR, "10")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as server:
        # In the same order everywhere, so that they have the same numbers everywhere.
        for name in ("zaid", "amal", "rami"):
            server.person(name)
        yield server


@pytest.fixture
async def machines(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Machines]:
    """`safe` has the secret key of the backups."""
    machines = Machines(tmp_path, dict.fromkeys(("bot", "old", "new"), server))
    (machines["safe"].folder / "backup.key").write_text(f"{SECRET}\n", encoding="ascii")
    yield machines
    await machines.close()


def admin_chat(server: BotApiServer) -> Chat:
    found = [chat for chat in server.world.chats.values() if chat.title == "Admins"]
    return found[0] if found else server.group("Admins", creator=server.person("zaid"))


def configure(machine: Machine, server: BotApiServer) -> None:
    write_config(machine.folder, server, admin_chat(server).id, "polling")
    with (machine.folder / "config.yaml").open("a") as config:
        config.write(f"backup: {{recipients: [{SECRET.to_public()}]}}\n")
    if not (machine.folder / "statements").exists():
        write_port(machine.folder)


async def begun(machine: Machine, server: BotApiServer) -> int:
    """The bot runs there, and Amal has signed; her number."""
    configure(machine, server)
    await machine.start()
    return number_in(await Talk(server).signs(server.person("amal"), "Amal Haddad"))


async def goes_on(server: BotApiServer, number: int) -> None:
    """Amal's signature is there, and can be verified."""
    talk, amal, zaid = Talk(server), server.person("amal"), server.person("zaid")
    assert f"#{number}" in await talk.says(amal, amal, "/mine")
    assert f"#{number}" in await talk.says(zaid, admin_chat(server), f"/verify {number}")


def test_each_section_with_commands_is_followed() -> None:
    assert {title for title, text in SECTIONS.items() if steps(text)} == set(FOLLOWED)


async def test_upgrading_and_going_back(machines: Machines, server: BotApiServer) -> None:
    bot = machines["bot"]
    number = await begun(bot, server)
    await machines.follow(steps(SECTIONS["Upgrading"]))
    assert await bot.stop() == 0
    newer, bot.environ = bot.environ, {}
    await bot.start()
    assert "Going back); nothing was changed" in bot.log[-1]
    assert await bot.stop() == 2
    bot.environ = newer
    await bot.start()
    await machines.follow(steps(SECTIONS["Going back"]))
    await goes_on(server, number)


async def test_another_host(machines: Machines, server: BotApiServer) -> None:
    """In the middle of a signing."""
    number = await begun(machines["old"], server)
    talk, rami = Talk(server), server.person("rami")
    await talk.says(rami, rami, "/sign port")
    await talk.presses(rami, rami, "confirm")
    await machines.follow(steps(SECTIONS["Another host"]))
    assert "Step 3" in await talk.says(rami, rami, "Rami Mansour")
    await goes_on(server, number)
    assert not list(machines["old"].folder.glob("*.key"))


@pytest.mark.parametrize("has_ledger", [True, pytest.param(False, marks=pytest.mark.soak)])
async def test_the_disk_is_lost(machines: Machines, server: BotApiServer, has_ledger: bool) -> None:
    bot, safe = machines["bot"], machines["safe"].folder
    number = await begun(bot, server)
    await copy_to_safe(machines)
    assert await bot.stop() == 0
    shutil.rmtree(bot.folder)
    found = steps(SECTIONS["The disk is lost"])
    if has_ledger:
        await machines.follow(found)
        await goes_on(server, number)
        return
    shutil.rmtree(safe / "state")
    (safe / "state").mkdir()
    restoring = next(n for n, step in enumerate(found) if "restore" in step.command)
    await machines.follow(found[:restoring])
    command = found[restoring].command.split()[1:]
    assert "There was no ledger in" in await machines["new"].undersigned(*command)


async def copy_to_safe(machines: Machines) -> None:
    """What an operator has put there long before."""
    safe = machines["safe"]
    assert await machines["bot"].undersigned("backup", "undersigned.age") == ""
    kept = " ".join(
        f"bot:{name}"
        for name in ("config.yaml", "statements", "undersigned.key", "state", "undersigned.age")
    )
    assert await safe.shell(f"scp -rp {kept} .") == ""


async def test_the_key_is_lost(machines: Machines, server: BotApiServer) -> None:
    """There is a copy; and there is none."""
    bot = machines["bot"]
    number = await begun(bot, server)
    await copy_to_safe(machines)
    assert await bot.stop() == 0
    (bot.folder / "undersigned.key").unlink()
    found = steps(SECTIONS["The key is lost"])
    without = next(n for n, step in enumerate(found) if "mkdir" in step.command)
    await machines.follow(found[:without])
    await bot.start()
    await goes_on(server, number)
    assert await bot.stop() == 0
    (bot.folder / "undersigned.key").unlink()
    await machines.follow(found[without:])
    assert number_in(await Talk(server).signs(server.person("amal"), "Amal Haddad"))


async def test_the_token_was_revoked(machines: Machines, server: BotApiServer) -> None:
    bot = machines["bot"]
    number = await begun(bot, server)
    server.token = server.front.token = NEW_TOKEN
    await bot.stop()
    await bot.start()
    machines.edit = lambda machine: configure(machine, server)
    await machines.follow(steps(SECTIONS["The token was revoked"]))
    await goes_on(server, number)


async def test_a_new_bot_account(tmp_path: Path, server: BotApiServer) -> None:
    """Who has signed is known to the other one, and told by the first one where it is."""
    async with BotApiServer(token=OTHER_BOT, rules=fast()) as other:
        for person in server.world.people.values():
            other.person(person.name)
        machines = Machines(tmp_path, {"bot": server, "new": other})
        number = await begun(machines["bot"], server)

        def edit(machine: Machine) -> None:
            if machine is machines["bot"]:
                with (machine.folder / "config.yaml").open("a") as config:
                    config.write('moved_to: "https://t.me/the_new_bot"\n')
            else:
                configure(machine, other)

        machines.edit = edit
        try:
            await machines.follow(steps(SECTIONS["A new bot account"]))
            await goes_on(other, number)
            amal = server.person("amal")
            told = await Talk(server).says(amal, amal, "/sign port")
            assert "https://t.me/the_new_bot" in told
        finally:
            await machines.close()


@pytest.mark.soak
async def test_a_lone_admin_has_lost_the_account(machines: Machines, server: BotApiServer) -> None:
    bot = machines["bot"]
    number = await begun(bot, server)
    assert await bot.stop() == 0
    rami, talk = server.person("rami"), Talk(server)
    group = server.group("Others", creator=rami)
    write_config(bot.folder, server, group.id, "polling")
    await bot.start()
    await talk.says(rami, group, f"/verify {number}")
    verified = f"#{number} is verified"
    await server.wait_for(lambda: any(verified in text for text in talk.texts(group)))


@pytest.mark.soak
async def test_seized(machines: Machines, server: BotApiServer) -> None:
    """Nothing is left that opens; the campaign goes on elsewhere, with another token."""
    bot = machines["bot"]
    number = await begun(bot, server)
    await copy_to_safe(machines)
    await machines.follow(steps(SECTIONS["Seized: what to do in ten minutes"]))
    assert not [file for file in bot.folder.rglob("*") if file.suffix in {".key", ".db", ".ledger"}]
    server.token = server.front.token = NEW_TOKEN
    config = machines["safe"].folder / "config.yaml"
    config.write_text(config.read_text().replace("AAF-test-token-of-the-double-0123456789", ""))
    configure(machines["safe"], server)
    await machines.follow(steps(SECTIONS["The disk is lost"]))
    await goes_on(server, number)


async def test_another_key(machines: Machines, server: BotApiServer) -> None:
    bot = machines["bot"]
    number = await begun(bot, server)
    old = (bot.folder / "undersigned.key").read_text()
    await machines.follow(steps(SECTIONS["Another key"]))
    assert old.strip() not in (bot.folder / "undersigned.key").read_text()
    assert not [line for line in bot.log if "lacks a key" in line]
    await goes_on(server, number)
