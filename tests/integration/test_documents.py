"""`undersigned export` in its printed forms, and `undersigned poster`: what leaves, and what does
not."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from bot.bootstrap.files import NotWritten, written
from bot.cli import main
from tests.e2e.test_privacy_on_disk import hits
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

FORMS = ("csv", "json", "xlsx", "pdf", "md", "signed")
PUBLIC = ("Amal Haddad", "Port Nurse", "Readers of Sfax")
SECRET = {
    "organisers": "Sealed Canary",
    "counted": "Counted Canary",
    "pending": "Waiting Canary",
    "rejected": "Rejected Canary",
    "withdrawn": "Withdrawn Canary",
}
REASON = "We could not reach this canary"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """One command in this process: its exit code, standard output and standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["undersigned", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        said = capfdbinary.readouterr()
        return ended.value.code, said.out.decode("utf-8", "replace"), said.err.decode()

    return command


async def campaign(folder: Path) -> None:
    """One whose list has a person and an organisation, and of whom much more is known."""
    async with open_dialogue(folder, folder / "statements") as d:
        await sign(d, "amal", PUBLIC[0], "public", "[skip]")
        for who, name in SECRET.items():
            visibility = who if who in {"organisers", "counted"} else "public"
            await sign(d, who, name, visibility, f"Works of {name}")
        await d.say("omar@sfax: /endorse port Readers of Sfax (Tunisia)", "omar@sfax: [confirm]")
        for number in (1, 2, 3, 6, 7):
            await d.say(f"zaid@admins: /verify {number}")
        await d.say(f"zaid@admins: /reject 5 {REASON}")
        await d.say("withdrawn: /withdraw", "withdrawn: [confirm]", "%advance 11m")


async def sign(d: Dialogue, who: str, name: str, visibility: str, affiliation: str) -> None:
    await d.say(f"{who}: /sign port", f"{who}: [confirm]", f"{who}: {name}")
    await d.say(f"{who}: {affiliation}", f"{who}: [skip]", f"{who}: [{visibility}]")
    await d.say(f"{who}: [confirm]")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that campaign; no test changes it."""
    folder = tmp_path_factory.mktemp("campaign")
    write_port(folder)
    (folder / "config.yaml").write_text(
        "languages: [en, ar]\npublish: {folder: page, address: 'https://example.org/port'}\n"
    )
    asyncio.run(campaign(folder))
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a copy of it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file with all that is packed in it, and the words of a PDF as they are read."""
    yield name, data
    if name.endswith("xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            yield from ((f"{name}/{part}", parts.read(part)) for part in parts.namelist())
    elif name.endswith("pdf"):
        texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
        yield f"{name}/text", "\n".join(texts).encode()
        for at, stream in enumerate(data.split(b"stream\n")[1::2]):
            unpacked = zlib.decompressobj()
            yield f"{name}/{at}", unpacked.decompress(stream) if stream[:1] == b"x" else stream


def test_nothing_that_is_not_public_is_in_any_form(run: Run, here: Path) -> None:
    files: dict[str, bytes] = {}
    for form in FORMS:
        target = here / f"port.{form}"
        code, out, err = run(
            "export", "--statement", "port", "--format", form, "--output", str(target)
        )
        assert (code, out, err) == (0, "", "")
        found = dict(opened(f"port.{form}", target.read_bytes()))
        if form != "signed":
            for name in (PUBLIC[0], PUBLIC[2]):
                assert any(name.encode() in data for data in found.values()), (form, name)
        files |= found
    code, out, err = run("poster", "posters", "--statement", "port", "--size", "a5")
    assert (code, err) == (0, "")
    for file in out.splitlines():
        files |= dict(opened(file, Path(file).read_bytes()))
    assert len(files) > len(FORMS) + 10
    secret = [*SECRET.values(), REASON, "zaid", *(f"Works of {name}" for name in SECRET.values())]
    assert hits(files, secret) == []


@pytest.mark.parametrize("form", ["xlsx", "pdf", "md"])
def test_the_same_bytes_into_a_file_and_to_standard_output(run: Run, here: Path, form: str) -> None:
    given = ("export", "--statement", "port", "--format", form, "--language", "ar")
    assert run(*given, "--output", "1") == (0, "", "")
    code, out, err = run(*given)
    assert (code, err) == (0, "")
    assert out == (here / "1").read_bytes().decode("utf-8", "replace")


def test_a_document_is_in_the_language_that_is_asked_for(run: Run, here: Path) -> None:
    given = ("export", "--statement", "port", "--format")
    assert run(*given, "xlsx", "--language", "ar", "--output", "port.xlsx")[0] == 0
    book = openpyxl.load_workbook(here / "port.xlsx")
    assert [sheet.sheet_view.rightToLeft for sheet in book.worksheets] == [True, True]
    assert book.worksheets[0]["C2"].value == PUBLIC[2]
    code, _, err = run(*given, "md", "--language", "fr")
    assert (code, err) == (2, "port has no text in fr; there are: en, ar\n")
    text = run(*given, "md")[1]
    assert text.startswith("# Open the port")
    assert "on this page: \u2068https://example.org/port/port/en.html\u2069" in text
    assert "4 people and 1 organisation have signed." in text or "have signed." in text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("--format", "csv", "--sealed"), "--sealed is a form of its own"),
        (("--format", "csv", "--language", "ar"), "--language goes with"),
        (("--format", "pdf", "--output", "statements"), "statements cannot be written"),
        (("--format", "docx"), "docx"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, here: Path, given: tuple[str, ...], why: str) -> None:
    code, out, err = run("export", "--statement", "port", *given)
    assert (code, out) == (2, "")
    assert why in " ".join(err.split())
    assert (here / "statements").is_dir()


def test_no_terminal_is_filled_with_bytes(here: Path) -> None:
    ours, theirs = pty.openpty()
    command = (sys.executable, "-m", "bot", "export", "--statement", "port", "--format", "pdf")
    path = {"PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        command, cwd=here, env=os.environ | path, stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert ended.returncode == 2
    assert b"name a file with --output" in ended.stderr


def test_a_file_is_replaced_whole_or_not_at_all(run: Run, here: Path) -> None:
    file = here / "port.pdf"
    file.write_text("an older one")
    with pytest.raises(NotWritten), written(file) as place:
        shutil.copyfile(here / "not there", place)
    assert file.read_text() == "an older one"
    given = ("export", "--statement", "port", "--format", "pdf", "--output", "port.pdf")
    assert run(*given)[0] == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert not [left.name for left in here.iterdir() if left.name.endswith(".new")]


def test_posters_in_each_language(run: Run, here: Path) -> None:
    code, out, err = run("poster", "posters", "--statement", "port", "--demand", "2")
    assert (code, err) == (0, "")
    names = [
        f"posters/port-{language}-{name}"
        for language in ("en", "ar")
        for name in ("a4.pdf", "a4.png", "a5.pdf", "a5.png", "square.png")
    ]
    assert out.splitlines() == names
    again = ("--demand", "2", "--language", "ar", "--size", "a5", "--format", "pdf")
    assert run("poster", "again", "--statement", "port", *again)[1] == "again/port-ar-a5.pdf\n"
    assert (here / "again/port-ar-a5.pdf").read_bytes() == (here / names[7]).read_bytes()
    [page] = pypdfium2.PdfDocument(here / names[0])
    text = page.get_textpage().get_text_range()
    assert "Keep it open." in text
    assert "example.org/port" in text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("--demand", "9"), "port has no demand 9 in en; there are: 1, 2, 3"),
        (("--language", "fr"), "port has no text in fr"),
        (("--link", "telegram"), "There is no link to telegram; there are: page."),
    ],
)
def test_a_poster_of_what_is_not_there(
    run: Run, here: Path, given: tuple[str, ...], why: str
) -> None:
    code, out, err = run("poster", "posters", "--statement", "port", *given)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert why in err


def test_without_a_page_and_a_platform_there_is_nothing_to_lead_to(run: Run, here: Path) -> None:
    (here / "config.yaml").write_text("languages: [en, ar]\n")
    code, _, err = run("poster", "posters", "--statement", "port")
    assert code == 2
    assert "publish.address is in config.yaml" in err


def test_a_statement_that_was_never_opened(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_port(tmp_path)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_begin(tmp_path))
    write_port(tmp_path, name="quay")
    code, _, err = run("export", "--statement", "quay", "--format", "md")
    assert code == 2
    assert "The bot has not opened quay yet" in err


async def _begin(folder: Path) -> None:
    async with open_dialogue(folder, folder / "statements"):
        pass
