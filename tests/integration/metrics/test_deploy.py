"""The dashboard and the alert rules ask for nothing but what a running bot says, and
docs/monitoring.md names all of that.

With `promtool` (of Debian's package prometheus, or named by PROMTOOL) the rules are tried too, and
every query is read by Prometheus' own parser."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import health
from tests.integration.metrics.test_modes import running
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support.botapi import BotApiServer, fast
from tests.support.listening import until
from tests.support.statements import write_port

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy" / "prometheus" / "undersigned.rules.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "undersigned.json"
PAGE = ROOT / "docs" / "monitoring.md"
TRIED = Path(__file__).with_name("rules_test.yaml")

ALERTS = ["Down", "NotDelivering", "WaitingTooLong", "NoBackup"]
OURS = r"\b(?:undersigned|process)_[a-z_]+\b"
PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")
with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def queries() -> list[str]:
    """Of the dashboard, with what Grafana puts in the place of its variables."""
    targets = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [
        expr.replace("$__rate_interval", "5m").replace("$job", "undersigned") for expr in targets
    ]


def promtool(*arguments: str, folder: Path) -> str:
    assert PROMTOOL is not None
    ended = subprocess.run(
        (PROMTOOL, *arguments), cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


async def test_every_metric_is_exported_and_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LOOK_EVERY", 0.05)
    write_port(tmp_path)
    async with BotApiServer(rules=fast()) as server:
        admins = server.group("Admins", creator=server.person("zaid"))
        write_config(tmp_path, server, admins.id, "polling")
        async with running(tmp_path) as url:
            found = await until(url, lambda found: "waiting" in found and found["healthy"] == 1)
    bare = {name.partition("{")[0] for name in found}
    exported = {name if name.startswith("process_") else f"undersigned_{name}" for name in bare}
    asked = " ".join([RULES.read_text("utf-8"), *queries()])
    assert set(re.findall(OURS, asked)) <= exported
    described = set(re.findall(OURS, PAGE.read_text("utf-8")))
    assert own(described) == own(exported)


def own(names: set[str]) -> set[str]:
    """Of the bot itself; those of a histogram as one."""
    whole = {re.sub("_(bucket|sum|count)$", "", name) for name in names}
    return {name for name in whole if name.startswith("undersigned_")}


def test_there_are_four_alerts() -> None:
    text = RULES.read_text("utf-8")
    assert re.findall(r"alert: Undersigned(\w+)", text) == ALERTS
    said = PAGE.read_text("utf-8")
    assert all(f"`Undersigned{name}`" in said for name in ALERTS)


def test_the_dashboard_is_one_that_grafana_shows() -> None:
    """By what its model says of panels; it needs nothing that is of one Grafana alone."""
    assert {panel["type"] for panel in panels()} <= {"stat", "timeseries"}
    numbers = [panel["id"] for panel in panels()]
    assert len(set(numbers)) == len(numbers)
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        assert columns.stop <= 24
        cells = set(itertools.product(columns, range(place["y"], place["y"] + place["h"])))
        assert not cells & taken, panel["title"]
        taken |= cells
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters)


@with_promtool
def test_the_rules_say_what_they_should(tmp_path: Path) -> None:
    for file in (RULES, TRIED):
        shutil.copy(file, tmp_path)
    promtool("check", "rules", RULES.name, folder=tmp_path)
    promtool("test", "rules", TRIED.name, folder=tmp_path)


@with_promtool
def test_prometheus_reads_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"q{n}", "expr": expr} for n, expr in enumerate(queries())]
    groups = {"groups": [{"name": "dashboard", "rules": rules}]}
    (tmp_path / "queries.yaml").write_text(json.dumps(groups), "utf-8")
    assert f"{len(rules)} rules found" in promtool(
        "check", "rules", "queries.yaml", folder=tmp_path
    )
