"""Labels of buttons fit a phone: docs/wording.md, rule 8."""

from __future__ import annotations

import pytest

from bot.domain.ids import Language
from bot.text.breaks import graphemes
from bot.wording.buttons import LABELS, label
from bot.wording.voice import Voice, available_languages

LONGEST = 20
"""Characters as people count them: grapheme clusters."""


@pytest.mark.parametrize("language", available_languages())
def test_every_label_fits_a_phone(language: Language) -> None:
    labels = [label(Voice(language), name) for name in LABELS]
    assert [each for each in labels if len(list(graphemes(each))) > LONGEST] == []
