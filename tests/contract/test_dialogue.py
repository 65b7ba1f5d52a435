"""The main dialogue on every database that the bot may run on."""

from pathlib import Path

import pytest

from bot.domain.counts import Counts
from bot.privacy import make_key
from tests.e2e.script import LINES, STATEMENT, fill_in
from tests.support.dialogue import open_dialogue


async def test_the_first_start_makes_a_key(tmp_path: Path, url: str) -> None:
    async with open_dialogue(tmp_path, UNDERSIGNED_DATABASE=url) as d:
        assert (await d.answer("amal: /start")).text.startswith("Hello.")
        assert (tmp_path / "undersigned.key").exists()


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
async def test_the_main_dialogue_with_a_restart_after_so_many_lines(
    tmp_path: Path, url: str, every: int
) -> None:
    make_key(tmp_path / "undersigned.key")
    async with open_dialogue(tmp_path, UNDERSIGNED_DATABASE=url) as d:
        for at, line in enumerate(LINES):
            said = [{"chat": did.chat, "message": did.message, "text": did.text} for did in d.did]
            await d.say(fill_in(line, said))
            if at % every == 0:
                await d.restart()
        expected = Counts(verified=1, rejected=1, withdrawn=1, organisations=1)
        assert await d.counts(STATEMENT) == expected
        await d.say("%advance 11m")
        assert "Tunis Readers" in (await d.answer(f"amal: /signatories {STATEMENT}")).text
        assert await d.rows("SELECT count(*) FROM dead_letters") == [(0,)]
