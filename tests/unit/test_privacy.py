"""Keys: what is sealed opens under its own key, in its own place, unchanged, and nowhere else."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import (
    KeyFault,
    Keyring,
    StatementKey,
    make_key,
    parse_keys,
    put_in_front,
    read_keys,
)

VARIABLE = "UNDERSIGNED_KEY"
OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
KEYS = Keyring([OLD])
PLACE = "endorsements.name:7"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_is_sealed_opens(data: bytes, place: str) -> None:
    assert KEYS.open(KEYS.seal(data, place), place) == data


def test_sealing_twice_gives_two_different_things() -> None:
    assert len({KEYS.seal(b"Amal", PLACE) for _ in range(1000)}) == 1000


def test_another_key() -> None:
    with pytest.raises(KeyFault):
        Keyring([OTHER]).open(KEYS.seal(b"Amal", PLACE), PLACE)


def test_every_changed_bit_is_noticed() -> None:
    sealed = KEYS.seal(b"Amal", PLACE)
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises(KeyFault):
                KEYS.open(bytes(changed), PLACE)


@pytest.mark.parametrize("length", range(40))
def test_every_cut_is_noticed(length: int) -> None:
    sealed = KEYS.seal(b"Amal Haddad", PLACE)
    assert len(sealed) > 40
    with pytest.raises(KeyFault):
        KEYS.open(sealed[:length], PLACE)


@pytest.mark.parametrize("place", ["endorsements.name:8", "endorsements.route:7", ""])
def test_moved_to_another_place(place: str) -> None:
    with pytest.raises(KeyFault):
        KEYS.open(KEYS.seal(b"Amal", PLACE), place)


def test_a_fault_tells_nothing_of_the_content() -> None:
    sealed = bytearray(KEYS.seal(b"Amal Haddad", "endorsements.name:cafe"))
    sealed[-1] ^= 1
    with pytest.raises(KeyFault) as caught:
        KEYS.open(bytes(sealed), "endorsements.name:cafe")
    assert "Amal" not in str(caught.value)
    assert "cafe" not in str(caught.value)


def test_rotation() -> None:
    before = KEYS.seal(b"Amal", PLACE)
    rotated = Keyring([NEW, OLD])
    assert rotated.open(before, PLACE) == b"Amal"
    after = rotated.seal(b"Amal", PLACE)
    assert Keyring([NEW]).open(after, PLACE) == b"Amal"
    with pytest.raises(KeyFault):
        KEYS.open(after, PLACE)
    # Tags must stay what they were, or everybody could sign again.
    assert rotated.tag("chat", "1") == KEYS.tag("chat", "1")
    twice = Keyring([OTHER, NEW, OLD])
    assert twice.open(before, PLACE) == twice.open(after, PLACE) == b"Amal"
    assert twice.tag("chat", "1") == KEYS.tag("chat", "1")


def test_tags() -> None:
    assert KEYS.tag("chat", "1") == KEYS.tag("chat", "1")
    others = [
        KEYS.tag("chat", "1"),
        KEYS.tag("chat", "2"),
        KEYS.tag("event", "1"),
        Keyring([NEW]).tag("chat", "1"),
    ]
    assert len(set(others)) == len(others)
    assert {len(tag) for tag in others} == {32}


def test_a_tag_under_each_statement_is_another() -> None:
    made = [KEYS.new_statement_key(name) for name in ("port", "quay", "port")]
    tags = {key.tag("signer", "person\0console\0123") for key, _ in made}
    assert len(tags) == 3
    # And none can be computed from the host's key alone.
    assert KEYS.tag("signer", "person\0console\0123") not in tags


def test_a_wrapped_statement_key() -> None:
    key, wrapped = KEYS.new_statement_key("port")
    assert KEYS.statement_key("port", wrapped).tag("signer", "1") == key.tag("signer", "1")
    assert key.key not in wrapped
    with pytest.raises(KeyFault):
        KEYS.statement_key("quay", wrapped)
    with pytest.raises(KeyFault):
        Keyring([OTHER]).statement_key("port", wrapped)
    assert Keyring([NEW, OLD]).statement_key("port", wrapped).key == key.key


def test_keys_do_not_show_in_a_repr() -> None:
    key, _ = KEYS.new_statement_key("port")
    for shown in (repr(key), repr(StatementKey(OLD)), repr(KEYS)):
        assert repr(OLD) not in shown
        assert repr(key.key) not in shown


def test_keys_as_text() -> None:
    old, new = (base64.b64encode(key).decode() for key in (OLD, NEW))
    sealed = KEYS.seal(b"Amal", PLACE)
    url_safe = base64.urlsafe_b64encode(OLD).decode().rstrip("=")
    for text in (
        old,
        f"{old}\n",
        f" {new}, {old}",
        f"# a note\n{new}\n{old} # the first",
        url_safe,
    ):
        assert parse_keys(text, "here").open(sealed, PLACE) == b"Amal"


@pytest.mark.parametrize(
    "text", ["", "# only a note", "secret", "ab cd", base64.b64encode(b"x" * 31).decode(), "ÿ" * 44]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(KeyFault, match="here") as caught:
        parse_keys(text, "here")
    if len(text) > 5:
        assert text not in str(caught.value)


def test_where_the_key_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "undersigned.key"
    with pytest.raises(KeyFault, match=str(file)) as caught:
        read_keys({}, VARIABLE, file)
    assert VARIABLE in str(caught.value)
    make_key(file)
    sealed = read_keys({}, VARIABLE, file).seal(b"Amal", PLACE)
    assert read_keys({}, VARIABLE, file).open(sealed, PLACE) == b"Amal"
    # The variable wins over the file.
    with pytest.raises(KeyFault):
        read_keys({VARIABLE: base64.b64encode(OTHER).decode()}, VARIABLE, file).open(sealed, PLACE)


def test_a_key_that_is_made(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "undersigned.key"
    make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(file.read_text())) == 32
    # One that is there is left as it is.
    before = file.read_text()
    assert not make_key(file)
    assert file.read_text() == before
    assert [other.name for other in file.parent.iterdir()] == [file.name]
    make_key(tmp_path / "another.key")
    assert (tmp_path / "another.key").read_text() != before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_key_file_that_others_can_get_at(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "undersigned.key"
    assert make_key(file)
    file.chmod(mode)
    with pytest.raises(KeyFault, match="chmod 600"):
        read_keys({}, VARIABLE, file)
    file.chmod(0o400)
    assert read_keys({}, VARIABLE, file).id


def test_a_new_key_in_front(tmp_path: Path) -> None:
    file = tmp_path / "undersigned.key"
    assert make_key(file)
    old = read_keys({}, VARIABLE, file)
    put_in_front(file)
    keys = read_keys({}, VARIABLE, file)
    assert keys.id != old.id
    assert keys.open(old.seal(b"Amal", PLACE), PLACE) == b"Amal"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_a_key_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "binary.key").write_bytes(b"\xff\xfe" * 20)
    for file in (tmp_path, tmp_path / "binary.key"):
        with pytest.raises(KeyFault, match=str(file)):
            read_keys({}, VARIABLE, file)
