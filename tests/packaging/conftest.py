"""The image, built once for all that is tried on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.telegram.conftest import server
from tests.packaging.machine import PACKAGES, ROOT, SUITE, Images, need_a_machine, run

__all__ = ["server"]

BASE = "docker.io/library/python:3.13-slim-trixie"


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Images]:
    """Holding the base alone."""
    need_a_machine()
    folder = tmp_path_factory.mktemp("images")
    archive = folder / "base.tar"
    run("mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, archive)
    found = Images(folder)
    found.add(archive, BASE)
    yield found
    found.buildah("rm", "--all")


@pytest.fixture(scope="session")
def image(images: Images) -> Path:
    """The root of what the Containerfile makes."""
    images.build(ROOT, "undersigned")
    return images.mounted("undersigned")
