"""One page with three statements, of 0, 1 and 2,000 signatories: looked at by many tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.names import made_up
from tests.support.signed import OnList
from tests.support.site import Written, read, write, written
from tests.support.statements import write_port

HOSTILE = (
    "<script>document.title='hit'</script>",
    "<img src=x onerror=\"document.title='hit'\">",
    "\"><svg onload=document.title='hit'>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202etxet desrever\u202c Amal",
    "\u2067\u2069\u2069Amal\u202e",
    "W" * 120,
    "ا" * 120,
    "&amp; &lt;b&gt;",
)
"""Most of them nobody can sign with: the page does not lean on that."""

COUNTRIES = ("TN", "FR", "EG", "PS", "MX", "CN", None)


@dataclass(frozen=True)
class Site:
    """The page as files, and the logs behind it."""

    folder: Path
    written: dict[str, Written]

    @property
    def disk(self) -> str:
        """Its address from a USB stick."""
        return self.folder.as_uri()


def everybody(count: int) -> list[OnList]:
    """Names in six scripts from here and there; some organisations, and the hostile ones."""
    chance = random.Random(7)
    names = [*HOSTILE, "Zoë O'Brien-Ængström", *made_up(max(count - len(HOSTILE) - 1, 0))]
    return [
        OnList(
            name,
            chance.choice(COUNTRIES),
            "organisation" if at % 40 == 9 else "person",
            "Union of <b>Dockers</b>" if at % 5 == 0 else None,
            excepts="2" if at % 50 == 0 else None,
        )
        for at, name in enumerate(names[:count])
    ]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("site")
    terms = "  goal: 2500\n  closes: 2027-01-31\n"
    with ExitStack() as stack:
        found = {}
        for name, people in (
            ("none", []),
            ("one", [OnList("Amal Haddad", "TN")]),
            ("many", everybody(2000)),
        ):
            folder = write_port(root, name=name, endorsement=terms)
            found[name] = stack.enter_context(closing(written(read(folder, name), people)))
        folder = write(root / "page", [each.snapshot for each in found.values()])
        yield Site(folder, found)
