"""Broken set-ups, one way at a time, and the line that `doctor` says of each."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import importlib.metadata
import re
import shutil
import socket
import sqlite3
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from bot.adapters import accounts
from bot.adapters.telegram.refs import NAME
from bot.bootstrap import last_backup
from bot.bootstrap.opening import open_storage
from bot.doctor import examination, machine, platforms
from bot.domain.findings import Verdict
from bot.domain.memo import Memo
from bot.storage.migrate import HEAD
from tests.integration.doctor.setup import NOW, SetUp, amiss, said_of
from tests.support.botapi import faults
from tests.support.botapi.faults import Fault
from tests.support.signed import sign_all

OTHER_KEY = base64.b64encode(b"o" * 32).decode()


class Disk(NamedTuple):
    """As `shutil.disk_usage` gives it."""

    total: int
    used: int
    free: int


class Case(NamedTuple):
    """`said` is the whole line that is `broken` leads to; `<…>` stands for what changes."""

    what: str
    said: str
    broken: Callable[[SetUp, pytest.MonkeyPatch], Awaitable[None] | None]


def _answers(setup: SetUp, method: str, **changes: object) -> None:
    """From now on the double says this of it."""
    altered = Fault("altered", None, effect=True, alter=lambda result: result | changes)
    setup.server.fail(method, altered, times=None)


def wrong_token(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.telegram["token"] = "'7000000001:another-token-than-the-double-has'"


def wrong_address(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.telegram["api_url"] = f"{s.server.url}/elsewhere"


async def nobody_there(s: SetUp, _: pytest.MonkeyPatch) -> None:
    await s.server.stop()


def hangs(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "PATIENCE", 0.3)
    s.server.fail("*", faults.slow(3.0), times=None)


def half_hangs(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "PATIENCE", 0.5)
    s.server.fail("getWebhookInfo", faults.slow(3.0), times=None)


def a_proxy_answers(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.server.fail("*", faults.bad_gateway(), times=None)


def flood(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.server.fail("*", faults.too_many(retry_after=40), times=None)


def clock_ahead(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)


def clock_behind(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.now = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=30)


def reads_all(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _answers(s, "getMe", can_read_all_group_messages=True)


def no_inline(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _answers(s, "getMe", supports_inline_queries=False)


def no_admin_chat(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.telegram["admin_chat"] = None


def another_chat(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.telegram["admin_chat"] = -1009999


def thrown_out(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.chat.remove_bot()


def public_chat(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.chat.publish("admins_of_port")


def linked_chat(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.server.channel("News", creator=s.server.person("zaid")).link(s.chat)


def shows_history(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.chat.show_history()


def moved_chat(s: SetUp, _: pytest.MonkeyPatch) -> None:
    basic = s.server.group("Admins", creator=s.server.person("zaid"), kind="group")
    s.telegram["admin_chat"] = basic.id
    basic.upgrade()


def may_not_write(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _answers(s, "getChat", permissions={"can_send_messages": False})


def restricted(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _answers(s, "getChatMember", status="restricted", is_member=True, can_send_messages=False)


def _webhook(s: SetUp, url: str = "https://bot.invalid/hook") -> None:
    secret = "a-secret-of-thirty-two-characters"
    hook = f"\n    url: {url}\n    secret: {secret}\n    listen: 127.0.0.1:{free_port()}"
    s.telegram |= {"mode": "webhook", "webhook": hook}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def webhook_fails(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _webhook(s)
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3)
    failed = {"last_error_date": int(at.timestamp()), "last_error_message": "Connection refused"}
    _answers(s, "getWebhookInfo", url="https://bot.invalid/hook", pending_update_count=7, **failed)


def webhook_failed_once(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _webhook(s)
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=9)
    failed = {"last_error_date": int(at.timestamp()), "last_error_message": "Bad Gateway"}
    _answers(s, "getWebhookInfo", url="https://bot.invalid/hook", pending_update_count=0, **failed)


def webhook_elsewhere(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _webhook(s)
    _answers(s, "getWebhookInfo", url="https://other.invalid/hook")


def webhook_not_set(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _webhook(s)


def webhook_though_polling(s: SetUp, _: pytest.MonkeyPatch) -> None:
    _answers(s, "getWebhookInfo", url="https://other.invalid/hook")


def unreadable_config(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.top = "languages: [en\n"


def unknown_key(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.top = "statments: statements\n"


def others_read_config(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    write = s.write

    def open_to_all() -> None:
        write()
        s.config.chmod(0o644)

    monkeypatch.setattr(s, "write", open_to_all)


def no_platform(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s, "write", lambda: s.config.write_text("languages: [en]\n"))


def unreadable_statement(s: SetUp, _: pytest.MonkeyPatch) -> None:
    (s.folder / "statements" / "port" / "en.md").write_bytes(b"\xff\xfe\x00")


def faulty_statement(s: SetUp, _: pytest.MonkeyPatch) -> None:
    (s.folder / "statements" / "port" / "statement.yaml").write_text("titel: Port\n")


def no_statements(s: SetUp, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(s.folder / "statements")
    (s.folder / "statements").mkdir()


def no_key(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.key.unlink()


def foreign_key(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.key.write_text(OTHER_KEY)


def open_key(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.key.chmod(0o644)


def no_such_key(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.key.write_text("not a key")


def never_copied(s: SetUp, _: pytest.MonkeyPatch) -> None:
    for file in s.state.glob("*.key-copy"):
        file.unlink()


def no_database_of_ours(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.database.write_bytes(b"something else, for all that anybody knows" * 100)


def never_started(s: SetUp, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(s.database.parent)
    s.key.unlink()


def cut_off_in_a_commit(s: SetUp, _: pytest.MonkeyPatch) -> None:
    """As a kill leaves it: pages in the file, and beside it what takes them back."""
    with contextlib.closing(sqlite3.connect(s.database, isolation_level=None)) as writing:
        writing.execute("PRAGMA journal_mode = DELETE")
        writing.execute("PRAGMA cache_size = 2")
        writing.execute("BEGIN IMMEDIATE")
        for number in range(200):
            row = f"('mark{number}', x'{'00' * 500}')"
            writing.execute(f"INSERT INTO meta (name, value) VALUES {row}")
        left = {file.name: file.read_bytes() for file in s.database.parent.iterdir()}
    for name, data in left.items():
        (s.database.parent / name).write_bytes(data)


def server_away(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.top = "database: postgresql://bot@127.0.0.1:9/campaign\n"


def older_schema(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.sql("UPDATE alembic_version SET version_num = '0018'")


def newer_schema(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.sql("UPDATE alembic_version SET version_num = '9999'")


def moved_database(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.sql("UPDATE alembic_version SET version_num = 'moved 0025'")


def half_a_copy(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.sql("UPDATE alembic_version SET version_num = 'copying 0025'")


async def changed_by_hand(s: SetUp, _: pytest.MonkeyPatch) -> None:
    async with s.opened() as database:
        await sign_all(database, ["Amal Haddad"])
    s.sql("UPDATE endorsements SET status = 'verified'")


async def older_copy(s: SetUp, _: pytest.MonkeyPatch) -> None:
    copy = s.database.read_bytes()
    async with s.opened():
        pass
    s.database.write_bytes(copy)


def no_ledger(s: SetUp, _: pytest.MonkeyPatch) -> None:
    kept = {file.name: file.read_bytes() for file in s.state.glob("*.[bk]*")}
    shutil.rmtree(s.state)
    s.state.mkdir()
    for name, data in kept.items():
        (s.state / name).write_bytes(data)


def no_copy_of_heads(s: SetUp, _: pytest.MonkeyPatch) -> None:
    for file in s.state.glob("*.heads"):
        file.unlink()


def no_folder_for_ledger(s: SetUp, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(s.state)
    s.state.write_text("a file")


def full_disk(_: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(1 << 40, 1 << 40, 3 << 20))


def nearly_full_disk(_: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(1 << 40, 1 << 40, 200 << 20))


async def no_backup(s: SetUp, _: pytest.MonkeyPatch) -> None:
    (s.state / f"{await s.identity()}.backup").unlink()


async def old_backup(s: SetUp, _: pytest.MonkeyPatch) -> None:
    last_backup.note(s.state, await s.identity(), NOW.replace(2020, 5, 1, 10, 0))


def nobody_to_back_up_for(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    write = s.write

    def without() -> None:
        write()
        text = s.config.read_text("utf-8")
        s.config.write_text(text.partition("backup:")[0], "utf-8")

    monkeypatch.setattr(s, "write", without)


async def many_wait(s: SetUp, _: pytest.MonkeyPatch) -> None:
    async with s.opened() as database:
        await sign_all(database, ["Amal Haddad", "Rami Mansour"])


async def another_account(s: SetUp, _: pytest.MonkeyPatch) -> None:
    async with s.opened() as database, database.unit() as unit:
        await unit.memos.write(NAME, [Memo(accounts.KIND, accounts.KEY, "7000000002")])


def letters(s: SetUp, _: pytest.MonkeyPatch) -> None:
    s.sql(
        "INSERT INTO dead_letters (adapter, day, error, event_tag, sealed_event) "
        "VALUES ('telegram', '2026-03-01', 'KeyError', x'00', x'00')",
        "INSERT INTO given_up (adapter, day, error, chat_tag, key, priority, sealed_outgoing) "
        "VALUES ('telegram', '2026-03-01', 'refused', x'00', 'k', 1, x'00')",
    )


def other_libraries(s: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = s.folder / "requirements.txt"
    lock.write_text("aiohttp==1.2.3 \\\n    --hash=sha256:00\nno-such-thing==1\n")
    monkeypatch.setattr(machine, "LOCKS", (lock,))


CASES = (
    Case(
        "Telegram token",
        "wrong           Telegram token: Telegram refuses the bot's token (Unauthorized); "
        "copy it from BotFather into telegram.token, and leave telegram.api_url out unless "
        "you run a Bot API server of your own",
        wrong_token,
    ),
    Case(
        "Telegram token",
        "wrong           Telegram token: Telegram refuses the bot's token (Not Found); copy "
        "it from BotFather into telegram.token, and leave telegram.api_url out unless you "
        "run a Bot API server of your own",
        wrong_address,
    ),
    Case(
        "Telegram token",
        "wrong           Telegram token: the database is that of another Telegram account; "
        "put that one's token back, hand the campaign over to the new one "
        "(docs/operating.md, A new bot account), or give this one a database of its own",
        another_account,
    ),
    Case(
        "Telegram",
        "wrong           Telegram: it does not answer as it should (No exchange with the "
        "server: ClientConnectorError). Look at this machine's way to it: DNS, firewall, "
        "proxy (HTTPS_PROXY), and telegram.api_url",
        nobody_there,
    ),
    Case(
        "Telegram",
        "wrong           Telegram: no answer within 0.3 s. Look at this machine's way to it: "
        "DNS, firewall, proxy",
        hangs,
    ),
    Case(
        "Telegram webhook",
        "cannot be told  Telegram webhook: no answer within 0.5 s",
        half_hangs,
    ),
    Case(
        "Telegram",
        "wrong           Telegram: it does not answer as it should (The answer with status "
        "502 is not one of the Bot API). Look at this machine's way to it: DNS, firewall, "
        "proxy (HTTPS_PROXY), and telegram.api_url",
        a_proxy_answers,
    ),
    Case(
        "Telegram",
        "note            Telegram: it asks the bot to wait for 40 s. Ask later",
        flood,
    ),
    Case(
        "clock (Telegram)",
        "wrong           clock (Telegram): this machine is <n> s ahead of Telegram. Let it "
        "be set by NTP (timedatectl set-ntp true)",
        clock_ahead,
    ),
    Case(
        "clock (Telegram)",
        "note            clock (Telegram): this machine is <n> s behind Telegram. Let it be "
        "set by NTP (timedatectl set-ntp true)",
        clock_behind,
    ),
    Case(
        "Telegram privacy mode",
        "note            Telegram privacy mode: off, so that Telegram gives the bot all that "
        "is said in groups. In BotFather: /setprivacy, Enable; then add the bot anew to its "
        "groups",
        reads_all,
    ),
    Case(
        "Telegram inline mode",
        "note            Telegram inline mode: off, so that statements cannot be shared into "
        "any chat. In BotFather: /setinline",
        no_inline,
    ),
    Case(
        "Telegram admin chat",
        "note            Telegram admin chat: no admin chat is set, so endorsements wait. "
        "Set telegram.admin_chat, or claim a chat",
        no_admin_chat,
    ),
    Case(
        "Telegram admin chat",
        "wrong           Telegram admin chat: the admin chat cannot be reached (Chat not "
        "found), so endorsements wait; add the bot to it, or correct telegram.admin_chat",
        another_chat,
    ),
    Case(
        "Telegram admin chat",
        "wrong           Telegram admin chat: the admin chat cannot be reached (Forbidden: "
        "bot was kicked from the supergroup chat), so endorsements wait; add the bot to it, "
        "or correct telegram.admin_chat",
        thrown_out,
    ),
    Case(
        "Telegram admin chat",
        "wrong           Telegram admin chat: anybody can enter the admin chat, so nobody "
        "can decide there; make it a private group",
        public_chat,
    ),
    Case(
        "Telegram admin chat",
        "wrong           Telegram admin chat: a channel is linked to the admin chat, so "
        "nobody can decide there; unlink it",
        linked_chat,
    ),
    Case(
        "Telegram admin chat",
        "wrong           Telegram admin chat: who joins the admin chat can read all that was "
        "said before, so nobody can decide there; hide its history from new members, which "
        "no channel and no group with topics can; if it is hidden, make the bot an "
        "administrator there, as Telegram tells nobody else",
        shows_history,
    ),
    Case(
        "Telegram admin chat",
        "note            Telegram admin chat: it has become a supergroup with another "
        "number, which the bot follows",
        moved_chat,
    ),
    Case(
        "Telegram rights in the admin chat",
        "wrong           Telegram rights in the admin chat: the bot may not write there, so "
        "endorsements wait. Let members send messages, or make the bot an administrator "
        "without any further right",
        may_not_write,
    ),
    Case(
        "Telegram rights in the admin chat",
        "wrong           Telegram rights in the admin chat: the bot may not write there, so "
        "endorsements wait. Let members send messages, or make the bot an administrator "
        "without any further right",
        restricted,
    ),
    Case(
        "Telegram webhook",
        "wrong           Telegram webhook: 7 updates wait there; 3 min ago Telegram said: "
        "Connection refused. See that the bot runs, that the proxy in front of it brings the "
        "path unchanged to telegram.webhook.listen, and that its certificate is good",
        webhook_fails,
    ),
    Case(
        "Telegram webhook",
        "note            Telegram webhook: 0 updates wait there; 9 min ago Telegram said: "
        "Bad Gateway. It has gone through since",
        webhook_failed_once,
    ),
    Case(
        "Telegram webhook",
        "wrong           Telegram webhook: it is set to another address than "
        "telegram.webhook.url. End the program that set it; `undersigned run` sets it again",
        webhook_elsewhere,
    ),
    Case(
        "Telegram webhook",
        "note            Telegram webhook: none is set yet; 2 updates wait there. Start the "
        "bot, which sets it",
        webhook_not_set,
    ),
    Case(
        "Telegram webhook",
        "note            Telegram webhook: another program has set one for this account. The "
        "start of the bot removes it; end that program",
        webhook_though_polling,
    ),
    Case(
        "configuration",
        "wrong           configuration: <folder>/config.yaml:7: The bracket '[' opened here "
        "lacks its ']', or a comma is missing inside; add it",
        unreadable_config,
    ),
    Case(
        "configuration",
        "wrong           configuration: <folder>/config.yaml:7: The key 'statments' is not "
        "known; did you mean 'statements'?",
        unknown_key,
    ),
    Case(
        "configuration",
        "note            configuration: others on this machine can read "
        "<folder>/config.yaml, which holds secrets. Run `chmod 600 <folder>/config.yaml`",
        others_read_config,
    ),
    Case(
        "platforms",
        "wrong           platforms: No platform is configured: add the section telegram or "
        "matrix to config.yaml (config.example.yaml shows how), or try `undersigned console`",
        no_platform,
    ),
    Case(
        "statements",
        "wrong           statements: statements/port/en.md:1: This is not UTF-8 text; save "
        "the file with the encoding UTF-8",
        unreadable_statement,
    ),
    Case(
        "statements",
        "wrong           statements: statements/port/statement.yaml:1: The key 'titel' is "
        "not known; remove it or use one of: id, issued, original_language, "
        "official_languages, signatories, endorsement",
        faulty_statement,
    ),
    Case(
        "statements",
        "wrong           statements: statements: There is no statement in this folder; "
        "create it with a package statements/<id>/, or run `undersigned import`",
        no_statements,
    ),
    Case(
        "key",
        "wrong           key: the key for personal fields is missing: it is expected in "
        "<folder>/undersigned.key or in UNDERSIGNED_KEY; put the key back that this database "
        "was made with",
        no_key,
    ),
    Case(
        "database",
        "wrong           database: <folder>/undersigned.key lacks a key that this database "
        "was made or used with; put it back (docs/backups.md, Keys), nothing was changed",
        foreign_key,
    ),
    Case(
        "key",
        "wrong           key: others on this machine can get at the key file "
        "<folder>/undersigned.key; run `chmod 600 <folder>/undersigned.key`, and "
        "`undersigned rotate-key` if somebody may have read it",
        open_key,
    ),
    Case(
        "key",
        "wrong           key: <folder>/undersigned.key is not a key: expected 32 bytes in "
        "base64 (44 characters); put the key there that this database was made with",
        no_such_key,
    ),
    Case(
        "copy of the key",
        "note            copy of the key: none is known. Keep one apart from the database, "
        "then say `undersigned key-copied FILE`: without the key nobody can read what "
        "signers gave",
        never_copied,
    ),
    Case(
        "database",
        "wrong           database: <folder>/data/undersigned.db is not a database of this "
        "program (file is not a database); move it away or restore a backup",
        no_database_of_ours,
    ),
    Case(
        "database",
        "note            database: there is none at sqlite:///<folder>/data/undersigned.db "
        "yet; the first start makes it",
        never_started,
    ),
    Case(
        "database",
        "note            database: the bot was stopped in the middle of a commit; its next start "
        "takes that back, and until then nothing can be read without writing",
        cut_off_in_a_commit,
    ),
    Case(
        "database",
        "wrong           database: the database postgresql://bot@127.0.0.1:9/campaign cannot be "
        "opened: [Errno 111] Connect call failed ('127.0.0.1', 9); check that the server runs and "
        "that the address is right",
        server_away,
    ),
    Case(
        "schema",
        "note            schema: 0018, and the next start brings it to 0025. 0019: The lines "
        "of the ledger, for that of a second instance; the next start puts in what there is. "
        "0020: What could not be delivered is kept for a while, and can be tried again. 0021: Who "
        "asked for news, which nobody could so far; and of what is said to many, what is under "
        "way. 0022: What groups are asked before they endorse, with their members' votes, and what "
        "of that is public; one administrator was enough so far. 0023: One organisation in several "
        "chats: an endorsement can be linked to another that stands for it. 0024: Signatures that "
        "came on paper, which nobody could add so far. 0025: Whether a signer has appealed, which "
        "nobody could so far. It makes a copy before",
        older_schema,
    ),
    Case(
        "schema",
        "wrong           schema: this database was written by a newer version of the program "
        f"(schema 9999, and this one has {HEAD}): install that version or a later one. To go back, "
        "move the database away and restore the copy that the upgrade left (docs/operating.md, "
        "Going back); nothing was changed",
        newer_schema,
    ),
    Case(
        "schema",
        "wrong           schema: this database has moved (`undersigned migrate-database`), "
        "and the campaign goes on in the other one: name that under database: in the "
        "configuration. To stay with this one, `undersigned migrate-database FROM --undo`, "
        "and delete the other",
        moved_database,
    ),
    Case(
        "schema",
        "wrong           schema: this is half of a database: `undersigned migrate-database "
        "FROM TO` was stopped before its end; run it again and it goes on, or delete this "
        "and stay with FROM",
        half_a_copy,
    ),
    Case(
        "database",
        "wrong           database: records, statements or texts are not those that were "
        "written: the database was changed by something other than this program, or an older "
        "copy was put in its place. The bot does not run on it, and has changed nothing. "
        "Find out who could write to it, then bring a backup back (`undersigned restore`), "
        "or accept what is there with `undersigned accept-database --note TEXT`, which "
        "admins and readers of the log will see (docs/backups.md, A database that was "
        "changed)",
        changed_by_hand,
    ),
    Case(
        "database",
        "wrong           database: this is an older copy of the database, which does not "
        "know what was erased since; move it away and bring it back with `undersigned "
        "restore` (docs/backups.md), nothing was changed",
        older_copy,
    ),
    Case(
        "ledger",
        "wrong           ledger: it is not in <folder>/state any more, so that a backup "
        "would bring back what was erased. Put the folder back if you have it "
        "(docs/backups.md)",
        no_ledger,
    ),
    Case(
        "ledger",
        "note            ledger: there is no copy of the heads in <folder>/state, by which "
        "an older database is known. Put the folder back if you have it (docs/backups.md)",
        no_copy_of_heads,
    ),
    Case(
        "folder",
        "wrong           folder: the folder of the ledger (state:) cannot be used: nothing "
        "can be written in <folder>/state; mend its rights",
        no_folder_for_ledger,
    ),
    Case(
        "free space",
        "wrong           free space: 3 MB in <folder>/state. Make room: without any the bot "
        "cannot save what people write",
        full_disk,
    ),
    Case(
        "free space",
        "note            free space: 200 MB in <folder>/state. Make room before it ends",
        nearly_full_disk,
    ),
    Case(
        "last backup",
        "note            last backup: none was made yet. Run `undersigned backup FILE` each "
        "day, as from a timer, and take the file elsewhere",
        no_backup,
    ),
    Case(
        "last backup",
        "wrong           last backup: 2020-05-01 10:00 UTC. Run `undersigned backup FILE` "
        "each day, as from a timer, and take the file elsewhere",
        old_backup,
    ),
    Case(
        "last backup",
        "note            last backup: backups have no key that they are encrypted to. Write "
        "a key under backup.recipients (docs/backups.md)",
        nobody_to_back_up_for,
    ),
    Case(
        "oldest waiting endorsement",
        "note            oldest waiting endorsement: <n> days, of 2 that wait. Ask the "
        "admins to decide: `pending` in their chat",
        many_wait,
    ),
    Case(
        "dead letters",
        "note            dead letters: 1 could not be handled, 1 could not be delivered. "
        "Look at them: `undersigned dead-letters`",
        letters,
    ),
    Case(
        "libraries",
        "note            libraries: others than were tested: aiohttp <version> in place of "
        "1.2.3. Install them anew, with the versions of requirements.txt",
        other_libraries,
    ),
)


ALSO = {"folder": ("ledger",)}
"""What is wrong with it."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.broken.__name__)
async def test_what_is_said(setup: SetUp, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    done = case.broken(setup, monkeypatch)
    if done is not None:
        await done
    setup.write()
    found = await setup.findings()
    assert case.said in [_bare(line, setup) for line in said_of(found, case.what)]
    is_wrong = {each.what for each in amiss(found) if each.verdict is Verdict.WRONG}
    expected = {case.what, *ALSO.get(case.what, ())} if case.said.startswith("wrong") else set()
    assert is_wrong == expected


def _bare(line: str, setup: SetUp) -> str:
    """Without what is another each time."""
    line = line.replace(str(setup.folder), "<folder>")
    line = line.replace(importlib.metadata.version("aiohttp"), "<version>")
    return re.sub(r"\d+ (days|s ahead|s behind)", r"<n> \1", line)


async def test_nothing_is_wrong_where_nothing_is(setup: SetUp) -> None:
    before = {file: file.read_bytes() for file in setup.folder.rglob("*") if file.is_file()}
    assert [str(each) for each in amiss(await setup.findings())] == [
        "note            bot: no instance works on the database. Start it: `undersigned run`"
    ]
    after = {file: file.read_bytes() for file in setup.folder.rglob("*") if file.is_file()}
    assert after == before
    assert {call.method for call in setup.server.calls()} == {
        "getMe",
        "getChat",
        "getChatMember",
        "getWebhookInfo",
    }


async def test_at_the_same_time(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked once it is known who the bot is costs no more than the slowest answer."""
    for method in ("getChat", "getWebhookInfo"):
        setup.server.fail(method, faults.slow(0.4), times=None)
    begun = asyncio.get_running_loop().time()
    await platforms.platforms(setup.settings(), examination.system_time, is_readable=True)
    assert asyncio.get_running_loop().time() - begun < 0.75


async def test_what_only_reads_takes_back_what_was_cut_off(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to start the bot to read its counts."""
    cut_off_in_a_commit(setup, monkeypatch)
    assert (setup.database.parent / "undersigned.db-journal").exists()
    async with open_storage(setup.settings(), reader=True) as database, database.unit() as unit:
        assert await unit.meta.get("mark1") is None
