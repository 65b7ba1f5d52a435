"""The playground as a program of its own, and a person who sits before its page."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.support.bot_process import environment
from tests.support.dialogue import SHIPPED
from tests.support.nursery import nursery

ADDRESS = re.compile(r"http://\S+")
NO_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY")

ENGLISH_STEPS = [
    ("Skip", "Which country"),
    ("Skip", "Who may see your name?"),
    ("Public", "Is that right?"),
    ("Confirm", "Recorded"),
]
"""Of signing, once the name is given: buttons that are pressed, and what is told then."""


@dataclass
class Program:
    """One that runs; `temporary` is where it makes its folder."""

    pid: int
    address: str
    temporary: Path

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        os.kill(self.pid, signal.SIGINT)
        code, self.pid = nursery().wait(self.pid), 0
        return code


@contextmanager
def running(folder: Path, *arguments: str, statements: Path = SHIPPED) -> Iterator[Program]:
    """From when it says where it is; without a screen, so that it opens no browser."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    environ = {k: v for k, v in environment(statements).items() if k not in NO_SCREEN}
    environ |= {"TMPDIR": str(temporary)}
    our_out, their_out = os.pipe()
    with (folder / "errors.txt").open("wb") as errors, Path(os.devnull).open("rb") as nothing:
        files = (nothing.fileno(), their_out, errors.fileno())
        pid = nursery().start(("playground", *arguments), folder, environ, files)
    os.close(their_out)
    with os.fdopen(our_out, encoding="utf-8") as out:
        found = ADDRESS.search(out.readline())
        assert found is not None, (folder / "errors.txt").read_text("utf-8")
        program = Program(pid, found[0], temporary)
        try:
            yield program
        finally:
            if program.pid:
                program.interrupt()


@dataclass
class Visitor:
    """Somebody who has opened the page. `faults` are what the browser complains of, `asked` the
    addresses that it has asked anything of."""

    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def phone(self, kind: str) -> Phone:
        """The one that is called signer, group or admins."""
        return Phone(self.page.locator(f"#{kind}"))

    async def violations(self) -> str:
        """What axe finds wrong with the page as it stands."""
        found = await Axe().run(self.page)
        return str(found.generate_report()) if found.violations_count else ""


@dataclass
class Phone:
    root: Locator

    async def whose(self, who: str, language: str | None = None) -> None:
        """Give it to somebody, who speaks that language."""
        await self.root.locator(".who").select_option(who)
        if language is not None:
            await self.root.locator(".lang").select_option(language)
            await self.root.locator(f".foot[lang={language}]").wait_for()

    async def say(self, text: str) -> None:
        await self.root.locator(".said").fill(text)
        await self.root.locator(".said").press("Enter")

    async def begins(self, text: str | re.Pattern[str]) -> None:
        """Press what is offered at the very beginning, and be told that."""
        await self.root.locator(".begin").click()
        await self.hears(text)

    async def press(
        self, label: str, text: str | re.Pattern[str] | None = None, *, on: str = ""
    ) -> None:
        """The newest button of that name, once it is there, on a message that says `on`; and be
        told that."""
        messages = self.root.locator(".bubble").filter(has_text=on)
        await messages.get_by_role("button", name=label).last.click()
        if text is not None:
            await self.hears(text)

    async def reply(self, to: str, text: str) -> None:
        """To the newest message that says `to`."""
        message = self.root.locator(".bubble").filter(has_text=to).last
        await message.locator(".reply").click()
        await self.say(text)

    async def hears(self, text: str | re.Pattern[str]) -> None:
        """Some message says that."""
        await expect(self.root.locator(".text").filter(has_text=text).last).to_be_visible()


async def visit(
    browser: Browser, address: str, *, width: int = 1280, dark: bool = False
) -> Visitor:
    """Open the page in a window of that width."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    visitor = Visitor(page)

    def complained(message: ConsoleMessage) -> None:
        if message.type == "error":
            visitor.faults.append(message.text)

    def asked(request: Request) -> None:
        visitor.asked.append(request.url)

    page.on("console", complained)
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    page.on("request", asked)
    await page.goto(address)
    await page.get_by_role("radio").first.wait_for()
    return visitor
