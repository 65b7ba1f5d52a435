"""Documents that people send: where they lie, and how what is in them is read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from nio.crypto.attachments import decrypt_attachment
from nio.exceptions import EncryptionError

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED
from bot.adapters.matrix.parsing import MOST_NAME
from bot.ports import Attachment, TooLarge, TryLater, Undeliverable

_SCHEME = "mxc://"


def attachment(content: Mapping[str, Any], *, sealed: bool) -> Attachment:
    """The document of a message. Never raises, whatever a stranger put in; what cannot be fetched
    has no id. `sealed`: where only what is encrypted is taken, as whoever runs the server could put
    another file in the place of one that is not."""
    info, name = content.get("info"), content.get("filename") or content.get("body")
    size = info.get("size") if isinstance(info, Mapping) else None
    return Attachment(
        _key(content, sealed=sealed),
        name[:MOST_NAME] if isinstance(name, str) else "",
        size if isinstance(size, int) else None,
    )


def _key(content: Mapping[str, Any], *, sealed: bool) -> str:
    """https://spec.matrix.org/v1.15/client-server-api/#sending-encrypted-attachments"""
    file, key, hashes = content.get("file"), None, None
    if isinstance(file, Mapping):
        key, hashes = file.get("key"), file.get("hashes")
    if isinstance(file, Mapping) and isinstance(key, Mapping) and isinstance(hashes, Mapping):
        found = [file.get("url"), key.get("k"), hashes.get("sha256"), file.get("iv")]
    else:
        found = [] if sealed else [content.get("url")]
    return json.dumps(found) if found and all(isinstance(each, str) for each in found) else ""


async def fetch(client: Client, attachment: Attachment, most: int) -> bytes:
    """As `FetchesFiles.fetch`."""
    if attachment.size is not None and attachment.size > most:
        raise TooLarge
    address, *keys = json.loads(attachment.id or '[""]')
    server, _, media = address.removeprefix(_SCHEME).partition("/")
    if not address.startswith(_SCHEME) or not server or not media:
        raise Undeliverable("the message does not say where the file lies, or how it is encrypted")
    try:
        data = await client.media(server, media, most)
    except UNREACHED:
        raise TryLater from None
    except Refused as refused:
        meaning = refused.meaning()
        if isinstance(meaning, TryLater):
            raise meaning from None
        raise Undeliverable(str(refused)) from None
    try:
        return await asyncio.to_thread(decrypt_attachment, data, *keys) if keys else data
    except (EncryptionError, ValueError, TypeError):
        raise Undeliverable("the file is not what was sent, or its key does not open it") from None
