"""Signing as a person: every way through the conversation, and everything that is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.counts import Counts
from bot.domain.endorsement import Details
from bot.domain.ids import Number
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

LRM, RLO, ZWSP, ZWNJ = "\u200e", "\u202e", "\u200b", "\u200c"
OLD = "That button no longer works."

TO_THE_NAME = ("amal: /sign", "amal: [confirm]")
TO_THE_AFFILIATION = (*TO_THE_NAME, "amal: Amal Haddad")
TO_THE_COUNTRY = (*TO_THE_AFFILIATION, "amal: [skip]")
TO_THE_VISIBILITY = (*TO_THE_COUNTRY, "amal: [skip]")
TO_THE_PREVIEW = (*TO_THE_VISIBILITY, "amal: [public]")
STEPS = {
    "consent": TO_THE_NAME[:1],
    "name": TO_THE_NAME,
    "affiliation": TO_THE_AFFILIATION,
    "country": TO_THE_COUNTRY,
    "visibility": TO_THE_VISIBILITY,
    "preview": TO_THE_PREVIEW,
}


async def row(d: Dialogue, columns: str) -> tuple[object, ...]:
    (found,) = await d.rows(f"SELECT {columns} FROM endorsements")
    return found


async def test_what_a_button_does_a_typed_command_does(d: Dialogue) -> None:
    """Also behind one of an older prompt, and never as the answer itself."""
    await d.say("amal: /sign")
    name = await d.answer("amal: /confirm")
    assert (name.action, "What's your name" in name.text) == ("send", True)
    assert "What's your name" in (await d.answer("amal: /skip")).text
    assert "your profession" in (await d.answer("amal: Amal Haddad")).text
    assert "Which country" in (await d.answer("amal: /skip")).text
    assert "Who may see your name?" in (await d.answer("amal: /skip")).text
    assert "what will be published" in (await d.answer("amal: /public")).text
    assert "Cancelled" in (await d.answer("amal: /cancel")).text
    assert await d.counts() == Counts()
    await d.say(*(line.replace("[", "/").replace("]", "") for line in TO_THE_PREVIEW))
    assert "Recorded. Your number is #1." in [
        did.text.split("\n")[0] for did in await d.say("amal: /confirm")
    ]
    assert await d.counts() == Counts(pending=1)
    assert "I haven't asked you anything" in (await d.answer("amal: /confirm")).text


@pytest.mark.parametrize("visibility", ["public", "organisers", "counted"])
async def test_sign(d: Dialogue, visibility: str) -> None:
    asked = await d.answer("amal: /sign")
    assert "You're about to sign “\u2068Open the port\u2069”" in asked.text
    assert {"confirm", "cancel"} <= set(asked.names)
    name = await d.answer("amal: [confirm]")
    assert (name.action, name.message) == ("edit", asked.message)
    assert "What's your name" in name.text
    assert "your profession" in (await d.answer("amal: Amal Haddad")).text
    assert "Which country" in (await d.answer("amal: Teacher")).text
    assert "Who may see your name?" in (await d.answer("amal: Tunisia")).text
    preview = await d.answer(f"amal: [{visibility}]")
    assert "Amal Haddad" in preview.text
    assert "Teacher" in preview.text
    assert (await d.counts()) == Counts()
    card, receipt = sorted(await d.say("amal: [confirm]"), key=lambda did: did.chat)
    assert card.text.startswith("#1 ")
    assert {"verify", "reject"} <= set(card.names)
    for shown in ("Amal Haddad", "Teacher", "Tunisia"):
        assert shown in card.text
    assert "Recorded. Your number is #1." in receipt.text
    assert "waiting to be verified" in receipt.text
    (digest,) = await row(d, "digest")
    assert str(digest)[:12] in receipt.text
    assert str(digest)[:12] not in preview.text
    assert receipt.names == ("news", "share", "mine", "delete")
    assert await row(d, "kind, status, visibility, language, country") == (
        "person",
        "pending",
        visibility,
        "en",
        "TN",
    )
    assert await d.counts() == Counts(pending=1)


async def test_what_is_published_is_shown_before(d: Dialogue) -> None:
    await d.already(*TO_THE_COUNTRY, "amal: Tunisia")
    preview = await d.answer("amal: [public]")
    published = "This is what will be published:\n\n\u2068Amal Haddad\u2069\n\u2068Tunisia\u2069"
    assert published in preview.text


async def test_a_restart_between_any_two_steps(d: Dialogue) -> None:
    for line in TO_THE_PREVIEW:
        await d.say(line)
        await d.restart()
    said = await d.say("amal: [confirm]")
    assert any("Recorded" in did.text for did in said)
    assert await d.counts() == Counts(pending=1)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", ["[cancel]", "/cancel", "cancel", "Cancel", " CANCEL "])
@pytest.mark.parametrize("step", STEPS)
async def test_cancel_at_each_step(d: Dialogue, step: str, way: str) -> None:
    await d.already(*STEPS[step])
    said = await d.answer(f"amal: {way}")
    assert said.text == "Cancelled. You haven't signed."
    assert said.names == ()
    assert await d.rows("SELECT count(*) FROM conversations") == [(0,)]
    assert "I didn't understand that" in (await d.answer("amal: Amal Haddad")).text
    assert "nothing to cancel" in (await d.answer("amal: /cancel")).text


async def test_every_step_has_a_cancel_button(d: Dialogue) -> None:
    for line in TO_THE_PREVIEW:
        assert "cancel" in (await d.answer(line)).names


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_what_buttons_do_is_typed_too(d: Dialogue, language: str) -> None:
    """By the name, which is the same in every language, and by what stands on the button."""
    await d.say(f"%lang amal {language}", "amal: /sign", "amal: confirm", "amal: Amal Haddad")
    await d.say("amal: SKIP")
    asked = d.newest("amal", "skip")
    label = asked.labels[asked.names.index("skip")]
    chosen = await d.answer(f"amal: {label}")
    preview = await d.answer(f"amal: {chosen.labels[chosen.names.index('organisers')]}")
    await d.say(f"amal: {preview.labels[preview.names.index('confirm')]}")
    assert await row(d, "visibility, country, language") == ("organisers", None, language)


@pytest.mark.parametrize("step", ["consent", "visibility", "preview"])
async def test_text_where_a_button_is_expected(d: Dialogue, step: str) -> None:
    said = await d.already(*STEPS[step])
    question = said[0]
    again = await d.answer("amal: why do you ask?")
    assert again.text.startswith("Tap one of the buttons")
    assert question.text in again.text
    assert again.names == question.names
    assert await d.counts() == Counts()
    await d.say("amal: [cancel]")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "typed",
    ["Tunisia", "تونس", "Tunisie", "Túnez", "Tunesien", "Тунис", "突尼斯", "tn", "🇹🇳", "TUNISIA"],
)
async def test_a_country_in_any_language(d: Dialogue, typed: str) -> None:
    await d.already(*TO_THE_COUNTRY, f"amal: {typed}", "amal: [public]", "amal: [confirm]")
    assert await row(d, "country") == ("TN",)


async def test_an_unknown_country(d: Dialogue) -> None:
    await d.already(*TO_THE_COUNTRY)
    said = await d.answer("amal: Atlantis " + "x" * 5000)
    assert "5,009 characters long, and 60 fit" in said.text
    assert len(said.text) < 500
    said = await d.answer("amal: Atlantis")
    assert "I don't know a country" in said.text
    assert "skip" in said.names
    await d.say("amal: [skip]", "amal: [public]", "amal: [confirm]")
    assert await row(d, "country") == (None,)


@pytest.mark.parametrize("way", ["[keep]", "Kurdistan", "keep as it is"])
async def test_a_place_that_is_no_country(d: Dialogue, way: str) -> None:
    await d.say(*TO_THE_COUNTRY, "amal: Kurdistan", f"amal: {way}")
    assert (
        "\u2068Amal Haddad\u2069\n\u2068Kurdistan\u2069" in (await d.answer("amal: [public]")).text
    )
    await d.say("amal: [confirm]")
    assert await row(d, "country") == (None,)
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(Number(1))
    assert record is not None
    assert record.details == Details(place="Kurdistan")


async def test_the_country_of_a_place_and_a_persons_own_word(d: Dialogue) -> None:
    await d.say(*TO_THE_COUNTRY, "amal: Baghdad, Iraq", "amal: [public]", "amal: [country]")
    preview = await d.answer("amal: Palestine")
    assert preview.text.split("\n")[5] == "\u2068Palestine\u2069"


async def test_the_affiliation_is_published_by_who_wants_it(d: Dialogue) -> None:
    await d.say(*TO_THE_AFFILIATION, "amal: Nurse", "amal: [skip]")
    assert "shown" in (await d.answer("amal: [public]")).names
    shown = "\u2068Amal Haddad\u2069, \u2068Nurse\u2069 (for identification only)"
    for way, is_shown in (("[shown]", True), ("/hidden", False), ("Show affiliation", True)):
        assert (shown in (await d.answer(f"amal: {way}")).text) == is_shown
    await d.say("amal: [confirm]")
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(Number(1))
    assert record is not None
    assert record.details == Details(affiliation="Nurse", affiliation_shown=True)


async def test_a_statement_that_shows_no_affiliations(tmp_path: Path) -> None:
    statements = write_port(tmp_path, endorsement="  affiliations: false\n")
    async with open_dialogue(tmp_path, statements) as d:
        asked = await d.say(*TO_THE_AFFILIATION)
        assert "Only they see it." in asked[0].text
        await d.say("amal: Nurse", "amal: [skip]")
        assert "shown" not in (await d.answer("amal: [public]")).names


@pytest.mark.parametrize("way", ["[{}]", "/{}", "{}", "Change {}"])
@pytest.mark.parametrize(
    ("field", "given"), [("name", "Amal H."), ("affiliation", "Nurse"), ("country", "Iraq")]
)
async def test_one_thing_is_changed_at_the_preview(
    d: Dialogue, way: str, field: str, given: str
) -> None:
    await d.already(*TO_THE_PREVIEW)
    asked = await d.answer(f"amal: {way.format(field)}")
    assert {"back", "cancel"} <= set(asked.names)
    preview = await d.answer(f"amal: {given}")
    assert f"\u2068{given}\u2069" in preview.text
    assert "confirm" in preview.names


async def test_back_through_all_questions_and_forth(d: Dialogue) -> None:
    await d.say(*TO_THE_AFFILIATION, "amal: Nurse", "amal: Tunisia")
    for way, step in (("[back]", 4), ("/back", 3), ("back", 2), ("‹ Back", 1)):
        assert f"Step {step} of 5" in (await d.answer(f"amal: {way}")).text
    assert "\u2068Amal Haddad\u2069" in (await d.answer("amal: [confirm]")).text
    await d.say("amal: [keep]", "amal: /keep", "amal: keep as it is")
    preview = await d.answer("amal: [public]")
    assert "\u2068Amal Haddad\u2069\n\u2068Tunisia\u2069\n\n" in preview.text
    assert "\u2068Nurse\u2069" in preview.text


async def test_reading_beside_a_draft(d: Dialogue) -> None:
    """The text opens in a message of its own, and its button goes on with the draft."""
    await d.already(*TO_THE_PREVIEW)
    preview = d.newest("amal", "confirm")
    cover = await d.answer("amal: [read]")
    assert (cover.action, cover.message != preview.message) == ("send", True)
    assert (await d.answer("amal: [next]")).message == cover.message
    again = await d.answer(f"amal: [{cover.message}:previous]")
    assert (again.message, "sign" in again.names) == (cover.message, True)
    assert d.now_showing("amal", preview.number) == preview
    resumed = await d.answer("amal: [sign]")
    assert (resumed.action, resumed.text) == ("send", preview.text)
    await d.say("amal: [confirm]")
    assert await d.counts() == Counts(pending=1)


async def test_a_prompt_stays_pressable_while_its_text_is_read(d: Dialogue) -> None:
    await d.already(*TO_THE_PREVIEW)
    preview = d.newest("amal", "confirm")
    await d.say("amal: [read]", "amal: [next]", f"amal: [{preview.message}:confirm]")
    assert await d.counts() == Counts(pending=1)


@pytest.mark.parametrize("way", ["[TN]", "tn", "Tunisia", "yes", "نعم", "oui", "Sí"])
async def test_a_slip_in_a_country(d: Dialogue, way: str) -> None:
    await d.say(*TO_THE_COUNTRY)
    said = await d.answer("amal: Tunsia")
    assert "Did you mean \u2068Tunisia\u2069?" in said.text
    assert dict(zip(said.names, said.labels, strict=True))["TN"] == "Tunisia"
    await d.say(f"amal: {way}", "amal: [public]", "amal: [confirm]")
    assert await row(d, "country") == ("TN",)


@pytest.mark.parametrize("way", ["[confirm]", "confirm", "Anna and Bert"])
async def test_an_odd_name_is_asked_about_once(d: Dialogue, way: str) -> None:
    await d.say(*TO_THE_NAME)
    said = await d.answer("amal: Anna and Bert")
    assert "names of two people" in said.text
    assert said.names == ("confirm", "back", "cancel")
    await d.restart()
    assert "your profession" in (await d.answer(f"amal: {way}")).text
    await d.say("amal: [skip]", "amal: [skip]", "amal: [public]")
    card, _ = sorted(await d.say("amal: [confirm]"), key=lambda did: did.chat)
    assert card.text.endswith("These may be the names of two people. Each person signs alone.")
    decided = await d.say("zaid@admins: [verify]")
    assert not any("two people" in did.text for did in decided)


async def test_an_odd_name_that_was_a_slip(d: Dialogue) -> None:
    await d.say(*TO_THE_NAME)
    assert "looks like an answer" in (await d.answer("amal: yes")).text
    assert "your profession" in (await d.answer("amal: Amal Haddad")).text


@pytest.mark.parametrize("name", ["Dockers' Union", "DOCKERS’ UNION", "نقابه عمال الميناء"])
async def test_a_group_under_the_name_of_an_issuer(d: Dialogue, name: str) -> None:
    await d.say(f"omar@tunis: /endorse {name}")
    said = await d.say("omar@tunis: [confirm]")
    (card,) = (did.text for did in said if did.chat == "@admins")
    assert card.endswith("An organisation that issued the statement has this name.")


BAD_NAMES = {
    "empty": ("   ", "That's empty"),
    "zero width": (ZWSP * 3, "can't see anything in that"),
    "joiners alone": (ZWNJ * 3, "can't see anything in that"),
    "hangul filler": ("\u3164", "can't see anything in that"),
    "combining alone": ("\u0301\u0301", "can't see anything in that"),
    "long": ("x" * 10_000, "10,000 characters"),
    "just too long": ("x" * 121, "121 characters"),
    "control": ("Amal\x07Haddad", "hidden characters"),
    "escape": ("Amal \x1b[31mHaddad", "hidden characters"),
    "marks in a pile": ("A" + "\u0336\u0315\u031b\u0300" * 2 + "mal", "too many marks"),
    "override": (f"Amal {RLO}daddaH", "turn the writing around"),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("step", ["name", "affiliation"])
@pytest.mark.parametrize("bad", BAD_NAMES)
async def test_a_name_that_cannot_be_published(d: Dialogue, step: str, bad: str) -> None:
    typed, why = BAD_NAMES[bad]
    await d.already(*STEPS[step])
    # As the platform delivers it: the console's lines would lose control characters.
    (said,) = await d.receive(d.message("amal", typed))
    assert why in said.text
    assert len(said.text) < 500
    assert "cancel" in said.names
    # The question stands again.
    (said,) = await d.receive(d.message("amal", "Amal Haddad"))
    assert why not in said.text


async def test_a_name_of_several_lines(d: Dialogue) -> None:
    await d.already(*TO_THE_NAME)
    for between in ("\n", "\r\n", "\u2028"):
        (said,) = await d.receive(d.message("amal", f"Amal{between}Haddad"))
        assert "more than one line" in said.text


async def test_a_name_is_kept_normalised(d: Dialogue) -> None:
    await d.already(*TO_THE_NAME)
    await d.receive(d.message("amal", f"  {LRM}Rene\u0301e \t  O'Brien "))
    await d.say("amal: [skip]", "amal: [skip]", "amal: [public]")
    card, _ = sorted(await d.say("amal: [confirm]"), key=lambda did: did.chat)
    assert "\u2068Renée O'Brien\u2069" in card.text


async def test_a_button_of_an_earlier_step(d: Dialogue) -> None:
    await d.already(*TO_THE_AFFILIATION)
    old = d.newest("amal", "skip")
    await d.say("amal: Teacher")
    assert (await d.answer(f"amal: [{old.message}:skip]")).text.startswith(OLD)
    assert (await d.answer(f"amal: [{old.message}:cancel]")).text.startswith(OLD)
    await d.say("amal: Tunisia", "amal: [public]", "amal: [confirm]")
    assert await d.counts() == Counts(pending=1)


async def test_a_button_pressed_twice(d: Dialogue) -> None:
    """Both presses were on their way before the first was handled."""
    await d.already(*TO_THE_PREVIEW)
    preview = d.newest("amal", "confirm")
    press = d.press("amal", preview.number, preview.data["confirm"])
    again = d.press("amal", preview.number, preview.data["confirm"])
    said = await d.receive(press, again)
    assert [did.text[:8] for did in said if did.chat == "amal"] == ["Recorded", OLD[:8]]
    assert await d.counts() == Counts(pending=1)


async def test_a_thousand_copies_of_one_press(d: Dialogue) -> None:
    """A platform that repeats the same event, within one delivery and over a restart."""
    await d.already(*TO_THE_PREVIEW)
    preview = d.newest("amal", "confirm")
    press = d.press("amal", preview.number, preview.data["confirm"], id_="the same")
    said = await d.receive(*[press] * 1000)
    assert sum("Recorded" in did.text for did in said) == 1
    assert await d.receive(press) == []
    await d.restart()
    assert await d.receive(press) == []
    assert await d.counts() == Counts(pending=1)
    # Forgotten after 14 days, when no platform repeats anything; its token is dead anyway.
    await d.say("%advance 16d")
    (said_later,) = await d.receive(press)
    assert said_later.text.startswith(OLD)
    assert await d.counts() == Counts(pending=1)


async def test_a_prompt_of_an_ended_conversation(d: Dialogue) -> None:
    await d.already(*TO_THE_PREVIEW)
    old = d.newest("amal", "confirm").message
    await d.say("amal: /cancel")
    assert (await d.answer(f"amal: [{old}:confirm]")).text.startswith(OLD)
    await d.say(*TO_THE_PREVIEW)
    assert (await d.answer(f"amal: [{old}:confirm]")).text.startswith(OLD)
    assert await d.counts() == Counts()


async def test_a_button_that_is_not_there(d: Dialogue) -> None:
    await d.say("amal: /start")
    for press in ("[confirm]", "[1:confirm]", "[999:confirm]", "[nonsense]"):
        said = await d.answer(f"amal: {press}")
        assert said.action == "notice"


async def test_commands_in_the_middle(d: Dialogue) -> None:
    await d.already(*TO_THE_NAME)
    await d.say("amal: /read", "amal: /help", "amal: /nonsense", "amal: [next]")
    assert "your profession" in (await d.answer("amal: Amal Haddad")).text


async def test_sign_begun_anew(d: Dialogue) -> None:
    await d.already(*TO_THE_PREVIEW)
    assert "You're about to sign" in (await d.answer("amal: /sign")).text
    await d.say("amal: [confirm]", "amal: Someone Else", "amal: [skip]", "amal: [skip]")
    preview = await d.answer("amal: [public]")
    assert "Someone Else" in preview.text
    assert "Amal Haddad" not in preview.text


async def test_conversations_of_two_people_side_by_side(d: Dialogue) -> None:
    for line in TO_THE_PREVIEW:
        await d.say(line, line.replace("amal", "rami").replace("Amal Haddad", "Rami Mansour"))
    await d.say("rami: [confirm]", "amal: [confirm]")
    cards = [did.text for did in d.did if did.chat == "@admins"]
    assert "Rami Mansour" in cards[0]
    assert "Amal Haddad" in cards[1]


async def test_already_signed(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    said = await d.answer("amal: /sign")
    assert "You've already signed this: #1" in said.text
    await d.say("zaid@admins: [verify]", "%advance 1h")
    assert "You've already signed this: #1" in (await d.answer("amal: /sign")).text
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_somebody_without_records(d: Dialogue) -> None:
    assert "haven't signed anything" in (await d.answer("amal: /mine")).text
    assert (await d.answer("amal: /withdraw")).text.startswith("There's nothing to withdraw.")
    await d.sign("rami", "Rami Mansour")
    foreign = await d.answer("amal: /withdraw 1")
    unknown = await d.answer("amal: /withdraw 7")
    assert foreign.text.replace("#1", "#7") == unknown.text
    assert "haven't signed anything" in (await d.answer("amal: /mine")).text


@pytest.mark.parametrize("command", ["sign", "read", "demands", "signatories", "share"])
async def test_an_unknown_statement_gets_the_list(tmp_path: Path, command: str) -> None:
    async with open_dialogue(tmp_path) as d:
        said = await d.answer(f"amal: /{command} nonsense")
        assert "There's no statement" in said.text
        assert said.names == ("iraq-2014", "open-library")
        assert "/" not in said.text
        # A button goes on with what was asked for.
        pressed = await d.answer("amal: [open-library]")
        assert pressed.text != said.text
        assert "Keep the Library Open" in pressed.text


@pytest.mark.parametrize("command", ["sign", "read", "share"])
async def test_an_unknown_statement_where_there_is_only_one(d: Dialogue, command: str) -> None:
    """Its name may be left out; another name is as unknown as anywhere."""
    said = await d.answer(f"amal: /{command} nonsense")
    assert "There's no statement" in said.text
    assert said.names == ("port",)
    assert "Open the port" in (await d.answer("amal: [port]")).text


async def test_an_unknown_command(d: Dialogue) -> None:
    assert "/withdraw" in (await d.answer("amal: /withdrow")).text
    assert "Did you mean" not in (await d.answer("amal: /zzzzzzzzzz")).text


async def test_a_demand_that_is_not_there(d: Dialogue) -> None:
    for typed in ("99", "0", "-1", "x", "9" * 50):
        said = await d.answer(f"amal: /demands port {typed}")
        assert "There's no demand" in said.text
        assert "3 demands" in said.text
    assert "Keep it open." in (await d.answer("amal: /demands port 2")).text
