"""From an empty folder to a bot that answers, with answers from a pipe, options and variables."""

from __future__ import annotations

import inspect
import os
import signal
import time
from pathlib import Path

import pytest
from typer.models import OptionInfo, ParameterInfo

from bot.bootstrap.opening import read_settings
from bot.cli import setting_up
from bot.setup.answers import KEPT
from bot.setup.questions import QUESTIONS, WEBHOOK_SECRET
from tests.integration.setup.program import NOTHING, command, running
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, fast, faults
from tests.support.nursery import nursery

WITHIN = 30.0
SECONDS = 60.0
"""Five minutes are promised, with the download."""

URL = "UNDERSIGNED_TELEGRAM__API_URL"
TOKEN = "UNDERSIGNED_TELEGRAM__TOKEN"
KEY = "undersigned.key"


async def test_from_an_empty_folder_to_a_statement_read(tmp_path: Path) -> None:
    began = time.monotonic()
    folder = tmp_path / "campaign"
    async with BotApiServer(rules=fast()) as server:
        lines = ["campaign", "en, fr", "Europe/Paris", server.token, "", "", "", "", "", ""]
        ended = await command("init", folder=tmp_path, lines=lines, **{URL: server.url})
        assert ended.code == 0, ended.error
        assert "This is @undersigned_test_bot." in ended.out
        assert server.token not in ended.out + ended.error
        checked = await command("check", folder=folder)
        assert checked.code == 0, checked.error
        async with running(folder) as said:
            amal, zaid = server.person("amal"), server.person("zaid")
            await amal.say("/read open-library")
            answer = await server.next_message(amal, within=WITHIN)
            assert "Keep the Library Open in the Evening" in (answer.text or "")
            # What the last lines of the set-up tell to do next.
            await server.wait_for(lambda: "/claim " in said.read_text("utf-8"), WITHIN)
            line = next(w for w in said.read_text("utf-8").splitlines() if "/claim " in w)
            admins = server.group("Admins", creator=zaid, bot="member")
            await zaid.send(admins, line.partition("send there: ")[2])
            await server.wait_for(
                lambda: any("admin chat now" in (m.text or "") for m in server.sent(admins)), WITHIN
            )
    assert time.monotonic() - began < SECONDS
    settings = read_settings(folder / "config.yaml")
    assert settings.languages == ("en", "fr")
    assert settings.timezone.key == "Europe/Paris"
    assert names_in(folder) == {"config.yaml", KEY, "statements", "data", "state"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_what_is_secret_is_for_the_owner_alone(tmp_path: Path) -> None:
    copy = tmp_path / "stick"
    copy.mkdir()
    async with BotApiServer() as server:
        given = {URL: server.url, TOKEN: server.token, "UNDERSIGNED_INIT_KEY_COPY": str(copy)}
        ended = await command("init", "campaign", "--yes", folder=tmp_path, **given)
        assert ended.code == 0, ended.error
    folder = tmp_path / "campaign"
    assert mode(folder) == 0o700
    assert [mode(folder / name) for name in ("config.yaml", KEY)] == [0o600, 0o600]
    assert mode(copy / KEY) == 0o600
    assert (copy / KEY).read_bytes() == (folder / KEY).read_bytes()
    # A token that is set for the program stays there alone, as config.example.yaml advises.
    assert server.token not in (folder / "config.yaml").read_text("utf-8")
    assert f"Set {TOKEN} wherever the bot is started" in ended.out
    settings = (await command("check", folder=folder, **{TOKEN: server.token})).error
    assert "No admin chat is configured for telegram" in settings


async def test_by_webhook(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        options = ("--telegram-mode", "webhook", "--telegram-admin-chat", "-1001234567890")
        first = await command(
            *("init", ".", "--yes", *options, "--telegram-token", server.token),
            *("--webhook-url", "http://bot.example.org/telegram"),
            folder=tmp_path,
            **{URL: server.url},
        )
        assert first.code == 0, first.error
    telegram = read_settings(tmp_path / "config.yaml").telegram
    assert telegram is not None
    assert telegram.webhook is not None
    assert len(telegram.webhook.secret.get_secret_value()) == 64
    assert telegram.webhook.secret.get_secret_value() not in first.out
    assert telegram.admin_chat == -1001234567890
    told = " ".join(first.out.split())
    assert "pass http://bot.example.org/telegram to http://127.0.0.1:8080" in told


async def test_a_text_of_ones_own(tmp_path: Path) -> None:
    letter = tmp_path / "Our Letter.txt"
    letter.write_text(
        "Open the port\n\nThe port has been closed since the spring.\n\n"
        "We demand:\n\n1. Open it.\n2. Pay those who work there.\n",
        encoding="utf-8",
    )
    campaign = tmp_path / "campaign"
    ended = await command("init", "campaign", "--yes", "--statement", str(letter), folder=tmp_path)
    assert ended.code == 0, ended.error
    assert "our-letter: en" in (await command("check", folder=campaign)).out
    assert "undersigned console" in ended.out


WRONG = {
    "a language": ({"UNDERSIGNED_LANGUAGES": "xx"}, "There are no words for 'xx'; choose among"),
    "a time zone": ({"UNDERSIGNED_TIMEZONE": "Paris"}, "write Europe/Paris if that is meant."),
    "no token": ({TOKEN: "hello"}, "This is no bot token; copy the one that BotFather gave"),
    "another token": (
        {TOKEN: "7000000001:AAF-another-token-0123456789012345678901"},
        "Telegram does not know this token (Unauthorized): it was mistyped, or revoked.",
    ),
    "a place that is none": (
        {URL: "http://127.0.0.1:9", TOKEN: "7000000001:AAF-another-token-012345678901234567"},
        "Telegram does not answer at http://127.0.0.1:9",
    ),
    "a name for a number": (
        {"UNDERSIGNED_TELEGRAM__ADMIN_CHAT": "@ours", TOKEN: "{token}"},
        "A chat with a public name can't be the admin chat",
    ),
    "another mode": (
        {"UNDERSIGNED_TELEGRAM__MODE": "push", TOKEN: "{token}"},
        "Write 'polling' or 'webhook'.",
    ),
    "no address": (
        {"UNDERSIGNED_TELEGRAM__MODE": "webhook", TOKEN: "{token}"},
        "There is no answer to 'Webhook': set UNDERSIGNED_TELEGRAM__WEBHOOK__URL",
    ),
    "no homeserver": (
        {"UNDERSIGNED_MATRIX__HOMESERVER": "http://127.0.0.1:9"},
        "The homeserver does not answer",
    ),
    "not a homeserver": (
        {"UNDERSIGNED_MATRIX__HOMESERVER": "{url}"},
        "No Matrix server answers there.",
    ),
    "nobody's home": ({"UNDERSIGNED_INIT_STATEMENT": "~nobody-there/x"}, "no such home folder"),
    "no file": (
        {"UNDERSIGNED_INIT_STATEMENT": "nowhere.txt"},
        "There is no file nowhere.txt.",
    ),
    "no statement in it": (
        {"UNDERSIGNED_INIT_STATEMENT": __file__, "UNDERSIGNED_INIT_STATEMENT_ID": "Ours"},
        "The id 'Ours' must be 1 to 32 of a-z",
    ),
    "no key": (
        {"UNDERSIGNED_ORGANISERS_KEY": "age1no"},
        "This is no public key of age; copy the whole line",
    ),
    "a copy beside it": (
        {"UNDERSIGNED_INIT_KEY_COPY": "copy.key"},
        "That is in the bot's own folder, and lost with it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_a_script_ends_where_an_answer_is_wrong(tmp_path: Path, case: str) -> None:
    """Once it is put right, the same command finishes."""
    answers, sentence = WRONG[case]
    async with BotApiServer() as server:
        known = {"token": server.token, "url": server.url}
        wrong = {n: a.format(**known) for n, a in answers.items()}
        if TOKEN in wrong:
            wrong = {URL: server.url} | wrong
        ended = await command("init", "--yes", ".", folder=tmp_path, **wrong)
        assert ended.code == 1, ended.out
        assert sentence in ended.error
        assert "Traceback" not in ended.error
        assert not (tmp_path / "config.yaml").exists()
        again = await command("init", "--yes", ".", folder=tmp_path)
        assert again.code == 0, again.error


async def test_a_revoked_token(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        server.fail("getMe", faults.refusal(401, f"Unauthorized {server.token}"), times=None)
        given = {URL: server.url, TOKEN: server.token}
        ended = await command("init", "--yes", folder=tmp_path, **given)
    assert ended.code == 1
    assert "it was mistyped, or revoked. Copy it from @BotFather once more." in ended.error
    assert server.token not in ended.out + ended.error


async def test_nothing_is_overwritten(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("languages: [en]\n", encoding="utf-8")
    ended = await command("init", "--yes", ".", folder=tmp_path)
    assert ended.code == 1
    assert "nothing is overwritten" in ended.error
    assert config.read_text(encoding="utf-8") == "languages: [en]\n"
    assert names_in(tmp_path) == {"config.yaml"}
    # A second bot goes into a folder of its own.
    (tmp_path / "letters").mkdir()
    assert (await command("init", "second", "--yes", folder=tmp_path)).code == 0


async def test_an_answer_that_is_missing(tmp_path: Path) -> None:
    """What is piped ends before the questions do: what Enter would take is taken."""
    async with BotApiServer() as server:
        lines = ["campaign", "en", "UTC", server.token]
        ended = await command("init", folder=tmp_path, lines=lines, **{URL: server.url})
        assert ended.code == 0, ended.error
        folder = tmp_path / "campaign"
        assert server.token in (folder / "config.yaml").read_text("utf-8")


async def test_killed_in_the_middle_it_keeps_what_was_made(tmp_path: Path) -> None:
    """The key above all: one that is made anew would open nothing."""
    async with BotApiServer() as server:
        their_in, our_in = os.pipe()
        with (tmp_path / "said").open("wb") as said:
            files = (their_in, said.fileno(), said.fileno())
            environ = environment() | NOTHING
            pid = nursery().start(("init", "campaign"), tmp_path, environ, files)
        os.write(our_in, b"en\nUTC\n")
        key = tmp_path / "campaign" / KEY
        await server.wait_for(key.exists, WITHIN)
        os.kill(pid, signal.SIGKILL)
        assert nursery().wait(pid) == -signal.SIGKILL
        os.close(our_in)
        os.close(their_in)
        before = key.read_bytes()
        ended = await command("init", "campaign", "--yes", folder=tmp_path)
        assert ended.code == 0, ended.error
    assert key.read_bytes() == before
    assert not (tmp_path / "campaign" / KEPT).exists()


async def test_killed_at_the_very_end_it_ends(tmp_path: Path) -> None:
    """config.yaml is there already, and so is what was kept until then."""
    assert (await command("init", ".", "--yes", folder=tmp_path)).code == 0
    before = (tmp_path / "config.yaml").read_bytes()
    (tmp_path / KEPT).write_text("{}", encoding="utf-8")
    ended = await command("init", ".", "--yes", folder=tmp_path)
    assert ended.code == 0, ended.error
    assert "All is written" in ended.out
    assert (tmp_path / "config.yaml").read_bytes() == before
    assert not (tmp_path / KEPT).exists()


def test_each_question_has_an_option_and_a_variable() -> None:
    """As the help shows them."""
    found = {}
    hints = inspect.get_annotations(setting_up.init, eval_str=True)
    for name, hint in hints.items():
        for info in getattr(hint, "__metadata__", ()):
            if isinstance(info, ParameterInfo) and info.envvar is not None:
                found[name] = info.envvar
                assert info.help, name
                assert isinstance(info, OptionInfo) or name == "folder"
    # The webhook's secret is made, so that nobody can give a weak one.
    assert found == {each.name: each.variable for each in QUESTIONS if each != WEBHOOK_SECRET}
