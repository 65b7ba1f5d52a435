"""Who may do what: groups, the admin chat, and buttons that belong to somebody else."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.commands.catalogue import command_table
from bot.domain.counts import Counts
from bot.ports import Place
from tests.support.dialogue import Dialogue

OLD = "That button no longer works."
NOT_IN_THIS_GROUP = "Only an administrator of this group can do that."


async def test_a_member_cannot_endorse(d: Dialogue) -> None:
    await d.say("omar@tunis: hello everybody")
    said = await d.answer("lina@tunis: /endorse")
    assert said.text == NOT_IN_THIS_GROUP
    await d.say("omar@tunis: /endorse")
    pressed = await d.answer("lina@tunis: [confirm]")
    assert (pressed.action, pressed.text) == ("notice", NOT_IN_THIS_GROUP)
    assert await d.counts() == Counts()
    await d.say("%promote lina@tunis", "lina@tunis: [confirm]")
    assert await d.counts() == Counts(pending=1)


@pytest.mark.parametrize("who", ["omar", "lina"])
async def test_demoted_between_preview_and_confirm(d: Dialogue, who: str) -> None:
    await d.say("omar@tunis: hello", "%promote lina@tunis", f"{who}@tunis: /endorse")
    await d.say(f"%demote {who}@tunis")
    said = await d.answer(f"{who}@tunis: [confirm]")
    assert (said.action, said.text) == ("notice", NOT_IN_THIS_GROUP)
    assert await d.counts() == Counts()
    assert await d.rows("SELECT count(*) FROM endorsements") == [(0,)]


async def test_another_administrator_may_confirm(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse", "%promote lina@tunis", "lina@tunis: [confirm]")
    assert await d.counts() == Counts(pending=1)
    assert "Asked by: \u2068lina\u2069" in d.newest("@admins").text


async def test_confirming_by_a_command_takes_an_administrator(d: Dialogue) -> None:
    await d.say("omar@tunis: hello", "lina@tunis: hello")
    await d.say("omar@tunis: /endorse")
    assert (await d.answer("lina@tunis: /confirm")).text == NOT_IN_THIS_GROUP
    await d.say("%demote omar@tunis")
    assert (await d.answer("omar@tunis: /confirm")).text == NOT_IN_THIS_GROUP
    assert await d.counts() == Counts()
    await d.say("%promote lina@tunis")
    assert "Recorded: #1" in [did.text[:12] for did in await d.say("lina@tunis: /confirm")]
    assert await d.counts() == Counts(pending=1)


async def test_a_member_cannot_withdraw_or_cancel_for_the_group(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse", "omar@tunis: [confirm]")
    assert (await d.answer("lina@tunis: /withdraw")).text == NOT_IN_THIS_GROUP
    await d.say("omar@tunis: /withdraw")
    assert (await d.answer("lina@tunis: [confirm]")).text == NOT_IN_THIS_GROUP
    assert (await d.answer("lina@tunis: [cancel]")).text == NOT_IN_THIS_GROUP
    assert (await d.answer("lina@tunis: /cancel")).text == NOT_IN_THIS_GROUP
    assert await d.counts() == Counts(pending=1)
    await d.say("omar@tunis: [confirm]")
    assert (await d.answer("lina@tunis: [undo]")).text == NOT_IN_THIS_GROUP
    assert await d.counts() == Counts(withdrawn=1)


async def test_a_group_hears_nothing_that_was_not_for_the_bot(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse")
    preview = d.newest("@tunis").number
    assert await d.say("omar@tunis: let us talk") == []
    assert await d.say("lina@tunis: >9999 what?") == []
    # A reply to the preview is no confirmation.
    assert await d.say(f"omar@tunis: >{preview} wait, not yet") == []
    assert await d.say(f"lina@tunis: >{preview} yes!") == []
    assert await d.counts() == Counts()


async def test_a_reply_to_a_card_decides_and_undoes_nothing(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    card = d.newest("@admins").number
    await d.say(f"zaid@admins: >{card} I know her")
    assert await d.counts() == Counts(pending=1)
    await d.say("zaid@admins: [verify]", f"zaid@admins: >{card} thank you")
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_sign_in_a_group_gets_a_short_line(d: Dialogue) -> None:
    said = await d.answer("omar@tunis: /sign")
    assert "private chat" in said.text
    assert "\n" not in said.text
    assert said.names == ()


async def test_whether_somebody_signed_is_not_told_in_a_group(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    for line in ("/sign", "/mine", "/sign port"):
        texts = {(await d.answer(f"{who}@tunis: {line}")).text for who in ("amal", "rami")}
        assert len(texts) == 1


ADMIN_COMMANDS = sorted(c.name for c in command_table() if c.places == {Place.ADMIN})


@pytest.mark.parametrize("where", ["", "@tunis"])
async def test_admin_commands_elsewhere_are_unknown(d: Dialogue, where: str) -> None:
    """Byte for byte the answer of a command that does not exist, but for what it suggests."""
    await d.sign("amal", "Amal Haddad")
    assert {"pending", "verify", "reject", "stats", "reload", "close"} <= set(ADMIN_COMMANDS)
    unknown = (await d.answer(f"zaid{where}: /qqqqqqqqqqqq 1")).text
    suggesting = (await d.answer(f"zaid{where}: /reed 1")).text
    for name in ADMIN_COMMANDS:
        said = await d.answer(f"zaid{where}: /{name} 1")
        suggested = re.search(r"/\w+", said.text)
        assert suggested is not None
        assert said.text in {unknown, suggesting.replace("/read", suggested[0], 1)}
        if suggested[0] != "/help":
            assert suggested[0][1:] not in ADMIN_COMMANDS
    assert await d.counts() == Counts(pending=1)


async def test_help_lists_what_works_here(d: Dialogue) -> None:
    private = (await d.answer("amal: /help")).text
    group = (await d.answer("amal@tunis: /help")).text
    admin = (await d.answer("zaid@admins: /help")).text
    assert "/sign" in private
    assert "/sign" not in group.replace("/signatories", "")
    assert "/endorse" in group
    for name in ADMIN_COMMANDS:
        assert f"/{name}" in admin
        assert f"/{name}" not in private
        assert f"/{name}" not in group


async def test_only_the_exact_tuple_presses_a_card(d: Dialogue) -> None:
    """Every combination of chat, presser, message and token, and of the button's name."""
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    await d.say("omar@tunis: /endorse", "zaid@admins: good morning", "lina: /start")
    cards = {did.text[:2]: did for did in d.did if did.chat == "@admins" and did.text[:1] == "#"}
    first, second = cards["#1"], cards["#2"]
    preview = d.newest("@tunis", "confirm")
    private = d.newest("amal")
    rows = "SELECT number, status, sealed_window FROM endorsements ORDER BY number"
    before = await d.rows(rows)
    pairs = {
        "first": (first.number, first.data["verify"]),
        "second": (second.number, second.data["verify"]),
        "preview": (preview.number, preview.data["confirm"]),
    }
    messages = [message for message, _ in pairs.values()] + [private.number, 9999]
    data = [token for _, token in pairs.values()] + ["b:AAAAAAAAAAAAAAAAAAAAAA:verify", "b::", ""]
    # Nobody of these may decide: outsiders of the admin chat, a member of the group.
    await d.say("nour@tunis: hello")
    outsiders = ["lina", "nour", "omar"]
    pressed = 0
    for who, where in itertools.product(["zaid", *outsiders], ["admins", "tunis", "sfax", None]):
        home = {"admins": "zaid", "tunis": "omar"}.get(where or "") == who
        wrong = [
            pair
            for pair in itertools.product(messages, data)
            if not (
                home and pair in pairs.values() and (pair == pairs["preview"]) == (where == "tunis")
            )
        ]
        said = await d.receive(*(d.press(who, *pair, where) for pair in wrong))
        pressed += len(wrong)
        assert [did.action for did in said] == ["notice"] * len(wrong), (who, where)
    assert pressed > 450
    assert await d.rows(rows) == before
    # And each exact one passes.
    await d.receive(d.press("zaid", *pairs["first"], "admins"))
    await d.receive(d.press("zaid", *pairs["second"], "admins"))
    await d.receive(d.press("omar", *pairs["preview"], "tunis"))
    assert await d.counts() == Counts(pending=1, verified=2, persons=2)


