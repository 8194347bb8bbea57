"""Exchange the two parties' names in every input, and every figure and word of the report is exchanged, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from truceline.adapters.clock import FixedClock
from truceline.adapters.typesetting import compile_pdf
from truceline.exercise.play import Play
from truceline.exercise.scenario import Scenario
from truceline.usecases.demo import keep_watch
from truceline.usecases.report import publish_report
from truceline.wiring import DemoBench, make_demo_mission, open_mission

DAYS = 4


def exchanged(text: str) -> str:
    """The text with north and south exchanged, whatever their ending."""
    for one, other in (("north", "south"), ("North", "South")):
        text = text.replace(one, "\0").replace(other, one).replace("\0", other)
    return text


def exchange_files(folder: Path, played: Play) -> Play:
    """The same mission and feeds with the parties' names exchanged everywhere."""
    for name in ("agreement.yaml", "feeds.yaml", "notices.csv", "claims.mapping.yaml"):
        path = folder / name
        path.write_text(exchanged(path.read_text(encoding="utf-8")), encoding="utf-8")
    deliveries = tuple(replace(delivery, content=exchanged(delivery.content.decode()).encode()) for delivery in played.deliveries)
    return replace(played, deliveries=deliveries)


def report_of(folder: Path, *, exchange: bool) -> Any:
    played = make_demo_mission(folder, Scenario(seed=9, days=DAYS))
    if exchange:
        played = exchange_files(folder, played)
    with open_mission(folder) as workspace:
        keep_watch(played, workspace, DemoBench(folder))
        period = played.periods[-1]
        now = FixedClock(period.end + timedelta(hours=2))
        published = publish_report(period.day, replace(workspace, clock=now), compile_pdf)
    return json.loads(published.documents["report.json"])


def comparable(report: Any) -> Any:
    """The report without identities, which come from the sources' names, and with the lists of parties in order."""
    for row in report["incidents"]:
        del row["incident"], row["number"]
    for name in ("incidents", "claims", "claim_totals", "restrictions", "parties"):
        report[name] = sorted(report[name], key=json.dumps)
    for row in report["claims"]:
        row["claimant"] = sorted(row["claimant"].split(", "))
    return report


def test_exchanging_the_parties_exchanges_them_and_nothing_else(tmp_path: Path) -> None:
    plain = comparable(report_of(tmp_path / "plain" / "m", exchange=False))
    swapped = report_of(tmp_path / "swapped" / "m", exchange=True)
    assert any(row["responsible"] in ("north", "south") for row in plain["incidents"]) or plain["claims"]
    assert comparable(json.loads(exchanged(json.dumps(swapped)))) == plain
