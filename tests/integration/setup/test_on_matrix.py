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


async def test_killed_after_the_sign_in_it_asks_for_no_password(
    tmp_path: Path, homeserver: Homeserver, unique: Callable[[str], str]
) -> None:
    """A script that ends at a later answer has signed in all the same: no second device."""
    account = await homeserver.register(unique("bot"))
    environ = {
        "UNDERSIGNED_MATRIX__HOMESERVER": homeserver.url,
        "UNDERSIGNED_MATRIX__USER_ID": account.user,
    }
    options = ("init", ".", "--yes")
    first = await command(
        *(*options, "--matrix-password", account.password, "--statement", "nowhere.txt"),
        folder=tmp_path,
        **environ,
    )
    assert first.code == 1
    again = await command(*options, folder=tmp_path, **environ)
    assert again.code == 0, again.error
    device = next(line for line in first.out.splitlines() if line.startswith("device:"))
    assert device in again.out
