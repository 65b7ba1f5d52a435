"""A real browser: Chromium, the system's own or the one that `make test` installs."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

INSTALLED = Path(__file__).parents[3] / ".venv" / "browser"

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none")


@cache
def executable() -> tuple[str, dict[str, str]]:
    """The program, and what its environment needs besides. Skips the test where there is none."""
    if found := shutil.which("chromium"):
        return found, {}
    if not (INSTALLED / "chromium").exists():
        pytest.skip("there is no Chromium: install Node and npm, or Debian's package chromium")
    return str(INSTALLED / "chromium"), {
        "LD_LIBRARY_PATH": str(INSTALLED / "al2023" / "lib"),
        "FONTCONFIG_PATH": os.environ.get("FONTCONFIG_PATH", "/etc/fonts"),
    }


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One browser; each page that a test opens in a `new_context` of its own is another person."""
    program, variables = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=ARGUMENTS,
            env={**os.environ, **variables},
        )
        try:
            yield browser
        finally:
            await browser.close()
