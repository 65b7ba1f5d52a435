"""Time zones where the machine has none of its own, as in a container without them."""

import os
import subprocess
import sys


def test_the_zones_come_with_the_program() -> None:
    code = "import zoneinfo; print(zoneinfo.ZoneInfo('Europe/Paris'), len(zoneinfo.TZPATH))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "Europe/Paris 0\n"
