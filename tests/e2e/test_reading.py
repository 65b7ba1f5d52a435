"""Reading: every word of a text, once and in order, however it is cut; and the ways to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale

from tests.support.bot_process import run
from tests.support.dialogue import SHIPPED, Dialogue, open_dialogue

REFERENCE = SHIPPED.parent / "../shared/reference/iraq-2014.en.txt"
NOT_PLACED = ("Revolutionary Socialists' logo", "The international version of")

LINK = re.compile(r"\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)")
PAGE_LINE = re.compile(r"\n\n(\d+)/(\d+)\Z")


def words(text: str) -> list[str]:
    """The words of a text, without what Markdown or a chat adds to them."""
    return [word for word in re.sub(r"[*~`#>•⁂]", "", text).split() if word.strip("-")]


async def pages(d: Dialogue, statement: str, language: str) -> list[str]:
    """All pages as they were shown, without the line with their number."""
    cover = await d.answer(f"amal: /read {statement} {language}")
    assert cover.language == language
    found: list[str] = []
    while True:
        page = await d.answer("amal: [next]")
        assert (page.action, page.message) == ("edit", cover.message)
        number = PAGE_LINE.search(page.text)
        assert number is not None
        assert int(number[1]) == len(found) + 1
        assert len(page.text) <= 4096
        found.append(page.text[: number.start()])
        if "next" not in page.names:
            assert int(number[2]) == len(found)
            return found


async def test_an_imported_text_is_read_word_for_word(tmp_path: Path) -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference text is not beside the project")
    arguments = ("import", str(REFERENCE.resolve()), "--id", "iraq-full", "--lang", "en")
    ended = run(*arguments, "--out", "texts", folder=tmp_path)
    assert ended.code == 0, ended.error
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    for not_placed in NOT_PLACED:
        assert not_placed in ended.out
        lines.remove(not_placed)
    async with open_dialogue(tmp_path, tmp_path / "texts") as d:
        read = await pages(d, "iraq-full", "en")
    assert len(read) > 5
    assert words("\n".join(read)) == words("\n".join(lines))


def source_of(statement: str, language: str) -> str:
    """What the package holds for a reader, put together from its files by plain means."""
    package = SHIPPED / statement
    _, head, body = (package / f"{language}.md").read_text(encoding="utf-8").split("---\n", 2)
    front = yaml.safe_load(head)
    body = LINK.sub(r"\1", re.sub(r"\{#\w+\}", "", body))
    metadata = yaml.safe_load((package / "statement.yaml").read_text(encoding="utf-8"))
    issuers = [_issuer(entry, language) for entry in metadata["signatories"]]
    return "\n".join([front["title"], front["attribution"], body, *issuers])


def _issuer(entry: dict[str, Any], language: str) -> str:
    name = entry["name"] if isinstance(entry["name"], str) else entry["name"][language]
    if "country" not in entry:
        return str(name)
    return f"{name} ({Locale(language).territories[entry['country']]})"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("statement", ["iraq-2014", "open-library"])
async def test_a_shipped_text_is_read_word_for_word(
    tmp_path: Path, statement: str, language: str
) -> None:
    async with open_dialogue(tmp_path) as d:
        read = await pages(d, statement, language)
    assert words("\n".join(read)) == words(source_of(statement, language))


async def test_a_short_text_and_a_small_comfortable_size(tmp_path: Path) -> None:
    """The same words, in smaller pieces."""
    async with open_dialogue(tmp_path, UNDERSIGNED_COMFORTABLE_CHUNK="200") as d:
        small = await pages(d, "open-library", "en")
    (tmp_path / "large").mkdir()
    async with open_dialogue(tmp_path / "large", UNDERSIGNED_COMFORTABLE_CHUNK="4000") as d:
        large = await pages(d, "open-library", "en")
    assert len(small) > 2 * len(large)
    assert words("\n".join(small)) == words("\n".join(large))


async def test_back_and_forth(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path) as d:
        cover = await d.answer("amal: /read open-library")
        first = await d.answer("amal: [next]")
        second = await d.answer("amal: [next]")
        assert (await d.answer("amal: [previous]")).text == first.text
        assert (await d.answer("amal: [previous]")).text == cover.text
        await d.say("amal: [next]")
        await d.restart()
        assert (await d.answer("amal: [next]")).text == second.text


async def test_the_cover(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path) as d:
        cover = (await d.answer("amal: /read open-library")).text
        for part in (
            "Keep the Library Open in the Evening",
            "Friends of the Library",
            "Reading time: ",
            "No verified signatures yet.",
        ):
            assert part in cover
        await d.sign("rami", "Rami Mansour", statement="open-library")
        assert "No verified" in (await d.answer("amal: /read open-library")).text
        await d.say("zaid@admins: [verify]")
        assert "1 person has signed." in (await d.answer("amal: /read open-library")).text


async def test_the_text_changes_while_somebody_reads(d: Dialogue, port: Path) -> None:
    await d.say("amal: /read port")
    file = port / "port" / "en.md"
    file.write_text(file.read_text(encoding="utf-8").replace("closed", "shut"), encoding="utf-8")
    await d.say("zaid@admins: /reload")
    said = await d.say("amal: [next]")
    assert any("text has changed" in did.text for did in said)
    asked = await d.say("amal: [next]")
    assert "shut since the spring" in asked[0].text


async def test_a_group_reads_in_one_message(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path) as d:
        cover = await d.answer("omar@tunis: /read open-library")
        assert "sign" not in cover.names
        for _ in range(3):
            assert (await d.answer("lina@tunis: [next]")).message == cover.message


@pytest.mark.parametrize(
    "payload",
    ["r_open-library_ar", "s_open-library_ar", "d_open-library_2", "", "x", "r__", "s_x_y"],
)
async def test_start_payloads(tmp_path: Path, payload: str) -> None:
    async with open_dialogue(tmp_path) as d:
        said = await d.answer(f"amal: /start {payload}")
        if payload.startswith("r_open"):
            assert "next" in said.names
            assert said.language == "ar"
        elif payload.startswith("s_open"):
            # A link chooses a statement and never signs.
            assert {"confirm", "cancel"} <= set(said.names)
            assert "العربية" in said.text
        elif payload.startswith("d_open"):
            assert "Pay for the evening" in said.text
        else:
            assert said.text.startswith("Hello.")
        assert await d.rows("SELECT count(*) FROM endorsements") == [(0,)]


async def test_share_stands_alone(tmp_path: Path) -> None:
    async with open_dialogue(tmp_path) as d:
        said = await d.answer("amal: /share open-library")
        for part in ("Keep the Library Open", "Count the visitors again", "/read open-library"):
            assert part in said.text
        assert said.names == ("picture",)


async def test_every_language_of_a_text_is_offered_by_its_pages(tmp_path: Path) -> None:
    """A statement in a language that the bot does not speak is read in it all the same."""
    texts = tmp_path / "texts"
    package = texts / "quay"
    package.mkdir(parents=True)
    (package / "statement.yaml").write_text(
        "id: quay\noriginal_language: fr\nsignatories: [{name: Les dockers}]\n", encoding="utf-8"
    )
    (package / "fr.md").write_text("---\ntitle: Ouvrez le port\n---\nOuvrez-le.\n", "utf-8")
    async with open_dialogue(tmp_path, texts) as d:
        said = await d.answer("amal: /read")
        assert said.language == "fr"
        assert "Ouvrez le port" in said.text
        await d.sign("amal", "Amal Haddad", statement="quay")
        assert await d.rows("SELECT language FROM endorsements") == [("fr",)]
