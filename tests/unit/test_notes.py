"""Signed notes and checkpoints: the notes of others are read, and what is not signed is not."""

from __future__ import annotations

import base64

import pytest

from bot.domain.merkle import EMPTY_ROOT
from bot.notes import Checkpoint, NoteFault, SigningKey, VerifierKey, open_note

# The example of the specification (C2SP, signed-note).
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of golang.org/x/mod/sumdb/note, with the secret key it was made with.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
    "dngotpRZb6KE6RyyBwJnAM=\n"
)
# A tree head as the checksum database of Go has published it.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_HEAD = (
    "go.sum database tree\n65209736\n5+uGFjx6xBZG8ip1+wi77v+grwbhhukIrxEUS8PXvRo=\n\n"
    "— sum.golang.org Az3grnbssgK7ubgFX36gVETtNv0U23qxyAhAMai2QUfeGa3nB/akvkMdlUErfcZz7l/R3cVtYspg"
    "3dxXABkGZZKdsQ8=\n"
)

KEY = SigningKey("undersigned/0123abcd", bytes(range(32)))
OTHER = SigningKey("undersigned/0123abcd", bytes(range(1, 33)))


@pytest.mark.parametrize(
    ("key", "note", "text"),
    [
        (SPEC_KEY, SPEC, "This is an example message.\n"),
        (PUBLIC, NOTE, TEXT),
        (GO_KEY, GO_HEAD, GO_HEAD.partition("\n\n")[0] + "\n"),
    ],
)
def test_the_notes_of_others(key: str, note: str, text: str) -> None:
    assert open_note(note, [VerifierKey.parse(key)]) == text


def test_the_same_note_is_made_as_others_make_it() -> None:
    name, id_, data = SECRET.removeprefix("PRIVATE+KEY+").split("+", maxsplit=2)
    key = SigningKey(name, base64.b64decode(data)[1:])
    assert key.verifier.id.hex() == id_
    assert str(key.verifier) == PUBLIC
    assert key.sign(TEXT) == NOTE


def test_the_checkpoint_of_another_log() -> None:
    text = open_note(GO_HEAD, [VerifierKey.parse(GO_KEY)])
    found = Checkpoint.parse(text)
    assert (found.origin, found.size) == ("go.sum database tree", 65209736)
    assert str(found) == text


def test_a_checkpoint_comes_back() -> None:
    made = Checkpoint(f"{KEY.name}/water", 0, EMPTY_ROOT)
    note = KEY.sign(str(made))
    assert Checkpoint.parse(open_note(note, [KEY.verifier])) == made
    assert VerifierKey.parse(str(KEY.verifier)) == KEY.verifier
    assert note == (
        "undersigned/0123abcd/water\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
        + note.partition("\n\n")[2]
    )


def test_every_changed_byte_of_a_note_is_noticed() -> None:
    whole = KEY.sign(str(Checkpoint(f"{KEY.name}/water", 3, bytes(32)))).encode()
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            with pytest.raises((NoteFault, UnicodeDecodeError)):
                open_note(changed.decode(), [KEY.verifier])


def test_what_others_have_signed_too_is_passed_over() -> None:
    both = NOTE + SPEC.partition("\n\n")[2]
    assert open_note(both, [VerifierKey.parse(PUBLIC)]) == TEXT
    # One that is known must be right, whoever else has signed.
    with pytest.raises(NoteFault, match="is not of this text"):
        open_note(both, [VerifierKey.parse(PUBLIC), VerifierKey.parse(SPEC_KEY)])


def test_a_key_of_the_same_name_is_another() -> None:
    with pytest.raises(NoteFault, match="is not signed by"):
        open_note(KEY.sign("text\n"), [OTHER.verifier])
    with pytest.raises(NoteFault, match="is not signed by"):
        open_note(KEY.sign("text\n"), [])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        NOTE.removesuffix("\n"),
        NOTE + "more\n",
        NOTE.replace("—", "-"),
        NOTE.replace("think", "th\tink"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("PeterNeumann ", "PeterNeumann  "),
        NOTE + "— short AAAA\n",
        NOTE + "— another AAAAAAAA\n" * 100,
    ],
)
def test_what_is_no_note(note: str) -> None:
    with pytest.raises(NoteFault):
        open_note(note, [VerifierKey.parse(PUBLIC)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PUBLIC.replace("c74f20a3", "c74f20a4"),
        PUBLIC.replace("c74f20a3", "C74F20A3"),
        PUBLIC[:-1],
        PUBLIC.replace("+AR", "+AB"),
        PUBLIC.replace("+AR", "+BR"),
        f" {PUBLIC}",
        PUBLIC.removeprefix("PeterNeumann"),
    ],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NoteFault):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b"])
def test_a_name_that_no_key_may_have(name: str) -> None:
    with pytest.raises(NoteFault):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize("text", ["", "no line end", "a\tb\n"])
def test_what_cannot_be_signed(text: str) -> None:
    with pytest.raises(NoteFault):
        KEY.sign(text)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n",
        "origin\n1\nAAAA\n",
        "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteFault):
        Checkpoint.parse(text)


def test_the_secret_is_not_shown() -> None:
    assert "seed" not in repr(KEY)
