"""What the addressee has answered is read in the chat, and no signature is touched by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import RESPONSE, write_port, write_response


async def test_readers_see_that_there_is_an_answer_and_read_it(d: Dialogue) -> None:
    cover = await d.answer("amal: /read")
    assert "response" not in cover.names
    assert "Answered" not in cover.text
    none = await d.answer("amal: /response")
    assert none.text == "There's no answer to “\u2068Open the port\u2069” so far."
    assert none.names == ("read",)
    write_response(d.settings.statements)
    await d.say("zaid@admins: /reload")
    cover = await d.answer("amal: /read")
    assert "Answered on March 1, 2026: \u2068Ministry of Ports\u2069" in cover.text
    answer = await d.answer("amal: [response]")
    assert answer.action == "edit"
    assert answer.text == (
        "The answer to “\u2068Open the port\u2069”\n\n"
        "Answered on March 1, 2026: \u2068Ministry of Ports\u2069\n\n"
        "Dear friends,\n\nthe port stays closed.\n\n"
        "Source: \u2068https://example.org/answer\u2069"
    )
    assert answer.names == ("read",)
    assert (await d.answer("amal: [read]")).text == cover.text


def proposed(said: list[Did]) -> list[str]:
    return [did.text for did in said if did.chat == "@admins" and "begin" in did.names]


async def test_it_is_proposed_once_to_announce_it(d: Dialogue) -> None:
    await d.say("zaid@admins: /help")
    write_response(d.settings.statements)
    (text,) = proposed(await d.say("zaid@admins: /reload"))
    assert (
        "“\u2068Open the port\u2069” has been answered on March 1, 2026, by: "
        "\u2068Ministry of Ports\u2069\nOpen the statement here to read the answer."
    ) in text
    # A word put right, another language, another start: it is the same answer.
    write_response(d.settings.statements, RESPONSE.replace("Dear", "Dearest"))
    write_response(d.settings.statements, RESPONSE, "ar")
    assert not proposed(await d.say("zaid@admins: /reload"))
    before = len(d.did)
    await d.restart()
    await d.say("zaid@admins: /help")
    assert not proposed(d.did[before:])
    (d.settings.statements / "port" / "response.ar.md").unlink()
    write_response(d.settings.statements, RESPONSE.replace("2026-03-01", "2026-04-02"))
    (text,) = proposed(await d.say("zaid@admins: /reload"))
    assert "April 2, 2026" in text


async def test_one_that_is_there_at_the_start_is_proposed_too(tmp_path: Path) -> None:
    statements = write_port(tmp_path)
    write_response(statements)
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("zaid@admins: /help")
        assert len(proposed(d.did)) == 1


async def test_a_long_one_is_read_page_by_page_in_groups_too(tmp_path: Path) -> None:
    statements = write_port(tmp_path)
    promise = "We have taken note of what is asked, and it will be looked into in due time.\n\n"
    write_response(statements, RESPONSE + "\n" + promise * 60)
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("omar@tunis: hello")
        first = await d.answer("omar@tunis: /response")
        assert first.names == ("next", "read")
        second = await d.answer("omar@tunis: [next]")
        assert (second.action, second.message) == ("edit", first.message)
        assert second.names[:2] == ("previous", "next")
        pages = [first.text, second.text]
        while "next" in d.newest("@tunis").names:
            pages.append((await d.answer("omar@tunis: [next]")).text)
        whole = " ".join(" ".join(page.rpartition("\n\n")[0].split()) for page in pages)
        assert whole.count("in due time.") == 60
        # It is replaced on the disk by a shorter one while somebody reads.
        write_response(statements)
        await d.say("zaid@admins: /reload")
        said = await d.say("omar@tunis: [previous]")
        assert [did.text for did in said if did.action == "notice"] == [
            "The answer has changed. This is the new one, from the start."
        ]
        assert "the port stays closed." in d.newest("@tunis").text


async def test_it_is_shown_in_the_language_there_is_and_after_the_end(tmp_path: Path) -> None:
    statements = write_port(tmp_path)
    async with open_dialogue(tmp_path, statements) as d:
        await d.say("%lang amal ar", "zaid@admins: /help", "omar@admins: /help")
        await d.say("zaid@admins: /finish", "omar@admins: /finish")
        write_response(statements)
        await d.say("zaid@admins: /reload")
        assert "response" in (await d.answer("amal: /read")).names
        assert "the port stays closed." in (await d.answer("amal: [response]")).text
        write_response(statements, RESPONSE.replace("Dear friends", "أعزاءنا"), "ar")
        await d.say("zaid@admins: /reload")
        answer = await d.answer("amal: /response")
        assert answer.language == "ar"
        assert "أعزاءنا" in answer.text


@pytest.mark.usefixtures("started")
async def test_a_fault_in_it_keeps_all_as_it_was(d: Dialogue) -> None:
    write_response(d.settings.statements, "no head")
    told = await d.answer("zaid@admins: /reload")
    assert "port/response.en.md, line 1" in told.text.replace(":1:", ", line 1:")
    assert "response" not in (await d.answer("amal: /read")).names


async def test_signatures_stay_as_they_are(d: Dialogue) -> None:
    kept = "SELECT * FROM entries WHERE log = 'port'", "SELECT * FROM revisions"
    before = [await d.rows(query) for query in kept]
    write_response(d.settings.statements)
    said = await d.say("zaid@admins: /reload")
    assert not any("was changed on the disk" in did.text for did in said)
    assert before == [await d.rows(query) for query in kept]
