"""The image, built without a daemon and run as strictly as compose.yaml says."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.test_whole_dialogue import write_config
from tests.integration.telegram.whole import WITHIN
from tests.packaging.machine import Images, child_of
from tests.support.botapi import BotApiServer
from tests.support.statements import write_port

pytestmark = pytest.mark.soak

NOBODY = 10001

AS_COMPOSE = """
set -eu
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro "$ROOT"
mount --bind "$DATA" "$ROOT/data"
mount -t tmpfs tmpfs "$ROOT/run"
mkdir "$ROOT/run/secrets"
mount --bind "$SECRETS" "$ROOT/run/secrets"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set -all \
    --inh-caps -all --no-new-privs env --ignore-environment --chdir=/data "$@"
"""
"""read_only, cap_drop, no-new-privileges, the user, the volume, the secrets and a tmpfs; as the
first process of a namespace, as in any container."""


class Container:
    """A folder for /data and one for the secrets, and what of the image is run on them."""

    def __init__(self, images: Images, root: Path, folder: Path) -> None:
        config = json.loads(images.buildah("inspect", "--type", "image", "undersigned"))
        self.config = config["Docker"]["config"]
        self._root = root
        self.data, self.secrets = folder / "data", folder / "secrets"
        for each in (self.data, self.secrets):
            each.mkdir(mode=0o700)
            shutil.chown(each, NOBODY, NOBODY)

    def start(self, *command: str) -> subprocess.Popen[str]:
        places = {"ROOT": self._root, "DATA": self.data, "SECRETS": self.secrets}
        given = [*self.config["Env"], *(command or self.config["Entrypoint"] + self.config["Cmd"])]
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "sh", "-c", AS_COMPOSE, "sh", *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"]} | {k: str(v) for k, v in places.items()},
        )

    def run(self, *command: str) -> str:
        process = self.start(*command)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        return said


@pytest.fixture
def container(images: Images, image: Path, tmp_path: Path) -> Container:
    return Container(images, image, tmp_path)


def test_what_the_image_says_of_itself(container: Container) -> None:
    config = container.config
    assert config["User"] == f"{NOBODY}:{NOBODY}"
    assert list(config["Volumes"]) == ["/data"]
    assert config["Healthcheck"]["Test"] == ["CMD", "undersigned", "health"]
    assert config["WorkingDir"] == "/data"


def test_nothing_is_left_of_what_built_it(image: Path) -> None:
    """Neither a compiler of packages nor the source; and all is compiled already."""
    assert not (image / "src").exists()
    (packages,) = (image / "opt/undersigned/lib").glob("python3.*/site-packages")
    assert not {"pip", "hatchling", "editables"} & {path.name for path in packages.iterdir()}
    assert list((packages / "bot/__pycache__").iterdir())


def test_a_console_on_a_root_that_cannot_be_written(container: Container) -> None:
    console = "echo 'amal: /start' | undersigned console --json --data /data/console/data"
    assert "Iraq" in container.run("sh", "-c", console)
    assert "iraq-2014" in container.run("undersigned", "check")
    refused = container.start("sh", "-c", "touch /opt/x /usr/x; setpriv --dump; id -u")
    said, _ = refused.communicate(timeout=60)
    assert said.count("Read-only file system") == 2
    assert "no_new_privs: 1" in said
    assert "Capability bounding set: [none]" in said
    assert said.endswith(f"{NOBODY}\n")


@contextlib.asynccontextmanager
async def begun(container: Container, server: BotApiServer) -> AsyncIterator[int]:
    """The bot, once it asks for updates: the process that a runtime would stop."""
    running = container.start()
    try:
        await server.wait_for(lambda: server.updates.polling, WITHIN)
        yield child_of(running.pid)
        said, _ = await asyncio.to_thread(running.communicate, timeout=10)
        assert running.returncode == 0, said
    finally:
        running.kill()


async def test_it_serves_and_is_stopped(container: Container, server: BotApiServer) -> None:
    """The key is a secret; within the ten seconds that a runtime gives it ends by itself, although
    the first process of a namespace is ended by no signal that it does not handle."""
    admins = server.group("Admins", creator=server.person("zaid"))
    write_config(container.data, server, admins.id, "polling")
    write_port(container.data)
    key = container.secrets / "undersigned.key"
    key.write_bytes(base64.b64encode(b"k" * 32))
    key.chmod(0o400)
    for path in (key, *container.data.rglob("*")):
        shutil.chown(path, NOBODY, NOBODY)
    async with begun(container, server) as pid:
        amal = server.person("amal")
        await amal.say("/read port")
        assert (await server.next_message(amal, within=WITHIN)).buttons
        os.kill(pid, signal.SIGTERM)
    assert {path.name for path in container.data.iterdir()} >= {"config.yaml", "data", "state"}
    assert not (container.data / "undersigned.key").exists()
