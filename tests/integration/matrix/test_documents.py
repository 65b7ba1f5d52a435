"""Documents that people send: how they are encrypted, and who could put others in their place."""

from __future__ import annotations

import io
from typing import Any

import pytest
from nio import UploadResponse

from bot.adapters.matrix.files import attachment
from bot.ports import TooLarge, Undeliverable
from tests.integration.matrix.whole import Whole
from tests.support.synapse import Person

LIST = b"name\r\nCanary Ben Salah\r\n"


async def uploaded(who: Person, data: bytes = LIST) -> dict[str, Any]:
    """What a message says of an encrypted file."""
    answer, keys = await who.client.upload(
        lambda _limits, _timeouts: io.BytesIO(data), encrypt=True, filesize=len(data)
    )
    assert isinstance(answer, UploadResponse)
    assert keys is not None
    file = keys | {"url": answer.content_uri}
    return {"msgtype": "m.file", "body": "list.csv", "info": {"size": len(data)}, "file": file}


async def test_only_what_was_sent_is_read(w: Whole, zaid: Person) -> None:
    sent, other = await uploaded(zaid), await uploaded(zaid, b"another list")
    assert await w.adapter.fetch(attachment(sent, sealed=True), 1000) == LIST
    file = sent["file"]
    for change in (
        {"url": other["file"]["url"]},
        {"key": file["key"] | {"k": "not a key"}},
        {"hashes": {"sha256": "AAAA"}},
        {"url": f"{file['url']}nothing"},
        {"url": "https://example.org/list.csv"},
        {"url": 5},
        {"iv": None},
    ):
        odd = sent | {"file": file | change}
        with pytest.raises(Undeliverable):
            await w.adapter.fetch(attachment(odd, sealed=True), 1000)
    for size in (len(LIST), None, 1):
        said = sent | {"info": {"size": size}}
        with pytest.raises(TooLarge):
            await w.adapter.fetch(attachment(said, sealed=True), len(LIST) - 1)


async def test_whoever_runs_the_server_puts_no_list_before_the_admins(
    w: Whole, zaid: Person
) -> None:
    """What lies there in clear could be anything by the time that it is read."""
    clear = {"msgtype": "m.file", "body": "list.csv", "url": (await uploaded(zaid))["file"]["url"]}
    assert await w.adapter.fetch(attachment(clear, sealed=False), 1000)
    with pytest.raises(Undeliverable):
        await w.adapter.fetch(attachment(clear, sealed=True), 1000)


async def test_nobody_asked_for_it(w: Whole, zaid: Person, amal: Person) -> None:
    room = await amal.chat(w.id)
    await amal.hear(room, "Hello")
    for who, where, caption in ((amal, room, "!mine"), (zaid, w.admins, "!pending")):
        before = len(who.said_in(where, w.id))
        await who.send_file(where, "list.csv", LIST, caption)
        assert "done nothing with this" in (await w.answer(who, where, before)).text
