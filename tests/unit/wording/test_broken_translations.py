"""A translation that cannot be spoken takes no answer with it: its sentence is English, and `check`
says where it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.text.rich import bold
from bot.wording import catalogues, voice
from bot.wording.catalogues import catalogue_path
from bot.wording.voice import Voice

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "Thank you, {name}."
msgstr "Merci, {name}."

"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a French catalogue, which the voices of the test speak by."""
    path = catalogue_path(tmp_path, "fr")
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(voice, "LOCALES", catalogues.locales(tmp_path))
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    voice._catalogue.cache_clear()
    yield path
    voice._catalogue.cache_clear()


def write(path: Path, entry: str) -> None:
    path.write_text(HEADER + entry, encoding="utf-8")


ONE = 'msgid "Hello {name}, {number}"\nmsgstr "%s"\n'
MANY = 'msgid "{count} name of {list}"\nmsgid_plural "{count} names of {list}"\n'

BROKEN = {
    "a field too many": (ONE % "Salut {nom} {name}, {number}", "{nom}"),
    "a field left out": (ONE % "Salut {name}", "{number} is left out"),
    "a field without a name": (ONE % "Salut {} {name}, {number}", "no field {}"),
    "a brace that is open": (ONE % "Salut {name, {number}", "brace"),
    "a brace alone": (ONE % "Salut {name}, {number} }", "brace"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_sentence_is_english_and_logged_once(
    broken: str, catalogue: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entry, reason = BROKEN[broken]
    write(catalogue, entry)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            say = Voice(Language("fr"))
            text = say.gettext("Hello {name}, {number}", name="Amal", number=bold("#7"))
            assert text.plain == "Hello Amal, #7"
            assert say.gettext("Thank you, {name}.", name="Amal").plain == "Merci, Amal."
    (record,) = caplog.records
    assert f"{catalogue}:10" in record.getMessage()
    (fault,) = catalogues.faults(catalogues.ROOT)
    assert (fault.file, fault.line) == (str(catalogue), 10)
    assert reason in fault.message
    assert "“Hello {name}, {number}”" in fault.message
    assert fault.message.endswith("; mend the translation")


@pytest.mark.parametrize(
    "forms",
    [
        'msgstr[0] "{count} nom de {list}"\n',
        'msgstr[0] "{count} nom de {list}"\nmsgstr[1] "{count} noms de {liste}"\n',
        'msgstr[0] "{count} nom de {list}"\nmsgstr[1] "{count} noms"\n',
    ],
)
def test_a_broken_plural_is_english_for_every_number(catalogue: Path, forms: str) -> None:
    write(catalogue, MANY + forms)
    say = Voice(Language("fr"))
    for count, said in ((1, "1 name of A"), (2, "2 names of A")):
        text = say.ngettext("{count} name of {list}", "{count} names of {list}", count, list="A")
        assert text.plain == said
    (fault,) = catalogues.faults(catalogues.ROOT)
    assert fault.line == 10


def test_a_form_too_many_is_refused_and_never_printed(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forms = "".join(f'msgstr[{n}] "{{count}} noms de {{list}}"\n' for n in range(3))
    write(catalogue, MANY + forms)
    text = Voice(Language("fr")).ngettext(
        "{count} name of {list}", "{count} names of {list}", 2, list="A"
    )
    assert text.plain
    assert capsys.readouterr().out == ""
    assert len(catalogues.faults(catalogues.ROOT)) == 1


@pytest.mark.parametrize("content", [b"\xff\xfe", b'"Plural-Forms: nplurals=2; plural=(n >;\\n"'])
def test_a_catalogue_that_cannot_be_read_leaves_english(
    catalogue: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue.write_bytes(b'msgid ""\nmsgstr ""\n' + content + b"\n")
    with caplog.at_level(logging.WARNING):
        assert (
            Voice(Language("fr")).gettext("Thank you, {name}.", name="A").plain == "Thank you, A."
        )
    assert len(caplog.records) == 1
    assert catalogues.faults(catalogues.ROOT)


def test_the_catalogues_of_the_bot_can_be_spoken() -> None:
    assert catalogues.faults(catalogues.ROOT) == []
