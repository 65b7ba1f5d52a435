"""What no font of a machine shows is told with the package to install, never drawn as boxes."""

from __future__ import annotations

import pytest
import typst

from bot.documents import fonts
from bot.documents.picture import share_picture
from bot.domain.counts import PublicCounts
from bot.domain.ids import Language
from tests.support.snapshots import SCRIPTS


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any font but those that typst brings."""
    own = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(fonts, "installed", lambda: own)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("script", "package"),
    [
        *((script, "fonts-noto-core") for script in ("Ethiopic", "Bengali", "Thai", "Tamil")),
        *((script, "fonts-noto-cjk") for script in ("Chinese", "Japanese", "Korean")),
        ("Emoji", "fonts-noto-color-emoji"),
    ],
)
def test_the_package_is_named(script: str, package: str) -> None:
    with pytest.raises(fonts.NoFont) as found:
        share_picture(SCRIPTS[script], PublicCounts(), Language("en"))
    sentence = str(found.value)
    assert f"; install {package} (docs/documents.md#fonts)." in sentence
    first = fonts.not_shown([SCRIPTS[script]])[0]
    assert f"shows {first} (U+{ord(first):04X})" in sentence


@pytest.mark.usefixtures("bare")
def test_several_are_named_in_one_sentence() -> None:
    with pytest.raises(fonts.NoFont) as found:
        fonts.check(SCRIPTS.values())
    both = "fonts-noto-cjk and fonts-noto-color-emoji and fonts-noto-core"
    assert both in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("script", ["Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Devanagari"])
def test_what_typst_brings_needs_nothing(script: str) -> None:
    assert fonts.check([SCRIPTS[script]]) == ()
    assert share_picture(SCRIPTS[script], PublicCounts(), Language("en")).startswith(b"\x89PNG")


@pytest.mark.usefixtures("bare")
def test_what_is_in_no_font_at_all_is_shown_as_its_code() -> None:
    """A letter that nobody can show does not keep all other names from being printed."""
    assert fonts.check(["Amal \u0378"]) == ["\u0378"]
    given = PublicCounts(), Language("en")
    assert share_picture("Amal \u0378", *given) == share_picture("Amal [U+0378]", *given)