async def test_a_name_that_is_on_no_button_does_nothing(d: Dialogue) -> None:
    """A client can send any data that begins with the token it was shown."""
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]", "omar@tunis: /endorse")
    card, preview = d.newest("@admins", "undo"), d.newest("@tunis", "confirm")
    for name in ("reply", "nonsense", "withdraw", "", "confirm:confirm", "undo:undo"):
        token = card.data["undo"].removesuffix("undo")
        await d.receive(d.press("zaid", card.number, f"{token}{name}", "admins"))
        token = preview.data["confirm"].removesuffix("confirm")
        await d.receive(d.press("omar", preview.number, f"{token}{name}", "tunis"))
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_the_second_admin_is_told_who_was_first(d: Dialogue) -> None:
    """Both saw the same card; their presses were on their way at the same time."""
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: hello", "lina@admins: hello")
    card = d.newest("@admins", "verify")
    said = await d.receive(
        d.press("zaid", card.number, card.data["verify"], "admins"),
        d.press("lina", card.number, card.data["verify"], "admins"),
    )
    notices = [did.text for did in said if did.action == "notice"]
    assert len(notices) == 2
    assert "#1 is verified" in notices[0]
    assert "has been decided" in notices[1]
    assert "zaid" in notices[1]
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_the_second_admin_who_types_is_told_who_was_first(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1")
    for line in ("/verify 1",):
        said = await d.answer(f"lina@admins: {line}")
        assert "#1 has been decided: verified, by \u2068zaid\u2069" in said.text
    await d.say("zaid@admins: /reject 1 after all")
    for line in ("/verify 1", "/reject 1", "/reject 1 me too"):
        said = await d.answer(f"lina@admins: {line}")
        assert "#1 has been decided: not accepted, by \u2068zaid\u2069" in said.text
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert "signer has withdrawn #1" in (await d.answer("lina@admins: /verify 1")).text


async def test_who_is_no_admin_any_more_decides_nothing(d: Dialogue) -> None:
    """The role is asked after the press, not when the card was shown."""
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: hello")
    card = d.newest("@admins", "verify")
    d.platform.demote("zaid", "admins")
    said = await d.receive(d.press("zaid", card.number, card.data["verify"], "admins"))
    assert [did.text for did in said] == [
        "Only an admin can do that. Being in this chat isn't enough."
    ]
    origin = d.message("zaid", "/verify 1", "admins")
    said = await d.receive(origin)
    assert [did.text for did in said] == [
        "Only an admin can do that. Being in this chat isn't enough."
    ]
    assert await d.counts() == Counts(pending=1)


async def test_commands_of_the_admin_chat(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour", "organisers")
    shown = (await d.say("zaid@admins: /show 1"))[-1]
    assert shown.text.startswith("#1 ")
    assert {"verify", "reject"} <= set(shown.names)
    said = await d.say("zaid@admins: /verify #1")
    assert any("#1 is verified" in did.text for did in said)
    await d.say("zaid@admins: /undo 1", "zaid@admins: /verify ١")
    assert await d.counts() == Counts(pending=1, verified=1, persons=1)
    await d.say("zaid@admins: /reject 2 nobody knows this person")
    assert await d.counts() == Counts(verified=1, rejected=1, persons=1)
    for bad in ("/verify", "/verify x", "/show", "/reject", "/undo 1.5", "/verify " + "9" * 40):
        answered = await d.answer(f"zaid@admins: {bad}")
        assert "Which number?" in answered.text
    for unknown in ("/verify 99", "/show 99", "/reject 99 x", "/undo 99", "/reject 99"):
        answered = await d.answer(f"zaid@admins: {unknown}")
        assert "There's no signature #99" in answered.text
    stats = await d.answer("zaid@admins: /stats")
    assert "verified: 1 (1 person)" in stats.text
    assert "not accepted: 1" in stats.text


async def test_a_reason_by_reply(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    asked = (await d.say("zaid@admins: [reject]"))[-1]
    assert "Why is #1 not accepted?" in asked.text
    assert await d.counts() == Counts(pending=1)
    said = await d.say(f"zaid@admins: >{asked.message} not the right person")
    assert any("not the right person" in did.text for did in said if did.chat == "amal")
    assert await d.counts() == Counts(rejected=1)


async def test_a_reason_too_long_can_be_given_again(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    asked = (await d.say("zaid@admins: [reject]"))[-1]
    too_long = await d.answer(f"zaid@admins: >{asked.message} " + "x" * 600)
    assert "600 characters" in too_long.text
    assert await d.counts() == Counts(pending=1)
    await d.say(f"zaid@admins: >{asked.message} shorter")
    assert await d.counts() == Counts(rejected=1)


async def test_two_admins_are_asked_for_a_reason_and_either_may_answer(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    first = (await d.say("zaid@admins: /reject 1"))[-1]
    await d.say("lina@admins: /reject 1")
    said = await d.say(f"zaid@admins: >{first.message} not the right person")
    assert said != []
    assert await d.counts() == Counts(rejected=1)
