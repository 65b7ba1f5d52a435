"""The conversation of `sign` as the pure function that it is: (state, input) -> turn."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from bot.conversations import sign
from bot.conversations.endorse import Endorsing
from bot.conversations.records import Withdrawing
from bot.conversations.sign import BUTTONS, Signing, Step, View
from bot.conversations.stored import VERSION, State, restore, store
from bot.conversations.transition import CONFIRM, Input, Pressed, Typed
from bot.domain.digest import revision_digest
from bot.domain.endorsement import Visibility
from bot.domain.ids import Country, Digest, Language, Number, StatementId
from bot.statements.model import Revision
from bot.storage.conversations import StoredConversation
from bot.text.document import Document
from bot.wording.voice import Voice

PORT, EN, AR = StatementId("port"), Language("en"), Language("ar")


def revision(text: str = "Open it.") -> Revision:
    digest = revision_digest(EN, "Open the port", "", text)
    return Revision(PORT, EN, "Open the port", "", text, digest, "", Document(()))


REVISION = revision()
VIEW = View(Voice(EN), REVISION)
FILLED = Signing(PORT, EN, REVISION.digest, Step.PREVIEW, "Amal", "Nurse", Country("TN"))


def at(step: Step, **changed: object) -> Signing:
    return dataclasses.replace(FILLED, step=step, **changed)  # type: ignore[arg-type]


Row = tuple[Step, Input, Step | None, dict[str, object]]
CHOICES: list[Row] = [
    (Step.VISIBILITY, given(name), Step.PREVIEW, {"visibility": Visibility(name)})
    for name in Visibility
    for given in (Pressed, Typed)
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
    (Step.COUNTRY, Typed("Atlantis"), Step.COUNTRY, {}),
    (Step.COUNTRY, Pressed("public"), Step.COUNTRY, {}),
    (Step.COUNTRY, Typed("Sfax, Tunisia"), Step.VISIBILITY, {"country": "TN"}),
    (Step.COUNTRY, Pressed("IQ"), Step.VISIBILITY, {"country": "IQ"}),
    (Step.COUNTRY, Pressed("ZZ"), Step.COUNTRY, {}),
    *CHOICES,
    (Step.VISIBILITY, Typed("everybody"), Step.VISIBILITY, {}),
    (Step.VISIBILITY, Pressed("confirm"), Step.VISIBILITY, {}),
    (Step.PREVIEW, Typed("hm"), Step.PREVIEW, {}),
    (Step.PREVIEW, Pressed("public"), Step.PREVIEW, {}),
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
    assert transition.buttons == BUTTONS[to]


ASKED = at(Step.NAME, name="Anna and Bert", is_doubted=True)


@pytest.mark.parametrize(
    ("given", "to", "name", "is_doubted"),
    [
        (Typed("Anna and Bert"), Step.AFFILIATION, "Anna and Bert", False),
        (Typed(" Anna  and Bert "), Step.AFFILIATION, "Anna and Bert", False),
        (Pressed("confirm"), Step.AFFILIATION, "Anna and Bert", False),
        (Typed("Confirm"), Step.AFFILIATION, "Anna and Bert", False),
        (Typed("Anna Berg"), Step.AFFILIATION, "Anna Berg", False),
        (Typed("yes"), Step.NAME, "yes", True),
        (Typed("a\nb"), Step.NAME, "Anna and Bert", True),
        (Pressed("skip"), Step.NAME, "Anna and Bert", True),
    ],
)
def test_an_odd_name_is_kept_once_it_is_meant(
    given: Input, to: Step, name: str, is_doubted: bool
) -> None:
    assert sign.step(at(Step.NAME), Typed("Anna and Bert"), VIEW).state == ASKED
    transition = sign.step(ASKED, given, VIEW)
    assert transition.state == at(to, name=name, is_doubted=is_doubted)
    assert transition.buttons == (CONFIRM if is_doubted else BUTTONS[to])


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
    names = {name for rows in BUTTONS.values() for row in rows for name in row} | {"reply", ""}
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
        assert "was changed" in transition.text.plain
        assert changed.revision.digest[:12] in transition.text.plain
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
    at(Step.NAME, name="yes", is_doubted=True),
    at(Step.PREVIEW, name="رامي \U0001f339", affiliation=None, country=None),
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
