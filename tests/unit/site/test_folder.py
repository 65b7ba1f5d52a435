"""The folder of a page: one page is put in the place of another at once, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from bot.site import folder as module
from bot.site.folder import ABOUT, PageFault, PageFolder

ROOT = Path(__file__).parents[3]


def publish(place: Path, **files: str) -> str | None:
    """Such a page; its digest."""
    folder = PageFolder(place)
    with folder.locked(), folder.new() as page:
        for name, text in files.items():
            page.write(PurePosixPath("port", f"{name}.html"), text.encode())
        page.write(PurePosixPath("index.html"), b"all")
    return folder.digest


def texts(place: Path) -> dict[str, str]:
    """What is in it, without what tells it from other folders."""
    return {
        str(file.relative_to(place)): file.read_text()
        for file in place.rglob("*")
        if file.is_file() and file.name != ABOUT
    }


def beside(place: Path) -> list[str]:
    """What else is there, but for the lock."""
    kept = {place.name, f".{place.name}.lock"}
    return sorted(each.name for each in place.parent.iterdir() if each.name not in kept)


def test_a_page_takes_the_place_of_another(tmp_path: Path) -> None:
    place = tmp_path / "below" / "page"
    first = publish(place, en="one", ar="واحد")
    inode = place.stat().st_ino
    assert publish(place, en="one", ar="واحد") == first
    # Nothing was touched, which a server would take for news.
    assert place.stat().st_ino == inode
    assert publish(place, en="two") != first
    assert texts(place) == {"port/en.html": "two", "index.html": "all"}
    assert beside(place) == []


def test_a_link_leads_to_the_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "page")
    publish(tmp_path / "link", en="one")
    publish(tmp_path / "link", en="two")
    assert texts(tmp_path / "page")["port/en.html"] == "two"
    assert beside(tmp_path / "page") == ["link"]


def test_everybody_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(tmp_path / "page", en="one")
    finally:
        os.umask(before)
    for path in (tmp_path / "page").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_a_fault_leaves_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "page"
    publish(place, en="one")
    folder = PageFolder(place)

    def fail() -> None:
        with folder.locked(), folder.new() as page:
            page.write(PurePosixPath("index.html"), b"half")
            page.write(PurePosixPath("index.html"), b"twice")

    with pytest.raises(PageFault, match="cannot be written: File exists"):
        fail()
    assert texts(place)["index.html"] == "all"
    assert beside(place) == []


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "page"
    place.mkdir()
    publish(place, en="an empty one is nobody's")
    (place / ".git").mkdir()
    with pytest.raises(PageFault, match=r"is what is not of the page \(\.git\)"):
        publish(place, en="two")
    (place / ".git").rmdir()
    (place / ABOUT).write_text("digest: 1\nfile: port\n")
    with pytest.raises(PageFault, match="is a folder of something else"):
        publish(place, en="two")
    file = tmp_path / "file"
    file.touch()
    for other in (file, Path("/")):
        with pytest.raises(PageFault, match="is no folder for a page"):
            publish(other, en="two")
    with pytest.raises(PageFault, match="file cannot be written"):
        publish(file / "page", en="two")
    assert beside(place) == ["file"]
    assert "an empty one is nobody's" in texts(place).values()


def test_where_two_folders_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network file systems: for a moment there is no page, and after a kill in that the
    next run puts the old one back."""
    monkeypatch.setattr(module, "_exchange", lambda _one, _other: False)
    place = tmp_path / "page"
    publish(place, en="one")
    publish(place, en="two")
    assert texts(place)["port/en.html"] == "two"
    assert beside(place) == []
    place.rename(tmp_path / ".page.0123abcd.old")
    (tmp_path / ".page.0123abcd.new").mkdir()
    (tmp_path / ".page.other.new").mkdir()
    folder = PageFolder(place)
    with folder.locked():
        assert texts(place)["port/en.html"] == "two"
    assert beside(place) == [".page.other.new"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.site.test_folder import publish, texts, beside

os.sync = lambda: None  # which takes as long as others write
place = Path(sys.argv[1])
publish(place, en="one", ar="واحد")
old, new = texts(place), None
left, points = -1, 0

def at_point(event, _arguments):
    global left
    if left >= 0 and event.startswith(("open", "os.", "shutil.", "ctypes.")):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(at_point)
while True:
    child = os.fork()
    if child == 0:
        left = points
        publish(place, en="two", more="and more")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found = texts(place)
    new = new or (found if found != old else None)
    assert found == old or found == {
        "port/en.html": "two", "port/more.html": "and more", "index.html": "all"
    }, (points, found)
    publish(place, en="one", ar="واحد")
    assert texts(place) == old
    assert beside(place) == [], (points, beside(place))
    points += 1
    if status == 0:
        break
assert new is not None
print(points)
"""


def test_a_kill_at_any_moment_leaves_one_page_whole(tmp_path: Path) -> None:
    """At every call to the system of one publishing, each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "page"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30
