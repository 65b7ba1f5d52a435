"""What the bot hands to a signer is checked by the page that it publishes."""

from __future__ import annotations

from bot.bootstrap.publishing import publish_into
from tests.integration.site.test_in_browser import check, opened
from tests.support.browser import chromium
from tests.support.dialogue import Dialogue


async def proof_of(d: Dialogue, number: int) -> str:
    """The file of the button, as it is pasted."""
    content = (await d.answer(f"amal: /mine {number} proof")).content
    assert content is not None
    return content.decode()


async def test_the_page_checks_what_the_bot_hands_out(d: Dialogue) -> None:
    page_folder = d.folder / "page"
    await d.sign("amal", "Amal Haddad <b>")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    early = await proof_of(d, 1)
    await d.sign("rami", "Rami Mansour", "organisers")
    await d.say("zaid@admins: /verify 2", "%advance 11m")
    await publish_into(d.settings, page_folder)
    now = await proof_of(d, 1)
    await d.say("amal: /mine 1 organisers", "%advance 11m")
    late = await proof_of(d, 1)
    address = page_folder.as_uri()
    async with chromium() as browser, opened(browser, address) as page:
        await page.goto(f"{address}/port/en.html")
        assert (await page.inner_text(".figures")).split() == ["2", "people", "0", "organisations"]
        said = await check(page, now)
        assert (said[0], said[-1]) == (
            *("All of it holds.", "Its checkpoint is the one that is published here."),
        )
        assert said[-2] == "The entry says: on the list, #1 \u2068Amal Haddad <b>\u2069"
        said = await check(page, early)
        assert said[0] == "All of it holds."
        assert "goes on from the checkpoint of the receipt" in said[-1]
        said = await check(page, late)
        assert said[0] == "All that could be checked here holds."
        assert said[-2] == "The entry says: counted without a name"
        assert "older than the receipt" in said[-1]
