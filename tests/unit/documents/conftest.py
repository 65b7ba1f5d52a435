from __future__ import annotations

from pathlib import Path

import pytest

from bot.statements.model import Statement
from tests.support.snapshots import statement_in
from tests.support.statements import write_port


@pytest.fixture
def port(tmp_path: Path) -> Statement:
    return statement_in(write_port(tmp_path))
