"""The catalogues are complete and fit the source, and the check of that finds every break."""

import shutil
from pathlib import Path

import pytest

from bot.wording.catalogues import catalogue_path
from tools.messages import update
from tools.translations import check

ROOT = Path(__file__).parents[2]

SOURCE = """\
_ = ngettext = pgettext = print
_("Send {command}, {name}.")
_("Type /sign or /help.\\n")
_("Done")
_("{cmd}read shows it")
pgettext("button", "Done")
ngettext("{n} name of {list}", "{n} names of {list}", 3)
"""

HEADER = r"""
msgid ""
msgstr ""
"Project-Id-Version: undersigned\n"
"PO-Revision-Date: 2026-01-01 00:00+0000\n"
"Last-Translator: A translator\n"
"Language: ar\n"
"Language-Team: ar\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 ? 4 : 5);\n"
""".lstrip()

CATALOGUE = (
    HEADER
    + r"""
msgid "Send {command}, {name}."
msgstr "أرسل {command} يا {name}."

msgid "Type /sign or /help.\n"
msgstr "اكتب /help أو /sign.\n"

msgid "Done"
msgstr "تم"

msgid "{cmd}read shows it"
msgstr "يعرضه {cmd}read"

msgctxt "button"
msgid "Done"
msgstr "انتهيت"

msgid "{n} name of {list}"
msgid_plural "{n} names of {list}"
msgstr[0] "لا أسماء في {list}"
msgstr[1] "اسم واحد في {list}"
msgstr[2] "اسمان في {list}"
msgstr[3] "{n} أسماء في {list}"
msgstr[4] "{n} اسمًا في {list}"
msgstr[5] "{n} اسم في {list}"

#~ msgid "Gone"
#~ msgstr "ذهب"
"""
)


def faults(root: Path, catalogue: str = CATALOGUE, source: str = SOURCE) -> list[str]:
    """The faults of a project with that one module and that one catalogue."""
    (root / "bot").mkdir(exist_ok=True)
    (root / "bot" / "words.py").write_text(source, encoding="utf-8")
    path = catalogue_path(root, "ar")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(catalogue, encoding="utf-8")
    return [str(fault).replace(f"{root}/", "") for fault in check(root)]


def test_the_catalogues_of_the_bot_are_in_order() -> None:
    assert [str(fault) for fault in check(ROOT)] == []


def test_a_complete_catalogue_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        pytest.param(
            'msgid "Done"\nmsgstr "تم"\n',
            "",
            ": “Done” of bot/words.py:4 is missing; run `make messages`",
            id="missing",
        ),
        pytest.param(
            'msgctxt "button"',
            'msgctxt "menu"',
            ": “Done” of bot/words.py:6 is missing; run `make messages`",
            id="missing in its context",
        ),
        pytest.param(
            'msgstr "تم"',
            'msgstr ""',
            ":20: the translation is missing in “Done”",
            id="untranslated",
        ),
        pytest.param(
            'msgid "Done"\nmsgstr "تم"',
            '#, fuzzy\nmsgid "Done"\nmsgstr "تم"',
            ":21: the translation is marked fuzzy; read it and take the mark away in “Done”",
            id="fuzzy",
        ),
        pytest.param(
            '#~ msgid "Gone"\n#~ msgstr',
            'msgid "Gone"\nmsgstr',
            ":39: the source has no such message; run `make messages` in “Gone”",
            id="not in the source",
        ),
        pytest.param(
            "{n} names of {list}",
            "{n} people of {list}",
            ":30: the source has another plural; run `make messages` in “{n} name of {list}”",
            id="another plural",
        ),
        pytest.param(
            'msgstr[5] "{n} اسم في {list}"\n',
            "",
            ":30: msgstr[5]: the form is empty in “{n} name of {list}”",
            id="a form is missing",
        ),
        pytest.param(
            "? 4 : 5",
            "? 4 : 4",
            ": Plural-Forms must make 6 forms for ar, not 5 (nplurals=6)",
            id="a formula with fewer forms than the language",
        ),
        pytest.param(
            "nplurals=6",
            "nplurals=2",
            ":30: this is no valid catalogue: msg has more translations than num_plurals of"
            " catalog",
            id="fewer forms in the header than in a message",
        ),
        pytest.param(
            "أرسل {command}",
            "أرسل",
            ":14: the field {command} is left out in “Send {command}, {name}.”",
            id="a field left out",
        ),
        pytest.param(
            "يا {name}",
            "يا {الاسم}",
            ":14: the English text has no field {الاسم} in “Send {command}, {name}.”",
            id="a field translated",
        ),
        pytest.param(
            "يا {name}",
            "يا {name:{width}}",
            ":14: the English text has no field {width} in “Send {command}, {name}.”",
            id="a field within a field",
        ),
        pytest.param(
            "يا {name}",
            "يا {name",
            ":14: this is no valid format string: a brace is not closed, or not doubled"
            " in “Send {command}, {name}.”",
            id="a brace not closed",
        ),
        pytest.param(
            "{n} أسماء",
            "أسماء",
            ":30: msgstr[3]: the field {n} is left out in “{n} name of {list}”",
            id="the number left out in a form for many",
        ),
        pytest.param(
            "اسمان في {list}",
            "اسمان",
            ":30: msgstr[2]: the field {list} is left out in “{n} name of {list}”",
            id="another field than the number left out in a form for two",
        ),
        pytest.param(
            "يا {name}",
            "يا {name} %s",
            ":14: %s stands where fields are written {name} in “Send {command}, {name}.”",
            id="a percent format",
        ),
        pytest.param(
            "/sign.\\n",
            "/sign.",
            ":17: blanks or line breaks at the start or the end differ from the English text"
            " in “Type /sign or /help.”",
            id="a line break lost",
        ),
        pytest.param(
            '"انتهيت"',
            '" انتهيت"',
            ":27: blanks or line breaks at the start or the end differ from the English text"
            " in “Done”",
            id="a blank in front",
        ),
        pytest.param(
            "يا {name}",
            "يا \u2068{name}",
            ":14: a bidi isolate (U+2066 to U+2068) and its end (U+2069) are not in pairs on a line"
            " in “Send {command}, {name}.”",
            id="a bidi isolate without its end",
        ),
        pytest.param(
            "أو /sign",
            "أو /وقع",
            ":17: the command /sign is left out in “Type /sign or /help.”",
            id="a command translated",
        ),
        pytest.param(
            "يعرضه {cmd}read",
            "يعرضه {cmd}اقرأ",
            ":23: the command {cmd}read is left out in “{cmd}read shows it”",
            id="a command with the platform's sign translated",
        ),
        pytest.param(
            "/help أو /sign",
            "/help أو /sign أو /signs",
            ":17: the English text has no command /signs in “Type /sign or /help.”",
            id="a command made up",
        ),
        pytest.param(
            'msgid "Done"\nmsgstr "تم"',
            'msgid "Done"\nmsgstr "تم"\nمرحبا',
            ":22: this is no valid catalogue: Unknown or misformatted keyword",
            id="not a catalogue at all",
        ),
    ],
)
def test_a_break_in_a_catalogue_is_found(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    assert before in CATALOGUE
    found = faults(tmp_path, CATALOGUE.replace(before, after, 1))
    assert f"bot/locales/ar/LC_MESSAGES/undersigned.po{fault}" in found


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ('"%d names"', "%d stands where fields are written {name} in “%d names”"),
        ('"100%% sure"', "%% stands where fields are written {name} in “100%% sure”"),
        (
            '"a brace {"',
            "this is no valid format string: a brace is not closed, or not doubled in “a brace {”",
        ),
        (
            '"one\\u2069 two"',
            "a bidi isolate (U+2066 to U+2068) and its end (U+2069) are not in pairs on a line"
            " in “one\u2069 two”",
        ),
    ],
)
def test_a_break_in_the_source_is_found(tmp_path: Path, message: str, fault: str) -> None:
    found = faults(tmp_path, source=f"{SOURCE}\n_({message})\n")
    assert f"bot/words.py:9: {fault}" in found


