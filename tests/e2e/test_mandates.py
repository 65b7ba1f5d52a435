"""A group that endorses by the vote of its members, or by two administrators: what is said, what
counts, how it ends, and what stays of it."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.counts import Counts
from bot.domain.endorsement import Mandate, Mode
from bot.domain.ids import ChatRef, Number
from bot.domain.memo import VOTED, Memo
from bot.ports import Demoted, Entered, Gone, Joined, Left, Moved
from bot.services import membership
from bot.services.mandates import EVERY, look_at
from bot.storage.jobs import JobKey, JobKind
from bot.storage.portable import dump
from tests.e2e.test_privacy_on_disk import hits, ids_of, left_behind, plain_hits
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import change_text, write_port

MEMBERS = "  mandate: members\n  quorum: 50%\n"
TWO = "  mandate: two administrators\n"
ADMINISTRATORS = "Only an administrator of this group can do that."
OVER = "That's over: what you tap here counts no more."
ENDORSE = ("omar@tunis: /endorse Tunis Readers (Tunisia)", "omar@tunis: [confirm]")


@asynccontextmanager
async def asked(
    root: Path, terms: str = MEMBERS, *more: str, people: str = "lina sami nour"
) -> AsyncIterator[Dialogue]:
    """Omar, who administers the group `tunis` of him and these people, has begun to ask it."""
    async with open_dialogue(root, write_port(root, endorsement=terms)) as d:
        d.platform.enter("omar", "tunis")
        for person in people.split():
            d.platform.enter(person, "tunis")
        await d.say(ENDORSE[0], *more, ENDORSE[1])
        yield d


def told(said: Iterable[Did], action: str = "send", chat: str = "@tunis") -> list[str]:
    return [did.text for did in said if (did.action, did.chat) == (action, chat)]


async def tap(d: Dialogue, button: str, *people: str) -> list[str]:
    """What each of them is told, alone."""
    answers = []
    for person in people:
        said = await d.say(f"{person}@tunis: [{button}]")
        (answer,) = [did for did in said if did.action == "notice"]
        assert not told(said)
        answers.append(answer.text)
    return answers


async def stands(d: Dialogue) -> str:
    """What the message says, once there was time to edit it."""
    await d.say("%advance 7s")
    return d.newest("@tunis", "agree").text


async def votes(d: Dialogue) -> list[tuple[str, str]]:
    found = await d.rows("SELECT presence, vote FROM votes ORDER BY presence, vote")
    return [(str(presence), str(vote)) for presence, vote in found]


async def test_members_agree_and_the_figure_is_published(tmp_path: Path) -> None:
    async with asked(tmp_path, MEMBERS, "omar@tunis: [figure]") as d:
        message = d.newest("@tunis", "agree")
        assert message.names == ("agree", "take_back", "object")
        assert "\u2068Tunis Readers\u2069\n\u2068Tunisia\u2069" in message.text
        assert "0 of 4 members agree so far.\nAt least 2 must agree by" in message.text
        assert "/read port" in message.text
        assert await d.counts() == Counts()
        assert (
            await tap(d, "agree", "lina", "sami")
            == ["Noted: you agree. You can take that back until it's decided."] * 2
        )
        said = await d.say("%advance 7d")
        assert told(said, "edit")[-1] == (
            "The members agreed to endorse “\u2068Open the port\u2069”.\n2 of 4 members agreed"
        )
        assert told(said)[0].startswith("Recorded: #1 \u2068Tunis Readers\u2069")
        card = d.newest("@admins", "verify").text
        assert "Vote: 2 of 4 members agreed (needed: 2)" in card
        assert "Asked by: \u2068omar\u2069" in card
        assert not await d.rows("SELECT 1 FROM votes UNION ALL SELECT 1 FROM proposals")
        await d.say("zaid@admins: /verify 1")
        assert await d.rows("SELECT public_mandate FROM endorsements") == [(None,)]
        await d.say("%advance 11m")
        assert await d.rows("SELECT public_mandate FROM endorsements") == [("2/4",)]
        assert (
            "Readers\u2069 · \u2068Tunisia\u2069 · 2 of 4 members agreed"
            in (await d.answer("amal: /signatories")).text
        )
        (file,) = [did for did in await d.say("zaid@admins: /export") if did.action == "file"]
        assert file.content is not None
        assert file.content.decode().splitlines()[1].endswith(",2/4,")


async def test_too_few_agree_in_time(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina")
        said = await d.say("%advance 7d")
        outcome = (
            "This group doesn't endorse “\u2068Open the port\u2069”: too few members agreed.\n"
            "1 of 4 members agreed\nNeeded: 2"
        )
        assert (told(said), told(said, "edit")[-1:]) == ([outcome], [outcome])
        assert await d.counts() == Counts()
        assert not await votes(d)
        # Nothing stands in the way of asking again.
        assert (await d.say(ENDORSE[0]))[0].names[0] == "confirm"


MARK = "is no administrator of the group any more"


async def test_the_mark_is_also_of_who_alone_was_enough(d: Dialogue) -> None:
    await d.say(*ENDORSE)
    assert MARK not in d.newest("@admins").text
    await d.receive(Demoted(d.origin("lina", "tunis")))
    assert MARK not in d.newest("@admins").text
    await d.receive(Demoted(d.origin("omar", "tunis")))
    assert MARK in d.newest("@admins").text
    assert (await d.counts()).pending == 1


async def test_a_vote_counts_once_and_an_objection_until_it_is_taken_back(tmp_path: Path) -> None:
    """The message is edited every few seconds, however many tap."""
    async with asked(tmp_path) as d:
        assert "is being asked already" in (await d.answer(ENDORSE[0])).text
        await tap(d, "agree", "lina", "sami", "nour")
        assert await tap(d, "agree", "lina") == ["You've agreed already. It counts once."]
        assert not await d.say("%advance 3s")
        (edit,) = await d.say("%advance 4s")
        assert "3 of 4 members agree so far." in edit.text
        await tap(d, "take_back", "lina")
        nothing = "There's nothing to take back: you've neither agreed nor objected."
        assert await tap(d, "take_back", "lina", "omar") == [nothing] * 2
        assert await tap(d, "object", "lina") == [ADMINISTRATORS]
        d.platform.promote("nour", "tunis")
        await tap(d, "object", "nour")
        text = await stands(d)
        assert "1 of 4 members agrees so far." in text
        assert "An administrator objects." in text
        # Who administers it no more objects to nothing.
        d.platform.demote("nour", "tunis")
        await d.receive(Demoted(d.origin("nour", "tunis")))
        assert "objects" not in await stands(d)
        await tap(d, "agree", "nour")
        await tap(d, "object", "omar")
        said = await d.say("%advance 7d")
        assert "an administrator objected.\n2 of 4 members agreed" in told(said)[0]
        assert await d.counts() == Counts()


@pytest.mark.parametrize(
    ("when", "event"), [("asked", Gone), ("waits", Demoted), ("verified", Demoted)]
)
async def test_who_asked_loses_the_right(
    tmp_path: Path, when: str, event: type[Demoted | Gone]
) -> None:
    """A mark, and nothing else."""
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        lost = event(d.origin("omar", "tunis"))
        if when == "asked":
            await d.receive(lost)
        await d.say("%advance 7d")
        assert (MARK in d.newest("@admins").text) == (when == "asked")
        if when == "verified":
            await d.say("zaid@admins: [verify]")
        if when != "asked":
            await d.receive(lost)
        assert MARK in d.newest("@admins", "reject").text
        assert (await d.counts()).pending == (when != "verified")
        if when == "verified":
            await d.say("%advance 11m")
            assert (await d.counts()).verified == 1
            assert MARK not in (await d.say("zaid@admins: /show 1"))[0].text


async def test_who_leaves_is_not_counted_and_who_comes_later_does_not_vote(tmp_path: Path) -> None:
    async with asked(tmp_path, people="lina sami nour rami") as d:
        await tap(d, "agree", "lina", "sami")
        # Told twice, as a platform may.
        await d.receive(*[Gone(d.origin("lina", "tunis")) for _ in "12"])
        assert "1 of 4 members agrees so far.\nAt least 2 must agree" in await stands(d)
        d.platform.enter("salma", "tunis")
        for late in ("lina", "salma"):
            await d.receive(*[Entered(d.origin(late, "tunis")) for _ in "12"])
        later = "You came into this group after I had asked, so you can't vote on this."
        assert await tap(d, "agree", "lina", "salma") == [later] * 2
        # To forget that one has come late does not help; whose vote it is, takes it along.
        for person in ("salma", "sami", "omar"):
            await d.say(f"{person}: /forget", f"{person}: [confirm]")
        assert await tap(d, "agree", "salma") == [later]
        # Who came before it, and is told of late, is no newcomer.
        early = replace(d.origin("rami", "tunis"), at=d.platform.now() - dt.timedelta(hours=1))
        await d.receive(Entered(early))
        assert "You've voted" in (await d.say("nour@tunis: [agree]", "nour: /mydata"))[0].text
        await tap(d, "agree", "rami")
        await d.say("%advance 7d")
        card = d.newest("@admins").text
        assert "Vote: 2 of 4 members agreed" in card
        assert "Asked by" not in card


async def test_buttons_of_others_and_elsewhere_do_nothing(tmp_path: Path) -> None:
    """A stranger, another chat, another message, another token; the same press told again."""
    async with asked(tmp_path) as d:
        message = d.newest("@tunis", "agree")
        data = message.data["agree"]
        d.platform.enter("lina", "there")
        said = await d.receive(
            d.press("stranger", message.number, data, "tunis"),
            d.press("lina", message.number, data, "there"),
            d.press("lina", message.number - 1, data, "tunis"),
            d.press("lina", message.number, "b:forged:agree", "tunis"),
            d.press("lina", message.number, f"{data}x", "tunis"),
        )
        assert "Only the members of this group can do that." in {did.text for did in said}
        assert [did.action for did in said] == ["notice"] * 5
        assert not await votes(d)
        press = d.press("lina", message.number, data, "tunis", id_="once")
        await d.receive(press)
        await d.receive(press, press)
        assert await votes(d) == [("there", "agrees")]


async def test_a_quorum_that_nobody_can_reach(tmp_path: Path) -> None:
    async with asked(tmp_path, "  mandate: members\n  quorum: 5\n") as d:
        assert any("agree, and this group has 4." in did.text for did in d.did)
        assert not await d.rows("SELECT 1 FROM proposals")


async def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    more = ("omar@tunis: [figure]", "omar@tunis: [no_figure]")
    async with asked(tmp_path, MEMBERS, *more) as d:
        await tap(d, "agree", "lina")
        await d.kill()
        await d.start()
        await tap(d, "agree", "sami")
        assert "2 of 4 members agree" in await stands(d)
        await d.restart()
        assert "Recorded: #1" in told(await d.say("%advance 7d"))[0]
        await d.restart()
        assert await d.counts() == Counts(pending=1)
        # The figure is public only where the group wants that.
        await d.say("zaid@admins: /verify 1", "%advance 11m")
        assert "agreed" not in (await d.answer("amal: /signatories")).text


async def test_two_administrators_do_not_agree(tmp_path: Path) -> None:
    async with asked(tmp_path, TWO) as d:
        d.platform.promote("lina", "tunis")
        assert "an administrator objected." in told(await d.say("lina@tunis: [object]"))[0]
        lapsed = (
            "This group hasn't endorsed “\u2068Open the port\u2069”: no second administrator "
            "agreed in time."
        )
        await d.say(*ENDORSE)
        assert told(await d.say("%advance 7d")) == [lapsed]
        # Nobody would know any more who the other one must be.
        await d.say(*ENDORSE)
        (said,) = told(await d.say("omar: /forget", "omar: [confirm]"))
        assert said.endswith("whoever asked for it has taken that back.")
        assert await d.counts() == Counts()


async def test_the_text_changes_meanwhile(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami", "nour")
        change_text(tmp_path / "statements")
        said = await d.say("zaid@admins: /reload")
        assert told(said)[0].startswith("The text of “\u2068Open the port\u2069” has changed")
        assert not await votes(d)
        await d.say("%advance 7d")
        assert await d.counts() == Counts()


async def test_it_ends_before_signing_does_though_nobody_looks(tmp_path: Path) -> None:
    """The bot is away at the deadline, and signing has closed when it comes back."""
    closes = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date()
    async with asked(tmp_path, f"{MEMBERS}  closes: {closes}\n") as d:
        await tap(d, "agree", "lina", "sami")
        await d.kill()
        d.platform.advance(dt.timedelta(days=30))
        await d.start()
        said = await d.say("sami: /sign port")
        assert "Signing has closed." in told(said, chat="sami")[0]
        assert await d.counts() == Counts(pending=1)


async def test_signing_is_paused_at_the_deadline(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        await d.say("zaid@admins: /close port")
        assert not told(await d.say("%advance 7d"))
        assert await tap(d, "take_back", "lina") == [OVER]
        # At once: else who asks again meanwhile would hear that it is asked already.
        assert "Recorded: #1" in told(await d.say("zaid@admins: /open port"))[0]


async def test_it_is_paused_for_too_long(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        await d.say("zaid@admins: /close port", "%advance 7d")
        (said,) = told(await d.say("%advance 8d"))
        assert "but it can't be recorded:\n\nThe organisers have paused signing." in said
        assert not await votes(d)


async def voted(d: Dialogue) -> int:
    return len(await d.rows("SELECT 1 FROM adapter_memos WHERE kind = 'voted'"))


async def test_the_bot_is_removed(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        # What an adapter keeps so that a reaction can be taken away goes with the vote.
        message = d.newest("@tunis", "agree").number
        async with d.database.unit() as unit:
            await unit.memos.write(NAME, [Memo(VOTED, "one", json.dumps([f"message {message}"]))])
        assert await voted(d) == 1
        out = io.BytesIO()
        async with d.database._engine.connect() as connection:
            await connection.run_sync(dump, out)
        assert b'"voted"' not in out.getvalue()
        await d.receive(Left(d.origin("omar", "tunis")))
        assert not await d.say("%advance 7d")
        assert await voted(d) == 0
        assert await d.counts() == Counts()
        assert not await d.rows("SELECT 1 FROM votes UNION ALL SELECT 1 FROM proposals")


async def test_who_presses_shows_that_the_bot_is_there_again(tmp_path: Path) -> None:
    """Once it could not write to the group, and nothing has said that it can."""
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina")
        async with d.database.unit() as unit:
            (proposal,) = await unit.proposals.all()
            await membership.note_left(unit, proposal.chat)
        await tap(d, "agree", "sami")
        assert "Recorded: #1" in told(await d.say("%advance 7d"))[0]
        assert "I couldn't see who came" in d.newest("@admins").text


async def test_the_statement_is_gone(tmp_path: Path) -> None:
    """No command that leads nowhere is named."""
    async with asked(tmp_path) as d:
        write_port(tmp_path, name="other")
        shutil.rmtree(tmp_path / "statements" / "port")
        (said,) = told(await d.say("zaid@admins: /reload"))
        assert said.endswith("can't be endorsed any more, so what I asked here is over.")


async def test_its_platform_is_away_while_it_runs(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        away = copy(d.bot.campaign)
        away.adapters = {}
        async with d.database.unit() as unit:
            (proposal,) = await unit.proposals.all()
            await look_at(unit, away, proposal, d.platform.now())
            # Looked at again, not in a loop.
            due = await unit.jobs.when(JobKey(JobKind.MANDATE, str(proposal.id)))
            assert due is not None
            assert due > d.platform.now()
            await look_at(unit, away, proposal, proposal.until)
            assert await unit.proposals.all() == []


async def test_the_bot_comes_back_in_time(tmp_path: Path) -> None:
    """What it did not see is said on the card."""
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        await d.receive(Left(d.origin("omar", "tunis")), Joined(d.origin("omar", "tunis")))
        await tap(d, "agree", "nour")
        await d.say("%advance 7d")
        card = d.newest("@admins").text
        assert "Vote: 3 of 4 members agreed" in card
        assert "I couldn't see who came into the group and left" in card


async def test_the_group_goes_on_under_another_key(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina")
        there = d.platform.group("there")
        for person in ("omar", "lina", "sami", "nour"):
            d.platform.enter(person, "there")
        to = ChatRef(NAME, str(there.id))
        await d.receive(Left(d.origin("omar", "tunis")), Moved(d.origin("omar", "tunis"), to))
        # Whoever was in the old one has not come anew, and nobody leaves the vote with it.
        await d.receive(Entered(d.origin("nour", "there")), Gone(d.origin("lina", "tunis")))
        old = d.newest("@tunis", "agree")
        (answer,) = await d.receive(d.press("sami", old.number, old.data["agree"], "there"))
        assert answer.text.startswith("Noted: you agree")
        (answer,) = await d.receive(d.press("nour", old.number, old.data["agree"], "there"))
        assert answer.text.startswith("You came into this group after I had asked")
        said = await d.say("%advance 7d")
        assert told(said, chat="@there")[-1].startswith("Recorded: #1")
        card = d.newest("@admins").text
        assert "Vote: 2 of 4 members agreed" in card
        assert "couldn't see" not in card


async def crowd(d: Dialogue, count: int) -> None:
    """So many members vote in one moment, every third of them twice."""
    message = d.newest("@tunis", "agree")
    group = d.platform.group("tunis")
    people = [f"member{n}" for n in range(count)]
    for person in people:
        d.platform.person(person)
        group.members.append(person)
    presses = [
        d.press(person, message.number, message.data["agree"], "tunis")
        for person in (*people, *people[::3])
    ]
    begun = d.platform.now()
    said = await d.receive(*presses)
    texts = [did.text for did in said if did.action == "notice"]
    assert texts.count("Noted: you agree. You can take that back until it's decided.") == count
    assert len(texts) == len(presses)
    edits = [did for did in said if did.action != "notice"]
    assert len(edits) <= (d.platform.now() - begun) / EVERY + 1


@pytest.mark.parametrize("count", [20, pytest.param(1000, marks=pytest.mark.soak)])
async def test_many_vote_at_once(tmp_path: Path, count: int) -> None:
    async with asked(
        tmp_path,
        f"  mandate: members\n  quorum: {count}\n",
        people=" ".join(f"other{n}" for n in range(count)),
    ) as d:
        await crowd(d, count)
        assert await votes(d) == [("there", "agrees")] * count
        assert f"{count:,} of {count + 1:,} members agree" in await stands(d)
        assert "Recorded: #1" in told(await d.say("%advance 7d"))[0]


async def test_two_administrators(tmp_path: Path) -> None:
    async with asked(tmp_path, TWO) as d:
        message = d.newest("@tunis", "agree")
        assert message.names == ("agree", "object")
        assert "Another administrator has to agree by" in message.text
        assert await tap(d, "agree", "omar", "lina") == [
            "You asked for this yourself. Another administrator has to agree.",
            ADMINISTRATORS,
        ]
        d.platform.promote("lina", "tunis")
        await d.say("zaid@admins: /close port")
        (answer,) = await tap(d, "agree", "lina")
        assert answer.startswith("The organisers have paused signing.")
        await d.say("zaid@admins: /open port")
        said = await d.say("lina@tunis: [agree]")
        assert told(said)[0].startswith("Recorded: #1")
        assert told(said, "edit") == [
            "Two administrators agreed to endorse “\u2068Open the port\u2069”."
        ]
        card = d.newest("@admins").text
        assert "Asked by: \u2068omar\u2069\nSecond administrator: \u2068lina\u2069" in card
        await d.receive(Demoted(d.origin("lina", "tunis")))
        assert MARK in d.newest("@admins").text
        # Told again it changes nothing.
        before = await d.rows("SELECT version FROM endorsements")
        await d.receive(Demoted(d.origin("omar", "tunis")))
        assert await d.rows("SELECT version FROM endorsements") == before
        await d.say("zaid@admins: /verify 1", "%advance 11m")
        assert await d.rows("SELECT public_mandate FROM endorsements") == [(None,)]
        # What said that it is recorded says what has become of it.
        assert d.newest("@tunis", "news").text.startswith("Verified: #1")
        # Under another text others ask and agree; of a group that stands nobody stays known.
        change_text(tmp_path / "statements")
        await d.say("zaid@admins: /reload", "zaid@admins: [new]")
        await d.say("lina@tunis: /endorse", "lina@tunis: [confirm]")
        (done,) = told(await d.say("omar@tunis: [agree]"))
        assert done == "Done. #1 now stands under the new text of “\u2068Open the port\u2069”."
        async with d.database.unit() as unit:
            record = await unit.endorsements.get(Number(1))
        details = record.details if record else None
        assert details is not None
        assert details.mandate == Mandate(Mode.TWO)
        assert (details.asker, details.asked_by) == (None, None)


async def test_another_text_takes_another_vote(tmp_path: Path) -> None:
    async with asked(tmp_path, MEMBERS, "omar@tunis: [figure]") as d:
        await tap(d, "agree", "lina", "sami")
        await d.say("%advance 7d", "zaid@admins: /verify 1", "%advance 11m")
        change_text(tmp_path / "statements")
        await d.say("zaid@admins: /reload", "zaid@admins: [new]")
        before = await d.rows("SELECT digest FROM endorsements")
        await d.say("omar@tunis: /endorse")
        await d.say("omar@tunis: [confirm]")
        assert await d.rows("SELECT digest FROM endorsements") == before
        await tap(d, "agree", "lina", "sami", "nour")
        await d.say("%advance 7d")
        assert await d.rows("SELECT digest FROM endorsements") != before
        assert (await d.counts()).verified == 1


async def test_the_disk_holds_nobody_in_clear_and_nobody_afterwards(tmp_path: Path) -> None:
    async with asked(tmp_path) as d:
        await tap(d, "agree", "lina", "sami")
        names = ["Tunis Readers", "omar"]
        ids = ids_of(d.platform)
        tags = [str(tag.hex()) for (tag,) in await d.rows("SELECT member_tag FROM votes")]
        assert len(tags) == 2
        assert hits(left_behind(tmp_path), [*names, *ids]) == []
        await d.say("%advance 7d")
        await d.stop()
        files = left_behind(tmp_path)
        assert hits(files, [*names, *ids]) == []
        database = files["data/undersigned.db"]
        assert not [tag for tag in tags if bytes.fromhex(tag) in database]
        assert plain_hits(files, tags) == []
        await d.start()
