"""`undersigned init` with a person: what is wrong is asked again, and Ctrl-C loses nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.bootstrap.opening import read_settings
from bot.setup.answers import KEPT
from tests.integration.setup.program import NOTHING
from tests.integration.setup.screen import Screen
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer

UNKNOWN = "7000000001:AAF-another-token-0123456789012345678901"


def first(folder: Path, environ: dict[str, str], token: str) -> str:
    """Mistakes that are told and asked again, up to Ctrl-C."""
    with Screen("init", folder=folder, environ=environ) as screen:
        for prompt, answer in (
            (f"Folder [{folder / 'undersigned'}]: ", ""),
            ("Languages [en, ar]: ", "en, klingon"),
            ("There are no words for 'klingon'; choose among", None),
            ("Languages [en, ar]: ", "en"),
            ("Time zone [", "Paris"),
            ("write Europe/Paris if that is meant.", None),
            ("Time zone [", "Europe/Paris"),
            ("A key for what people give was made:", None),
            ("Token: ", UNKNOWN),
            ("it was mistyped, or revoked.", None),
            ("Token: ", token),
            ("This is @undersigned_test_bot.", None),
            ("Admin chat: ", "-1001234567890"),
            ("Mode [polling]: ", None),
        ):
            screen.wait_for(prompt)
            if answer is not None:
                screen.enter(answer)
        assert screen.interrupt() == 130, screen.text
        assert "The same command in the same place goes on from here." in screen.text
        return screen.text


def second(folder: Path, environ: dict[str, str], token: str) -> str:
    """The rest."""
    with Screen("init", "undersigned", folder=folder, environ=environ) as screen:
        for prompt, answer in (
            ("You were here before", None),
            ("Languages: en\r\n", None),
            ("Time zone: Europe/Paris\r\n", None),
            ("Token: ", token),
            ("Admin chat: -1001234567890\r\n", None),
            ("Mode [polling]: ", ""),
            ("Homeserver: ", ""),
            ("File: ", ""),
            ("Organisers' key: ", ""),
            ("Copy of the key: ", str(folder / "undersigned" / "copy.key")),
            ("That is in the bot's own folder", None),
            ("Copy of the key: ", ""),
            ("All is written", None),
            # Commands stand in lines of their own, to be copied.
            (f"\r\n   cd {folder / 'undersigned'}\r\n   undersigned doctor\r\n", None),
        ):
            screen.wait_for(prompt)
            if answer is not None:
                screen.enter(answer)
        assert screen.end() == 0, screen.text
        return screen.text


async def test_a_person_is_asked_again_and_goes_on_after_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    folder = tmp_path / "undersigned"
    async with BotApiServer() as server:
        environ = environment() | NOTHING | {"UNDERSIGNED_TELEGRAM__API_URL": server.url}
        shown = await asyncio.to_thread(first, tmp_path, environ, server.token)
        kept = (folder / KEPT).read_text(encoding="utf-8")
        assert json.loads(kept)["languages"] == "en"
        assert (folder / KEPT).stat().st_mode & 0o777 == 0o600
        key = (folder / "undersigned.key").read_bytes()
        shown += await asyncio.to_thread(second, tmp_path, environ, server.token)
        # What is secret is neither shown while it is typed, nor kept.
        assert server.token not in shown + kept
    assert (folder / "undersigned.key").read_bytes() == key
    assert not (folder / KEPT).exists()
    settings = read_settings(folder / "config.yaml")
    assert settings.timezone.key == "Europe/Paris"
    assert settings.telegram is not None
    assert settings.telegram.token.get_secret_value() == server.token
    assert settings.telegram.admin_chat == -1001234567890