def test_a_share_of_a_hundred_is_no_format(tmp_path: Path) -> None:
    source = SOURCE.replace("Done", "{share}% of {goal}")
    catalogue = CATALOGUE.replace('"Done"', '"{share}% of {goal}"').replace(
        '"تم"', '"{share}% من {goal}"'
    )
    assert faults(tmp_path, catalogue.replace('"انتهيت"', '"{share}% من {goal}"'), source) == []


def test_an_expected_language_without_a_catalogue_is_found(tmp_path: Path) -> None:
    assert faults(tmp_path) == []
    assert [fault.message for fault in check(tmp_path, ("ar", "fr"))] == [
        "there is no such catalogue; `make messages ARGS=fr` begins it"
    ]


def test_a_folder_that_is_no_language_is_found(tmp_path: Path) -> None:
    faults(tmp_path)
    catalogue_path(tmp_path, "ar").parents[1].rename(tmp_path / "bot" / "locales" / "xx")
    assert [fault.message for fault in check(tmp_path, ())] == [
        "xx is no language that Babel knows; rename the folder"
    ]


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed")
def test_what_msgfmt_finds_is_told_too(tmp_path: Path) -> None:
    twice = CATALOGUE + '\nmsgid "Done"\nmsgstr "تم"\n'
    assert (
        "bot/locales/ar/LC_MESSAGES/undersigned.po:42: msgfmt: duplicate message definition..."
        in faults(tmp_path, twice)
    )


def test_an_update_keeps_translations_and_marks_what_changed(tmp_path: Path) -> None:
    faults(tmp_path)
    path = catalogue_path(tmp_path, "ar")
    update(tmp_path)
    written = path.read_bytes()
    assert check(tmp_path) == []

    update(tmp_path)
    assert path.read_bytes() == written

    (tmp_path / "bot" / "words.py").write_text(
        SOURCE.replace("{name}.", "{name}!") + '_("New")\n', encoding="utf-8"
    )
    update(tmp_path, begin=["fr"])
    said = [(Path(fault.file), fault.message) for fault in check(tmp_path)]
    assert (path, "the translation is missing in “New”") in said
    assert (
        path,
        "the translation is marked fuzzy; read it and take the mark away in"
        " “Send {command}, {name}!”",
    ) in said
    assert (catalogue_path(tmp_path, "fr"), "the translation is missing in “New”") in said
    assert "“Gone”" not in str(said)
