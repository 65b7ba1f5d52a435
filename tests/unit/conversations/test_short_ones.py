"""The short conversations as the pure functions that they are: (state, input, view) -> turn."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from bot.commands.prompts import CONVERSATIONS
from bot.conversations import answer, choose, endorse, records
from bot.conversations.answer import Answering, WhichQuestion
from bot.conversations.endorse import Endorsing, View
from bot.conversations.records import Forgetting, Mending, Withdrawal, Withdrawing
from bot.conversations.stored import State, restore, store
from bot.conversations.transition import CANCEL, CONFIRM, Input, Pressed, Transition, Typed
from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.errors import NothingToWithdraw
from bot.domain.ids import Country, Digest, Language, Number, StatementId
from bot.services.questions import LONGEST
from bot.storage.questions import Question
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice
from tests.unit.conversations.test_sign import EN, PORT, REVISION, revision

SAY = Voice(EN)
FRESH = revision("Open it now.")
RECORD = Endorsement(
    number=Number(7),
    statement=StatementId("port"),
    signer=b"tag",
    kind=Kind.PERSON,
    status=Status.PENDING,
    visibility=Visibility.PUBLIC,
    language=Language("en"),
    digest=Digest("d" * 64),
    consent=1,
    country=None,
    hour=dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC),
    name="Amal",
    details=None,
    decision=None,
    route=None,
    undo_until=None,
    before=None,
    wants_updates=False,
    withdrawals=0,
    rejections=0,
)
GONE = Withdrawal(SAY, NothingToWithdraw())

ENDORSING = Endorsing(PORT, EN, REVISION.digest, "Tunis Readers", Country("TN"))
WITHDRAWING, FORGETTING = Withdrawing(Number(7)), Forgetting()
NAME, AFFILIATION = Mending(Number(7), "name"), Mending(Number(7), "affiliation")
ANSWERING = Answering(3)

ISSUERS = ("Dockers' Union", "نقابة المرفأ")
HERE, CHANGED = View(SAY, REVISION, ISSUERS), View(SAY, FRESH, ISSUERS)
RENEWED = dataclasses.replace(ENDORSING, digest=FRESH.digest)
CHOOSING = choose.Choosing("endorse", "Club of Tunis (Tunisia)")
NAMELESS = Endorsing(PORT, EN, REVISION.digest, "", None, asked="name")
NAME_ASKED = dataclasses.replace(ENDORSING, asked="name")
COUNTRY_ASKED = dataclasses.replace(ENDORSING, asked="country")


PREVIEW: ButtonNames = (["confirm"], ["name", "country"], ["cancel"])


def endorsing(**changes: Any) -> Endorsing:
    return dataclasses.replace(ENDORSING, **changes)


ASKED = Withdrawal(SAY, RECORD, "Open the port")
QUESTION = answer.View(SAY, Question(3, Number(7), "Who are you?", None))
ERASED = answer.View(SAY, None)
WHICH = WhichQuestion("In Sfax")
TWO = answer.Open(
    SAY,
    [Question(3, Number(7), "Which school?", None), Question(4, Number(9), "Which town?", None)],
)
NONE = answer.Open(SAY, [])

Step = Callable[[Any, Input, Any], Transition[Any]]
Row = tuple[Step, State, Input, object, State | None, bool, str]


def both(name: str) -> Iterator[Input]:
    """A button, and the ways to type it."""
    yield from (Pressed(name), Typed(name), Typed(f" {name.upper()} "))


STAYS, ACTS = False, True
# A step, from which state, given what, with which view; the new state (None: over), whether it
# acts, and how the text begins.
TABLE: list[Row] = [
    *((endorse.step, ENDORSING, g, HERE, ENDORSING, ACTS, "") for g in both("confirm")),
    *((endorse.step, ENDORSING, g, HERE, None, STAYS, "Cancelled.") for g in both("cancel")),
    (endorse.step, ENDORSING, Pressed("cancel"), CHANGED, None, STAYS, "Cancelled."),
    (endorse.step, ENDORSING, Pressed("confirm"), CHANGED, RENEWED, STAYS, "The text has changed"),
    (endorse.step, RENEWED, Pressed("confirm"), CHANGED, RENEWED, ACTS, ""),
    (endorse.step, ENDORSING, Pressed("public"), HERE, ENDORSING, STAYS, "Endorse “"),
    (endorse.step, ENDORSING, Typed("yes!"), HERE, ENDORSING, STAYS, "Endorse “"),
    (endorse.step, ENDORSING, Pressed("name"), HERE, NAME_ASKED, STAYS, "What's your organi"),
    (endorse.step, ENDORSING, Pressed("country"), HERE, COUNTRY_ASKED, STAYS, "Which country"),
    *((endorse.step, NAME_ASKED, g, HERE, ENDORSING, STAYS, "Endorse “") for g in both("back")),
    *((endorse.step, NAME_ASKED, g, HERE, None, STAYS, "Cancelled.") for g in both("cancel")),
    (endorse.step, NAME_ASKED, Typed(" A  B "), HERE, endorsing(name="A B"), STAYS, "Endorse “"),
    (endorse.step, NAME_ASKED, Typed("a\nb"), HERE, NAME_ASKED, STAYS, "That's more than"),
    (endorse.step, NAME_ASKED, Pressed("confirm"), HERE, ENDORSING, STAYS, "Endorse “"),
    (endorse.step, NAMELESS, Pressed("back"), HERE, NAMELESS, STAYS, "What's your organisation"),
    *(
        (endorse.step, COUNTRY_ASKED, Typed(typed), HERE, state, STAYS, "Endorse “")
        for typed, state in (
            ("Irak", endorsing(country=Country("IQ"))),
            ("Baghdad, Iraq", endorsing(country=Country("IQ"))),
            ("العراق", endorsing(country=Country("IQ"))),
            ("Kurdistan", endorsing(country=None, place="Kurdistan")),
            ("Tunisai", endorsing(country=None, place="Tunisai")),
            ("skip", endorsing(country=None)),
        )
    ),
    (
        endorse.step,
        endorsing(country=None, place="Tunisai"),
        Pressed("TN"),
        HERE,
        ENDORSING,
        STAYS,
        "Endorse “",
    ),
    (endorse.step, COUNTRY_ASKED, Typed("a\nb"), HERE, COUNTRY_ASKED, STAYS, "That's more than"),
    (endorse.step, COUNTRY_ASKED, Pressed("back"), HERE, ENDORSING, STAYS, "Endorse “"),
    *((records.withdraw, WITHDRAWING, g, ASKED, WITHDRAWING, ACTS, "") for g in both("confirm")),
    *((records.withdraw, WITHDRAWING, g, ASKED, None, STAYS, "Cancelled.") for g in both("cancel")),
    (records.withdraw, WITHDRAWING, Typed("no"), ASKED, WITHDRAWING, STAYS, "Withdraw #7 under"),
    (records.withdraw, WITHDRAWING, Pressed("undo"), ASKED, WITHDRAWING, STAYS, "Withdraw #7"),
    (records.withdraw, WITHDRAWING, Pressed("cancel"), GONE, None, STAYS, "Cancelled."),
    (records.withdraw, WITHDRAWING, Pressed("confirm"), GONE, None, STAYS, "There's nothing to"),
    (records.withdraw, WITHDRAWING, Typed("what?"), GONE, None, STAYS, "There's nothing to"),
    *((records.mend, NAME, g, SAY, None, STAYS, "Nothing has changed") for g in both("cancel")),
    (
        records.mend,
        NAME,
        Typed("  Amal  H. "),
        SAY,
        dataclasses.replace(NAME, value="Amal H."),
        ACTS,
        "",
    ),
    (
        records.mend,
        AFFILIATION,
        Typed("Nurse"),
        SAY,
        dataclasses.replace(AFFILIATION, value="Nurse"),
        ACTS,
        "",
    ),
    (records.mend, NAME, Typed("Confirm"), SAY, Mending(Number(7), "name", "Confirm"), ACTS, ""),
    (records.mend, NAME, Typed(" "), SAY, NAME, STAYS, "That's empty."),
    (records.mend, NAME, Typed("x" * 121), SAY, NAME, STAYS, "That's 121"),
    (
        records.mend,
        AFFILIATION,
        Typed("a\nb"),
        SAY,
        AFFILIATION,
        STAYS,
        "That's more than one line",
    ),
    (records.mend, NAME, Pressed("confirm"), SAY, NAME, STAYS, "What's the right name?"),
    (records.mend, AFFILIATION, Pressed("x"), SAY, AFFILIATION, STAYS, "What's the right aff"),
    *((records.forget, FORGETTING, g, SAY, FORGETTING, ACTS, "") for g in both("confirm")),
    *((records.forget, FORGETTING, g, SAY, None, STAYS, "Nothing was") for g in both("cancel")),
    (records.forget, FORGETTING, Typed("yes"), SAY, FORGETTING, STAYS, "Tap one"),
    (records.forget, FORGETTING, Pressed("undo"), SAY, FORGETTING, STAYS, "Tap one"),
    (
        answer.step,
        ANSWERING,
        Typed(" It is\n me. "),
        QUESTION,
        dataclasses.replace(ANSWERING, text="It is me."),
        ACTS,
        "",
    ),
    *((answer.step, ANSWERING, g, QUESTION, None, STAYS, "Cancelled.") for g in both("cancel")),
    (answer.step, ANSWERING, Pressed("answer"), QUESTION, ANSWERING, STAYS, "Type your"),
    (answer.step, ANSWERING, Typed("me"), ERASED, None, STAYS, "This question isn't open"),
    (answer.step, ANSWERING, Typed("x" * (LONGEST + 1)), QUESTION, None, STAYS, "That's 501"),
    *(
        (answer.choose, WHICH, g, TWO, dataclasses.replace(WHICH, question=4), ACTS, "")
        for g in (Pressed("#9"), Typed("#9"), Typed(" 9 "))
    ),
    *((answer.choose, WHICH, g, TWO, None, STAYS, "Cancelled.") for g in both("cancel")),
    (answer.choose, WHICH, Typed("the other"), TWO, WHICH, STAYS, "Which question"),
    (answer.choose, WHICH, Pressed("#8"), TWO, WHICH, STAYS, "Which question"),
    (answer.choose, WHICH, Pressed("#9"), NONE, None, STAYS, "This question isn't open"),
    (choose.step, CHOOSING, Pressed("confirm"), SAY, None, STAYS, "I haven't asked you anything"),
]


@pytest.mark.parametrize(("step", "state", "given", "view", "to", "acts", "said"), TABLE)
def test_step(
    step: Step,
    state: State,
    given: Input,
    view: object,
    to: State | None,
    acts: bool,
    said: str,
) -> None:
    transition = step(state, given, view)
    assert (transition.state, transition.act) == (to, acts)
    assert transition.text.plain.startswith(said)
    assert bool(transition.text.plain) != acts
    assert bool(transition.buttons) == (to is not None and not acts)


NAMED = [
    ("Tunis Readers", "Tunis Readers", None),
    ("Tunis  Readers (Tunisia)", "Tunis Readers", "TN"),
    ("Tunis Readers（تونس）", "Tunis Readers", "TN"),
    ("Tunis Readers (of books)", "Tunis Readers (of books)", None),
    ("(Tunisia)", "(Tunisia)", None),
]


@pytest.mark.parametrize(("typed", "name", "country"), NAMED)
def test_an_organisation_may_name_its_country(typed: str, name: str, country: str | None) -> None:
    shown = endorse.start(HERE, typed)
    code = None if country is None else Country(country)
    assert shown.state == Endorsing(PORT, EN, REVISION.digest, name, code)
    assert f"\u2068{name}\u2069" in shown.text.plain
    assert (shown.buttons, shown.act) == (PREVIEW, False)


@pytest.mark.parametrize(
    ("typed", "title", "said"),
    [
        ("x" * 121, "Tunis Readers", "That's 121"),
        ("\u202e(Tunisia", "Tunis Readers", "There are hidden characters"),
        ("", "", "What's your organisation called?"),
        ("", "Tunis\nReaders", "What's your organisation called?"),
    ],
)
def test_a_name_that_cannot_be_published_is_asked_for(typed: str, title: str, said: str) -> None:
    shown = endorse.start(HERE, typed, title)
    assert shown.state == NAMELESS
    assert shown.text.plain.startswith(said)
    assert "Reply to this message" in shown.text.plain
    assert shown.buttons == CANCEL
    answered = endorse.step(NAMELESS, Typed("Tunis Readers"), HERE)
    assert answered.state == endorsing(country=None)


def test_a_changed_text_is_shown_before_it_can_be_endorsed() -> None:
    shown = endorse.step(ENDORSING, Pressed("confirm"), CHANGED)
    assert "Tunis Readers" in shown.text.plain
    assert shown.buttons == PREVIEW


@pytest.mark.parametrize("name", ["DOCKERS’ UNION", "نقابة المرفأ"])
def test_who_takes_an_issuer_s_name_is_asked_once(name: str) -> None:
    shown = endorse.start(HERE, name)
    assert "An organisation that issued the statement has this name.\nIs it you?" in (
        shown.text.plain
    )
    assert endorse.step(shown.state or NAMELESS, Pressed("confirm"), HERE).act


def test_a_slip_in_a_country_is_a_button_and_can_be_kept() -> None:
    state = endorsing(country=None, place="Tunisai")
    shown = endorse.step(COUNTRY_ASKED, Typed("Tunisai"), HERE)
    assert "Did you mean \u2068Tunisia\u2069?" in shown.text.plain
    assert shown.buttons == (["TN"], *PREVIEW)
    assert endorse.step(state, Pressed("confirm"), HERE).act


def test_a_reply_to_a_question_is_its_answer_whatever_it_says() -> None:
    replied = answer.answered(ANSWERING, "cancel", QUESTION)
    assert (replied.state, replied.act) == (Answering(3, "cancel"), True)
    assert not answer.answered(ANSWERING, "cancel", ERASED).act


BEGUN: list[tuple[Transition[State], State, object]] = [
    (records.ask_to_withdraw(SAY, RECORD, "Open the port"), WITHDRAWING, CONFIRM),
    (records.ask_to_mend(SAY, NAME), NAME, CANCEL),
    (records.ask_to_mend(SAY, AFFILIATION), AFFILIATION, CANCEL),
    (records.ask_to_forget(SAY), FORGETTING, CONFIRM),
    (answer.start(ANSWERING, QUESTION), ANSWERING, CANCEL),
]


@pytest.mark.parametrize(("begun", "state", "buttons"), BEGUN)
def test_a_conversation_begins_with_a_question_and_its_buttons(
    begun: Transition[State], state: State, buttons: object
) -> None:
    assert (begun.state, begun.buttons, begun.act) == (state, buttons, False)
    assert begun.text.plain


STATES: list[State] = [
    ENDORSING,
    COUNTRY_ASKED,
    WITHDRAWING,
    NAME,
    AFFILIATION,
    FORGETTING,
    ANSWERING,
    WHICH,
    CHOOSING,
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_survives_being_stored(state: State) -> None:
    assert restore(store(state)) == state


def test_a_state_stored_before_values_were_typed_into_it_is_still_read() -> None:
    for state, left_out in ((NAME, b'"value":"",'), (ANSWERING, b'"text":"",')):
        stored = store(state)
        assert left_out in stored.state
        older = dataclasses.replace(stored, state=stored.state.replace(left_out, b""))
        assert restore(older) == state


def test_every_state_has_its_conversation() -> None:
    assert set(CONVERSATIONS) == set(get_args(State))
