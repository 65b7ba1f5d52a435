"""What the Containerfile and the compose files say; that they work is shown by test_image.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.conftest import BASE
from tests.packaging.machine import ROOT
from tools.release import LOCK, PROGRAMS

COMPOSE = ("compose.yaml", "compose.postgresql.yaml")

ARCHITECTURES = re.compile(r"amd64|x86_64|arm64|aarch64|--platform", re.IGNORECASE)

KEYS = {
    "build",
    "cap_add",
    "cap_drop",
    "depends_on",
    "environment",
    "extends",
    "healthcheck",
    "image",
    "networks",
    "pids_limit",
    "read_only",
    "restart",
    "secrets",
    "security_opt",
    "shm_size",
    "stop_grace_period",
    "tmpfs",
    "volumes",
}
"""Of a service, by https://github.com/compose-spec/compose-spec/blob/main/05-services.md; `ports`,
`privileged` and the like are left out: nothing is to have them."""


def instructions() -> list[tuple[str, str]]:
    """Name and text of each; comments are left out, and continued lines put together."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    found = [line.split(maxsplit=1) for line in joined.splitlines() if line]
    return [(name, given) for name, given in found]


def given(name: str) -> list[str]:
    return [text for each, text in instructions() if each == name]


def test_both_stages_begin_with_the_same_python() -> None:
    (argument,) = given("ARG")
    tag = argument.removeprefix("PYTHON=")
    image = "docker.io/library/python:${PYTHON}"
    assert given("FROM") == [f"{image} AS build", image]
    assert image.replace("${PYTHON}", tag) == BASE


def test_the_image_runs_as_nobody_and_keeps_all_in_one_folder() -> None:
    last = instructions()[-8:]
    assert ("USER", "10001:10001") in last
    assert ("VOLUME", '["/data"]') in last
    assert ("WORKDIR", "/data") in last
    assert ("ENTRYPOINT", '["undersigned"]') in last
    assert ("CMD", '["run"]') in last
    (health,) = given("HEALTHCHECK")
    assert health.endswith('CMD ["undersigned", "health"]')


def test_what_is_installed_is_pinned_and_comes_as_wheels_for_any_machine() -> None:
    (libraries,) = [run for run in given("RUN") if LOCK in run]
    assert "--require-hashes" in libraries
    assert "--only-binary :all:" in libraries
    for run in given("RUN"):
        if " install " in run and LOCK not in run and "pip" in run:
            assert "--no-index" in run
    assert not ARCHITECTURES.search((ROOT / "Containerfile").read_text(encoding="utf-8"))
    assert not given("ADD")


def test_nothing_is_copied_but_what_is_named() -> None:
    """No key, no token and no database of the folder in which somebody builds."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    copied = {
        word.rstrip("/")
        for text in given("COPY")
        if not text.startswith("--from")
        for word in text.split()[:-1]
    }
    assert copied == allowed
    for name in allowed:
        assert (ROOT / name).exists()


def composed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def services(name: str) -> dict[str, dict[str, Any]]:
    """With what they extend."""
    found: dict[str, dict[str, Any]] = composed(name)["services"]
    return {
        service: services(what["file"])[what["service"]] | own
        if (what := own.get("extends"))
        else own
        for service, own in found.items()
    }


@pytest.mark.parametrize("name", COMPOSE)
def test_a_service_may_write_to_its_volumes_alone(name: str) -> None:
    for service, own in services(name).items():
        assert own["read_only"] is True, service
        assert own["cap_drop"] == ["ALL"], service
        assert own["security_opt"] == ["no-new-privileges:true"], service
        assert set(own) <= KEYS, service
    assert "cap_add" not in services(name)["bot"]


@pytest.mark.parametrize("name", COMPOSE)
def test_what_is_named_is_there(name: str) -> None:
    whole = composed(name)
    for kind in ("secrets", "networks"):
        used = {each for own in services(name).values() for each in own.get(kind, [])}
        assert used == set(whole.get(kind, {})), kind
    volumes = {each.split(":")[0] for own in services(name).values() for each in own["volumes"]}
    assert volumes == set(whole["volumes"])


@pytest.mark.parametrize("name", COMPOSE)
def test_no_secret_stands_in_the_environment(name: str) -> None:
    """It would be shown to whoever may look at the container."""
    for own in services(name).values():
        for variable in own.get("environment", {}):
            assert not re.search(r"(TOKEN|SECRET|KEY|PASSWORD)$", variable)
    assert "undersigned.key" in services(name)["bot"]["secrets"]


def test_the_database_is_reached_by_nobody_but_the_bot() -> None:
    whole = composed("compose.postgresql.yaml")
    assert whole["services"]["database"]["networks"] == ["database"]
    assert whole["networks"]["database"] == {"internal": True}


def checked(*command: str | Path) -> None:
    ended = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    assert ended.returncode == 0, ended.stdout


def works(*command: str) -> bool:
    try:
        return (
            subprocess.run((*command, "version"), capture_output=True, check=False).returncode == 0
        )
    except FileNotFoundError:
        return False


@pytest.mark.soak
def test_a_linter_finds_nothing() -> None:
    checked(PROGRAMS / "hadolint", ROOT / "Containerfile")


@pytest.mark.soak
@pytest.mark.parametrize("name", COMPOSE)
def test_compose_reads_it(name: str) -> None:
    """Needs no daemon."""
    programs = (("docker", "compose"), ("docker-compose",))
    found = next((each for each in programs if works(*each)), None)
    if found is None:
        pytest.skip("it needs docker compose")
    checked(*found, "--file", ROOT / name, "config", "--quiet")


@pytest.mark.soak
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_library_has_a_wheel_for_that_machine(machine: str, tmp_path: Path) -> None:
    """But the one that the Containerfile names."""
    lines = (ROOT / LOCK).read_text(encoding="ascii").replace("\\\n", "").splitlines()
    wanted = tmp_path / LOCK
    wanted.write_text("\n".join(line for line in lines if not line.startswith("atomicwrites=")))
    version = re.search(r"python:(3\.\d+)", BASE)
    assert version is not None
    platforms = [f"--platform=manylinux_2_{number}_{machine}" for number in (17, 28, 34)]
    checked(
        *(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps"),
        *("--require-hashes", "--only-binary=:all:", "--ignore-installed"),
        *(f"--target={tmp_path}", f"--python-version={version[1]}", *platforms),
        *("--platform=manylinux2014_" + machine, "--requirement", wanted),
    )
