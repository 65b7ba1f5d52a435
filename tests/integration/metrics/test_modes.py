"""The program says how it does whatever it runs on, and listens nowhere unless it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap import last_backup
from bot.bootstrap.opening import read_settings
from bot.bootstrap.running import run_platforms
from bot.delivery import health
from tests.integration.telegram.test_whole_dialogue import Talk, write_config
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, fast
from tests.support.listening import asked, let_listen, until
from tests.support.statements import write_port

AWAY = "http://127.0.0.1:1"
MATRIX = f"""\
matrix:
  homeserver: {AWAY}
  user_id: "@bot:localhost"
  password: a-password
"""


@contextlib.asynccontextmanager
async def running(folder: Path, *, standby: bool = False) -> AsyncIterator[str]:
    """What `undersigned run` runs, in this process; where it listens."""
    url = let_listen(folder)
    task = asyncio.create_task(
        run_platforms(read_settings(folder / "config.yaml"), standby=standby)
    )
    try:
        yield url
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task)


async def test_on_matrix_alone(tmp_path: Path) -> None:
    """Also while its homeserver is away."""
    write_port(tmp_path)
    (tmp_path / "config.yaml").write_text(MATRIX)
    async with running(tmp_path) as url:
        found = await until(
            url, lambda found: found.get('platform_healthy{platform="matrix"}') == 0
        )
        assert found['events_received_total{platform="matrix"}'] == 0
        assert not [name for name in found if "telegram" in name]
        status, said = await asked(f"{url}/healthz")
        assert (status, said.splitlines()[0]) == (503, "down")
        assert "Matrix" in said


async def test_on_telegram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By polling. What waits is seen by a look at the database, a backup as soon as it is noted."""
    monkeypatch.setattr(health, "LOOK_EVERY", 0.05)
    write_port(tmp_path)
    async with BotApiServer(rules=fast()) as server:
        admins = server.group("Admins", creator=server.person("zaid"))
        write_config(tmp_path, server, admins.id, "polling")
        async with running(tmp_path) as url:
            found = await until(url, lambda found: found["healthy"] == 1 and "waiting" in found)
            assert (found["waiting"], found["waiting_age_seconds"]) == (0, 0)
            assert found["backup_age_seconds"] == float("inf")
            assert found["commit_seconds_count"] > 0
            talk = Talk(server)
            await talk.signs(server.person("amal"), "Amal Haddad")
            found = await until(url, lambda found: found["waiting"] == 1)
            assert 0 < found["waiting_age_seconds"] <= 3600
            folder = read_settings(tmp_path / "config.yaml").state
            (heads,) = folder.glob("*.heads")
            last_backup.note(folder, heads.stem, dt.datetime.now(dt.UTC))
            await until(url, lambda found: found["backup_age_seconds"] < 60)


WITHOUT = """
import asyncio, contextlib, json, sys
from pathlib import Path
from bot.bootstrap import running
from bot.cli.options import read_settings

async def run():
    work = asyncio.create_task(running.run_platforms(read_settings(Path("config.yaml"))))
    while not list(Path("state").glob("*.heads")):
        await asyncio.sleep(0.05)
        assert not work.done()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

running.run(run())
print(json.dumps(sorted(sys.modules)))
"""


def test_who_does_not_listen_pays_nothing(tmp_path: Path) -> None:
    """A process of its own, as what it imports is looked at."""
    write_port(tmp_path)
    config = f'telegram: {{token: "7000000001:AAF-test-token", api_url: "{AWAY}"}}\n'
    (tmp_path / "config.yaml").write_text(config)
    ended = subprocess.run(
        (sys.executable, "-c", WITHOUT),
        cwd=tmp_path,
        env=environment(tmp_path / "statements"),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    loaded = set(json.loads(ended.stdout))
    assert "bot.bootstrap.running" in loaded
    assert not {"prometheus_client", "bot.listening", "bot.metrics.serving"} & loaded
