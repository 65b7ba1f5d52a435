"""From an empty folder to a bot that answers on a real homeserver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.integration.setup.program import command, running
from tests.support.synapse import Homeserver
from tests.support.synapse.fixtures import Meet


async def test_from_an_empty_folder_to_a_statement_read(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    """A wrong password first; then the bot's device is signed before anything runs, and the start
    needs no password."""
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    lines = ["campaign", "en", "UTC", "", homeserver.url, account.user]
    wrong = await command("init", folder=tmp_path, lines=[*lines, "wrong"])
    assert wrong.code == 1
    assert "The homeserver does not accept the bot's password" in wrong.error

    lines += [account.password, zaid.id]
    ended = await command("init", folder=tmp_path, lines=lines)
    assert ended.code == 0, ended.error
    folder = tmp_path / "campaign"
    status = await command("matrix", "status", folder=folder)
    assert status.code == 0, status.error
    assert "cross-signed: yes" in status.out
    # What is compared is shown by both in the same words.
    assert status.out in ended.out
    assert account.password not in ended.out + (folder / "config.yaml").read_text("utf-8")
    assert (await command("check", folder=folder)).code == 0

    async with running(folder):
        rooms = zaid.client.rooms
        await zaid.wait_for(lambda: "Undersigned: admins" in {r.name for r in rooms.values()})
        chat = await zaid.chat(account.user)
        await zaid.say(chat, "!read open-library")
        await zaid.hear(chat, "Keep the Library Open in the Evening")


async def test_a_script_that_ended_after_the_sign_in_is_run_again(
    tmp_path: Path, homeserver: Homeserver, unique: Callable[[str], str]
) -> None:
    """With the same lines: there is no second device, and no line becomes another answer."""
    account = await homeserver.register(unique("bot"))
    to_sign_in = [".", "en", "UTC", "", homeserver.url, account.user, account.password]
    first = await command("init", folder=tmp_path, lines=[*to_sign_in, "", "", "age1no"])
    assert first.code == 1
    again = await command("init", folder=tmp_path, lines=[*to_sign_in, "", "", ""])
    assert again.code == 0, again.error
    device = next(line for line in first.out.splitlines() if line.startswith("device:"))
    assert device in again.out
    assert account.password not in again.out
    # Without any: the sign-in is on the disk.
    (tmp_path / "config.yaml").unlink()
    options = ("--matrix-homeserver", homeserver.url, "--matrix-user", account.user)
    third = await command("init", ".", "--yes", *options, folder=tmp_path)
    assert third.code == 0, third.error
    assert device in third.out
