"""What a stranger can do to somebody's device without sharing a room with them."""

from __future__ import annotations

import secrets
from typing import Any

from unpaddedbase64 import encode_base64
from vodozemac import Account, Curve25519PublicKey

from tests.support.synapse.homeserver import Homeserver

OLM = "m.olm.v1.curve25519-aes-sha2"
FIRST, LATER = 0, 1
"""The types of Olm messages: one that begins a session, and one within it."""

MOST = 100
"""Twice what the library publishes."""

Content = dict[str, Any]


async def send_garbage(homeserver: Homeserver, token: str, user: str, device: str) -> int:
    """Olm messages of both types to the device that nobody can decrypt, and contents that are none;
    how many."""
    ours = await _curve25519(homeserver, token, user, device)
    contents = _garbage(ours)
    for content in contents:
        path = f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{secrets.token_hex(8)}"
        sent = {"messages": {user: {device: content}}}
        status, answer = await homeserver.ask("PUT", path, token, sent)
        assert status == 200, answer
    return len(contents)


async def drain_keys(homeserver: Homeserver, token: str, user: str, device: str) -> int:
    """Claim one-time keys of the device until none, or only the fallback key, is left, or `MOST`
    are taken: a device that is awake makes new ones as fast. How many there were."""
    wanted = {"one_time_keys": {user: {device: "signed_curve25519"}}}
    path = "/_matrix/client/v3/keys/claim"
    for drained in range(MOST):
        status, answer = await homeserver.ask("POST", path, token, wanted)
        assert status == 200, answer
        keys = answer["one_time_keys"].get(user, {}).get(device, {})
        if not keys or any(key.get("fallback") for key in keys.values()):
            return drained
    return MOST


async def _curve25519(homeserver: Homeserver, token: str, user: str, device: str) -> str:
    """The key that a message has to be for, else the device does not look at it."""
    wanted = {"device_keys": {user: [device]}}
    status, answer = await homeserver.ask("POST", "/_matrix/client/v3/keys/query", token, wanted)
    assert status == 200, answer
    return str(answer["device_keys"][user][device]["keys"][f"curve25519:{device}"])


def _garbage(ours: str) -> list[Content]:
    stranger = Account()
    theirs = stranger.curve25519_key.to_base64()
    made_up = Curve25519PublicKey.from_bytes(secrets.token_bytes(32))
    to_no_key = stranger.create_outbound_session(Curve25519PublicKey.from_base64(ours), made_up)
    _, well_formed = to_no_key.encrypt(b"{}").to_parts()
    noise = secrets.token_bytes(150)
    bodies = [
        (FIRST, encode_base64(noise)),
        (FIRST, encode_base64(well_formed)),
        (FIRST, "no base64 at all"),
        (FIRST, ""),
        (LATER, encode_base64(noise)),
        (LATER, encode_base64(well_formed)),
        (LATER, "no base64 at all"),
        (LATER, ""),
        (2, encode_base64(noise)),
    ]
    whole = [_message(ours, theirs, kind, body) for kind, body in bodies]
    return [
        *whole,
        _message(ours, "no key", FIRST, encode_base64(well_formed)),
        _message(ours, ours, LATER, encode_base64(noise)),
        _message(theirs, theirs, FIRST, encode_base64(well_formed)),
        {"algorithm": OLM, "sender_key": theirs, "ciphertext": {ours: "a string"}},
        {"algorithm": OLM, "sender_key": theirs},
        {"algorithm": OLM, "sender_key": None, "ciphertext": []},
        {},
    ]


def _message(recipient: str, sender: str, kind: int, body: str) -> Content:
    ciphertext = {recipient: {"type": kind, "body": body}}
    return {"algorithm": OLM, "sender_key": sender, "ciphertext": ciphertext}
