"""The command itself: `kill -9` at any moment, what `run` says meanwhile, and what it prints."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.bot_process import console, environment, run, stats

FROM, TO = "sqlite:///data/undersigned.db", "sqlite:///other/undersigned.db"
KILLED = """
import os, sys
import sqlalchemy as sa
left = [{times}]
def look(_connection, _cursor, statement, *_):
    left[0] -= statement.strip().startswith("{statement} copying")
    if not left[0]:
        os.kill(os.getpid(), 9)
sa.event.listen(sa.Engine, "after_cursor_execute", look)
sys.argv[1:] = ["migrate-database", "{source}", "{target}"]
from bot.cli import main
main()
"""
KILLS = (("INSERT INTO", 2), ("INSERT INTO", 3), ("DROP TABLE", 1))
"""Twice between the pieces, and once where the original says already that it has moved."""


def test_killed_and_done_again(tmp_path: Path, port: Path) -> None:
    lines = ["amal: /sign port", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]"]
    console(tmp_path, [*lines, "amal: [skip]", "amal: [public]", "amal: [confirm]"], port)
    before = stats(tmp_path, port)

    def command(*arguments: str, database: str = FROM) -> tuple[int, str]:
        environ = {"UNDERSIGNED_DATABASE": database}
        ended = run(*arguments, folder=tmp_path, statements=port, environ=environ)
        return ended.code, ended.error + ended.out

    for statement, times in KILLS:
        script = KILLED.format(times=times, statement=statement, source=FROM, target=TO)
        ended = subprocess.run(
            (sys.executable, "-c", script),
            cwd=tmp_path,
            env=environment(port),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        code, said = command("stats", database=TO)
        assert code != 0
        assert "half of a database" in said
        code, said = command("stats")
        assert (code != 0 and "has moved" in said) is (statement == "DROP TABLE")
    code, said = command("migrate-database", FROM, TO)
    assert code == 0, said
    assert "Rows copied" in said
    assert "the same in both databases" in said
    code, said = command("stats")
    assert code != 0
    assert "has moved" in said
    assert "--undo" in said
    code, said = command("migrate-database", FROM, "--undo")
    assert code == 0, said
    assert stats(tmp_path, port) == before
    for wrong in ((FROM,), (FROM, TO, "--undo"), (FROM, "mysql://x/y")):
        code, said = command("migrate-database", *wrong)
        assert code != 0
        assert "Traceback" not in said
