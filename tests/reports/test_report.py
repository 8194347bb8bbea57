"""The daily report: rebuilt from its JSON to the byte, numbered, never overwritten, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from truceline.adapters.clock import FixedClock
from truceline.adapters.typesetting import compile_pdf
from truceline.exercise.play import Play
from truceline.exercise.scenario import Scenario
from truceline.reports.csv import to_csv
from truceline.reports.json import rebuild, to_json
from truceline.usecases.demo import keep_watch
from truceline.usecases.ingest import ingest
from truceline.usecases.report import Published, publish_report, render
from truceline.usecases.watch import watch
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidRequest
from truceline.wiring import DemoBench, make_demo_mission, open_mission

Month = tuple[Workspace, Play]


def publish(month: Month, place: int, hours: float = 2) -> Published:
    workspace, played = month
    period = played.periods[place]
    return publish_report(period.day, replace(workspace, clock=FixedClock(period.end + timedelta(hours=hours))), compile_pdf)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder: Path = tmp_path_factory.mktemp("month") / "m"
    played = make_demo_mission(folder, Scenario(seed=6, days=4))
    with open_mission(folder) as workspace:
        keep_watch(played, workspace, DemoBench(folder))
        yield workspace, played


def test_reports_are_numbered_in_order_and_publishing_again_is_the_same_to_the_byte(month: Month) -> None:
    first, second = publish(month, 0), publish(month, 1)
    assert (first.report.number, second.report.number) == ("001/2026", "002/2026")
    runs = len(month[0].store.runs())
    again = publish(month, 1, hours=3)
    assert dict(again.documents) == dict(second.documents)
    assert len(month[0].store.runs()) == runs


def test_every_format_is_rebuilt_from_the_json_to_the_byte(month: Month) -> None:
    published = publish(month, 1)
    assert render(rebuild(published.documents["report.json"]), compile_pdf) == dict(published.documents)


def test_a_period_that_is_not_over_is_refused(month: Month) -> None:
    with pytest.raises(InvalidRequest, match="Wait for the cut-off"):
        publish(month, 2, hours=-1)


def test_what_came_late_is_a_new_edition_and_a_correction_in_the_next_report(month: Month, tmp_path: Path) -> None:
    workspace, played = month
    before = publish(month, 2)
    camera = next(delivery for delivery in played.deliveries if delivery.feed == "patrols")
    head = camera.content.decode().splitlines()[0]
    period = played.periods[2]
    late = tmp_path / "late.csv"
    row = {
        "reference": "late-1", "source": "patrol-1", "observer": "patrol", "position": "stop", "position_latitude": "45.02",
        "position_longitude": "-30.1", "position_uncertainty_m": "50", "distance_km": "1-2", "bearing": "S",
        "means": "Saw and heard", "number": "77", "observation": "Explosion", "description": "Impact",
        "direction": "N/K", "weapon": "N/K", "date": period.day.isoformat(), "time": "03:12", "reported_at": "",
    }  # fmt: skip
    late.write_text(head + "\n" + ",".join(row[name] for name in head.split(",")) + "\n", encoding="utf-8")
    now = FixedClock(period.end + timedelta(hours=30))
    ingest(DemoBench(workspace.folder).reader("patrols", workspace), [late], workspace.store, now, workspace.mission)
    watch(replace(workspace, clock=now))
    restated = publish(month, 2, hours=31)
    assert (before.report.edition, restated.report.edition) == (1, 2)
    assert restated.report.total == before.report.total + 77
    kept = workspace.store.document(f"reports/{period.day}/edition-1/report.json")
    assert kept == before.documents["report.json"]


def test_the_next_report_names_what_changed_since_one_was_published(month: Month) -> None:
    following = publish(month, 3, hours=40)
    assert {row.report for row in following.report.corrections} <= {"001/2026", "002/2026", "003/2026"}


def test_totals_are_those_of_the_table(month: Month) -> None:
    report = publish(month, 1).report
    assert report.total == sum(row.count for row in report.incidents if row.counted)


def test_synthetic_is_said_on_the_page_and_in_every_table(month: Month) -> None:
    published = publish(month, 1)
    assert b"SYNTHETIC" in published.documents["report.html"]
    assert all(row["synthetic"] == "True" for row in csv.DictReader(io.StringIO(published.documents["incidents.csv"].decode())))
    assert json.loads(published.documents["incidents.geojson"])["synthetic"] is True


def test_the_page_needs_nothing_from_outside(month: Month) -> None:
    page = publish(month, 1).documents["report.html"].decode()
    assert "<script" not in page
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(month: Month) -> None:
    report = publish(month, 1).report
    for payload in ("=cmd()", "+1", "-1", "@x", "\tx"):
        armed = report.model_copy(update={"incidents": (report.incidents[0].model_copy(update={"means": payload}),)})
        row = next(iter(csv.DictReader(io.StringIO(to_csv(armed).decode(), newline=""))))
        assert row["means"] == f"'{payload}"


def test_markup_in_a_record_is_shown_and_not_obeyed(month: Month) -> None:
    report = publish(month, 1).report
    hostile = report.incidents[0].model_copy(update={"means": '<script>"#x', "counted": True, "conduct": "fire"})
    documents = render(report.model_copy(update={"incidents": (hostile,)}), compile_pdf)
    assert b"<script" not in documents["report.html"]
    assert documents["report.pdf"].startswith(b"%PDF")


def test_json_is_canonical(month: Month) -> None:
    content = publish(month, 1).documents["report.json"]
    assert to_json(rebuild(content)) == content
    assert list(json.loads(content)) == sorted(json.loads(content))
