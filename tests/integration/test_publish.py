"""`undersigned publish` as it is configured: the page, then the command, and what is said of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.bootstrap import checking, publishing
from bot.bootstrap.opening import ROOT, NotConfigured
from bot.bootstrap.publishing import CommandFault, publish_configured, read_state
from bot.cli import main
from bot.config import Publish, Settings
from bot.doctor import keeping
from bot.domain.findings import Verdict
from bot.site.folder import PageFault, PageFolder
from bot.site.templating import TemplateFault
from tests.support.dialogue import open_dialogue


@pytest.fixture
async def settings(tmp_path: Path, port: Path) -> Settings:
    """Of a bot that has run."""
    async with open_dialogue(tmp_path, port) as d:
        return d.settings


def with_page(settings: Settings, *command: str, templates: Path | None = None) -> Settings:
    section = Publish(folder=settings.base / "page", command=command, templates=templates)
    changed = settings.model_copy(update={"publish": section})
    changed._base = settings.base
    return changed


def found(settings: Settings) -> Sequence[tuple[Verdict, str]]:
    return [(each.verdict, each.said) for each in keeping.page(settings)]


async def test_the_command_is_run_once_for_each_page(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of the configuration, and without what is ours."""
    monkeypatch.setenv("UNDERSIGNED_KEY_OF_ANOTHER", "secret")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:/theirs")
    shell = (
        'ls page/index.html >> done; env | grep -c "^UNDERSIGNED" >> secrets; '
        'echo "$PYTHONPATH" >> places'
    )
    page = with_page(settings, "sh", "-c", shell)
    assert found(page) == [
        (Verdict.NOTE, f"there is none in {tmp_path}/page yet; the running bot makes it")
    ]
    assert (await publish_configured(page)).is_new
    assert not (await publish_configured(page)).is_new
    assert (tmp_path / "done").read_text() == "page/index.html\n"
    assert (tmp_path / "secrets").read_text() == "0\n"
    assert (tmp_path / "places").read_text() == "/theirs\n"
    # Another command has not been run with it yet.
    await publish_configured(with_page(settings, "sh", "-c", "touch other"))
    assert (tmp_path / "other").exists()
    assert found(page) == [(Verdict.OK, f"in {tmp_path}/page")]
    assert not (await checking.check(page)).faults


async def test_a_command_that_fails_is_told_and_run_again(
    settings: Settings, tmp_path: Path
) -> None:
    shell = "test -e well || { echo 'host key: tok3n' >&2; exit 3; }; echo done >> done"
    page = with_page(settings, "sh", "-c", shell)
    for _ in range(2):
        with pytest.raises(CommandFault) as caught:
            await publish_configured(page)
    plain = "publish.command (sh) has ended with exit code 3"
    assert str(caught.value) == f"{plain}: host key: tok3n"
    # The page is there. What the command said is for the log alone.
    assert (tmp_path / "page" / "index.html").exists()
    assert found(page) == [(Verdict.WRONG, plain)]
    (tmp_path / "well").touch()
    assert not (await publish_configured(page)).is_new
    await publish_configured(page)
    assert (tmp_path / "done").read_text() == "done\n"
    assert read_state(PageFolder(tmp_path / "page")).fault is None
    missing = with_page(settings, "no-such-program")
    with pytest.raises(CommandFault, match="cannot be run"):
        await publish_configured(missing)


async def test_a_command_that_hangs_is_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "COMMAND_SECONDS", 0.1)
    with pytest.raises(CommandFault, match=r"publish\.command \(sleep\) was ended after"):
        await publish_configured(with_page(settings, "sleep", "60"))


async def test_what_keeps_a_page_from_being_made(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="add the section publish"):
        await publish_configured(settings)
    assert found(settings) == []
    missing = with_page(settings, templates=tmp_path / "none")
    with pytest.raises(TemplateFault, match="here is no folder"):
        await publish_configured(missing)
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "mine").touch()
    page = with_page(settings)
    with pytest.raises(PageFault, match="is a folder of something else"):
        await publish_configured(page)
    for each, words in ((page, "folder of something else"), (missing, "there is no folder")):
        [(verdict, said)] = found(each)
        assert (verdict, words in said) == (Verdict.WRONG, True)
        assert any(words in str(fault) for fault in (await checking.check(each)).faults)
    assert [each.name for each in (tmp_path / "page").iterdir()] == ["mine"]


def test_the_program(
    tmp_path: Path,
    port: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def begin() -> None:
        async with open_dialogue(tmp_path, port):
            pass

    def said(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["undersigned", "publish", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capsys.readouterr()

    asyncio.run(begin())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "nice", lambda _more: 0)
    capsys.readouterr()
    assert said() == (2, "", f"{publishing.NOT_CONFIGURED}\n")
    first = said("page")
    count = sum(file.is_file() for file in (tmp_path / "page").rglob("*")) - 1
    assert first == (0, f"{tmp_path}/page: {count} files\n", "")
    assert said("page") == (0, f"{tmp_path}/page: {count} files, the same as before\n", "")
    (tmp_path / "statements" / "mine").touch()
    refused = f"{port} is a folder of something else, and is left alone; name a new one for the "
    assert said("statements") == (2, "", f"{refused}page, or empty it.\n")
