"""The conversation of `sign` as the pure function that it is: (state, input) -> turn."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from bot.conversations import sign
from bot.conversations.draft import QUESTIONS, Signing, Step, View, ask, details
from bot.conversations.endorse import Endorsing
from bot.conversations.records import Withdrawing
from bot.conversations.stored import VERSION, State, restore, store
from bot.conversations.transition import Corrected, Input, Pressed, Typed
from bot.domain.digest import revision_digest
from bot.domain.endorsement import Visibility
from bot.domain.ids import Country, Digest, Language, MessageRef, Number, StatementId
from bot.statements.model import Revision
from bot.storage.conversations import StoredConversation
from bot.text.document import Document
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice

PORT, EN, AR = StatementId("port"), Language("en"), Language("ar")


def revision(text: str = "Open it.") -> Revision:
    digest = revision_digest(EN, "Open the port", "", text)
    return Revision(PORT, EN, "Open the port", "", text, digest, "", Document(()))


REVISION = revision()
VIEW = View(Voice(EN), REVISION)
FILLED = Signing(PORT, EN, REVISION.digest, Step.PREVIEW, "Amal", "Nurse", country=Country("TN"))
BACK = ("back", "cancel")
CHOICE = (("public",), ("organisers",), ("counted",))
BUTTONS: dict[Step, ButtonNames] = {
    Step.CONSENT: (("confirm", "read"), ("cancel",)),
    Step.NAME: (("keep",), BACK),
    Step.AFFILIATION: (("keep", "remove"), BACK),
    Step.COUNTRY: (("keep", "remove"), BACK),
    Step.VISIBILITY: (*CHOICE, BACK),
    Step.PREVIEW: (
        ("confirm", "read"),
        ("name", "affiliation"),
        ("country", "visibility"),
        ("updates", "cancel"),
    ),
}
"""Of a question that was answered before, and of a preview that shows no name."""


def at(step: Step, **changed: object) -> Signing:
    return dataclasses.replace(FILLED, step=step, **changed)  # type: ignore[arg-type]


Row = tuple[Step, Input, Step | None, dict[str, object]]
CHOICES: list[Row] = [
    (Step.VISIBILITY, given(name), Step.PREVIEW, {"visibility": Visibility(name)})
    for name in Visibility
    for given in (Pressed, Typed)
]
CHANGES: list[Row] = [
    (Step.PREVIEW, Pressed(field), field, {"then": Step.PREVIEW}) for field in QUESTIONS[1:]
]
CANCELS: list[Row] = [
    (step, given, None, {})
    for step in Step
    for given in (Pressed("cancel"), Typed("cancel"), Typed(" Cancel "))
]

# From a step, with an input, to a step (None: over) and what has changed on the way.
TABLE: list[Row] = [
    (Step.CONSENT, Pressed("confirm"), Step.NAME, {}),
    (Step.CONSENT, Typed("confirm"), Step.NAME, {}),
    (Step.CONSENT, Typed(" CONFIRM "), Step.NAME, {}),
    (Step.CONSENT, Typed("yes, I agree"), Step.CONSENT, {}),
    (Step.CONSENT, Pressed("public"), Step.CONSENT, {}),
    (Step.CONSENT, Typed("Yes"), Step.NAME, {}),
    (Step.CONSENT, Typed("oui"), Step.NAME, {}),
    (Step.CONSENT, Pressed("back"), Step.CONSENT, {}),
    (Step.NAME, Pressed("back"), Step.CONSENT, {}),
    (Step.NAME, Typed("Back"), Step.CONSENT, {}),
    (Step.NAME, Pressed("keep"), Step.AFFILIATION, {}),
    (Step.AFFILIATION, Pressed("back"), Step.NAME, {}),
    (Step.AFFILIATION, Pressed("keep"), Step.COUNTRY, {}),
    (Step.AFFILIATION, Pressed("remove"), Step.COUNTRY, {"affiliation": None}),
    (Step.COUNTRY, Typed("‹ Back"), Step.AFFILIATION, {}),
    (Step.COUNTRY, Pressed("keep"), Step.VISIBILITY, {}),
    (Step.COUNTRY, Pressed("remove"), Step.VISIBILITY, {"country": None}),
    (Step.VISIBILITY, Pressed("back"), Step.COUNTRY, {}),
    (Step.PREVIEW, Pressed("back"), Step.PREVIEW, {}),
    (Step.PREVIEW, Pressed("continue"), Step.PREVIEW, {}),
    (Step.NAME, Pressed("continue"), Step.NAME, {}),
    (Step.PREVIEW, Pressed("shown"), Step.PREVIEW, {}),
    *CHANGES,
    (Step.NAME, Typed("Rami"), Step.AFFILIATION, {"name": "Rami"}),
    (Step.NAME, Typed("  Rami  M. "), Step.AFFILIATION, {"name": "Rami M."}),
    (Step.NAME, Typed("skip"), Step.AFFILIATION, {"name": "skip"}),
    (Step.NAME, Typed("Confirm"), Step.AFFILIATION, {"name": "Confirm"}),
    (Step.NAME, Typed(""), Step.NAME, {}),
    (Step.NAME, Typed("Am\u200bal"), Step.AFFILIATION, {"name": "Amal"}),
    (Step.NAME, Typed("x" * 121), Step.NAME, {}),
    (Step.NAME, Pressed("skip"), Step.NAME, {}),
    (Step.NAME, Pressed("confirm"), Step.NAME, {}),
    (Step.AFFILIATION, Typed("Teacher"), Step.COUNTRY, {"affiliation": "Teacher"}),
    (Step.AFFILIATION, Pressed("skip"), Step.COUNTRY, {}),
    (Step.AFFILIATION, Typed("Skip"), Step.COUNTRY, {}),
    (Step.AFFILIATION, Typed("a\nb"), Step.AFFILIATION, {}),
    (Step.AFFILIATION, Pressed("confirm"), Step.AFFILIATION, {}),
    (Step.COUNTRY, Typed("Tunisia"), Step.VISIBILITY, {"country": "TN"}),
    (Step.COUNTRY, Pressed("skip"), Step.VISIBILITY, {}),
    (Step.COUNTRY, Pressed("public"), Step.COUNTRY, {}),
    (Step.COUNTRY, Typed("Sfax, Tunisia"), Step.VISIBILITY, {"country": "TN"}),
    (Step.COUNTRY, Pressed("IQ"), Step.VISIBILITY, {"country": "IQ"}),
    (Step.COUNTRY, Pressed("ZZ"), Step.COUNTRY, {}),
    *CHOICES,
    (Step.VISIBILITY, Typed("everybody"), Step.VISIBILITY, {}),
    (Step.VISIBILITY, Pressed("confirm"), Step.VISIBILITY, {}),
    (Step.PREVIEW, Typed("hm"), Step.PREVIEW, {}),
    (Step.PREVIEW, Pressed("public"), Step.PREVIEW, {}),
    # Where nothing may be excepted.
    (Step.PREVIEW, Pressed("except"), Step.PREVIEW, {}),
    *CANCELS,
]


@pytest.mark.parametrize(("step", "given", "to", "changed"), TABLE)
def test_step(step: Step, given: Input, to: Step | None, changed: dict[str, object]) -> None:
    transition = sign.step(at(step), given, VIEW)
    assert not transition.act
    assert transition.text.plain
    if to is None:
        assert transition.state is None
        return
    assert transition.state == at(to, **changed)
    is_public = transition.state.visibility is Visibility.PUBLIC
    shown = [("shown",)] if to is Step.PREVIEW and is_public else []
    assert [row for row in transition.buttons if row not in shown] == [*BUTTONS[to]]
    assert len(transition.buttons) == len(BUTTONS[to]) + len(shown)


ASKED = at(Step.NAME, unsure="Anna and Bert")


@pytest.mark.parametrize(
    ("given", "to", "name", "unsure"),
    [
        (Typed("Anna and Bert"), Step.AFFILIATION, "Anna and Bert", ""),
        (Typed(" Anna  and Bert "), Step.AFFILIATION, "Anna and Bert", ""),
        (Pressed("confirm"), Step.AFFILIATION, "Anna and Bert", ""),
        (Typed("Confirm"), Step.AFFILIATION, "Anna and Bert", ""),
        (Typed("yes"), Step.AFFILIATION, "Anna and Bert", ""),
        (Typed("نعم"), Step.AFFILIATION, "Anna and Bert", ""),
        (Typed("Anna Berg"), Step.AFFILIATION, "Anna Berg", ""),
        (Typed("no"), Step.NAME, "Amal", ""),
        (Pressed("back"), Step.NAME, "Amal", ""),
        (Typed("hello"), Step.NAME, "Amal", "hello"),
        (Typed("a\nb"), Step.NAME, "Amal", "Anna and Bert"),
        (Pressed("skip"), Step.NAME, "Amal", "Anna and Bert"),
        (Pressed("keep"), Step.NAME, "Amal", "Anna and Bert"),
    ],
)
def test_an_odd_name_is_kept_once_it_is_meant(
    given: Input, to: Step, name: str, unsure: str
) -> None:
    assert sign.step(at(Step.NAME), Typed("Anna and Bert"), VIEW).state == ASKED
    transition = sign.step(ASKED, given, VIEW)
    assert transition.state == at(to, name=name, unsure=unsure)
    assert transition.buttons == ((("confirm",), BACK) if unsure else BUTTONS[to])


NOWHERE = at(Step.COUNTRY, country=None)
KURDISTAN = dataclasses.replace(NOWHERE, unsure="Kurdistan")
TUNSIA = dataclasses.replace(NOWHERE, unsure="Tunsia")


@pytest.mark.parametrize(
    ("state", "given", "to", "changed"),
    [
        (NOWHERE, Typed("Kurdistan"), Step.COUNTRY, {"unsure": "Kurdistan"}),
        (KURDISTAN, Typed("kurdistan"), Step.VISIBILITY, {"place": "kurdistan"}),
        (KURDISTAN, Pressed("keep"), Step.VISIBILITY, {"place": "Kurdistan"}),
        (KURDISTAN, Typed("keep as it is"), Step.VISIBILITY, {"place": "Kurdistan"}),
        (KURDISTAN, Typed("yes"), Step.VISIBILITY, {"place": "Kurdistan"}),
        (KURDISTAN, Typed("exile"), Step.COUNTRY, {"unsure": "exile"}),
        (KURDISTAN, Typed("Iraq"), Step.VISIBILITY, {"country": "IQ"}),
        (KURDISTAN, Pressed("skip"), Step.VISIBILITY, {}),
        (KURDISTAN, Typed("Skip"), Step.VISIBILITY, {}),
        (KURDISTAN, Pressed("back"), Step.COUNTRY, {}),
        (NOWHERE, Typed("x" * 61), Step.COUNTRY, {}),
        (TUNSIA, Pressed("TN"), Step.VISIBILITY, {"country": "TN"}),
        (TUNSIA, Typed("sí"), Step.VISIBILITY, {"country": "TN"}),
        (TUNSIA, Typed("Oui"), Step.VISIBILITY, {"country": "TN"}),
        (TUNSIA, Typed("no"), Step.COUNTRY, {}),
        (TUNSIA, Typed("لا"), Step.COUNTRY, {}),
        (TUNSIA, Typed("TUNSIA"), Step.VISIBILITY, {"place": "TUNSIA"}),
        (
            at(Step.COUNTRY, country=None, place="Exile"),
            Typed("Iraq"),
            Step.VISIBILITY,
            {"country": "IQ"},
        ),
        (at(Step.COUNTRY, unsure="Exile"), Pressed("keep"), Step.VISIBILITY, {"place": "Exile"}),
    ],
)
def test_a_place_that_is_no_country_is_kept_by_who_insists(
    state: Signing, given: Input, to: Step, changed: dict[str, object]
) -> None:
    found = sign.step(state, given, VIEW).state
    assert found == at(to, **{"country": None, **changed})


@pytest.mark.parametrize(
    ("typed", "buttons"),
    [
        ("Tunsia", (("TN",), ("keep", "skip"), BACK)),
        ("Kurdistan", (("keep", "skip"), BACK)),
    ],
)
def test_a_typo_is_answered_with_what_was_probably_meant(typed: str, buttons: ButtonNames) -> None:
    turn = sign.step(NOWHERE, Typed(typed), VIEW)
    assert turn.buttons == buttons
    assert ("Did you mean" in turn.text.plain) == (typed == "Tunsia")


@pytest.mark.parametrize("step", QUESTIONS)
def test_every_question_says_how_far_one_is(step: Step) -> None:
    text = ask(VIEW, at(step)).text.plain
    assert text.startswith(f"Step {QUESTIONS.index(step) + 1} of 5\n\n")
    assert "Step" not in ask(VIEW, at(step, then=Step.PREVIEW)).text.plain


@pytest.mark.parametrize("step", QUESTIONS[1:])
def test_going_back_keeps_what_was_given(step: Step) -> None:
    state: Signing | None = at(step)
    while state is not None and state.step is not Step.CONSENT:
        state = sign.step(state, Pressed("back"), VIEW).state
    assert state == at(Step.CONSENT)
    for given in ("confirm", "keep", "keep", "keep"):
        assert state is not None
        state = sign.step(state, Pressed(given), VIEW).state
    assert state == at(Step.VISIBILITY)


@pytest.mark.parametrize(
    ("step", "now"),
    [(Step.NAME, "Amal"), (Step.AFFILIATION, "Nurse"), (Step.COUNTRY, "Tunisia")],
)
def test_a_question_that_was_answered_shows_the_answer(step: Step, now: str) -> None:
    assert ask(VIEW, at(step)).text.plain.endswith(f"Now: \u2068{now}\u2069")


@pytest.mark.parametrize(
    ("field", "given", "changed"),
    [
        ("name", Typed("Rami"), {"name": "Rami"}),
        ("affiliation", Typed("Teacher"), {"affiliation": "Teacher"}),
        ("affiliation", Pressed("remove"), {"affiliation": None}),
        ("country", Typed("Iraq"), {"country": "IQ"}),
        ("country", Pressed("remove"), {"country": None}),
        ("visibility", Pressed("counted"), {"visibility": Visibility.COUNTED}),
        *((field, Pressed("back"), {}) for field in QUESTIONS[1:]),
    ],
)
def test_the_preview_changes_one_thing_and_comes_back(
    field: str, given: Input, changed: dict[str, object]
) -> None:
    asked = sign.step(FILLED, Pressed(field), VIEW).state
    assert asked == at(Step(field), then=Step.PREVIEW)
    assert sign.step(asked, given, VIEW).state == at(Step.PREVIEW, **changed)


def test_an_odd_new_name_can_be_taken_back_to_the_preview() -> None:
    asked = at(Step.NAME, then=Step.PREVIEW, unsure="Anna and Bert")
    once = sign.step(asked, Pressed("back"), VIEW).state
    assert once == at(Step.NAME, then=Step.PREVIEW)
    assert sign.step(once, Pressed("back"), VIEW).state == FILLED
    assert sign.step(asked, Pressed("confirm"), VIEW).state == at(
        Step.PREVIEW, name="Anna and Bert"
    )


OPEN_TO_ALL = at(Step.PREVIEW, visibility=Visibility.PUBLIC)
IDENTIFIED = "\u2068\u2068Amal\u2069, \u2068Nurse\u2069 (for identification only)\u2069"


def test_the_signer_says_whether_the_affiliation_is_published() -> None:
    hidden = ask(VIEW, OPEN_TO_ALL)
    assert "The organisers also see: \u2068Nurse\u2069" in hidden.text.plain
    assert ("shown",) in hidden.buttons
    assert not details(OPEN_TO_ALL, VIEW).affiliation_shown
    turn = sign.step(OPEN_TO_ALL, Pressed("shown"), VIEW)
    assert turn.state is not None
    assert IDENTIFIED in turn.text.plain
    assert ("hidden",) in turn.buttons
    assert details(turn.state, VIEW).affiliation_shown
    assert sign.step(turn.state, Typed("hide affiliation"), VIEW).state == OPEN_TO_ALL


@pytest.mark.parametrize(
    ("changed", "view"),
    [
        ({"visibility": Visibility.ORGANISERS}, VIEW),
        ({"visibility": Visibility.COUNTED}, VIEW),
        ({"affiliation": None}, VIEW),
        ({}, dataclasses.replace(VIEW, shows_affiliations=False)),
    ],
)
def test_an_affiliation_that_nobody_would_see_is_not_published(
    changed: dict[str, object], view: View
) -> None:
    state = dataclasses.replace(OPEN_TO_ALL, affiliation_shown=True, **changed)  # type: ignore[arg-type]
    turn = ask(view, state)
    assert "identification" not in turn.text.plain
    assert not {("shown",), ("hidden",)} & {*turn.buttons}
    assert not details(state, view).affiliation_shown
    off = dataclasses.replace(state, affiliation_shown=False)
    assert sign.step(off, Pressed("shown"), view).state == off


MAY_EXCEPT = dataclasses.replace(VIEW, demands=("1", "2", "10"))


@pytest.mark.parametrize(
    ("excepts", "given", "found"),
    [
        ((), Pressed("10"), ("10",)),
        ((), Typed("10"), ("10",)),
        ((), Typed("10 and 1."), ("1", "10")),
        (("1",), Pressed("10"), ("1", "10")),
        (("1", "10"), Pressed("1"), ("10",)),
        (("10",), Pressed("back"), ("10",)),
        (("10",), Typed("10"), ()),
    ],
)
def test_what_is_excepted_is_in_the_order_of_the_text(
    excepts: tuple[str, ...], given: Input, found: tuple[str, ...]
) -> None:
    asked = sign.step(at(Step.PREVIEW, excepts=excepts), Pressed("except"), MAY_EXCEPT)
    assert asked.buttons == (("1", "2", "10"), BACK)
    assert asked.state is not None
    turn = sign.step(asked.state, given, MAY_EXCEPT)
    assert turn.state == at(Step.PREVIEW, excepts=found)
    assert details(turn.state, MAY_EXCEPT).excepts == found
    assert ("except",) in turn.buttons


@pytest.mark.parametrize("given", [Typed("3"), Typed("none"), Pressed("11"), Typed("1 2 10")])
def test_what_is_no_demand_or_all_of_them_is_not_excepted(given: Input) -> None:
    asked = at(Step.EXCEPT, then=Step.PREVIEW)
    turn = sign.step(asked, given, MAY_EXCEPT)
    assert turn.state == asked
    assert turn.buttons == (("1", "2", "10"), BACK)


def test_a_place_is_published_as_it_was_typed() -> None:
    state = dataclasses.replace(OPEN_TO_ALL, country=None, place="Kurdistan")
    assert "\u2068Amal\u2069\n\u2068Kurdistan\u2069" in ask(VIEW, state).text.plain
    assert details(state, VIEW).place == "Kurdistan"


FIRST, SECOND, THIRD = map(MessageRef, ("1", "2", "3"))
SAID = {Step.NAME: FIRST, Step.AFFILIATION: SECOND, Step.COUNTRY: THIRD}


def test_what_was_said_in_which_message_is_remembered() -> None:
    state: Signing | None = Signing(PORT, EN, REVISION.digest, Step.NAME)
    for text, ref in (("Amal", FIRST), ("Nurse", SECOND), ("Tunisia", THIRD)):
        assert state is not None
        state = sign.step(state, Typed(text, ref), VIEW).state
    assert state is not None
    assert state.said == SAID


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    ("message", "text", "changed"),
    [
        (FIRST, "Amal Haddad", {"name": "Amal Haddad"}),
        (SECOND, "Teacher", {"affiliation": "Teacher"}),
        (THIRD, "Iraq", {"country": "IQ"}),
    ],
)
def test_a_corrected_message_corrects_its_answer(
    step: Step, message: MessageRef, text: str, changed: dict[str, object]
) -> None:
    state = at(step, said=SAID)
    turn = sign.correct(state, Corrected(text, message), VIEW)
    assert turn is not None
    assert not turn.act
    if SAID.get(step) == message:
        # What is asked just now is answered by it.
        assert turn.state == sign.step(state, Typed(text, message), VIEW).state
        return
    assert turn.state == at(step, said=SAID, **changed)
    assert turn.text.plain.startswith("I've changed your earlier answer.")


def test_a_correction_that_is_odd_is_asked_about_and_leads_back() -> None:
    state = at(Step.PREVIEW, said=SAID)
    for message, text, field in (
        (FIRST, "Anna and Bert", Step.NAME),
        (THIRD, "Kurdistan", Step.COUNTRY),
    ):
        turn = sign.correct(state, Corrected(text, message), VIEW)
        assert turn is not None
        assert turn.state == at(field, said=SAID, then=Step.PREVIEW, unsure=text)
        assert sign.step(turn.state, Typed("yes"), VIEW).state != state
        assert sign.step(turn.state, Typed("no"), VIEW).state == at(
            field, said=SAID, then=Step.PREVIEW
        )


def test_a_name_that_was_not_taken_can_be_corrected() -> None:
    refused = sign.step(at(Step.NAME), Typed("Amal\nHaddad", FIRST), VIEW).state
    assert refused is not None
    turn = sign.correct(refused, Corrected("Amal Haddad", FIRST), VIEW)
    assert turn is not None
    assert turn.state == at(Step.AFFILIATION, name="Amal Haddad", said={Step.NAME: FIRST})


def test_a_correction_binds_nobody_to_a_text_that_they_were_not_shown() -> None:
    changed = dataclasses.replace(VIEW, revision=revision("Open it now."))
    turn = sign.correct(at(Step.PREVIEW, said=SAID), Corrected("Rami", FIRST), changed)
    assert turn is not None
    assert turn.state == at(Step.PREVIEW, said=SAID, name="Rami")
    confirmed = sign.step(turn.state, Pressed("confirm"), changed)
    assert not confirmed.act
    assert "has changed" in confirmed.text.plain


@pytest.mark.parametrize(("message", "text"), [(MessageRef("9"), "Rami"), (FIRST, "Amal")])
def test_other_edits_change_nothing(message: MessageRef, text: str) -> None:
    state = at(Step.PREVIEW, said=SAID)
    assert sign.correct(state, Corrected(text, message), VIEW) is None


def test_it_begins_with_consent_to_the_text_that_is_shown() -> None:
    transition = sign.start(VIEW)
    assert transition.state == Signing(PORT, EN, REVISION.digest)
    assert not transition.act
    assert "Open the port" in transition.text.plain


@pytest.mark.parametrize("given", [Pressed("confirm"), Typed("confirm"), Typed("Confirm")])
def test_only_confirming_the_preview_acts(given: Input) -> None:
    transition = sign.step(FILLED, given, VIEW)
    assert transition.act
    assert transition.state == FILLED


def test_nothing_else_ever_acts() -> None:
    names = {name for rows in BUTTONS.values() for row in rows for name in row} | {
        *("reply", "", "skip", "shown", "hidden", "continue", "TN")
    }
    for step, name in itertools.product(Step, names):
        transition = sign.step(at(step), Pressed(name), VIEW)
        assert transition.act == (step is Step.PREVIEW and name == "confirm")


def test_a_text_that_was_changed_is_shown_again_and_not_signed() -> None:
    changed = dataclasses.replace(VIEW, revision=revision("Open it now."))
    for state, given in ((FILLED, Pressed("confirm")), (at(Step.VISIBILITY), Pressed("public"))):
        transition = sign.step(state, given, changed)
        assert not transition.act
        assert transition.state is not None
        assert transition.state.digest == changed.revision.digest
        assert "has changed" in transition.text.plain
        assert sign.step(transition.state, Pressed("confirm"), changed).act


@pytest.mark.parametrize("visibility", Visibility)
def test_the_preview_shows_what_will_be_public(visibility: Visibility) -> None:
    state = at(Step.VISIBILITY, visibility=Visibility.ORGANISERS)
    text = sign.step(state, Pressed(visibility), VIEW).text.plain
    published = "This is what will be published:\n\n\u2068Amal\u2069\n\u2068Tunisia\u2069"
    assert (published in text) == (visibility is Visibility.PUBLIC)
    assert "Amal" in text


@pytest.mark.parametrize("language", [EN, AR])
@pytest.mark.parametrize("step", Step)
def test_every_step_speaks_both_languages(step: Step, language: Language) -> None:
    view = dataclasses.replace(VIEW, say=Voice(language))
    english = sign.step(at(step), Pressed("nothing"), VIEW).text.plain
    spoken = sign.step(at(step), Pressed("nothing"), view).text.plain
    assert (spoken == english) == (language == EN)


STATES: list[State] = [
    *(at(step, visibility=visibility) for step in Step for visibility in Visibility),
    Signing(PORT, EN, REVISION.digest),
    at(Step.NAME, unsure="yes", then=Step.PREVIEW),
    at(Step.PREVIEW, name="رامي \U0001f339", affiliation=None, country=None, place="كردستان"),
    at(Step.PREVIEW, affiliation_shown=True, wants_updates=True, said=SAID),
    Endorsing(PORT, AR, Digest("d" * 64), "Tunis Readers", Country("TN")),
    Endorsing(PORT, EN, Digest("d" * 64), "Tunis Readers", None),
    Withdrawing(Number(7)),
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_survives_being_stored(state: State) -> None:
    assert restore(store(state)) == state


@pytest.mark.parametrize(
    "stored",
    [
        dataclasses.replace(store(FILLED), version=VERSION + 1),
        dataclasses.replace(store(FILLED), version=0),
        StoredConversation(VERSION, b"{}"),
        StoredConversation(VERSION, b"not json"),
        StoredConversation(VERSION, b'{"kind": "of another version"}'),
        StoredConversation(VERSION, store(FILLED).state.replace(b"preview", b"another step")),
    ],
)
def test_a_state_of_another_version_is_dropped(stored: StoredConversation) -> None:
    assert restore(stored) is None
