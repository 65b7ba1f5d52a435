"""Documents that people send: what Telegram gives out of them, and what it does not."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import wiring
from bot.commands.catalogue import command_table
from bot.commands.context import Context
from bot.commands.parameters import TEXT
from bot.commands.table import ADMIN, Command, CommandTable, Right
from bot.domain.paper import Table
from bot.ports import Attachment, Place, TooLarge, TryLater, Undeliverable
from tests.integration.telegram.conftest import Rig, Rigs
from tests.integration.telegram.whole import whole_bot
from tests.support.botapi import BotApiServer, File, Person, faults
from tests.support.botapi.faults import Fault

LIST = File("signers.csv", b"name\r\nCanary Ben Salah\r\n")


async def sent(rig: Rig, who: Person, file: File = LIST) -> Attachment:
    await who.send(who.private, "", file=file)
    attachment = (await rig.message()).attachment
    assert attachment is not None
    return attachment


async def test_what_telegram_does_not_give_out_is_too_large(rig: Rig, amal: Person) -> None:
    big = File("big.csv", bytes(20 * 1024 * 1024 + 1))
    attachment = await sent(rig, amal, big)
    assert attachment.size == len(big.data)
    with pytest.raises(TooLarge):
        await rig.adapter.fetch(attachment, 1000)
    assert not rig.server.calls("getFile")
    with pytest.raises(TooLarge):
        await rig.adapter.fetch(attachment, 30 * 1024 * 1024)
    assert rig.server.calls("getFile", ok=False)


async def test_an_id_of_nothing(rig: Rig, amal: Person) -> None:
    attachment = await sent(rig, amal)
    for unknown in ("", "BQACAgIAAxk0000"):
        with pytest.raises(Undeliverable):
            await rig.adapter.fetch(replace(attachment, id=unknown), 1000)


@pytest.mark.parametrize("path", ["/var/lib/bots/documents/file_0.csv", "../../getMe", None])
async def test_an_address_of_the_servers_own_machine_is_not_followed(
    rig: Rig, amal: Person, path: str | None
) -> None:
    attachment = await sent(rig, amal)
    found = Fault("named", None, effect=True, alter=lambda _: {"file_path": path})
    rig.server.fail("getFile", found)
    with pytest.raises(Undeliverable):
        await rig.adapter.fetch(attachment, 1000)
    assert not rig.server.calls("file")


async def test_a_line_that_breaks_is_no_end_and_nothing_is_logged_of_it(
    rig: Rig, amal: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The address holds the token, and the file is somebody's."""
    caplog.set_level(logging.DEBUG)
    server, attachment = rig.server, await sent(rig, amal)
    for method, fault in (
        ("file", faults.drop()),
        ("file", Fault("page", 502, body=server.token.encode())),
        ("file", faults.too_many(7)),
        ("getFile", faults.drop()),
        ("getFile", faults.too_many(7)),
    ):
        # What only reads, the library asks once more where a connection ends.
        server.fail(method, fault, times=None)
        with pytest.raises(TryLater) as later:
            await rig.adapter.fetch(attachment, 1000)
        server.faults.clear()
        assert later.value.has_enough is (later.value.after is not None)
    assert await rig.adapter.fetch(attachment, 1000) == LIST.data
    for secret in (server.token, "Canary", attachment.name, attachment.id):
        assert secret not in caplog.text


async def test_what_is_passed_on_has_no_words_of_who_passes_it_on(
    rigs: Rigs, server: BotApiServer, amal: Person
) -> None:
    """An admin shows the others what somebody sent: its caption is no command of theirs."""
    admins = server.group("Admins", creator=amal, bot="administrator")
    rig = rigs(admin_chat=admins.id)
    await rig.ready()
    first = await amal.send(amal.private, "/add port by hand", file=LIST)
    assert (await rig.message()).text == "/add port by hand"
    before = len(rig.inbox.events)
    await amal.forward(first, admins)
    passed_on = await rig.message(before)
    assert (passed_on.text, passed_on.origin.place) == ("", Place.ADMIN)
    assert passed_on.attachment is not None


async def test_nobody_asked_for_it(tmp_path: Path, server: BotApiServer) -> None:
    """Neither in private nor in the admin chat is it fetched, and both hear of it; what is written
    below it is not done either. In a group it is nothing to the bot."""
    sami = server.person("sami")
    async with whole_bot(tmp_path, server) as w:
        for where, typed in ((sami.private, ""), (sami.private, "/mine"), (w.admins, "/pending")):
            who = w.zaid if where is w.admins else sami
            assert "done nothing with this" in await w.say(who, typed, where, file=LIST)
            w.clock.ahead += dt.timedelta(minutes=1)
        tunis = server.group("Tunis", creator=sami)
        await w.say(sami, "/help", tunis)
        assert await w.say(sami, "/endorse port", tunis, file=LIST) == ""
        assert not server.calls("getFile")


async def test_for_who_may_not_have_it_read_nothing_is_fetched(
    tmp_path: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the admin chat only those decide who administer it."""
    takes = Command("weigh", "", TEXT.to(weigh), ADMIN, Right.ACTS, takes_file=True)
    monkeypatch.setattr(wiring, "command_table", lambda: CommandTable([*command_table(), takes]))
    async with whole_bot(tmp_path, server) as w:
        member = server.person("member")
        assert "Only" in await w.say(member, "/weigh it", w.admins, file=LIST)
        assert not server.calls("getFile")
        assert await w.say(w.zaid, "/weigh it", w.admins, file=LIST) == "it: ['Canary Ben Salah']"
        server.fail("getFile", faults.refusal(400, "Bad Request: file is too big"))
        assert "larger than 8 MB" in await w.say(w.zaid, "/weigh it", w.admins, file=LIST)
        server.fail("getFile", faults.drop(), times=None)
        assert "Send it again in a moment." in await w.say(w.zaid, "/weigh it", w.admins, file=LIST)


async def weigh(context: Context, text: str) -> None:
    """A command that takes a document."""
    table = context.facts.table
    context.notice(f"{text}: {[row.name for row in table.rows] if isinstance(table, Table) else 0}")


async def test_a_groups_own_message_says_what_has_become_of_its_endorsement(
    tmp_path: Path, server: BotApiServer
) -> None:
    sami = server.person("sami")
    async with whole_bot(tmp_path, server) as w:
        tunis = server.group("Tunis", creator=sami)
        number = await w.endorse(sami, tunis)
        (recorded,) = [each for each in server.sent(tunis) if "Recorded" in (each.text or "")]
        for typed, begins in (
            (f"/verify {number}", "Verified: #"),
            (f"/undo {number}", "Recorded: #"),
            (f"/reject {number} no", "Not accepted: #"),
        ):
            before = len(server.sent(tunis))
            await w.say(w.zaid, typed, w.admins)
            assert (recorded.text or "").startswith(begins)
            assert len(server.sent(tunis)) == before + 1
        # Somebody deletes it: what is said besides is said once.
        recorded.deleted = True
        before = len(server.sent(tunis))
        await w.say(w.zaid, f"/undo {number}", w.admins)
        assert len(server.sent(tunis)) == before + 1
