"""A start payload chooses what to show; it never signs, decides or tells who somebody is."""

from __future__ import annotations

import random
import string

import pytest

from tests.support.dialogue import Dialogue

ALPHABET = string.ascii_letters + string.digits + "_-"


def payloads(count: int) -> list[str]:
    """Of every shape that a link can carry (64 of A-Za-z0-9_-), near the real ones and far."""
    rng = random.Random(25)
    near = [
        "r_port_en",
        "s_port_ar",
        "d_port_2",
        "s_port_xx",
        "d_port_99",
        "r_port",
        "sign",
        "mine",
    ]
    found = list(near)
    while len(found) < count:
        if rng.random() < 0.5:
            text = list(rng.choice(near))
            text[rng.randrange(len(text))] = rng.choice(ALPHABET)
            found.append("".join(text))
        else:
            found.append("".join(rng.choices(ALPHABET, k=rng.randrange(1, 65))))
    return found


@pytest.mark.parametrize("count", [20, pytest.param(500, marks=pytest.mark.soak)])
async def test_row_25_a_link_never_signs_or_authenticates(d: Dialogue, count: int) -> None:
    await d.sign("amal", "Amal Haddad")
    before = await d.rows("SELECT * FROM endorsements")
    for payload in payloads(count):
        said = await d.say(f"rami: /start {payload}")
        assert [did.chat for did in said] == ["rami"]
        assert "Amal" not in said[0].text
        for where in ("tunis", "admins"):
            said = await d.say(f"rami@{where}: /start {payload}")
            assert [did.chat for did in said] == [f"@{where}"]
            assert "confirm" not in said[0].names
        await d.say("%advance 1m")
    assert await d.rows("SELECT * FROM endorsements") == before
    # What it may do: begin a signing, which asks for consent like any other.
    assert "confirm" in (await d.answer("rami: /start s_port_ar")).names
