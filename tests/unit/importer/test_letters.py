"""Letters with the structures of real ones, and what a person sees in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.importer import read_file, write

FOLDER = Path(__file__).parents[3] / "../shared/letters"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the letters are not here")


@dataclass(frozen=True)
class Seen:
    """What a person sees; `paragraphs` are those of the text above the demands, items of lists
    that stay text included."""

    file: str
    paragraphs: int
    demands: int = 0
    countries: tuple[str | None, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    told: tuple[str, ...] = ()
    """What some line that is not placed has in it."""


SEEN = (
    Seen(
        "01-orgs-under-heading.en.md",
        1,
        0,
        (None,) * 7,
        (("", 2), ("organisation", 3), ("person", 2)),
    ),
    Seen("02-prisoners-numbered.en.md", 6, 0, (None, None)),
    Seen(
        "03-toml-front-matter-table.en.md",
        1,
        0,
        (None, None),
        (("organisation", 2),),
        ("/donate/",),
    ),
    Seen("05-orgs-in-one-line.de.md", 1, 0, (None,) * 5),
    Seen("07-letter-in-front-matter-only.en.md", 1),
    Seen(
        "08-names-br-some-without-country.en.md",
        1,
        0,
        ("DE", None, "SE", None, "IE", "PL", "GB", "PT"),
    ),
    Seen("09-grievances-then-demands.en.md", 4, 3),
    Seen("10-code-in-reference-link.en.md", 3),
)


@pytest.mark.parametrize("seen", SEEN, ids=lambda one: one.file)
def test_what_a_person_sees(seen: Seen, tmp_path: Path) -> None:
    language = Language(seen.file.split(".")[-2])
    found = read_file(FOLDER / seen.file, language)

    assert sum(not one.shape.heading for one in found.paragraphs) == seen.paragraphs
    assert (len(found.demands), len(found.closing)) == (seen.demands, 0)
    assert tuple(one.country for one in found.signatories) == seen.countries
    for kind, count in seen.groups:
        assert sum(one.kind == kind for one in found.signatories) == count
    for words in seen.told:
        assert any(words in line.text for line in found.unplaced)
    labels = [word for one in found.signatories for word in one.name.split() if word.endswith(":")]
    assert labels == []
    write(found, "letter", tmp_path / "statements")


def test_every_letter_is_looked_at() -> None:
    assert {path.name for path in FOLDER.iterdir()} - {"expected.md"} == {one.file for one in SEEN}
