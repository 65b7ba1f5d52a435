"""The countries that people type, in any language, and the table they are found in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.statements import countries
from tools import country_names


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("PS", "PS"),
        ("tn", "TN"),
        ("🇸🇾", "SY"),
        ("Palestina", "PS"),
        ("فلسطين", "PS"),
        ("سویس", "CH"),
        ("Thái Lan", "TH"),
        ("ქართველო", None),
        ("Ελλάδα", "GR"),
        ("대한민국", "KR"),
        ("टोंगा", "TO"),
        ("टोगो", "TG"),
        ("Dan Mach", "DK"),
        ("Foroyar", "FO"),
        ("  the   Netherlands ", "NL"),
        ("U.K.", "GB"),
        ("Congo - Kinshasa", "CD"),
        ("Myanmar", "MM"),
        ("Atlantis", None),
        ("", None),
        ("ZZ", None),
    ],
)
def test_typed_countries(typed: str, code: str | None) -> None:
    assert countries.find_country(typed) == code


@pytest.mark.soak
def test_the_table_is_of_the_cldr_that_is_installed() -> None:
    written = country_names.PLACE.read_text("utf-8")

    assert written == country_names.table(), "run `python -m tools.country_names`"


def test_a_rare_name_is_found_without_loading_every_language() -> None:
    source = (
        "import time; from bot.statements.countries import find_country as find;"
        " from bot.statements.codes import country_fault; country_fault('PS');"
        " start = time.process_time(); assert find('Zambiya') == 'ZM'; assert not find('x y z');"
        " print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)
    assert float(done.stdout) < 0.3
