"""Makes the pictures in docs/pictures: the playground's phones, after a real dialogue with the bot.

`python -m tools.pictures` runs `undersigned playground` in a folder of its own, plays on its page
in the Chromium of the tests, and takes the pictures there. Element's look needs a font with emoji.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.support.browser import chromium
from tests.support.nursery import close_nursery
from tests.support.playground import ENGLISH_STEPS, Visitor, running, visit

PICTURES = Path("docs/pictures")
MOST_BYTES = 150_000
WIDTH = 1200


async def play(visitor: Visitor) -> None:
    """Amal signs, Omar's group endorses in Arabic, and Zaid verifies one of the two."""
    signer, group, admins = map(visitor.phone, ("signer", "group", "admins"))
    await signer.say("/demands open-library 1")
    await signer.press("Sign", "Do you agree?")
    await signer.press("Confirm", "What's your name?")
    await signer.say("Amal Example")
    await signer.hears("your profession")
    for label, told in ENGLISH_STEPS:
        await signer.press(label, told)
    await group.begins("/endorse")
    await group.say("/endorse open-library")
    await group.press("تأكيد", "سُجِّل التأييد")
    await admins.begins("Waiting:")
    await admins.press("Verify", on="Amal Example")
    await signer.hears("has been verified")


CHOSEN = {"statement": "open-library", "language": "ar", "part": "demands"}
"""What is looked at page by page."""

POSE = """() => {
    document.body.classList.add("posing");
    for (const log of document.querySelectorAll(".log")) {
        while (log.children.length > 1 && log.scrollHeight > log.clientHeight) {
            log.firstElementChild.remove();
        }
    }
}"""
"""Leave of the page what is said there, and of that as much as is seen whole."""


async def take(visitor: Visitor, name: str, part: str) -> None:
    """A picture of that part of the page."""
    file = PICTURES / name
    await visitor.page.evaluate(POSE)
    await visitor.page.locator(part).screenshot(path=file, animations="disabled")
    size = file.stat().st_size
    print(f"{file}: {size} bytes")  # noqa: T201
    if size > MOST_BYTES:
        raise SystemExit(f"{file} is too large for the documentation; make its part smaller")


async def make() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as program:
        async with chromium() as browser:
            visitor = await visit(browser, program.address, width=WIDTH)
            await play(visitor)
            await visitor.page.get_by_role("radio", name="Element").check()
            await take(visitor, "element.png", "#signer")
            await visitor.page.get_by_role("radio", name="Telegram").check()
            await take(visitor, "dialogue.png", ".phones")
            for choice, value in CHOSEN.items():
                await visitor.page.locator(f"#{choice}").select_option(value)
            await expect(visitor.page.locator(".sheet [lang=ar].text")).to_have_count(2)
            await take(visitor, "pages.png", "#previews")


def main() -> None:
    """Make them all."""
    PICTURES.mkdir(exist_ok=True)
    try:
        asyncio.run(make())
    finally:
        close_nursery()


if __name__ == "__main__":
    main()
