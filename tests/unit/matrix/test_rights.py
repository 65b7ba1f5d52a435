"""Who speaks for a room by its power levels, and who does no more."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.matrix.rights import Rights

ZAID, OMAR, LINA = "@zaid:x", "@omar:x", "@lina:x"


def levels(**users: int) -> dict[str, Any]:
    return {"users": {f"@{name}:x": level for name, level in users.items()}}


@pytest.mark.parametrize(
    ("old", "new", "demoted"),
    [
        (levels(zaid=100, omar=50), levels(zaid=100), [OMAR]),
        (levels(zaid=100, omar=50), levels(zaid=100, omar=49), [OMAR]),
        (levels(zaid=100, omar=50), levels(zaid=100, omar=60, lina=50), []),
        (levels(zaid=100, omar=50), levels(zaid=100, omar=50) | {"state_default": 60}, [OMAR]),
        (levels(zaid=100, omar=50), levels(zaid=100) | {"users_default": 50}, []),
        (levels(zaid=100, lina=50), {}, [LINA, ZAID]),
        ({"users": "everybody"}, {"users": 7}, []),
        ({"users": {ZAID: "100"}}, {"users": {ZAID: "odd"}}, [ZAID]),
    ],
)
def test_who_speaks_for_a_room_no_more(
    old: dict[str, Any], new: dict[str, Any], demoted: list[str]
) -> None:
    assert Rights(None, (), None).demoted(old, new) == demoted  # type: ignore[arg-type]


def test_the_power_that_the_configuration_asks_for_counts() -> None:
    rights = Rights(None, (), 100)  # type: ignore[arg-type]
    assert rights.demoted(levels(zaid=100, omar=50), levels(zaid=99, omar=0)) == [ZAID]
