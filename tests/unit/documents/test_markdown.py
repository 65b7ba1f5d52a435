"""The statement as Markdown: parsed again, it says the same, and nobody's name is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.documents.markdown import markdown
from bot.domain.ids import Language
from bot.statements.model import Statement
from bot.storage.endorsements import PublicEndorsement
from bot.text.document import Heading, ItemList, Paragraph
from bot.text.markdown import parse
from bot.wording.voice import Voice
from tests.support.snapshots import CHECKPOINT, IN_ENGLISH, SCRIPTS, made_up, people, person

ENGLISH = Language("en")
HOSTILE = (
    "# Heading",
    "1. One",
    "- x",
    "*bold* _it_ `code` ~~gone~~",
    "[click](https://evil.example)",
    "<script>alert(1)</script>",
    "![x](https://evil.example/x.png)",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "---",
)


async def text_of(port: Statement, listed: Sequence[PublicEndorsement]) -> str:
    with made_up(port, listed) as snapshot:
        pieces = markdown(Voice(ENGLISH), snapshot, port.revisions[ENGLISH])
        return "".join([piece async for piece in pieces])


def listed_in(text: str) -> list[str]:
    """The items of the last list."""
    items = [block for block in parse(text).blocks if isinstance(block, ItemList)][-1].items
    paragraphs = [block for item in items for block in item.blocks]
    assert all(isinstance(block, Paragraph) for block in paragraphs)
    assert len(paragraphs) == len(items)
    return [b.text.plain.strip("\u2068\u2069") for b in paragraphs if isinstance(b, Paragraph)]


async def test_all_of_it_is_there(port: Statement) -> None:
    text = await text_of(port, [person(2, "Amal Haddad", affiliation="Nurse", place="Gaza")])
    assert text.startswith("# Open the port\n\nBy the people of the port\n\n")
    assert port.revisions[ENGLISH].text.strip() in text
    assert "- \u2068Amal Haddad\u2069 · \u2068Nurse\u2069 · \u2068Gaza\u2069\n" in text
    assert port.revisions[ENGLISH].digest in text
    assert text.endswith(f"```\n{CHECKPOINT.strip()}\n```\n")
    headings = [b.text.plain for b in parse(text).blocks if isinstance(b, Heading)]
    shown = ["Signatories", "Issued by", "People", "How to check this document"]
    assert headings == ["Open the port", "What we ask", *shown]


async def test_every_name_once_in_order(port: Statement) -> None:
    names = [f"{SCRIPTS[script]} {at:03}" for script in IN_ENGLISH for at in range(70)]
    found = listed_in(await text_of(port, people(*names)))
    assert found == names


async def test_nobodys_name_is_markup_or_a_link(port: Statement) -> None:
    text = await text_of(port, people(*HOSTILE))
    assert sorted(listed_in(text)) == sorted(HOSTILE)
    lines = [line for line in text.splitlines() if "evil" in line]
    # What GitHub makes a link of by itself (https://github.github.com/gfm/#autolinks-extension-).
    assert not any(re.search(r"https?://|www\.|(?<!\\)@", line) for line in lines)
    for block in parse(text).blocks:
        if isinstance(block, ItemList):
            for item in block.items:
                assert all(isinstance(b, Paragraph) and not b.text.spans for b in item.blocks)


async def test_the_same_twice(port: Statement) -> None:
    assert await text_of(port, people("Amal")) == await text_of(port, people("Amal"))
