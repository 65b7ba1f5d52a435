"""What the log of a statement says: when a record has an entry, and that what it says is bound."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.endorsement import (
    Decision,
    Details,
    Endorsement,
    Kind,
    Mandate,
    Mode,
    Standing,
    Status,
    Visibility,
    shown_mandate,
)
from bot.domain.ids import Country, Digest, Language, Number, StatementId
from bot.domain.log import (
    NOBODY,
    Body,
    EntryKind,
    Leaf,
    LifeEvent,
    Opening,
    State,
    TextChange,
    commitment,
    due,
    encode,
    life_body,
    record_body,
    short_code,
    state_of,
    text_body,
)

DAY = dt.date(2026, 11, 28)
NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
REF = bytes.fromhex("57cafa3980000102030405060708090a")
LISTED = Endorsement(
    number=Number(950),
    statement=StatementId("water"),
    signer=b"tag",
    kind=Kind.PERSON,
    visibility=Visibility.PUBLIC,
    language=Language("en"),
    digest=Digest("0" * 64),
    consent=3,
    country=Country("TN"),
    hour=NOW.replace(hour=0),
    name="Amal Haddad",
    details=Details(affiliation="Water for All", affiliation_shown=True),
    route=None,
    status=Status.VERIFIED,
    decision=Decision("zaid", NOW),
    listed=True,
)
WAITS = replace(LISTED, listed=False)
COUNTED = replace(LISTED, visibility=Visibility.ORGANISERS, listed=False)
PENDING = replace(LISTED, status=Status.PENDING, listed=False, decision=None)
OPEN = replace(LISTED, undo_until=NOW, before=Standing(Status.PENDING))
REJECTED = replace(LISTED, status=Status.REJECTED, listed=False)
FORGOTTEN = replace(REJECTED, status=Status.WITHDRAWN, signer=None, name=None, details=None)


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (LISTED, State.LISTED),
        (WAITS, None),
        (COUNTED, State.COUNTED),
        (PENDING, State.OUT),
        (OPEN, None),
        (REJECTED, State.OUT),
        (FORGOTTEN, State.OUT),
        (replace(COUNTED, name=None, details=None), State.COUNTED),
    ],
)
def test_what_the_newest_entry_should_say(record: Endorsement, state: State | None) -> None:
    assert state_of(record) is state


SAYS_LISTED = record_body(LISTED, State.LISTED)
SAYS_COUNTED = record_body(COUNTED, State.COUNTED)
SAYS_OUT = record_body(PENDING, State.OUT)


@pytest.mark.parametrize(
    ("record", "newest", "says"),
    [
        # What was never counted never enters.
        (PENDING, None, None),
        (REJECTED, None, None),
        (OPEN, None, None),
        (WAITS, None, None),
        (LISTED, None, SAYS_LISTED),
        (COUNTED, None, SAYS_COUNTED),
        # What has an entry that is still right needs none.
        (LISTED, SAYS_LISTED, None),
        (COUNTED, SAYS_COUNTED, None),
        (PENDING, SAYS_OUT, None),
        # A name that leaves the list does so at once; what is not seen waits for its window.
        (OPEN, SAYS_LISTED, SAYS_OUT),
        (OPEN, SAYS_COUNTED, None),
        (WAITS, SAYS_LISTED, SAYS_OUT),
        (COUNTED, SAYS_LISTED, SAYS_COUNTED),
        (REJECTED, SAYS_LISTED, SAYS_OUT),
        (FORGOTTEN, SAYS_COUNTED, SAYS_OUT),
        (LISTED, SAYS_OUT, SAYS_LISTED),
        # Another line of the list is another entry.
        (LISTED, {**SAYS_LISTED, "name": "Amal H."}, SAYS_LISTED),
    ],
)
def test_what_is_to_be_written(record: Endorsement, newest: Body | None, says: Body | None) -> None:
    assert due(record, newest) == says


def test_a_listed_entry_is_the_line_of_the_list() -> None:
    assert encode(SAYS_LISTED).decode() == (
        '{"affiliation":"Water for All","country":"TN","day":"2026-11-28","digest":"'
        + "0" * 64
        + '","kind":"person","name":"Amal Haddad","number":950,"place":"","state":"listed"}'
    )


def test_how_many_agreed_is_in_its_entry_where_that_is_public() -> None:
    """Whoever was not asked has the same bytes as before anybody could be."""
    agreed = replace(LISTED, details=Details(mandate=shown_mandate("42/120")))
    says = record_body(agreed, State.LISTED)
    assert says == {**record_body(replace(LISTED, details=None), State.LISTED), "mandate": "42/120"}
    hidden = Details(mandate=Mandate(Mode.MEMBERS, 42, 120))
    assert "mandate" not in record_body(replace(LISTED, details=hidden), State.LISTED)
    assert "mandate" not in record_body(agreed, State.COUNTED)


def test_what_a_listed_one_excepts_is_in_its_entry_alone() -> None:
    """Whoever excepts nothing has the same bytes as before anybody could."""
    excepting = replace(LISTED, details=Details(excepts=("2", "4")))
    says = record_body(excepting, State.LISTED)
    assert encode(says).decode().startswith('{"affiliation":"","country":"TN"')
    assert '"except":["2","4"]' in encode(says).decode()
    assert due(excepting, SAYS_LISTED) == says
    assert due(LISTED, says) == SAYS_LISTED
    assert "except" not in SAYS_LISTED
    assert "except" not in record_body(excepting, State.COUNTED)


def test_what_is_not_on_the_list_is_in_no_entry() -> None:
    assert encode(SAYS_COUNTED).decode() == (
        '{"digest":"' + "0" * 64 + '","kind":"person","state":"counted"}'
    )
    assert encode(SAYS_OUT) == b'{"state":"out"}'
    hidden = replace(LISTED, details=Details(affiliation="Water for All"))
    assert record_body(hidden, State.LISTED)["affiliation"] == ""


def test_texts_and_life() -> None:
    assert text_body(TextChange.FIRST, Language("en"), Digest("1" * 64), "Water") == {
        "change": "first",
        "language": "en",
        "digest": "1" * 64,
        "of": "",
        "title": "Water",
    }
    assert life_body(LifeEvent.ACCEPTED, "disk") == {"event": "accepted", "note": "disk"}


def test_a_leaf_is_three_lines() -> None:
    leaf = Leaf(EntryKind.RECORD, DAY, REF, bytes(32))
    assert leaf.data == (
        b"undersigned/1 record 2026-11-28\n57cafa3980000102030405060708090a\n" + b"0" * 64 + b"\n"
    )
    assert Leaf.parse(leaf.data) == leaf


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"undersigned/1 record 2026-11-28\n" + b"0" * 32 + b"\n" + b"0" * 64,
        b"undersigned/1 other 2026-11-28\n" + b"0" * 32 + b"\n" + b"0" * 64 + b"\n",
        b"undersigned/1 record 2026-11-31\n" + b"0" * 32 + b"\n" + b"0" * 64 + b"\n",
        b"undersigned/1 record 2026-11-28\n" + b"A" * 32 + b"\n" + b"0" * 64 + b"\n",
        b"\xff",
    ],
)
def test_what_is_no_leaf(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"leaf of a log|valid EntryKind|day is out|can't decode"):
        Leaf.parse(data)


@given(st.dictionaries(st.text(max_size=4), st.text(max_size=20) | st.integers(), max_size=4))
def test_what_is_written_is_read_again(body: dict[str, str | int]) -> None:
    try:
        written = encode(body)
    except UnicodeEncodeError:
        return
    opening = Opening.of(Opening(b"s" * 32, written).data)
    assert encode(opening.says) == written


def test_a_name_is_written_in_one_way() -> None:
    assert encode({"name": "Ame\u0301lie\n\u0303"}) == encode({"name": "Am\u00e9lie\n\u0303"})


@pytest.mark.parametrize("body", [b"[]", b"", b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":"\\u00e9"}'])
def test_what_is_no_body(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"no body of an entry|Expecting value"):
        Opening(bytes(32), body).says  # noqa: B018 - reading it is what is tried


def test_a_commitment_binds_salt_and_body() -> None:
    one = Opening(b"a" * 32, encode(SAYS_OUT))
    assert commitment(one) != commitment(Opening(b"b" * 32, one.body))
    assert commitment(one) != commitment(Opening(one.salt, encode(SAYS_COUNTED)))


def test_the_short_code() -> None:
    assert short_code(REF) == "K7FPU-OMAAA"
    assert short_code(NOBODY) == "AAAAA-AAAAA"


def test_what_opens_an_entry_is_not_shown() -> None:
    assert "Amal" not in repr(Opening(b"a" * 32, encode(SAYS_LISTED)))
