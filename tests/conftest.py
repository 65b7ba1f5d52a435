"""What all tests begin with."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from tests.faults.tally import pytest_terminal_summary
from tests.support.compiled import share_compiled
from tests.support.nursery import close_nursery
from tests.support.statements import write_port
from tests.support.synapse.fixtures import homeserver

__all__ = ["homeserver", "pytest_terminal_summary"]

SOAK = "SOAK" in os.environ

# How long an example takes says something of the machine only.
settings.register_profile(
    "quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40
)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5_000)
settings.load_profile("deep" if SOAK else "quick")


MEMORY = Path("/dev/shm")
"""A folder that lies in memory, where the system has one (Linux)."""

PLENTY = 2 * 1024**3
"""Bytes; a run needs a few hundred million."""


def pytest_configure() -> None:
    """The folders of tests lie in memory unless somebody said where: they wait for the disk
    thousands of times otherwise. The long proofs measure, and have the disk and the engines that a
    bot has."""
    # What is compiled is kept, whatever the environment says: else each of the processes that tests
    # start compiles the program anew, and each worker all tests.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if not SOAK:
        share_compiled()
    said = {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys()
    if SOAK or said or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= PLENTY:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


def pytest_collection_finish() -> None:
    """Python looks for garbage less often, and never at what stands since the beginning: a tenth of
    the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What holds for any example is tried with many more of them by make soak; what is `sampled`,
    for all, unless somebody names what to run."""
    same: dict[object, list[pytest.Function]] = {}
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if SOAK and is_hypothesis_test(item.obj):
            item.add_marker("soak")
        is_named = not SOAK and config.getoption("keyword")
        if item.get_closest_marker("sampled") and not is_named:
            same.setdefault((item.parent, item.originalname), []).append(item)
    for each in same.values():
        for item in _beside_the_sample(each):
            item.add_marker("soak")


def _beside_the_sample(items: list[pytest.Function]) -> Iterator[pytest.Function]:
    """Those that show once more what others show. The sample lies on the diagonal: of two
    parameters each value of each is in it, though not with each of the other."""
    axes = zip(*(item.callspec._idlist for item in items), strict=True)
    places = [list(dict.fromkeys(axis)) for axis in axes]
    for item in items:
        mark = item.get_closest_marker("sampled")
        assert mark is not None
        (every,) = mark.args
        at = sum(place.index(id_) for place, id_ in zip(places, item.callspec._idlist, strict=True))
        if at % every:
            yield item


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSIGNED_KEY", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _nursery() -> Iterator[None]:
    yield
    close_nursery()


@pytest.fixture(scope="session", autouse=True)
def _temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What lies there longer than a test, such as the documents that people are sent in the
    console, lies among the folders of the tests."""
    folder = str(tmp_path_factory.mktemp("temporary"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", folder)
        patch.setenv("TMPDIR", folder)
        yield


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """The folder with the statement `port`."""
    return write_port(tmp_path)
