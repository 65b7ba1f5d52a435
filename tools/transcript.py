"""Makes docs/transcript.svg: a real dialogue with the program, drawn as a terminal.

`python -m tools.transcript` (or `make transcript`) runs `undersigned console --json` on the lines
below, in a folder of its own, and draws what it answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

PICTURE = Path("docs/transcript.svg")
WIDTH = 96
CONTINUES = "…"
HIDDEN = "-"
ISOLATES = str.maketrans("", "", "\u2068\u2069")
"""They show nothing, and would take a column each in a picture of a terminal."""

# Lines behind a hyphen happen too, and are left out of the picture.
DIALOGUE = """\
-%title tunis Tunis Readers' Circle
amal: /demands open-library 1
amal: /sign open-library
-amal: [confirm]
-amal: Amal Example
-amal: [skip]
-amal: Tunisia
amal: [public]
amal: [confirm]
-omar@tunis: /endorse open-library
omar@tunis: [confirm]
zaid@admins: [7:verify]
""".splitlines()

SHOWN_LINES = 3
"""Lines of an answer that are drawn; the others become a sign that there is more."""


def answers(lines: list[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each line with what the bot did for it, from a run of the program itself."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "bot", "console", "--json", "--data", f"{folder}/data"]
        done = subprocess.run(  # noqa: S603 - our own program
            program, input="\n".join(lines), capture_output=True, text=True, check=True
        )
    result: list[tuple[str, list[dict[str, Any]]]] = []
    gathered: list[dict[str, Any]] = []
    for entry in map(json.loads, done.stdout.splitlines()):
        if entry["action"] == "done":
            result.append((lines[entry["line"] - 1], gathered))
            gathered = []
        else:
            gathered.append(entry)
    return result


def draw(console: Console, line: str, actions: list[dict[str, Any]]) -> None:
    """One typed line and its answers, shortened to what fits a picture."""
    console.print(Text(f"> {line}", style="bold"))
    for action in actions:
        console.print(Text(f"  bot → {action['chat']}", style="bright_black"))
        rows = [row for row in action["text"].translate(ISOLATES).split("\n") if row.strip()]
        for row in rows[:SHOWN_LINES]:
            shown = row if len(row) <= WIDTH - 6 else row[: WIDTH - 7] + CONTINUES
            console.print(Text(f"  {shown}", style="green"))
        if len(rows) > SHOWN_LINES:
            console.print(Text(f"  {CONTINUES}", style="bright_black"))
        if action["buttons"]:
            names = "  ".join(f"[{button['name']}]" for button in action["buttons"])
            console.print(Text(f"  {names}", style="cyan"))


def main() -> None:
    """Run the dialogue and write the picture."""
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        ran = answers([line.removeprefix(HIDDEN) for line in DIALOGUE])
        for typed, (line, actions) in zip(DIALOGUE, ran, strict=True):
            if not typed.startswith(HIDDEN):
                draw(console, line, actions)
    svg = console.export_svg(title="undersigned console", theme=SVG_EXPORT_THEME)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(_without_downloads(svg), encoding="utf-8")
    print(f"{PICTURE} was made")  # noqa: T201


def _without_downloads(svg: str) -> str:
    """The fonts that the reader's system has: a picture must not fetch anything."""
    start = svg.index("@font-face")
    end = svg.index("}", svg.rindex("@font-face")) + 1
    return (svg[:start] + svg[end:]).replace("Fira Code, monospace", "monospace")


if __name__ == "__main__":
    main()
