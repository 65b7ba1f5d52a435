"""What a Matrix message says beside its text."""

from __future__ import annotations

import pytest

from bot.adapters.matrix.rendering import content
from bot.text.rich import bold, isolated


@pytest.mark.parametrize("name", ["@room", "@zaid:example.org", "Zaid @zaid"])
def test_a_name_calls_nobody(name: str) -> None:
    """Clients of before `m.mentions` looked for names in the body; where it is set, none does."""
    said = content(isolated(bold(name)))
    assert said["m.mentions"] == {}
    assert name in said["body"]
    assert "matrix.to" not in said["formatted_body"]
