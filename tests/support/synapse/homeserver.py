"""Synapse as a subprocess on a folder of its own: https://element-hq.github.io/synapse/latest/."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

VENV = Path(__file__).parents[3] / ".venv" / "synapse"
PYTHON = VENV / "bin" / "python"
ONE_THREAD = Path(__file__).parent / "one_thread"
TIME_TO_BEGIN = 60.0
SERVER_NAME = "test"

_PLENTY = {"per_second": 100_000, "burst_count": 100_000}


@dataclass(frozen=True)
class Account:
    user: str
    token: str = field(repr=False)
    device: str
    password: str = field(repr=False)


class Homeserver:
    """`limited` leaves Synapse's own limits on messages as they are, but for `per_second` where it
    is given. On one folder it can be stopped and started as often as need be."""

    def __init__(
        self, folder: Path, *, limited: bool = False, per_second: float | None = None
    ) -> None:
        self.folder = folder
        self.limited = limited
        self.per_second = per_second
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._secret = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._write_config()

    def _write_config(self) -> None:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
        listener = {
            "port": self.port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"]}],
        }
        config: dict[str, Any] = {
            "server_name": SERVER_NAME,
            "pid_file": str(self.folder / "pid"),
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "hs.db")}},
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "bcrypt_rounds": 4,
            "presence": {"enabled": False},
            # Nobody here is pushed to or looks for others: half of what a message costs.
            "push": {"enabled": False},
            "user_directory": {"enabled": False, "search_all_users": False},
            # Else a client that starts again is answered what it was answered before.
            "caches": {"sync_response_cache_duration": "0s"},
            # A line for each request, and looking for garbage after each few hundred objects, are
            # a tenth of what it does.
            "log_config": str(self.folder / "log.yaml"),
            "gc_thresholds": [50_000, 20, 20],
        }
        if not self.limited:
            config |= {
                "rc_message": _PLENTY,
                "rc_registration": _PLENTY,
                "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _PLENTY),
                "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
                "rc_joins_per_room": _PLENTY,
                "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _PLENTY),
                "rc_room_creation": _PLENTY,
            }
        elif self.per_second is not None:
            config["rc_message"] = {"per_second": self.per_second, "burst_count": 10}
        logging = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
        (self.folder / "log.yaml").write_text(yaml.safe_dump(logging))
        (self.folder / "homeserver.yaml").write_text(yaml.safe_dump(config))

    def start(self) -> None:
        log = (self.folder / "synapse.log").open("ab")
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ONE_THREAD),
        }
        with log:
            self._process = subprocess.Popen(
                [PYTHON, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"],
                cwd=self.folder,
                env=environ,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + TIME_TO_BEGIN
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as there:
                    there.sendall(b"GET /health HTTP/1.0\r\n\r\n")
                    if b" 200 " in there.recv(64):
                        return
            except OSError:
                pass
            time.sleep(0.05)
        said = (self.folder / "synapse.log").read_text(errors="replace")
        raise AssertionError(f"Synapse does not begin:\n{said[-3000:]}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    async def register(self, name: str, *, admin: bool = False) -> Account:
        """A new account, with its first device."""
        url = f"{self.url}/_synapse/admin/v1/register"
        # Begins with a letter: in a configuration, digits alone would be a number.
        password = f"p{secrets.token_hex(8)}"
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                nonce = (await answer.json())["nonce"]
            words = [nonce, name, password, "admin" if admin else "notadmin"]
            mac = hmac.new(self._secret.encode(), "\0".join(words).encode(), hashlib.sha1)
            asked = {
                "nonce": nonce,
                "username": name,
                "password": password,
                "admin": admin,
                "mac": mac.hexdigest(),
            }
            async with session.post(url, json=asked) as answer:
                made = await answer.json()
                assert answer.status == 200, made
        return Account(made["user_id"], made["access_token"], made["device_id"], password)

    async def ask(
        self, method: str, path: str, token: str, content: object = None
    ) -> tuple[int, Any]:
        """One call of the client-server or the admin API; status and JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, json=content, headers=headers) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """However the test run ends, the server does not outlive it (Linux)."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
