"""A verification by emoji, against another side that does its own reckoning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from unpaddedbase64 import encode_base64
from vodozemac import Curve25519PublicKey, EstablishedSas, Sas

from bot.adapters.matrix.sas import Cancelled, Exchange, Side

BOT = Side("@bot:test", "BOT", "the bot's device", "the bot's account")
AMAL = Side("@amal:test", "PHONE", "her device", "her account")
REQUEST = "$request"

Content = dict[str, Any]


START: Content = {
    "from_device": "PHONE",
    "method": "m.sas.v1",
    "key_agreement_protocols": ["curve25519-hkdf-sha256"],
    "hashes": ["sha256"],
    "message_authentication_codes": ["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
    "short_authentication_string": ["emoji", "decimal"],
    "m.relates_to": {"rel_type": "m.reference", "event_id": REQUEST},
}


class Other:
    """Who began it, as the specification has it."""

    def __init__(self) -> None:
        self.sas = Sas()
        self.key = {"key": self.sas.public_key.to_base64()}

    def meet(self, key: str) -> None:
        self.secret: EstablishedSas = self.sas.diffie_hellman(Curve25519PublicKey.from_base64(key))

    def numbers(self, key: str) -> str:
        ours = self.key["key"]
        info = f"@amal:test|PHONE|{ours}|@bot:test|BOT|{key}|{REQUEST}"
        string = self.secret.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{info}")
        return " ".join(map(str, string.decimals))

    def macs(self, by: str, keys: dict[str, str]) -> Content:
        base = f"MATRIX_KEY_VERIFICATION_MAC{by}{REQUEST}"
        return {
            "mac": {
                name: self.secret.calculate_mac(key, base + name) for name, key in keys.items()
            },
            "keys": self.secret.calculate_mac(",".join(sorted(keys)), f"{base}KEY_IDS"),
        }

    def hers(self, **keys: str) -> Content:
        return self.macs(
            "@amal:testPHONE@bot:testBOT", {f"ed25519:{name}": key for name, key in keys.items()}
        )


def begun(until: str = "mac") -> tuple[Exchange, Other, list[tuple[str, Any]]]:
    """As far as the step that is due next, and what the bot has said."""
    bot, other = Exchange(BOT, AMAL, REQUEST), Other()
    said: list[tuple[str, Any]] = []
    if until != "start":
        said += bot.take("start", START)
    if until == "mac":
        said += bot.take("key", other.key)
        other.meet(said[-1][1]["key"])
    return bot, other, said


def test_both_see_the_same_and_each_gets_the_others_keys() -> None:
    bot, other, said = begun()
    (accept, accepted), (key, shared) = said
    assert (accept, key) == ("accept", "key")
    canonical = json.dumps(START, sort_keys=True, separators=(",", ":"))
    committed = hashlib.sha256((shared["key"] + canonical).encode()).digest()
    assert accepted["commitment"] == encode_base64(committed)
    assert bot.shown is not None
    assert bot.shown.endswith(f"; in numbers {other.numbers(shared['key'])}")

    mac = other.hers(PHONE="her device", laptop="another of hers")
    for again in (("start", START), ("key", other.key)):
        assert bot.take(*again) == []
    answer = bot.take("mac", mac)
    theirs = {"ed25519:BOT": "the bot's device", "ed25519:the bot's account": "the bot's account"}
    assert answer == [("mac", other.macs("@bot:testBOT@amal:testPHONE", theirs)), ("done", {})]
    assert not bot.done
    assert bot.take("mac", mac) == bot.take("done", {}) == []
    assert bot.done


def other_start(**changed: object) -> Callable[[Other], Content]:
    return lambda other: START | changed


def hers(**keys: str) -> Callable[[Other], Content]:
    return lambda other: other.hers(**keys)


@pytest.mark.parametrize(
    ("step", "content", "code"),
    [
        ("start", other_start(method="m.reciprocate.v1"), "m.unknown_method"),
        ("start", other_start(hashes={"sha256": 1}), "m.unknown_method"),
        ("start", other_start(key_agreement_protocols=None), "m.unknown_method"),
        ("start", other_start(message_authentication_codes=["none"]), "m.unknown_method"),
        ("start", other_start(short_authentication_string=[]), "m.unknown_method"),
        ("start", other_start(from_device="LAPTOP"), "m.invalid_message"),
        ("start", other_start(more="\ud800"), None),
        ("key", lambda other: {}, "m.invalid_message"),
        ("key", lambda other: {"key": "no key"}, None),
        ("key", lambda other: {"key": encode_base64(bytes(32))}, None),
        ("mac", lambda other: {}, "m.invalid_message"),
        ("mac", lambda other: {"mac": {"ed25519:PHONE": 1}, "keys": None}, "m.key_mismatch"),
        ("mac", lambda other: hers(PHONE="her device")(other) | {"keys": "A"}, "m.key_mismatch"),
        ("mac", hers(PHONE="what a server gives out"), "m.key_mismatch"),
        ("mac", hers(**{"her account": "her account"}), "m.key_mismatch"),
        ("mac", hers(**{"PHONE": "her device", "her account": "another"}), "m.key_mismatch"),
        ("start", lambda other: other.key, "m.invalid_message"),
        *(
            (due, lambda other: START | {"again": 1}, "m.unexpected_message")
            for due in ("accept", "ready", "done", "start")
        ),
    ],
)
def test_what_is_not_right_is_not_answered(
    step: str, content: Callable[[Other], Content], code: str | None
) -> None:
    """`code` is None where no client sends such a thing."""
    is_due = step in {"start", "key", "mac"} and code != "m.unexpected_message"
    bot, other, _ = begun(step if is_due else "mac")
    with pytest.raises(Cancelled if code else ValueError) as fault:
        bot.take(step, content(other))
    assert getattr(fault.value, "code", None) == code
    assert not bot.done
